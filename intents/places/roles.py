"""What each name does in the sentence: asked about, ruled out, corrected, moved from, passed by, or no place.

Reads the cues around a name; which names remain is decided elsewhere.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from itertools import pairwise

from intents.places.cues import BIT
from intents.places.draft import Draft
from intents.places.findings import Role
from intents.places.message import SOFT
from intents.places.people import People
from intents.places.scene import Scene

_NOT_BEFORE, _NOT_AFTER, _WROTE, _CORRECTION = (
    BIT[cue] for cue in ("not_before", "not_after", "wrote", "correction")
)
_LEFT, _BOTH, _BETWEEN, _THING = (BIT[cue] for cue in ("left", "both", "between", "thing_after"))
_PERSON_AFTER, _COMPANY_AFTER = BIT["person_after"], BIT["company_after"]
_NO, _MOVED_TO, _FROM = BIT["no"], BIT["moved_to"], BIT["from"]
_NEAR, _LANDMARK, _FAR_BEFORE, _FAR_AFTER = (
    BIT[cue] for cue in ("near", "landmark_after", "far_before", "far_after")
)

#: With one of these a name is a place, whoever bears it too.
_SUFFIXES = frozenset({"city", "prefecture", "ward", "town"})
_NO_PLACES = frozenset({"person", "company", "word", "part"})
_LOOK_AHEAD = 16
_ARROW = re.compile("[-=]>|[→⇒]")
_CLOSING = "」』)） "


class Roles:
    def __init__(self, people: People) -> None:
        self._people = people

    def assign(self, scene: Scene, drafts: Sequence[Draft]) -> bool:
        """Sets roles; returns whether the message corrects an earlier place."""
        if not drafts:
            return False
        _give_on(scene, drafts)
        everything = scene.everything()
        mends = bool(everything & (_CORRECTION | _NOT_BEFORE))
        for draft in drafts:
            if draft.role == "asked":
                draft.role = self._spaced(scene, draft, mends)
            if draft.role == "asked":
                draft.role = self._unspaced(scene, draft)
        if everything & _BOTH:
            for draft in drafts:
                if draft.role in ("near", "far", "left"):
                    draft.role = "asked"
        _leave_behind(drafts)
        self._deny_wholes(scene, drafts)
        return self._correct(scene, drafts)

    def _spaced(self, scene: Scene, draft: Draft, mends: bool) -> Role:
        """The role by the words around a name; `mends` is whether the message corrects or denies anything."""
        before, after = draft.cues_before, draft.cues_after
        if after & _THING:
            return "word"
        if draft.kind not in _SUFFIXES:
            if self._people.is_person(scene.message, draft):
                return "person"
            if self._people.is_company(draft):
                return "company"
        if before & _NOT_BEFORE or after & _NOT_AFTER:
            return "negated"
        if mends and before & _WROTE:
            return "corrected"
        if before & _FAR_BEFORE or after & _FAR_AFTER:
            return "far"
        if before & _NEAR or draft.touching & _BETWEEN or after & _LANDMARK:
            return "near"
        return "left" if before & _LEFT else "asked"

    def _unspaced(self, scene: Scene, draft: Draft) -> Role:
        """The role by what stands right behind a name without a space, as in Japanese."""
        text = scene.message.text
        follows = text[draft.end : draft.end + _LOOK_AHEAD].lstrip(_CLOSING).replace(" ", "")
        _, mask = scene.table.after(follows, 0)
        if mask & _NOT_AFTER:
            return "negated"
        if mask & _PERSON_AFTER and draft.kind not in _SUFFIXES:
            return "person"
        if mask & _COMPANY_AFTER and self._people.bears_company(draft):
            return "company"
        if mask & _THING and draft.kind not in _SUFFIXES:
            return "word"
        if mask & (_FAR_BEFORE | _FAR_AFTER):
            return "far"
        if mask & (_NEAR | _LANDMARK):
            return "near"
        return "left" if mask & _LEFT else "asked"

    def _deny_wholes(self, scene: Scene, drafts: Sequence[Draft]) -> None:
        """What denies a part denies the whole: "not Ueda in Nagoya", 豊田市みよし町じゃなく."""
        for left, right in pairwise(drafts):
            is_inside = left.reading is None or left.reading.kind != "prefecture"
            if left.role == "part" and right.role == "asked" and is_inside and left.cues_before & _NOT_BEFORE:
                right.role = "negated"
            elif right.role == "part" and left.role == "asked" and self._unspaced(scene, right) == "negated":
                left.role = "negated"

    @staticmethod
    def _correct(scene: Scene, drafts: Sequence[Draft]) -> bool:
        """Of two names with a correction between them the first is corrected."""
        message, marks = scene.message, scene.marks
        live = [d for d in drafts if d.role not in _NO_PLACES]
        for left, right in pairwise(live):
            if right.role != "asked" or left.role != "asked" or _same(left, right) or _holds(right, left):
                continue
            first = bisect.bisect_left(message.starts, left.end)
            last = bisect.bisect_left(message.starts, right.start)
            is_changed = _ARROW.search(message.plain, left.end, right.start) is not None
            is_last = right is live[-1] and bool(right.cues_after & _CORRECTION)
            if (
                is_changed
                or is_last
                or marks.between(first, last) & _CORRECTION
                or _denies(scene, first, last)
            ):
                left.role = "corrected"
        is_mended = any(d.role in ("negated", "corrected") or d.cues_before & _CORRECTION for d in live)
        return is_mended or (bool(live) and _takes_back(scene, live[0]))


def _give_on(scene: Scene, drafts: Sequence[Draft]) -> None:
    """What leads up to the next name says nothing of the one before: "I meant Toyohashi, wrongly wrote Toyota"."""
    message, ending = scene.message, scene.marks.ending
    for left, right in pairwise(drafts):
        if left.is_latin and right.is_latin and message.gaps[left.last] != SOFT:
            starts = (start for start, bits in ending.get(right.first, ()) if bits & _WROTE)
            if left.last in starts:
                left.cues_after &= ~_NOT_AFTER


def _leave_behind(drafts: Sequence[Draft]) -> None:
    """Where somebody moved on to a place, those before it are left: "fired in Toyota, I went to Handa". What
    was left is so wherever it is named again.
    """
    asked = [d for d in drafts if d.role == "asked"]
    for left, right in pairwise(asked):
        if right.touching & _MOVED_TO and not _same(left, right):
            left.role = "left"
    for left in [d for d in drafts if d.role == "left" and not d.touching & _FROM]:
        for draft in asked:
            if draft.role == "asked" and draft.start > left.start and _same(left, draft):
                draft.role = "left"


def _same(left: Draft, right: Draft) -> bool:
    return left.reading is right.reading and left.reading is not None


def _holds(outer: Draft, inner: Draft) -> bool:
    """Whether a prefecture holds the other place: "Soja I mean, Okayama" takes nothing back."""
    a, b = outer.reading, inner.reading
    return a is not None and b is not None and a.kind == "prefecture" != b.kind and b.prefecture == a.code


def _denies(scene: Scene, first: int, last: int) -> bool:
    """Whether a denial stands by itself between two names: "Toyota? no, Toyooka"."""
    gaps = scene.message.gaps
    return any(
        bits & _NO and gaps[index] != SOFT and gaps[end] != SOFT
        for index in range(first, last)
        for end, bits in scene.marks.starting.get(index, ())
    )


def _takes_back(scene: Scene, draft: Draft) -> bool:
    """Whether the message begins by taking something back and then says a name: "no, Ota", "à nhầm, Ota"."""
    return any(
        end == draft.first and bits & (_CORRECTION | _NO) for end, bits in scene.marks.starting.get(0, ())
    )
