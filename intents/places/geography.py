"""Which names say where another name lies: "Homi danchi, Toyota", "Ota, Gunma", "Ueda in Tempaku-ku, Nagoya".

Marks those as parts, so that one place is left to answer about. Looks only at what stands between two names.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from intents.gazetteer import Municipality
from intents.places.between import Between
from intents.places.cues import BIT
from intents.places.draft import Draft
from intents.places.names import Names
from intents.places.scene import Scene

_AT, _JOIN, _PART_OF = BIT["at"], BIT["join"], BIT["part_of"]
_WHICH, _FROM, _INTO, _NOT_BEFORE = (BIT[cue] for cue in ("which_after", "from", "into", "not_before"))

_NEIGHBOURHOODS = frozenset({"town", "district", "village", "ward", "county"})
_MUNICIPALITIES = frozenset({"city", "tokyo_ward", "town", "village"})


class Geography:
    def __init__(self, names: Names) -> None:
        self._names = names

    def mark_parts(self, scene: Scene, drafts: Sequence[Draft]) -> None:
        for left, right in pairwise(drafts):
            if left.role == "part" and left.how == right.how == "japanese" and left.end == right.start:
                right.role = "part"
            if left.role == right.role == "asked":
                self._relate(left, right, Between(scene, left, right))
        _mark_small(drafts)

    def _relate(self, left: Draft, right: Draft, between: Between) -> None:
        """Two neighbours that both seem to be asked about."""
        if between.cues & _PART_OF:
            left.role = "part"
            if right.reading is None:
                right.reading = _biggest(right.places)
            return
        if right.cues_after & _WHICH and not between.is_list:
            left.role = "corrected"
        if left.touching & _FROM and between.cues & _INTO and between.is_bound:
            left.role = "left"
        self._mark_prefecture(left, right, between)
        if left.role == right.role == "asked" and between.is_bound:
            self._mark_neighbourhood(left, right, between)

    # A prefecture beside a place in it ---------------------------------------------------------------------

    @staticmethod
    def _mark_prefecture(left: Draft, right: Draft, between: Between) -> None:
        """A prefecture beside a place in it chooses the place's reading, and is a part of its name."""
        for inner, outer in ((left, right), (right, left)):
            codes = {p.code for p in outer.places if p.kind == "prefecture"}
            if outer.kind not in ("", "prefecture", "county"):
                continue
            inside = tuple(p for p in inner.places if p.prefecture in codes and p.kind != "prefecture")
            if not inside or (inner.name == outer.name and not inner.kind):
                continue
            if between.is_list and between.cues & _JOIN and outer.kind != "prefecture":
                outer.listed = True
            elif between.is_bound:
                if inner.reading not in inside:
                    inner.reading = _biggest(inside)
                outer.role = "part"
                return

    @staticmethod
    def mark_prefectures(drafts: Sequence[Draft]) -> None:
        """A prefecture anywhere in the message goes out where a place inside it is asked about."""
        asked = [d for d in drafts if d.role == "asked" and d.reading]
        for outer in asked:
            codes = {p.code for p in outer.places if p.kind == "prefecture"}
            if outer.kind == "prefecture" or (outer.kind == "" and not outer.listed):
                inside = (d.name != outer.name and _lies_in(d.reading, codes) for d in asked)
                if any(inside):
                    outer.role = "part"

    # A neighbourhood beside its town -----------------------------------------------------------------------

    def _mark_neighbourhood(self, left: Draft, right: Draft, between: Between) -> None:
        a, b = left.reading, right.reading
        if b and left.kind in _NEIGHBOURHOODS and (a is None or left.kind in ("district", "county")):
            left.role = "part"
        elif a and b is None and right.kind in _NEIGHBOURHOODS:
            right.role = "part"
        elif a and b and (small := self._smaller(left, right, a, b, between)):
            small.role = "part"

    def _smaller(
        self, left: Draft, right: Draft, a: Municipality, b: Municipality, between: Between
    ) -> Draft | None:
        """The one of two names, read as `a` and `b`, that only says where in the other it is."""
        if between.text == "-" and a.kind != "prefecture":
            return right
        for ward, city in ((left, b), (right, a)):
            if ward.kind == "ward" and city.kind == "city" and city.prefecture != _prefecture(ward):
                return ward
        if between.is_of and a.kind != "prefecture" and right.kind != "city":
            return right
        for inner, town in ((left, b), (right, a)):
            is_town = inner.reading is not None and inner.reading.kind in _MUNICIPALITIES
            is_joined = is_town and between.cues & _JOIN
            if (
                town.kind in _MUNICIPALITIES
                and any(p.parent == town.code for p in inner.places)
                and not is_joined
            ):
                return inner
        if left.how == right.how == "japanese" and not between.text and a.kind != "prefecture":
            return right
        is_elsewhere = b.kind in _MUNICIPALITIES or b.kind == "ward"
        is_far = a.kind != "prefecture" and a.prefecture != b.prefecture
        if between.cues & _AT and is_elsewhere and is_far and left.kind != "city":
            return left if self._names.municipality(a) is not self._names.municipality(b) else None
        return None


def _mark_small(drafts: Sequence[Draft]) -> None:
    """A station or a ward goes out where a town is named, wherever that stands; so does the end of a longer
    name ("Hitachi-Ota, not plain Ota")."""
    asked = [d for d in drafts if d.role == "asked"]
    towns = [d for d in asked if d.kind != "station" and d.reading and d.reading.kind in _MUNICIPALITIES]
    for draft in asked:
        others = [d for d in towns if d.name != draft.name]
        is_ward = draft.kind == "ward" and draft.reading is not None and draft.reading.kind == "ward"
        is_station = draft.kind == "station" and any(d.start > draft.start or d.kind for d in others)
        is_end = not draft.kind and any(
            d.name.endswith(draft.name) and not d.cues_before & _NOT_BEFORE for d in others
        )
        if (is_ward and others) or is_station or is_end:
            draft.role = "part"


def _biggest(places: Sequence[Municipality]) -> Municipality | None:
    return min(places, key=lambda place: (bool(place.parent), -place.population), default=None)


def _prefecture(draft: Draft) -> str:
    """Where the reading of a name lies; "" for a ward of a designated city, which may be any city's."""
    return draft.reading.prefecture if draft.reading and draft.reading.kind != "ward" else ""


def _lies_in(place: Municipality | None, prefectures: set[str]) -> bool:
    return place is not None and place.kind != "prefecture" and place.prefecture in prefectures
