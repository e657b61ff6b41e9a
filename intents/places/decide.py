"""Decides which of the names found are asked about: geography first, then roles, then weights."""

from __future__ import annotations

from collections.abc import Sequence

from intents.places.between import Between
from intents.places.cues import BIT
from intents.places.draft import Draft
from intents.places.findings import Role
from intents.places.geography import Geography
from intents.places.meanings import Meanings
from intents.places.roles import Roles
from intents.places.scene import Scene
from intents.places.weigh import weigh

_JOIN, _AT = BIT["join"], BIT["at"]

#: Roles that the first name of a list gives to the others: "next to Komaki and Inuyama".
_SHARED = frozenset({"near", "left", "negated"})
_NO_PLACES = frozenset({"person", "company", "word", "part"})
#: Asked about where nothing else is: first what is near, then what was left behind, is far, or was mistyped.
_SECOND_CHOICES: tuple[tuple[Role, ...], ...] = (
    ("near",),
    ("left", "told"),
    ("far",),
    ("corrected",),
)


class Decider:
    def __init__(self, geography: Geography, roles: Roles, meanings: Meanings) -> None:
        self._geography = geography
        self._roles = roles
        self._meanings = meanings

    def decide(self, scene: Scene, drafts: Sequence[Draft]) -> bool:
        """Sets the role of every draft; returns whether the message corrects an earlier place."""
        for draft in drafts:
            if self._meanings.is_word(scene.message, draft):
                draft.role = "word"
        if len(drafts) > 1:
            self._geography.mark_parts(scene, drafts)
        corrects = self._roles.assign(scene, drafts)
        if len(drafts) > 1:
            self._geography.mark_prefectures(drafts)
            _drop_unknown(drafts)
            weigh(scene, _groups(scene, drafts))
        _keep_something(drafts)
        return corrects


def _groups(scene: Scene, drafts: Sequence[Draft]) -> list[list[Draft]]:
    """The names asked about, those of one list together. A list shares the role of its first name."""
    groups: list[list[Draft]] = []
    before: Draft | None = None
    for draft in drafts:
        if draft.role in _NO_PLACES:
            continue
        between = Between(scene, before, draft) if before else None
        is_list = between is not None and between.is_list
        is_bare = between is not None and not between.text.strip()  # "class in Toyohashi Toyokawa"
        if before and between and draft.role == "asked" and before.role in _SHARED:
            shares = is_list and between.cues & _JOIN and not draft.cues_before & _AT
            draft.role = before.role if shares else "asked"
        if draft.role == "asked":
            if (is_list or is_bare) and groups and groups[-1][-1] is before:
                groups[-1].append(draft)
            else:
                groups.append([draft])
        before = draft
    return groups


def _drop_unknown(drafts: Sequence[Draft]) -> None:
    """A neighbourhood that no list has goes where a place that we know is asked about."""
    if any(d.role == "asked" and d.reading for d in drafts):
        for draft in drafts:
            if draft.role == "asked" and draft.reading is None:
                draft.role = "part"


def _keep_something(drafts: Sequence[Draft]) -> None:
    """Where nothing is asked about, the likeliest of the others is."""
    if any(d.role == "asked" for d in drafts):
        return
    for roles in _SECOND_CHOICES:
        kept = [d for d in drafts if d.role in roles]
        for draft in kept:
            draft.role = "asked"
        if kept:
            return
