"""Chooses what each name means: the city or the prefecture, the Ota of Gunma or the ward in Tokyo.

Looks at the suffix, at the prefectures and cities said beside it, and prefers members and big towns. Knows no
roles.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from intents.gazetteer import Municipality
from intents.places.draft import Draft
from intents.places.names import Names
from intents.places.spelling import FITS

#: Kinds that a name must fit: "Toyota-cho" is no Toyota. A city or a station may be any place.
_STRICT = frozenset({"town", "ward", "district", "county"})
_SMALL = frozenset({"district", "ward"})
_ORDER = {"city": 0, "tokyo_ward": 0, "town": 1, "village": 2, "prefecture": 3, "ward": 4, "district": 5}
#: A district that is listed by hand is better known than most.
_BY_HAND = 3


class Chooser:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._member_prefectures = frozenset(code[:2] for code in names.gazetteer.members().values())

    def choose(self, drafts: Sequence[Draft]) -> None:
        """Sets the reading of every draft; None where the suffix makes it a place that no list has."""
        for draft in drafts:
            others = [other for other in drafts if other is not draft]
            prefectures = {code for other in others for code in _prefectures(other)}
            cities = {code for other in others for place in other.places for code in _cities(place)}
            draft.reading = self._best(draft, prefectures, cities)

    def _best(self, draft: Draft, prefectures: Set[str], cities: Set[str]) -> Municipality | None:
        """The likeliest reading where these prefectures and cities are named in the same message."""
        places: Sequence[Municipality] = draft.places
        if draft.kind:
            fits = _SMALL if draft.kind == "district" else FITS[draft.kind]
            places = [place for place in places if place.kind in fits]
            if not places and draft.kind in _STRICT:
                return None
            if not places:
                places = draft.places
                prefectures = frozenset() if draft.kind == "prefecture" else prefectures
        return min(places, key=lambda place: self._rank(draft, place, prefectures, cities))

    def _rank(
        self, draft: Draft, place: Municipality, prefectures: Set[str], cities: Set[str]
    ) -> tuple[bool, bool, bool, bool, int, int]:
        """Sorts the readings of a name, the likeliest first."""
        by_hand = place.kind == "district" and not place.code
        namesake = by_hand and len(draft.places) > 1
        beside = (place.parent if place.kind == "ward" else place.code) in cities
        inside = place.prefecture in prefectures and place.kind != "prefecture" and not namesake
        member = bool(self._names.member(place)) and place.kind in ("city", "town")
        wide = place.kind == "prefecture" and draft.kind != "city" and place.code in self._member_prefectures
        order = _BY_HAND if by_hand else _ORDER[place.kind]
        return (not beside, not inside, not member, not wide, order, -place.population)


def _cities(place: Municipality) -> tuple[str, ...]:
    """The municipality that a mention of this place points to: Haneda to Ota ward."""
    return (place.code,) if place.kind == "city" else (place.parent,) if place.parent else ()


def _prefectures(draft: Draft) -> tuple[str, ...]:
    """The prefectures that a name may mean."""
    if draft.kind not in ("", "prefecture"):
        return ()
    return tuple(place.code for place in draft.places if place.kind == "prefecture")
