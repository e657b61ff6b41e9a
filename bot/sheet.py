"""Reads a table out of what people have: TSV, CSV, XLSX, or text pasted from a web page.

Knows the headings of the council's table and nothing of its content.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.problems import BadData, Problem
from bot.table import COLUMNS

_BY_LETTERS = {re.sub("[^a-z]", "", name.lower()): name for name in COLUMNS}
_DELIMITERS = ("\t", ",", ";")
_SPACES = re.compile(r"[\s\u00a0\u3000]+")
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
#: How the next line of a cell begins that a web page showed in several lines.
_GOES_ON = re.compile(r"https?://|\(")

#: A row of cells with its line or row number in the file.
_Numbered = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """The cells by column, and the line (or row of the spreadsheet) that they stood in."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`columns` in the file's order, ours by their proper names. `left_out` are lines around the table."""

    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    left_out: tuple[str, ...] = ()


def read_sheet(name: str, raw: bytes) -> Sheet:
    """The table in a file's bytes, of whichever kind. Raises BadData in words for a person."""
    if raw.startswith(b"PK\x03\x04"):
        return _sheet(name, [_read_xlsx(name, raw)])
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadData([Problem(name, "", "is an old Excel file (.xls).", "Save it as .xlsx and try again.")])
    text = _decode(name, raw)
    if text.lstrip().startswith("<"):
        mend = "Open it in a browser, copy the table, paste it into a text file, and import that."
        raise BadData([Problem(name, "", "is a web page, not a table.", mend)])
    return _sheet(name, [_split(text, delimiter) for delimiter in _DELIMITERS])


def _decode(name: str, raw: bytes) -> str:
    """Text of whichever encoding a spreadsheet in Japan writes."""
    encodings = ["utf-16"] if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp932"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    mend = "Save it as UTF-8 (in Excel: “CSV UTF-8”)."
    raise BadData([Problem(name, "", "is neither UTF-8 nor Shift_JIS text.", mend)])


def _split(text: str, delimiter: str) -> list[_Numbered]:
    """Rows of cells; quotation marks as spreadsheets use them, or none where they do not pair up."""
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        # Every kind of line end counts, Excel's on a Mac too.
        source = io.StringIO(text, newline=None)
        reader = csv.reader(source, delimiter=delimiter, quoting=quoting, strict=True)
        rows = []
        start = 1
        try:
            for cells in reader:
                rows.append((start, cells))
                start = reader.line_num + 1
        except csv.Error:
            continue
        return rows
    return []


def _read_xlsx(name: str, raw: bytes) -> list[_Numbered]:
    """The rows of the first sheet that has our headings, else of the first; merged cells are filled in."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            # It warns of colours and rules that it does not read; we want the values only.
            warnings.simplefilter("ignore")
            workbook = load_workbook(io.BytesIO(raw), data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise BadData([Problem(name, "", "is not an Excel file that can be read.")]) from error
    sheets: list[list[_Numbered]] = []
    for worksheet in workbook.worksheets:
        grid = [["" if cell is None else str(cell) for cell in row] for row in worksheet.values]
        for area in worksheet.merged_cells.ranges:
            for row in range(area.min_row - 1, area.max_row):
                for column in range(area.min_col - 1, area.max_col):
                    grid[row][column] = grid[area.min_row - 1][area.min_col - 1]
        sheets.append(list(enumerate(grid, start=1)))
    with_headings = [sheet for sheet in sheets if _heading(sheet) is not None]
    return (with_headings or sheets or [[]])[0]


def _sheet(name: str, readings: Sequence[list[_Numbered]]) -> Sheet:
    """The first of several readings of the same file in which the headings stand."""
    for rows in readings:
        start = _heading(rows)
        if start is None:
            continue
        columns = tuple(map(_column, rows[start][1]))
        while columns and not columns[-1]:
            columns = columns[:-1]
        if len(set(columns)) < len(columns):
            what = "has two columns of the same name, or one without a name."
            raise BadData([Problem(name, "", what, "Give each column its own name.", rows[start][0])])
        left_out = [" ".join(filter(None, map(_clean, cells))) for _, cells in rows[:start]]
        whole = list(_joined(name, rows[start + 1 :], len(columns), left_out))
        found = tuple(SheetRow(line, dict(zip(columns, cells, strict=True))) for line, cells in whole)
        return Sheet(columns, found, tuple(filter(None, left_out)))
    raise BadData([_no_heading(name, readings)])


def _no_heading(name: str, readings: Sequence[list[_Numbered]]) -> Problem:
    """Says which headings are missing in the line that comes closest."""
    lines = [(number, set(map(_column, cells))) for rows in readings for number, cells in rows]
    number, best = max(lines, key=lambda line: len(line[1] & set(COLUMNS)), default=(0, set()))
    missing = [column for column in COLUMNS if column not in best]
    if len(missing) == len(COLUMNS):
        return Problem(name, "", "has no line with the column names.", f"They are: {'; '.join(COLUMNS)}.")
    mend = "Write it as here, and in a CSV file put a name with a comma into quotation marks."
    return Problem(name, "", f"the column names lack “{'”, “'.join(missing)}”.", mend, number)


def _heading(rows: list[_Numbered]) -> int | None:
    """The index of the row that holds all our headings, in whatever order."""
    for index, (_, cells) in enumerate(rows):
        if set(COLUMNS).issubset(map(_column, cells)):
            return index
    return None


def _column(heading: str) -> str:
    """Our name of a column where the letters are the same ("E-Mail", "Cities,Towns"), else its own."""
    heading = _clean(heading)
    return _BY_LETTERS.get(re.sub("[^a-z]", "", heading.lower()), heading)


def _clean(cell: str) -> str:
    """A cell in one line, without what cannot be seen and without a link's “mailto:”."""
    return _SPACES.sub(" ", cell.translate(_ZERO_WIDTH)).strip().removeprefix("mailto:")


def _joined(
    name: str, rows: Iterable[_Numbered], width: int, left_out: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """Rows of `width` cells. A cell that a web page showed in several lines is put together again."""
    pending: tuple[int, list[str]] | None = None
    ended = False
    problems = []
    for line, raw in rows:
        cells = [_clean(cell) for cell in raw]
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if not any(cells):
            continue
        if ended or (
            pending and len(pending[1]) == width and len(cells) == 1 and not _GOES_ON.match(cells[0])
        ):
            ended = True
            left_out.append(" ".join(filter(None, cells)))
            continue
        if len(cells) > width:
            what = f"has {len(cells)} cells, but there are {width} columns."
            problems.append(Problem(name, "", what, "Look for a tab or comma too many.", line))
        elif pending and len(pending[1]) + len(cells) - 1 <= width:
            start, begun = pending
            pending = start, [*begun[:-1], f"{begun[-1]} {cells[0]}".strip(), *cells[1:]]
        else:
            if pending:
                yield _filled(pending, width)
            pending = line, cells
    if pending:
        yield _filled(pending, width)
    if problems:
        raise BadData(problems)


def _filled(row: tuple[int, list[str]], width: int) -> tuple[int, list[str]]:
    """With the empty cells at the end that a copy from a web page may lose."""
    line, cells = row
    return line, cells + [""] * (width - len(cells))
