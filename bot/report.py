"""`report`: what was asked in a period, counted; where people wanted classes that the table does not have.

Reads the journal, in which there is no user. A message that asks about two places counts once for each.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TextIO

from bot.journal import JournalEntry, Misunderstood, read_counts, read_misunderstood
from bot.stores import Store

_APPS = {"line": "LINE", "telegram": "Telegram"}

#: One counter of a journal.
Count = tuple[JournalEntry, int]


@dataclass(frozen=True, slots=True)
class Names:
    """What to call things: languages by code, members by id, prefectures that have members."""

    languages: dict[str, str]
    members: dict[str, str]
    prefectures: dict[str, str]


@dataclass(frozen=True, slots=True)
class Chart:
    """One question to the counts: a title, and how many of what, greatest first (days in their order)."""

    title: str
    bars: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything counted between two days (2026-11-24, both included)."""

    first: str
    last: str
    counts: tuple[Count, ...]
    charts: tuple[Chart, ...]
    total: int
    unknown_place: int
    out_of_scope: int
    texts: tuple[Misunderstood, ...]

    @property
    def understood(self) -> float:
        """The share, in 0..1, of questions that were about classes and named no place unknown to us."""
        return 1 - (self.unknown_place + self.out_of_scope) / self.total if self.total else 0.0

    @property
    def summary(self) -> tuple[str, ...]:
        """The figures in sentences."""
        if not self.total:
            return ("Nothing was asked in this time.",)
        return (
            f"{self.total} questions, {self.understood:.0%} of them understood.",
            f"With a place that the bot does not know: {self.unknown_place}.",
            f"About something else than Japanese classes, or not understood: {self.out_of_scope}.",
        )


async def make_report(store: Store, first: str, last: str, names: Names) -> Report:
    """Counts what the journal holds of these days. Raises StoreDownError."""
    counts = await read_counts(store, first, last)
    texts = await read_misunderstood(store, first, last)
    return _report(first, last, counts, texts, names)


def _report(
    first: str, last: str, counts: Sequence[Count], texts: Sequence[Misunderstood], names: Names
) -> Report:
    unknown = sum(count for entry, count in counts if entry.place == "unknown")
    other = sum(
        count for entry, count in counts if entry.intent == "out_of_scope" and entry.place != "unknown"
    )
    charts = (
        Chart("By day", _by_day(first, last, counts)),
        Chart(
            "By language", _most(counts, lambda entry: names.languages.get(entry.language, entry.language))
        ),
        Chart("By app", _most(counts, lambda entry: _APPS.get(entry.channel, entry.channel))),
        Chart("By question", _most(counts, lambda entry: entry.intent.replace("_", " "))),
        Chart("Places of the table", _most(counts, lambda entry: _inside(entry, names))),
        Chart("Wanted, but not in the table", _most(counts, lambda entry: _outside(entry, names))),
    )
    total = sum(count for _, count in counts)
    return Report(first, last, tuple(counts), charts, total, unknown, other, tuple(texts))


def _by_day(first: str, last: str, counts: Sequence[Count]) -> tuple[tuple[str, int], ...]:
    """Every day of the period, those without questions too."""
    per_day = Counter[str]()
    for entry, count in counts:
        per_day[entry.day] += count
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    days = [day + timedelta(n) for n in range((end - day).days + 1)]
    return tuple((found.isoformat(), per_day[found.isoformat()]) for found in days)


def _most(counts: Sequence[Count], name: Callable[[JournalEntry], str]) -> tuple[tuple[str, int], ...]:
    """The counts by a name, greatest first; what has no name is not part of it."""
    found = Counter[str]()
    for entry, count in counts:
        if label := name(entry):
            found[label] += count
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _inside(entry: JournalEntry, names: Names) -> str:
    kind, _, place = entry.place.partition(":")
    known = {"member": names.members, "prefecture": names.prefectures}.get(kind, {})
    return known.get(place, "")


def _outside(entry: JournalEntry, names: Names) -> str:
    kind, _, place = entry.place.partition(":")
    if kind == "prefecture" and place not in names.prefectures:
        return f"{place.capitalize()} Prefecture"
    return place.capitalize() if kind == "elsewhere" else ""


def write_csv(report: Report, out: TextIO) -> None:
    """The counters themselves, for a spreadsheet."""
    table = csv.writer(out, lineterminator="\n")
    table.writerow([*JournalEntry._fields, "count"])
    table.writerows([*entry, count] for entry, count in report.counts)


def write_text(report: Report, out: TextIO) -> None:
    """For a terminal: a table with bars for each question."""
    from rich.bar import Bar
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=out, highlight=False)
    console.print(Text(f"{report.first} to {report.last}", style="bold"))
    for sentence in report.summary:
        console.print(sentence)
    for chart in report.charts:
        most = max((count for _, count in chart.bars), default=0)
        if not most:
            continue
        console.print(Text(f"\n{chart.title}", style="bold"))
        table = Table(box=None, show_header=False, pad_edge=False)
        for label, count in chart.bars:
            table.add_row(label, Text(str(count), justify="right"), Bar(most, 0, count, width=40))
        console.print(table)
    if report.texts:
        console.print(Text("\nNot understood (masked)", style="bold"))
        for text in report.texts:
            console.print(Text(f"{text.day} {text.language}: {text.text}"), soft_wrap=True)
