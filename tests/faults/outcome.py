"""The figures of one fault test, and the table that shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """`lost` events got no answer, `double` ones more than one; `kills` counts whatever was broken."""

    name: str
    events: int
    kills: int
    lost: int
    double: int
    seconds: float
    note: str = ""

    @property
    def is_fine(self) -> bool:
        return self.lost == 0 and self.double == 0


def table(outcomes: Iterable[Outcome]) -> str:
    """The figures as a table of Markdown."""
    rows = [
        "| fault | events | kills | lost | double | seconds | |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    rows += [
        f"| {o.name} | {o.events} | {o.kills} | {o.lost} | {o.double} | {o.seconds:.0f} | {o.note} |"
        for o in outcomes
    ]
    return "\n".join(rows)
