"""The member cities and towns: the rows of the council's table joined with what places.yaml adds to them."""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.link_health import LinkHealth
from bot.problems import BadData, Problem
from bot.table import Page, Row, read_table
from bot.yamlfile import read_yaml
from intents.gazetteer import distance_km

#: So far apart, in kilometres, are two points at least whose latitudes differ by one degree.
_KM_PER_DEGREE = 111.0


@dataclass(frozen=True, slots=True)
class Office:
    """One department in charge, as the table gives it."""

    department: str
    sites: tuple[Page, ...]
    email: str


@dataclass(frozen=True, slots=True)
class Prefecture:
    id: str
    name: str
    japanese: str
    code: str


@dataclass(frozen=True, slots=True)
class Member:
    """A city or town of the table. `lat` and `lon` are its town hall's, in degrees (WGS 84)."""

    id: str
    name: str
    japanese: str
    reading: str
    kind: str
    prefecture: Prefecture
    code: str
    lat: float
    lon: float
    offices: tuple[Office, ...]
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A member and how far its town hall is, in kilometres as the crow flies."""

    member: Member
    km: float


class Members:
    """All members in the table's order; `example` is the one that example questions name."""

    def __init__(self, members: Iterable[Member], example: str = "") -> None:
        self.all = tuple(members)
        self._by_id = {member.id: member for member in self.all}
        self.example = self._by_id.get(example, self.all[0])
        self._inside: dict[Prefecture, list[Member]] = {}
        for member in self.all:
            self._inside.setdefault(member.prefecture, []).append(member)
        self.prefectures = tuple(self._inside)
        self._northward = sorted(self.all, key=lambda member: member.lat)

    def get(self, member_id: str) -> Member | None:
        return self._by_id.get(member_id)

    def prefecture(self, prefecture_id: str) -> Prefecture | None:
        return next((found for found in self.prefectures if found.id == prefecture_id), None)

    def inside(self, prefecture: Prefecture) -> tuple[Member, ...]:
        return tuple(self._inside.get(prefecture, ()))

    def nearest(self, lat: float, lon: float, count: int, only_with_pages: bool = False) -> tuple[Near, ...]:
        """So many members by their distance from a point, nearest first."""
        near: list[Near] = []
        for member in self._outward(lat):
            if len(near) == count and _KM_PER_DEGREE * abs(member.lat - lat) > near[-1].km:
                break
            if member.pages or not only_with_pages:
                found = Near(member, distance_km(lat, lon, member.lat, member.lon))
                insort(near, found, key=lambda one: one.km)
                del near[count:]
        return tuple(near)

    def _outward(self, lat: float) -> Iterator[Member]:
        """All members, those of the nearest latitude first."""
        start = bisect_left(self._northward, lat, key=lambda member: member.lat)
        south, north = reversed(self._northward[:start]), iter(self._northward[start:])
        return heapq.merge(south, north, key=lambda member: abs(member.lat - lat))


def load_members(data_dir: Path, links: LinkHealth = LinkHealth()) -> Members:  # noqa: B008 (frozen)
    """Joins members.tsv and places.yaml, and marks the pages that no longer answer.

    Raises BadData with every problem of both files.
    """
    rows = read_table(data_dir / "members.tsv")
    places = read_yaml(data_dir / "places.yaml")
    prefectures, facts, problems = _read_places(places)
    by_table_name = {fact["table"]: (member_id, fact) for member_id, fact in facts.items()}
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.place, []).append(row)
    members = []
    for place, its_rows in grouped.items():
        if place not in by_table_name:
            mend = f"Add a line under “members:” with “table: {place}”."
            what = f"“{place}” is not in places.yaml."
            problems.append(Problem("members.tsv", "Cities, Towns", what, mend, its_rows[0].line))
            continue
        member_id, fact = by_table_name[place]
        prefecture = prefectures.get(fact["prefecture"])
        if prefecture is None:
            problems.append(
                Problem(
                    "places.yaml", f"members.{member_id}.prefecture", f"“{fact['prefecture']}” is not listed."
                )
            )
            continue
        for row in its_rows:
            if row.prefecture.casefold() != prefecture.name.casefold():
                what = f"“{row.prefecture}” is not the prefecture of {place} in places.yaml."
                problems.append(Problem("members.tsv", "Prefecture", what, line=row.line))
        members.append(_join(member_id, fact, prefecture, its_rows, links))
    if problems:
        raise BadData(problems)
    return Members(members, str(places.get("example", "")))


def _join(
    member_id: str, fact: dict[str, str], prefecture: Prefecture, rows: list[Row], links: LinkHealth
) -> Member:
    def marked(pages: Iterable[Page]) -> tuple[Page, ...]:
        return tuple(replace(page, unanswered=links.note_for(page.url)) for page in pages)

    return Member(
        id=member_id,
        name=fact["name"],
        japanese=fact["japanese"],
        reading=fact["reading"],
        kind=fact["kind"],
        prefecture=prefecture,
        code=fact["code"],
        lat=float(fact["lat"]),
        lon=float(fact["lon"]),
        offices=tuple(Office(row.department, marked(row.sites), row.email) for row in rows),
        pages=marked({page.url: page for row in rows for page in row.pages}.values()),
    )


_FACTS = ("table", "name", "japanese", "reading", "kind", "prefecture", "code", "lat", "lon")


def _read_places(
    places: dict[str, object],
) -> tuple[dict[str, Prefecture], dict[str, dict[str, str]], list[Problem]]:
    problems: list[Problem] = []

    def section(name: str, keys: tuple[str, ...]) -> dict[str, dict[str, str]]:
        entries = places.get(name)
        if not isinstance(entries, dict):
            problems.append(Problem("places.yaml", name, "this list is missing."))
            return {}
        good = {}
        for entry_id, entry in entries.items():
            missing = [key for key in keys if not isinstance(entry, dict) or entry.get(key) in (None, "")]
            if missing:
                problems.append(Problem("places.yaml", f"{name}.{entry_id}", f"lacks {', '.join(missing)}."))
                continue
            good[str(entry_id)] = {key: str(entry[key]) for key in keys}
        return good

    prefectures = {
        entry_id: Prefecture(entry_id, **entry)
        for entry_id, entry in section("prefectures", ("name", "japanese", "code")).items()
    }
    members = section("members", _FACTS)
    for member_id, entry in list(members.items()):
        for key in ("lat", "lon"):
            try:
                float(entry[key])
            except ValueError:
                problems.append(Problem("places.yaml", f"members.{member_id}.{key}", "is not a number."))
                members.pop(member_id, None)
    return prefectures, members, problems
