"""Figures and how they are told: spreads over several runs, ratios taken run by run, tables in Markdown.

Knows nothing of what was measured.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the middle and the greatest of several runs."""

    least: float
    middle: float
    greatest: float

    def __str__(self) -> str:
        return f"{short(self.middle)} ({short(self.least)} to {short(self.greatest)})"


def spread(values: Sequence[float]) -> Spread:
    return Spread(min(values), statistics.median(values), max(values))


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Ours to theirs, run by run: what slows a whole run down slows both."""
    return spread([a / b for a, b in zip(ours, theirs, strict=True)])


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def short(value: float) -> str:
    """Three figures, as people write them."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{round(value, digits):,.{min(digits, 4)}f}"


@dataclass(slots=True)
class Runs:
    """The figures of one section: for each subject and each measure, a value a run."""

    values: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def add(self, subject: str, measure: str, value: float) -> None:
        self.values.setdefault((subject, measure), []).append(value)

    def of(self, subject: str, measure: str) -> list[float]:
        return self.values[subject, measure]

    def has(self, subject: str, measure: str) -> bool:
        return (subject, measure) in self.values

    def subjects(self) -> list[str]:
        return list(dict.fromkeys(subject for subject, _ in self.values))


def ratio_table(runs: Runs, ours: str, measures: Sequence[tuple[str, str]]) -> str:
    """Ours to each other subject; a measure is its name and whether "more" or "less" of it is better."""
    rows = []
    for other in runs.subjects():
        if other != ours:
            rows.append(
                [other]
                + [
                    _ratio_cell(runs, ours, other, name) if runs.has(ours, name) else "-"
                    for name, _ in measures
                ]
            )
    return table(
        [f"{ours} / ...", *(f"{name} ({better} is better)" for name, better in measures)],
        rows,
    )


def _ratio_cell(runs: Runs, ours: str, other: str, measure: str) -> str:
    return str(ratios(runs.of(ours, measure), runs.of(other, measure))) if runs.has(other, measure) else "-"


def figure_table(runs: Runs, measures: Iterable[str]) -> str:
    """Every subject's own figures."""
    measures = list(measures)
    rows = [
        [
            subject,
            *(str(spread(runs.of(subject, name))) if runs.has(subject, name) else "-" for name in measures),
        ]
        for subject in runs.subjects()
    ]
    return table(["", *measures], rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
