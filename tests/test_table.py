"""The council's table: what it really contains, and what a mistake in it is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.problems import BadData
from bot.settings import ROOT
from bot.table import COLUMNS, Page, read_table, split_pages

DATA = ROOT / "data"
HEADER = "\t".join(COLUMNS)


def write(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "members.tsv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    with pytest.raises(BadData) as raised:
        read_table(path)
    return str(raised.value)


def test_the_table_has_its_thirteen_rows() -> None:
    rows = read_table(DATA / "members.tsv")
    assert len(rows) == 13
    assert [row.place for row in rows].count("Komaki City") == 2
    assert [row.department[:3] for row in rows if row.place == "Komaki City"] == ["(1)", "(2)"]
    assert next(row.prefecture for row in rows if row.place == "Oita City") == "oita"


def test_every_cell_is_kept_byte_for_byte() -> None:
    """Putting the parts together again gives the cells of the file."""
    lines = (DATA / "members.tsv").read_text(encoding="utf-8").splitlines()[1:]

    def cell(pages: tuple[Page, ...]) -> str:
        return " ".join(f"{p.url} ({p.organisation})" if p.organisation else p.url for p in pages)

    for row, line in zip(read_table(DATA / "members.tsv"), lines, strict=True):
        parts = [row.prefecture, row.place, row.department, cell(row.sites), row.email, cell(row.pages)]
        assert "\t".join(parts) == line


@pytest.mark.parametrize(
    ("cell", "pages"),
    [
        ("", ()),
        ("http://a.jp", (Page("http://a.jp"),)),
        ("http://a.jp/ https://b.jp/", (Page("http://a.jp/"), Page("https://b.jp/"))),
        ("https://a.jp/ (Group of A (GA))", (Page("https://a.jp/", "Group of A (GA)"),)),
        (
            "https://a.jp/ (A) https://b.jp/ (B (C))",
            (Page("https://a.jp/", "A"), Page("https://b.jp/", "B (C)")),
        ),
        ("www.a.jp", None),
        ("see https://a.jp/", None),
        ("https://a.jp/ (A", None),
        ("https://a.jp/ (A) (B)", None),
        ("ftp://a.jp/", None),
    ],
)
def test_cells_of_pages(cell: str, pages: tuple[Page, ...] | None) -> None:
    assert split_pages(cell) == pages


@given(st.text())
def test_no_cell_breaks_the_reader(cell: str) -> None:
    for page in split_pages(cell) or ():
        assert page.url in cell


def test_a_missing_cell_names_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "Aichi\tKomaki City\tOffice\thttp://a.jp\ta@b.jp")
    assert complaint(path).startswith("members.tsv: line 2: has 5 cells instead of 6.")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            "Aichi\tKomaki City\tX\tkomaki.jp\ta@b.jp\t",
            "line 2, URL: “komaki.jp” is not a list of web addresses",
        ),
        (
            "Aichi\tKomaki City\tX\thttp://a.jp\ta at b.jp\t",
            "line 2, E-mail: “a at b.jp” is not an e-mail address",
        ),
        ("\tKomaki City\tX\thttp://a.jp\ta@b.jp\t", "line 2, Prefecture: is empty"),
        ("Aichi\tKomaki City\tX\t\t\t", "no page and no e-mail"),
    ],
)
def test_a_bad_cell_names_its_line_and_column(tmp_path: Path, row: str, says: str) -> None:
    assert says in complaint(write(tmp_path, row))


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    text = complaint(write(tmp_path, "Aichi\tA City\tX\tbad\tbad\t", "Aichi\tB City"))
    assert len(text.splitlines()) == 3


def test_other_columns_and_other_encodings_are_refused(tmp_path: Path) -> None:
    assert "does not hold the column names" in complaint(write(tmp_path, header="Prefecture\tCity"))
    path = tmp_path / "members.tsv"
    path.write_bytes(HEADER.encode() + b"\nAichi\t" + "小牧市".encode("shift_jis"))
    assert "line 2: is not UTF-8" in complaint(path)
    assert "cannot be read" in complaint(tmp_path / "absent.tsv")
