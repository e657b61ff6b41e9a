"""Brings places.yaml in line with a new table: new places from the gazetteer, new names, gone places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import yaml

from bot.new_places import bare_name, find_place, find_prefecture
from bot.places_file import PlacesFile, entry_line
from bot.problems import Problem
from bot.table_diff import PLACE, Cells
from intents.gazetteer import Gazetteer, Municipality

_FIELDS = ("table", "name", "japanese", "reading", "kind", "prefecture", "code", "lat", "lon")
_MAP = "https://www.openstreetmap.org/?mlat={lat}&mlon={lon}"


@dataclass(slots=True)
class PlacesUpdate:
    """The new text of places.yaml, what to tell the person, and what only the person can fill in."""

    text: str
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def update_places(text: str, rows: Sequence[Cells], gazetteer: Gazetteer) -> PlacesUpdate:
    """Compares the places of a new table with places.yaml. A broken places.yaml is left for `check`."""
    update = PlacesUpdate(text)
    try:
        content = yaml.safe_load(text)
        members = {str(key): dict(entry) for key, entry in content["members"].items()}
        prefectures = set(map(str, content["prefectures"]))
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError):
        return update
    file = PlacesFile(text)
    homes = {row[PLACE]: row["Prefecture"] for row in reversed(rows) if row[PLACE]}
    known = {str(entry.get("table")) for entry in members.values()}
    gone = {key: entry for key, entry in members.items() if str(entry.get("table")) not in homes}
    for place in dict.fromkeys(row[PLACE] for row in rows):
        if not place or place in known:
            continue
        home = find_prefecture(homes[place], gazetteer)
        found = find_place(place, home, gazetteer) if home else None
        if home is None or found is None:
            update.problems.append(_ask_for(place, home))
            continue
        renamed = next((key for key, entry in gone.items() if str(entry.get("code")) == found.code), None)
        if renamed is not None:
            del gone[renamed]
            file.replace("members", renamed, "table", place)
            update.notes.append(f"{place} is a new name of {found.japanese}, which was there before.")
            continue
        if home.id not in prefectures:
            prefectures.add(home.id)
            entry = {"name": home.name, "japanese": home.japanese, "code": home.code}
            file.add("prefectures", home.id, entry)
        file.add("members", _free_id(found, home, members), _entry(place, found, home))
        update.notes.append(_please_compare(place, found, home))
    for key in gone:
        file.remove("members", key)
    update.text = file.text
    return update


def _free_id(found: Municipality, home: Municipality, members: dict[str, dict[str, object]]) -> str:
    return found.id if found.id not in members else f"{found.id}-{home.id}"


def _entry(place: str, found: Municipality, home: Municipality) -> dict[str, str]:
    values = (
        place,
        found.name,
        found.japanese,
        found.kana,
        found.kind,
        home.id,
        found.code,
        f"{found.lat:.4f}",
        f"{found.lon:.4f}",
    )
    return dict(zip(_FIELDS, values, strict=True))


def _please_compare(place: str, found: Municipality, home: Municipality) -> str:
    link = _MAP.format(lat=found.lat, lon=found.lon)
    return (
        f"{place}: the gazetteer knows it as {found.japanese} ({found.kana}) in {home.name}.\n"
        f"    Is this the town hall? If not, write its point into places.yaml: {link}"
    )


def _ask_for(place: str, home: Municipality | None) -> Problem:
    """The line of places.yaml that a person must fill in."""
    bare = bare_name(place)
    entry = dict.fromkeys(_FIELDS, "") | {"table": place, "name": bare.title()}
    entry["prefecture"] = home.id if home else ""
    line = entry_line("-".join(bare.split()), entry)
    what = f"“{place}” is not in the gazetteer, at least not in the prefecture that the table names."
    mend = (
        "If the name and the prefecture are right, put this line under “members:”, fill in what is empty, "
        f"and import again:\n{line}"
    )
    return Problem("data/places.yaml", "members", what, mend)
