"""Reads the council's table (data/members.tsv) cell by cell, as published. Knows no coordinates and no words.

The columns are those of the council's page "Member cities and towns of Council for Cities of
Non-Japanese Residents".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.problems import BadData, Problem, read_text

COLUMNS = (
    "Prefecture",
    "Cities, Towns",
    "Department in charge",
    "URL",
    "E-mail",
    "Japanese Class Information",
)

_URL = re.compile(r"https?://[!-~]+")
_EMAIL = re.compile(r"[\w.+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page:
    """A page in the table, byte for byte, and the organisation that the table names behind it, if any.

    `unanswered` is the day of the last check, where the page has not answered for some time.
    """

    url: str
    organisation: str = ""
    unanswered: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `prefecture` and `place` as the table spells them; `line` is its line in the file (from 1)."""

    line: int
    prefecture: str
    place: str
    department: str
    sites: tuple[Page, ...]
    email: str
    pages: tuple[Page, ...]


def read_table(path: Path) -> tuple[Row, ...]:
    """Every row in the file's order; columns that are not ours are skipped.

    Raises BadData with all problems of all rows.
    """
    lines = read_text(path).splitlines()
    problems: list[Problem] = []
    rows: list[Row] = []
    columns = [name.strip() for name in lines[0].split("\t")] if lines else []
    if not set(COLUMNS).issubset(columns) or len(set(columns)) < len(columns):
        mend = f"It must hold these names with a tab between them: {', '.join(COLUMNS)}."
        raise BadData([Problem(path.name, "", "does not hold the column names.", mend, 1)])
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) != len(columns):
            what = f"has {len(cells)} cells instead of {len(columns)}."
            mend = "Cells are separated by one tab; an empty cell still needs its tab."
            problems.append(Problem(path.name, "", what, mend, number))
            continue
        row = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
        problems += [
            Problem(path.name, column, what, mend, number) for column, what, mend in _complaints(row)
        ]
        rows.append(
            Row(
                number,
                row["Prefecture"],
                row["Cities, Towns"],
                row["Department in charge"],
                split_pages(row["URL"]) or (),
                row["E-mail"],
                split_pages(row["Japanese Class Information"]) or (),
            )
        )
    if not rows and not problems:
        problems.append(Problem(path.name, "", "has no rows."))
    if problems:
        raise BadData(problems)
    return tuple(rows)


def split_pages(cell: str) -> tuple[Page, ...] | None:
    """The URLs of a cell, each with the name in parentheses that may follow it; None if the cell is not so.

    >>> split_pages("https://a.jp/ (Group (G)) https://b.jp/")
    (Page(url='https://a.jp/', organisation='Group (G)'), Page(url='https://b.jp/', organisation=''))
    """
    found = list(_URL.finditer(cell))
    if not found:
        return None if cell else ()
    if cell[: found[0].start()].strip():
        return None
    pages = []
    ends = [match.start() for match in found[1:]] + [len(cell)]
    for match, end in zip(found, ends, strict=True):
        name = cell[match.end() : end].strip()
        if name and not _in_parentheses(name):
            return None
        pages.append(Page(match.group(), name[1:-1].strip()))
    return tuple(pages)


def _in_parentheses(text: str) -> bool:
    """Whether one pair of parentheses holds the whole text: "(a (b))", not "(a) (b)"."""
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth < 1 and index < len(text) - 1:
            return False
    return depth == 0 and text.startswith("(")


def _complaints(row: dict[str, str]) -> list[tuple[str, str, str]]:
    """(column, what is wrong, how to mend it) for each bad cell of one row."""
    found = []
    for column in ("Prefecture", "Cities, Towns"):
        if not row[column]:
            found.append((column, "is empty.", "Every row needs its prefecture and its city or town."))
    for column in ("URL", "Japanese Class Information"):
        if split_pages(row[column]) is None:
            mend = "Write each as http://... or https://..., a name only behind it in parentheses."
            found.append((column, f"“{row[column]}” is not a list of web addresses.", mend))
    if row["E-mail"] and not _EMAIL.fullmatch(row["E-mail"]):
        found.append(
            ("E-mail", f"“{row['E-mail']}” is not an e-mail address.", "Write one, like name@city.jp.")
        )
    if not (row["URL"] or row["E-mail"] or row["Japanese Class Information"]):
        found.append(("URL", "the row has no page and no e-mail, so nobody can be asked there.", ""))
    return found
