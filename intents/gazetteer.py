"""The municipalities, prefectures and districts of Japan: names, codes, coordinates, whose land a point is.

Reads the files that the scripts in data/ build. Knows nothing of sentences.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import asin, cos, floor, radians, sin, sqrt
from pathlib import Path
from sys import intern
from typing import Literal, cast

import yaml

MunicipalityKind = Literal["prefecture", "city", "tokyo_ward", "town", "village", "ward", "district"]

#: Mean radius of the Earth (IUGG), in km.
_EARTH_RADIUS_KM = 6371.0
#: Every inhabited point of Japan is closer than this to a municipality's point (the largest distance found
#: is 48 km); Busan is at 110.
_NEAR_JAPAN_KM = 60.0
_KM_PER_DEGREE = 111.2
#: Cells a degree in data/member_areas.tsv.
_CELLS_PER_DEGREE = 200


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality, a ward of a designated city, a prefecture, or a district inside a municipality.

    `code` is the JIS code (five digits, two for a prefecture, "g..." for a district of GeoNames), `id` romaji
    in lower case, `kana` hiragana without the suffix, `parent` the code of the city that a ward or district
    lies in. `population` is 0 where unknown.
    """

    code: str
    id: str
    kind: MunicipalityKind
    kanji: str
    suffix: str
    kana: str
    lat: float
    lon: float
    population: int = 0
    parent: str = ""

    @property
    def name(self) -> str:
        """As a foreigner writes it: Nagoya, Ota-ku."""
        return self.id[:1].upper() + self.id[1:]

    @property
    def romaji(self) -> str:
        """The bare name in letters: "ota" for the ward as for the city."""
        return self.id.partition("-")[0]

    @property
    def japanese(self) -> str:
        return self.kanji + self.suffix

    @property
    def prefecture(self) -> str:
        """The two-digit code of the prefecture, for a district that of its municipality."""
        return self.parent[:2] if self.kind == "district" else self.code[:2]


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance; degrees in, kilometres out."""
    up, across = radians(other_lat - lat) / 2, radians(other_lon - lon) / 2
    chord = sin(up) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(across) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(sqrt(chord))


class Gazetteer:
    """All of Japan, by code and by point. Made once at the start; never changes."""

    def __init__(
        self,
        municipalities: Iterable[Municipality],
        members: dict[str, str],
        territory: dict[int, list[tuple[int, int, str]]],
    ) -> None:
        """`members` is code -> member id; `territory` is grid row -> runs (first, last column, member)."""
        self._by_code = {place.code: place for place in municipalities}
        self._prefectures = {p.id: p for p in self._by_code.values() if p.kind == "prefecture"}
        self._members = members
        self._territory = territory
        points = [p for p in self._by_code.values() if p.kind not in ("prefecture", "district")]
        self._southward = sorted((p.lat, p.lon) for p in points)

    @classmethod
    def load(cls, data_dir: Path) -> Gazetteer:
        """Reads gazetteer.tsv, places.yaml and member_areas.tsv.

        Raises OSError where a file is missing and ValueError, with file and line, where a line is wrong.
        """
        facts = yaml.safe_load((data_dir / "places.yaml").read_text(encoding="utf-8"))
        members = {str(place["code"]): str(member) for member, place in facts["members"].items()}
        return cls(read_municipalities(data_dir), members, _read_territory(data_dir))

    def __iter__(self) -> Iterator[Municipality]:
        return iter(self._by_code.values())

    def by_code(self, code: str) -> Municipality | None:
        return self._by_code.get(code)

    def prefecture(self, prefecture_id: str) -> Municipality | None:
        """The prefecture with this id ("gunma")."""
        return self._prefectures.get(prefecture_id)

    def member(self, code: str) -> str:
        """The id of the member with this municipality code, "" where it is none."""
        return self._members.get(code, "")

    def members(self) -> dict[str, str]:
        """Municipality code of each member id."""
        return {member: code for code, member in self._members.items()}

    def locate(self, lat: float, lon: float) -> str | None:
        """The id of the member whose territory holds the point (to about 500 m at its border)."""
        column = floor(lon * _CELLS_PER_DEGREE)
        for first, last, member in self._territory.get(floor(lat * _CELLS_PER_DEGREE), ()):
            if first <= column <= last:
                return member
        return None

    def near_japan(self, lat: float, lon: float) -> bool:
        """Whether any municipality is within 60 km."""
        reach = _NEAR_JAPAN_KM / _KM_PER_DEGREE
        start = bisect.bisect_left(self._southward, (lat - reach,))
        for place_lat, place_lon in self._southward[start:]:
            if place_lat > lat + reach:
                return False
            if distance_km(lat, lon, place_lat, place_lon) <= _NEAR_JAPAN_KM:
                return True
        return False


def table(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of a tab-separated file below its header; all lines must be as wide as that."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    width = header.count("\t") + 1
    for number, line in enumerate(lines, start=2):
        cells = line.split("\t")
        if len(cells) != width:
            raise ValueError(f"{path}:{number}: {len(cells)} cells, the header has {width}")
        yield number, cells


def read_municipalities(data_dir: Path) -> Iterator[Municipality]:
    """Every row of gazetteer.tsv; errors as in `Gazetteer.load`."""
    path = data_dir / "gazetteer.tsv"
    for number, cells in table(path):
        code, kind, place_id, kanji, suffix, kana, lat, lon, population, parent = cells
        try:
            point = (float(lat), float(lon), int(population or 0))
            yield Municipality(
                code, place_id, _kind(kind), kanji, intern(suffix), kana, *point, intern(parent)
            )
        except ValueError as error:
            raise ValueError(f"{path}:{number}: {error}") from None


def _kind(text: str) -> MunicipalityKind:
    match text:
        case "prefecture" | "city" | "tokyo_ward" | "town" | "village" | "ward" | "district":
            return cast(MunicipalityKind, intern(text))
        case _:
            raise ValueError(f"no such kind of place: {text!r}")


def _read_territory(data_dir: Path) -> dict[int, list[tuple[int, int, str]]]:
    territory: dict[int, list[tuple[int, int, str]]] = {}
    for _, (member, row, first, last) in table(data_dir / "member_areas.tsv"):
        territory.setdefault(int(row), []).append((int(first), int(last), member))
    return territory
