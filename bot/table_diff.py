"""What changes from one state of the council's table to the next, and how that looks in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.table import COLUMNS

if TYPE_CHECKING:
    from rich.text import Text

PLACE = "Cities, Towns"
OFFICE = "Department in charge"

#: A row of the table by column name.
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """A row before and after; None where it is new or gone."""

    old: Cells | None
    new: Cells | None


def pair_rows(old: Sequence[Cells], new: Sequence[Cells]) -> list[Pair]:
    """Every new row with the old one that it replaces, in the new order; then the rows that are gone.

    Rows of one place belong together by their department; what is left of a place, by order.
    """
    left = list(old)
    partner: dict[int, Cells] = {}
    for same in (_same_office, _same_place):
        for index, row in enumerate(new):
            if index in partner:
                continue
            found = next((before for before in left if same(before, row)), None)
            if found is not None:
                partner[index] = found
                left = [before for before in left if before is not found]
    return [Pair(partner.get(index), row) for index, row in enumerate(new)] + [
        Pair(row, None) for row in left
    ]


def _same_office(one: Cells, other: Cells) -> bool:
    return _same_place(one, other) and one[OFFICE] == other[OFFICE]


def _same_place(one: Cells, other: Cells) -> bool:
    return one[PLACE].casefold() == other[PLACE].casefold()


def describe(pairs: Sequence[Pair]) -> Iterator[Text]:
    """Lines for the terminal: what is new in green, what is gone in red; unchanged rows are not shown."""
    from rich.text import Text

    before = {pair.old[PLACE] for pair in pairs if pair.old}
    after = {pair.new[PLACE] for pair in pairs if pair.new}
    for pair in pairs:
        if pair.old is None and pair.new is not None:
            kind = "new office" if pair.new[PLACE] in before else "new place"
            yield Text(f"+ {pair.new[PLACE]} ({kind})", style="bold green")
            yield from _cells(pair.new, "green")
        elif pair.new is None and pair.old is not None:
            kind = "office gone" if pair.old[PLACE] in after else "place gone"
            yield Text(f"- {pair.old[PLACE]} ({kind})", style="bold red")
            yield from _cells(pair.old, "red")
        elif pair.old is not None and pair.new is not None:
            yield from _changed(pair.old, pair.new)


def _cells(row: Cells, style: str) -> Iterator[Text]:
    from rich.text import Text

    for column, cell in row.items():
        if cell and column != PLACE:
            yield Text(f"    {column}: {cell}", style=style)


def _changed(old: Cells, new: Cells) -> Iterator[Text]:
    from rich.text import Text

    columns = [column for column in new if old.get(column, "") != new[column]]
    columns += [column for column in old if column not in new and old[column]]
    if not columns:
        return
    yield Text(f"~ {new[PLACE]}, {new[OFFICE]}", style="bold yellow")
    for column in columns:
        yield Text(f"    {column}", style="bold")
        yield Text(f"      - {old.get(column, '') or '(empty)'}", style="red")
        yield Text(f"      + {new.get(column, '') or '(empty)'}", style="green")


def all_columns(old: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """The columns to write: ours in the order they have, then those that anybody added."""
    ordered = dict.fromkeys([*(old if set(COLUMNS).issubset(old) else COLUMNS), *new])
    return tuple(ordered)
