"""Finds what is wrong in the council's table: cells, doubles, and the damage that spreadsheets do to a file.

Knows the columns and the prefectures of Japan, nothing of the other files.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.problems import BadData, Problem
from bot.table import COLUMNS, read_table, split_pages

IMPORT_MENDS = "“python -m bot import data/members.tsv --yes” mends this."

_PAGE_COLUMNS = ("URL", "Japanese Class Information")
#: Letters that look like nothing, or like an ordinary space, and then break a comparison or an address.
_INVISIBLE = re.compile("[\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060\u3000\ufeff]")
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))+\.?")


@dataclass(frozen=True, slots=True)
class _Cells:
    """One line of the table, by column name."""

    line: int
    by_column: dict[str, str]


def check_table(path: Path, prefectures: Collection[str]) -> list[Problem]:
    """Every problem of the table. `prefectures` are the 47 names in English ("Aichi")."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        return [Problem(path.name, "", f"cannot be read ({error.strerror}).")]
    problems = list(_damage(path.name, raw))
    text = _decoded(raw)
    if text is None:
        return problems
    header = text.partition("\n")[0]
    if "\t" not in header:
        what = "has no tabs, so the columns cannot be told apart."
        mend = f"It was saved as another kind of text, or its tabs became spaces. {IMPORT_MENDS}"
        return [*problems, Problem(path.name, "", what, mend, 1)]
    try:
        read_table(path)
    except BadData as error:
        problems += error.problems
    rows = _cells(text)
    for row in rows:
        problems += _cell_problems(path.name, row)
        problems += _prefecture_problems(path.name, row, prefectures)
    return problems + list(_doubles(path.name, rows))


def _damage(file: str, raw: bytes) -> Iterator[Problem]:
    """What a spreadsheet did to the file as a whole."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        what = "is saved as UTF-16, which Excel calls “Unicode Text”; it must be UTF-8."
        yield Problem(file, "", what, IMPORT_MENDS)
        return
    if raw.startswith(b"\xef\xbb\xbf"):
        what = "begins with an invisible mark (BOM) that Excel puts there."
        yield Problem(file, "", what, IMPORT_MENDS, 1)
    if _decoded(raw) is None:
        bad = next(n for n, line in enumerate(raw.split(b"\n"), start=1) if not _is_utf8(line))
        kind = "in Shift_JIS, as Excel does in Japan" if _is_shift_jis(raw) else "in an unknown encoding"
        yield Problem(file, "", f"is saved {kind}; it must be UTF-8.", IMPORT_MENDS, bad)
    if b"\r" in raw:
        what = "has line ends of Windows (CRLF) instead of plain ones (LF)."
        yield Problem(file, "", what, IMPORT_MENDS, raw[: raw.index(b"\r")].count(b"\n") + 1)


def _decoded(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _is_utf8(raw: bytes) -> bool:
    return _decoded(raw) is not None


def _is_shift_jis(raw: bytes) -> bool:
    try:
        raw.decode("cp932")
    except UnicodeDecodeError:
        return False
    return True


def _cells(text: str) -> list[_Cells]:
    """The lines that have as many cells as the header; the reader of the table complains of the others."""
    header, *lines = text.splitlines()
    columns = [name.strip() for name in header.split("\t")]
    split = [(number, line.split("\t")) for number, line in enumerate(lines, start=2) if line.strip()]
    if not set(COLUMNS).issubset(columns):
        return []
    return [
        _Cells(number, dict(zip(columns, cells, strict=True)))
        for number, cells in split
        if len(cells) == len(columns)
    ]


def _cell_problems(file: str, row: _Cells) -> Iterator[Problem]:
    for column, cell in row.by_column.items():
        if cell.startswith('"') and cell.endswith('"') and len(cell) > 1:
            what = "stands in quotation marks that a spreadsheet put there."
            yield Problem(file, column, what, IMPORT_MENDS, row.line)
        elif cell != cell.strip():
            yield Problem(file, column, "has a space before or behind it.", IMPORT_MENDS, row.line)
        elif found := _INVISIBLE.search(cell):
            name = unicodedata.name(found.group(), "an unknown letter").lower()
            yield Problem(file, column, f"holds an invisible letter ({name}).", IMPORT_MENDS, row.line)
    for column in _PAGE_COLUMNS:
        for page in split_pages(row.by_column[column].strip()) or ():
            if fault := url_fault(page.url):
                mend = "Open the page in a browser and copy its address from there."
                yield Problem(file, column, f"“{page.url}” {fault}", mend, row.line)
    if fault := _email_fault(row.by_column["E-mail"].strip()):
        yield Problem(file, "E-mail", fault, "Write one, like name@city.jp.", row.line)


def url_fault(url: str) -> str:
    """What is wrong with an address that begins with http:// or https://, "" if nothing."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is not a web address."
    if not _HOST.fullmatch(host):
        return f"has no proper host name (“{host}”)." if host else "has no host name."
    if "http://" in url[4:] or "https://" in url[4:]:
        return "holds two addresses without a space between them."
    if url.endswith((",", ".", ";", '"', "'")) or (url.endswith(")") and "(" not in url):
        return f"ends with “{url[-1]}”, which does not belong to an address."
    return ""


def _email_fault(email: str) -> str:
    """What the reader of the table does not see: dots in the wrong place of an otherwise good address."""
    local = email.partition("@")[0]
    if local.startswith(".") or local.endswith(".") or ".." in email:
        return f"“{email}” is not an e-mail address: it has a dot too many."
    return ""


def _prefecture_problems(file: str, row: _Cells, prefectures: Collection[str]) -> Iterator[Problem]:
    name = row.by_column["Prefecture"].strip()
    known = {prefecture.casefold(): prefecture for prefecture in prefectures}
    if not name or name.casefold() in known:
        return
    near = difflib.get_close_matches(name.casefold(), known, n=1)
    mend = f"Did you mean {known[near[0]]}?" if near else "Write it as in “Aichi”, without “Prefecture”."
    yield Problem(file, "Prefecture", f"“{name}” is no prefecture of Japan.", mend, row.line)


def _doubles(file: str, rows: list[_Cells]) -> Iterator[Problem]:
    """The same office twice in one place; a place in two prefectures."""
    seen: dict[tuple[str, str], _Cells] = {}
    homes: dict[str, _Cells] = {}
    for row in rows:
        place, office = row.by_column["Cities, Towns"], row.by_column["Department in charge"]
        first = seen.setdefault((place.casefold(), office.casefold()), row)
        if first is not row:
            what = f"{place} has this department already in line {first.line}."
            mend = "Remove one of the two lines, or name the other department."
            yield Problem(file, "Department in charge", what, mend, row.line)
        home = homes.setdefault(place.casefold(), row)
        if home.by_column["Prefecture"].casefold() != row.by_column["Prefecture"].casefold():
            what = f"{place} is in another prefecture in line {home.line}."
            yield Problem(file, "Prefecture", what, "Write the same prefecture in both lines.", row.line)
