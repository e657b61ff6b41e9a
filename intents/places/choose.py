"""Chooses what each name means: the city or the prefecture, the Ota of Gunma or the ward in Tokyo.

Looks at the suffix, at the prefectures and cities said beside it, and prefers members and big towns. Knows no roles.
"""

from __future__ import annotations

from collections.abc import Sequence

from intents.gazetteer import Municipality
from intents.places.draft import Draft
from intents.places.names import Names
from intents.places.spelling import FITS

#: Kinds that a name must fit: "Toyota-cho" is no Toyota. A city or a station may be any place.
_STRICT = frozenset({"town", "ward", "district", "county"})
_ORDER = {"city": 0, "tokyo_ward": 0, "town": 1, "village": 2, "prefecture": 3, "ward": 4, "district": 5}


class Chooser:
    def __init__(self, names: Names) -> None:
        self._names = names
        prefectures = {names.gazetteer.member(code)[:0] or code[:2] for code in names.gazetteer.members().values()}
        self._member_prefectures = frozenset(prefectures)

    def choose(self, drafts: Sequence[Draft]) -> None:
        """Sets the reading of every draft; None where the suffix makes it a place that no list has."""
        said = _prefectures_said(drafts)
        for draft in drafts:
            others = {code for code, source in said.items() if any(s is not draft for s in source)}
            beside = {code for other in drafts if other is not draft for p in other.places for code in _cities(p)}
            draft.reading = self.best(draft, others, beside)

    def best(self, draft: Draft, prefectures: set[str], cities: set[str]) -> Municipality | None:
        """The likeliest reading where these prefectures and cities are named in the same message."""
        places: Sequence[Municipality] = draft.places
        if draft.kind:
            fitting = [p for p in places if p.kind in FITS[draft.kind]]
            if draft.kind == "district":
                fitting = [p for p in places if p.kind in ("district", "ward")]
            if fitting:
                places = fitting
            elif draft.kind in _STRICT:
                return None
            elif draft.kind == "prefecture":
                prefectures = set()
        return min(places, key=lambda place: self._rank(draft, place, prefectures, cities))

    def _rank(
        self, draft: Draft, place: Municipality, prefectures: set[str], cities: set[str]
    ) -> tuple[int, int, int, int, int, int]:
        inside = place.prefecture in prefectures and place.kind != "prefecture"
        member = bool(self._names.member(place)) and place.kind in ("city", "town")
        wide = place.kind == "prefecture" and draft.kind != "city" and place.code in self._member_prefectures
        hand_made = place.kind == "district" and not place.code
        order = _ORDER[place.kind] - (2 if hand_made else 0)
        namesake = place.kind == "district" and not place.code and len(draft.places) > 1
        known_beside = (place.parent if place.kind == "ward" else place.code) in cities
        inside = inside and not namesake
        return (not known_beside, not inside, not member, not wide, order, -place.population)


def _cities(place: Municipality) -> tuple[str, ...]:
    """The municipality that a mention of this place points to: Haneda to Ota ward."""
    return (place.code,) if place.kind == "city" else (place.parent,) if place.parent else ()


def _prefectures_said(drafts: Sequence[Draft]) -> dict[str, list[Draft]]:
    """The prefectures that the message names, with the drafts that name them."""
    said: dict[str, list[Draft]] = {}
    for draft in drafts:
        for place in draft.places:
            if place.kind == "prefecture" and draft.kind in ("", "prefecture"):
                said.setdefault(place.code, []).append(draft)
    return said
