"""What each name does in the sentence: asked about, ruled out, corrected, moved from, beside the way, or no place.

Reads the cues around a name and in its clause; which names remain is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from intents.places.cues import BIT, CueTable, Marks
from intents.places.draft import Draft
from intents.places.findings import Role
from intents.places.message import COMMA, SOFT, STOP, Message

_NOT_BEFORE, _NOT_AFTER = BIT["not_before"], BIT["not_after"]
_PERSON_BEFORE, _PERSON_AFTER = BIT["person_before"], BIT["person_after"]
_COMPANY_BEFORE, _COMPANY_AFTER = BIT["company_before"], BIT["company_after"]
_LEFT, _NEAR, _FAR_BEFORE, _FAR_AFTER = BIT["left"], BIT["near"], BIT["far_before"], BIT["far_after"]
_WROTE, _CORRECTION, _CORRECTION_AFTER = BIT["wrote"], BIT["correction"], BIT["correction_after"]
_BETWEEN = BIT["between"]
_BOTH, _I_AM = BIT["both"], BIT["i_am"]
_AT, _TO, _LIVE, _WORK, _WANT = BIT["at"], BIT["to"], BIT["live"], BIT["work"], BIT["want"]
_LANDMARK, _THING = BIT["landmark_after"], BIT["thing_after"]

_LOOK_AHEAD = 16

#: A maker of cars and its home town share a name; only these names are read as companies.
_COMPANIES = frozenset({"toyota"})


class Roles:
    def __init__(self, surnames: frozenset[str], common: frozenset[str]) -> None:
        self._common = common
        self._surnames = surnames

    def assign(self, message: Message, marks: Marks, table: CueTable, drafts: Sequence[Draft]) -> bool:
        """Sets roles; returns whether the message corrects an earlier place."""
        everything = marks.between(0, len(message))
        mends = bool(everything & (_CORRECTION | _NOT_BEFORE))
        for draft in drafts:
            if draft.role != "asked":
                continue
            draft.role = self._spaced(message, draft, mends)
            if draft.role == "asked":
                draft.role = self._glued(message, table, draft)
        if everything & _BOTH:
            for draft in drafts:
                if draft.role in ("near", "left"):
                    draft.role = "asked"
        self._whole_of_parts(message, table, drafts)
        return self._corrections(message, marks, table, drafts)

    def _spaced(self, message: Message, draft: Draft, mends: bool) -> Role:
        """The role by the words around a name; `mends` is whether the message corrects or denies anything."""
        before, after = draft.cues_before, draft.cues_after
        strong = draft.kind in ("city", "prefecture", "ward", "town")
        if after & _THING:
            return "word"
        if not strong and draft.is_latin and self._is_person(message, draft, before, after):
            return "person"
        if draft.name in _COMPANIES and not strong and self._is_company(draft, after):
            return "company"
        if before & _NOT_BEFORE:
            return "negated"
        if after & _NOT_AFTER:
            return "negated"
        if mends and before & _WROTE:
            return "corrected"
        if before & (_NEAR | _FAR_BEFORE) or draft.touching & _BETWEEN or after & (_FAR_AFTER | _LANDMARK):
            return "near"
        if before & _LEFT:
            return "left"
        return "asked"

    def _is_person(self, message: Message, draft: Draft, before: int, after: int) -> bool:
        if draft.touching & _I_AM and draft.name in self._surnames and message.gaps[draft.last] != SOFT:
            return True
        if draft.touching & _PERSON_BEFORE and message.is_capital(draft.first) >= message.mixed_case:
            return True
        if after & _PERSON_AFTER and not draft.touching & (_AT | _TO):
            return True
        if draft.name not in self._surnames or before & (_AT | _LIVE):
            return False
        first = draft.first
        return (
            first > 0
            and message.gaps[first] == SOFT
            and message.mixed_case
            and message.is_capital(first)
            and message.is_capital(first - 1)
            and message.words[first - 1] not in self._common
            and not message.text[message.starts[first - 1] : message.ends[first - 1]].isupper()
            and not message.opens_sentence(message.starts[first - 1])
            and draft.evidence < 2
        )

    @staticmethod
    def _is_company(draft: Draft, after: int) -> bool:
        before = draft.cues_before
        return bool(after & _COMPANY_AFTER or (draft.touching & _COMPANY_BEFORE and not before & (_WANT | _LIVE)))

    @staticmethod
    def _glued(message: Message, table: CueTable, draft: Draft) -> Role:
        """Cues without spaces right behind a name, as Japanese has them."""
        follows = message.text[draft.end : draft.end + _LOOK_AHEAD].lstrip("」』)） ").replace(" ", "")
        phrase, mask = table.after(follows, 0)
        if not phrase:
            return draft.role
        if mask & _NOT_AFTER:
            return "negated"
        if mask & _PERSON_AFTER:
            return "person"
        if draft.name in ("toyota", "豊田") and mask & _COMPANY_AFTER:
            return "company"
        if mask & _THING:
            return "word"
        if mask & (_NEAR | _FAR_AFTER | _LANDMARK):
            return "near"
        if mask & _LEFT:
            return "left"
        return draft.role

    def _whole_of_parts(self, message: Message, table: CueTable, drafts: Sequence[Draft]) -> None:
        """What denies a part denies the whole: "not Ueda in Nagoya", 豊田市みよし町じゃなく."""
        for left, right in pairwise(drafts):
            smaller = left.reading is None or left.reading.kind != "prefecture"
            if left.role == "part" and right.role == "asked" and smaller and left.cues_before & _NOT_BEFORE:
                right.role = "negated"
            elif right.role == "part" and left.role == "asked" and self._glued(message, table, right) == "negated":
                left.role = "negated"

    def _corrections(self, message: Message, marks: Marks, table: CueTable, drafts: Sequence[Draft]) -> bool:
        corrected = False
        live = [d for d in drafts if d.role not in ("person", "company", "word", "part")]
        for left, right in pairwise(live):
            if right.role != "asked" or left.role not in ("asked", "corrected"):
                continue
            first, last = self._words_between(message, left, right)
            between = marks.between(first, last)
            mended = between & _CORRECTION or self._denies(message, marks, first, last)
            if mended and self._same(left) != self._same(right):
                left.role = "corrected"
                corrected = True
        for draft in live:
            if draft.role in ("negated", "corrected"):
                corrected = True
        return corrected

    @staticmethod
    def _denies(message: Message, marks: Marks, first: int, last: int) -> bool:
        """Whether a denial stands by itself between two names: "Toyota? no, Toyooka"."""
        return any(
            bits & (_NOT_BEFORE | _NOT_AFTER) and message.gaps[index] != SOFT and message.gaps[end] != SOFT
            for index in range(first, last)
            for end, bits in marks.starting.get(index, ())
        )

    @staticmethod
    def _words_between(message: Message, left: Draft, right: Draft) -> tuple[int, int]:
        first = next((i for i, start in enumerate(message.starts) if start >= left.end), len(message))
        last = next((i for i, start in enumerate(message.starts) if start >= right.start), len(message))
        return first, last

    def _same(self, draft: Draft) -> str:
        return draft.reading.code if draft.reading else draft.name


__all__ = ["COMMA", "STOP", "Roles"]
