"""Compares data/places.yaml with the table and with the gazetteer: names, codes, prefectures, coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.problems import BadData, Problem
from bot.table import read_table
from bot.yamlfile import read_yaml
from intents.gazetteer import Gazetteer, Municipality, distance_km

_FILE = "places.yaml"
_ID = re.compile(r"[a-z]+(-[a-z]+)*")
#: A town hall may lie this far from the gazetteer's point of a large municipality (Hamamatsu: 28 km).
_FARTHEST_TOWN_HALL_KM = 40.0


def check_places(data_dir: Path, gazetteer: Gazetteer) -> list[Problem]:
    """What contradicts the table or the gazetteer. Missing entries are `load_members`'s to complain of."""
    try:
        places = read_yaml(data_dir / _FILE)
    except BadData:
        return []
    try:
        table = {row.place for row in read_table(data_dir / "members.tsv")}
    except BadData:
        table = set()
    members = _entries(places, "members")
    prefectures = _entries(places, "prefectures")
    problems: list[Problem] = []
    if places.get("example") not in members:
        what = "must be the id of a place under “members:”."
        problems.append(Problem(_FILE, "example", what, "Example questions will name this place."))
    for prefecture_id, entry in prefectures.items():
        problems += _prefecture_problems(prefecture_id, entry, gazetteer)
    codes: dict[str, str] = {}
    for member_id, entry in members.items():
        problems += _member_problems(member_id, entry, prefectures, gazetteer)
        first = codes.setdefault(entry.get("code", ""), member_id)
        if first != member_id:
            what = f"is the code of {first} too."
            problems.append(Problem(_FILE, f"members.{member_id}.code", what, "Every place has its own."))
        if table and entry.get("table") not in table:
            what = f"no row of members.tsv is called “{entry.get('table')}”."
            mend = "Remove this line, or write the name as the table does."
            problems.append(Problem(_FILE, f"members.{member_id}", what, mend))
    return problems


def _entries(places: dict[str, object], section: str) -> dict[str, dict[str, str]]:
    entries = places.get(section)
    if not isinstance(entries, dict):
        return {}
    return {
        str(entry_id): {str(key): str(value) for key, value in entry.items()}
        for entry_id, entry in entries.items()
        if isinstance(entry, dict)
    }


def _prefecture_problems(
    prefecture_id: str, entry: dict[str, str], gazetteer: Gazetteer
) -> Iterator[Problem]:
    where = f"prefectures.{prefecture_id}"
    known = gazetteer.prefecture(prefecture_id)
    if known is None:
        yield Problem(_FILE, where, "is no prefecture of Japan.", "Write its name in small letters: aichi.")
        return
    for key, right in (("code", known.code), ("japanese", known.japanese)):
        if entry.get(key) != right:
            yield Problem(_FILE, f"{where}.{key}", f"is “{entry.get(key)}”.", f"It must be “{right}”.")


def _member_problems(
    member_id: str, entry: dict[str, str], prefectures: dict[str, dict[str, str]], gazetteer: Gazetteer
) -> Iterator[Problem]:
    where = f"members.{member_id}"
    if not _ID.fullmatch(member_id):
        mend = "Use the letters a to z, with a “-” between words."
        yield Problem(_FILE, where, "is not a proper id.", mend)
    known = gazetteer.by_code(entry.get("code", ""))
    if known is None or known.kind in ("prefecture", "district"):
        mend = "Look it up in data/gazetteer.tsv; it has five digits, in quotation marks."
        yield Problem(_FILE, f"{where}.code", "is not the code of a city or town.", mend)
        return
    for key, right in (("japanese", known.japanese), ("reading", known.kana), ("kind", known.kind)):
        if entry.get(key) != right:
            what = f"is “{entry.get(key)}”, but the place with code {known.code} has “{right}”."
            yield Problem(_FILE, f"{where}.{key}", what, "Mend it here, or mend the code.")
    home = prefectures.get(entry.get("prefecture", ""))
    if home is not None and home.get("code") != known.code[:2]:
        what = f"{entry['prefecture']} is not the prefecture of the place with code {known.code}."
        yield Problem(_FILE, f"{where}.prefecture", what)
    yield from _point_problems(where, entry, known)


def _point_problems(where: str, entry: dict[str, str], known: Municipality) -> Iterator[Problem]:
    try:
        lat, lon = float(entry["lat"]), float(entry["lon"])
    except (KeyError, ValueError):
        return
    away = distance_km(lat, lon, known.lat, known.lon)
    if not away <= _FARTHEST_TOWN_HALL_KM:
        what = f"the point is {away:.0f} km away from {known.japanese}."
        mend = "Write the town hall's latitude (lat) and longitude (lon), in this order, in degrees."
        yield Problem(_FILE, f"{where}.lat", what, mend)
