"""Decides which of the names found are asked about: geography first, then roles, then weights."""

from __future__ import annotations

from collections.abc import Sequence

from intents.places.cues import BIT, CueTable, Marks
from intents.places.draft import Draft
from intents.places.findings import Role
from intents.places.geography import Between, Geography
from intents.places.meanings import Meanings
from intents.places.message import Message
from intents.places.names import Names
from intents.places.roles import Roles
from intents.places.weigh import weigh

_JOIN, _AT, _NOT_BEFORE = BIT["join"], BIT["at"], BIT["not_before"]

#: Asked about where nothing else is: first what is near, then what was left behind or mistyped.
_SECOND_CHOICES: tuple[tuple[Role, ...], ...] = (("near",), ("left", "told"), ("corrected",))
_NO_PLACES = frozenset({"person", "company", "word"})


class Decider:
    def __init__(
        self, names: Names, surnames: frozenset[str], common: frozenset[str], meanings: Meanings
    ) -> None:
        self._geography = Geography(names)
        self._roles = Roles(surnames, common)
        self._meanings = meanings

    def decide(self, message: Message, marks: Marks, table: CueTable, drafts: list[Draft]) -> bool:
        """Sets the role of every draft; returns whether the message corrects an earlier place."""
        for draft in drafts:
            if self._meanings.is_word(message, draft):
                draft.role = "word"
        if len(drafts) > 1:
            self._geography.mark_parts(message, marks, table, drafts)
        correction = self._roles.assign(message, marks, table, drafts)
        if len(drafts) > 1:
            self._geography.mark_prefectures(drafts)
            self._drop_unknown(drafts)
            weigh(message, marks, table, self._groups(message, marks, table, drafts))
        self._keep_something(drafts)
        return correction

    @staticmethod
    def _groups(message: Message, marks: Marks, table: CueTable, drafts: Sequence[Draft]) -> list[list[Draft]]:
        """The names asked about, those in one list together. A list shares the role of its first name."""
        groups: list[list[Draft]] = []
        before: Draft | None = None
        for draft in drafts:
            if draft.role in _NO_PLACES or draft.role == "part":
                continue
            listed = before is not None and Between(message, marks, table, before, draft).is_list
            if listed and before and before.role in ("near", "left", "negated") and draft.role == "asked":
                if Between(message, marks, table, before, draft).cues & _JOIN and not draft.cues_before & _AT:
                    draft.role = before.role
            if draft.role == "asked":
                if listed and groups and groups[-1][-1] is before:
                    groups[-1].append(draft)
                else:
                    groups.append([draft])
            before = draft
        return groups

    @staticmethod
    def _drop_unknown(drafts: Sequence[Draft]) -> None:
        """A neighbourhood that no list has goes where a place that we know is asked about."""
        if any(d.role == "asked" and d.reading for d in drafts):
            for draft in drafts:
                if draft.role == "asked" and draft.reading is None:
                    draft.role = "part"

    @staticmethod
    def _keep_something(drafts: Sequence[Draft]) -> None:
        if any(d.role == "asked" for d in drafts):
            return
        for roles in _SECOND_CHOICES:
            kept = [d for d in drafts if d.role in roles]
            if kept:
                for draft in kept:
                    draft.role = "asked"
                return
