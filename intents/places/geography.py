"""Which names say where another name lies: "Homi danchi, Toyota", "Ota, Gunma", "Ueda in Tempaku-ku, Nagoya".

Marks those as parts, so that one place is left to answer about. Looks only at what stands between two names.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from intents.gazetteer import Municipality
from intents.places.cues import BIT, KIND_BEFORE, CueTable, Marks
from intents.places.draft import Draft
from intents.places.message import SOFT, Message
from intents.places.names import Names

_AT, _TO, _JOIN, _FILLER, _NEAR = BIT["at"], BIT["to"], BIT["join"], BIT["filler"], BIT["near"]
_PART_OF, _WHICH, _FROM, _INTO = BIT["part_of"], BIT["which_after"], BIT["from"], BIT["into"]
_BINDS = _AT | _TO | _FILLER | BIT["into"] | sum(KIND_BEFORE.values())
_NEIGHBOURHOOD = frozenset({"town", "district", "village", "ward", "county"})
#: What tells two names apart rather than binding them.
_PARTS_WAYS = _JOIN | _NEAR | BIT["not_before"] | BIT["correction"] | BIT["left"]
_MUNICIPALITIES = frozenset({"city", "tokyo_ward", "town", "village"})
_GAP = 40


class Between:
    """What stands between two neighbouring names."""

    __slots__ = ("cues", "is_bound", "is_list", "text")

    def __init__(self, message: Message, marks: Marks, table: CueTable, left: Draft, right: Draft) -> None:
        self.text = message.plain[left.end : right.start]
        self.cues = 0
        bare = self.text.strip(" ,.()-–—:/'\"「」、。・&+|\n\t")
        self.is_bound = not bare
        self.is_list = not bare and any(sign in self.text for sign in ",/&+、・|")
        if not bare or len(self.text) > _GAP:
            return
        if bare.isascii():
            first = next((i for i, start in enumerate(message.starts) if start >= left.end), len(message))
            last = next((i for i, start in enumerate(message.starts) if start >= right.start), len(message))
            self.cues, covered = _cover(marks, first, last)
            if not covered and last - first == 1 and message.words[first] in table.joins:
                self.cues, covered = _JOIN, True
            self.is_bound = covered and not self.cues & _PARTS_WAYS
            self.is_list = covered and bool(self.cues & _JOIN)
        else:
            phrase, mask = table.after(message.text, left.end + len(self.text) - len(self.text.lstrip()))
            whole = self.text.strip()
            if phrase == whole:
                self.cues = mask
                self.is_list = bool(mask & _JOIN)
                self.is_bound = whole == "の"


def _cover(marks: Marks, first: int, last: int) -> tuple[int, bool]:
    """The cues of the words first .. last - 1, and whether phrases that join or bind cover them all."""
    mask, index = 0, first
    while index < last:
        steps = [(end, bits) for end, bits in marks.starting.get(index, ()) if end <= last]
        steps = [(end, bits) for end, bits in steps if bits & (_BINDS | _JOIN | _PART_OF)]
        if not steps:
            return mask | marks.between(index, last), False
        index, bits = max(steps)
        mask |= bits
    return mask, True


class Geography:
    def __init__(self, names: Names) -> None:
        self._names = names

    def mark_parts(self, message: Message, marks: Marks, table: CueTable, drafts: Sequence[Draft]) -> None:
        for left, right in pairwise(drafts):
            if left.role == "part" and left.how == right.how == "japanese" and left.end == right.start:
                right.role = "part"
            if left.role != "asked" or right.role != "asked":
                continue
            between = Between(message, marks, table, left, right)
            if between.cues & _PART_OF:
                left.role = "part"
                if right.kind == "district" and right.reading is None:
                    right.reading = min(right.places, key=lambda p: (bool(p.parent), -p.population), default=None)
                continue
            if right.cues_after & _WHICH and not between.is_list:
                left.role = "corrected"
            if left.touching & _FROM and between.cues & _INTO and between.is_bound:
                left.role = "left"
            self._prefecture(left, right, between)
            if left.role == right.role == "asked":
                self._inside(left, right, between)
        self._stations(drafts)

    # A prefecture beside a place in it ---------------------------------------------------------------------

    def _prefecture(self, left: Draft, right: Draft, between: Between) -> None:
        for inner, outer in ((left, right), (right, left)):
            codes = {p.code for p in outer.places if p.kind == "prefecture"}
            if not codes or outer.kind not in ("", "prefecture", "county"):
                continue
            inside = [p for p in inner.places if p.prefecture in codes and p.kind != "prefecture"]
            if not inside or (inner.name == outer.name and not inner.kind):
                continue
            if between.is_list and between.cues & _JOIN and outer.kind != "prefecture":
                outer.listed = True
                continue
            if not between.is_bound:
                continue
            if inner.reading is None or inner.reading not in inside:
                inner.reading = min(inside, key=lambda p: (bool(p.parent), -p.population))
            outer.role = "part"
            return

    @staticmethod
    def mark_prefectures(drafts: Sequence[Draft]) -> None:
        """A prefecture anywhere in the message goes out where a place inside it is asked about."""
        asked = [d for d in drafts if d.role == "asked" and d.reading is not None]
        for outer in asked:
            if outer.kind not in ("", "prefecture"):
                continue
            around = [p for p in outer.places if p.kind == "prefecture"]
            inner = [
                d for d in asked for p in around if d.name != outer.name and _lies_in(d.reading, p)
            ]
            if inner and (outer.kind or not outer.listed):
                outer.role = "part"

    @staticmethod
    def _stations(drafts: Sequence[Draft]) -> None:
        """A station goes out where the town around it is named, wherever that stands; so does the end of a
        longer name ("Hitachi-Ota, not plain Ota")."""
        asked = [d for d in drafts if d.role == "asked"]
        towns = [d for d in asked if d.kind != "station" and d.reading and d.reading.kind in _MUNICIPALITIES]
        for draft in asked:
            others = [d for d in towns if d.name != draft.name]
            if draft.kind == "station" and any(d.start > draft.start or d.kind for d in others):
                draft.role = "part"
            elif draft.kind == "ward" and draft.reading and draft.reading.kind == "ward" and others:
                draft.role = "part"
            elif any(d.name.endswith(draft.name) and d.name != draft.name for d in towns) and not draft.kind:
                draft.role = "part"

    # A neighbourhood beside its town -----------------------------------------------------------------------

    def _inside(self, left: Draft, right: Draft, between: Between) -> None:
        names = self._names
        if not between.is_bound:
            return
        a, b = left.reading, right.reading
        if b is not None and left.kind in _NEIGHBOURHOOD and (a is None or left.kind in ("district", "county")):
            left.role = "part"
            return
        if b is None and a is not None and right.kind in _NEIGHBOURHOOD:
            right.role = "part"
            return
        if a is None or b is None:
            return
        if between.text == "-" and a.kind != "prefecture":
            right.role = "part"
            return
        for ward, city in ((left, b), (right, a)):
            if ward.kind == "ward" and city.kind == "city" and city.prefecture != _prefecture(ward):
                ward.role = "part"
                return
        if between.text.strip() == "の" and a.kind != "prefecture" and not right.kind == "city":
            right.role = "part"
            return
        for inner, outer in ((left, right), (right, left)):
            town = outer.reading
            if town is None or town.kind not in _MUNICIPALITIES:
                continue
            if any(p.parent == town.code for p in inner.places) and not (
                inner.reading is not None and inner.reading.kind in _MUNICIPALITIES and between.cues & _JOIN
            ):
                inner.role = "part"
                return
        if left.how == "japanese" and right.how == "japanese" and not between.text and a.kind != "prefecture":
            right.role = "part"
        elif (
            between.cues & _AT
            and b.kind in ("city", "tokyo_ward", "town", "village", "ward")
            and a.kind != "prefecture"
            and not left.kind == "city"
            and a.prefecture != b.prefecture
            and names.municipality(a) is not names.municipality(b)
        ):
            left.role = "part"


def _prefecture(draft: Draft) -> str:
    """Where the reading of a name lies; "" for a ward of a designated city, which may be any city's."""
    return draft.reading.prefecture if draft.reading and draft.reading.kind != "ward" else ""


def _lies_in(place: Municipality | None, prefecture: Municipality) -> bool:
    return place is not None and place.kind != "prefecture" and place.prefecture == prefecture.code


__all__ = ["Between", "Geography", "SOFT", "Sequence"]
