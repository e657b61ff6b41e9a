"""`import`: the council's table from every kind of file, what changes, and what is refused."""

from __future__ import annotations

import csv
import io
import os
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.import_table import import_table, make_plan, write_files
from bot.members import load_members
from bot.places_file import PlacesFile
from bot.problems import BadData
from bot.settings import ROOT
from bot.sheet import read_sheet
from bot.table import COLUMNS

TABLE = (ROOT / "data" / "members.tsv").read_text(encoding="utf-8")
ROWS = [line.split("\t") for line in TABLE.splitlines()]
MINOKAMO = (
    "Gifu\tMinokamo City\tInternational Office\thttps://www.city.minokamo.lg.jp/\tx@city.minokamo.lg.jp\t"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("members.tsv", "places.yaml", "gazetteer.tsv"):
        shutil.copy(ROOT / "data" / name, folder)
    return folder


def as_csv(rows: list[list[str]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def as_xlsx(rows: list[list[str]], merge: str = "") -> bytes:
    workbook = Workbook()
    sheet = workbook.create_sheet("Members")
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def run(data: Path, raw: bytes, write: bool = False) -> tuple[int, str]:
    file = data.parent / "given"
    file.write_bytes(raw)
    out = io.StringIO()
    code = import_table(str(file), data, write, out)
    return code, out.getvalue()


def turned(row: list[str]) -> list[str]:
    return row[::-1]


@pytest.mark.parametrize(
    "raw",
    [
        TABLE.encode(),
        TABLE.replace("\n", "\r\n").encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.encode("cp932"),
        as_csv(ROWS),
        as_csv(ROWS, ";"),
        as_csv(ROWS, "\t"),
        as_csv([turned(row) for row in ROWS]),
        as_xlsx(ROWS),
        # Two neighbours of the same prefecture as one merged cell, as the council's office may have it.
        as_xlsx([*ROWS[:9], ["", *ROWS[9][1:]], *ROWS[10:]], merge="A9:A10"),
        b"Member cities and towns\n\n" + TABLE.encode() + b"\nCopyright of the council\n",
        # A web page shows two addresses of a cell in two lines, and loses empty cells at the end.
        TABLE.replace(" https://www.oizumi-tabunka.jp/", "\nhttps://www.oizumi-tabunka.jp/").encode(),
        TABLE.replace(" (HICE (Ham", "\n(HICE (Ham").replace("jp\t\n", "jp\n").encode(),
        TABLE.replace("E-mail", "e-Mail").replace("Cities, Towns", "Cities,\u3000Towns ").encode(),
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_the_same_table_in_every_form_changes_nothing(data: Path, raw: bytes) -> None:
    code, said = run(data, raw, write=True)
    assert code == 0
    assert said.endswith("The table is the same as before.\n")
    assert (data / "members.tsv").read_text(encoding="utf-8") == TABLE
    assert not list(data.glob("*.bak"))


def test_a_damaged_table_is_mended_by_importing_it_again(data: Path) -> None:
    table = data / "members.tsv"
    table.write_bytes(TABLE.replace("\n", "\r\n").encode("utf-8-sig"))
    out = io.StringIO()
    assert import_table(str(table), data, True, out) == 0
    assert table.read_text(encoding="utf-8") == TABLE


def test_a_changed_cell_is_shown_and_written_only_with_yes(data: Path) -> None:
    changed = TABLE.replace("kia@ma.ccnw.ne.jp", "kia@example.jp")
    code, said = run(data, changed.encode())
    assert code == 0
    assert "~ Komaki City, (2) Komaki International Association" in said
    assert "      - kia@ma.ccnw.ne.jp\n      + kia@example.jp" in said
    assert "Nothing was written yet" in said
    assert (data / "members.tsv").read_text(encoding="utf-8") == TABLE

    code, said = run(data, changed.encode(), write=True)
    assert (data / "members.tsv").read_text(encoding="utf-8") == changed
    (backup,) = data.glob("members.tsv.*.bak")
    assert backup.read_text(encoding="utf-8") == TABLE
    assert backup.name in said


def test_a_new_place_comes_with_its_facts_from_the_gazetteer(data: Path) -> None:
    before = (data / "places.yaml").read_text(encoding="utf-8").splitlines()
    code, said = run(data, f"{TABLE}{MINOKAMO}\n".encode(), write=True)
    assert code == 0
    assert "+ Minokamo City (new place)" in said
    assert "美濃加茂市" in said
    member = load_members(data).get("minokamo")
    assert member is not None
    assert (member.japanese, member.reading, member.code) == ("美濃加茂市", "みのかも", "21211")
    assert (member.prefecture.name, member.prefecture.japanese) == ("Gifu", "岐阜県")
    assert 35.4 < member.lat < 35.6
    assert 136.9 < member.lon < 137.1
    after = (data / "places.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line in before] == before
    assert len(after) == len(before) + 2


def test_a_gone_place_leaves_places_yaml_too(data: Path) -> None:
    rest = "".join(line for line in TABLE.splitlines(keepends=True) if "Soja" not in line)
    code, said = run(data, rest.encode(), write=True)
    assert code == 0
    assert "- Soja City (place gone)" in said
    assert "soja" not in (data / "places.yaml").read_text(encoding="utf-8")
    assert load_members(data).get("soja") is None


def test_a_renamed_place_stays_the_same_place(data: Path) -> None:
    code, said = run(data, TABLE.replace("Oura-gun Oizumi-machi", "Oizumi Town").encode(), write=True)
    assert code == 0
    assert "new name of 大泉町" in said
    assert "table: Oizumi Town, name: Oizumi" in (data / "places.yaml").read_text(encoding="utf-8")


def test_one_office_of_two_may_go_and_another_come(data: Path) -> None:
    gone = "".join(line for line in TABLE.splitlines(keepends=True) if "(2) Komaki" not in line)
    assert "- Komaki City (office gone)" in run(data, gone.encode())[1]
    office = "Mie\tSuzuka City\tLibrary\thttps://lib.suzuka.lg.jp/\t\t\n"
    assert "+ Suzuka City (new office)" in run(data, (TABLE + office).encode())[1]


def test_what_the_gazetteer_lacks_is_asked_for_in_one_line(data: Path) -> None:
    row = MINOKAMO.replace("Minokamo City", "Port Mars Town")
    code, said = run(data, f"{TABLE}{row}\n".encode(), write=True)
    assert code == 1
    assert (data / "members.tsv").read_text(encoding="utf-8") == TABLE
    (line,) = [line for line in said.splitlines() if line.startswith("  port-mars: {table: Port Mars Town")]
    assert 'japanese: "", reading: "", kind: "", prefecture: gifu, code: ""' in line

    filled = (
        "  port-mars: {table: Port Mars Town, name: Port Mars, japanese: 坂祝町, reading: さかほぎ,"
        ' kind: town, prefecture: gifu, code: "21501", lat: 35.4267, lon: 136.9853}\n'
    )
    places = data / "places.yaml"
    gifu = '  gifu: {name: Gifu, japanese: 岐阜県, code: "21"}\n'
    text = places.read_text(encoding="utf-8").replace("\nmembers:", f"{gifu}\nmembers:")
    places.write_text(text + filled, encoding="utf-8")
    assert run(data, f"{TABLE}{row}\n".encode(), write=True)[0] == 0
    assert load_members(data).get("port-mars") is not None


def test_a_table_that_check_would_refuse_is_not_written(data: Path) -> None:
    spoilt = TABLE.replace("kia@ma.ccnw.ne.jp", "kia at ma").replace("Aichi\tToyota", "Aitchi\tToyota")
    code, said = run(data, b"A title\n" + spoilt.encode(), write=True)
    assert code == 1
    assert "given, line 11, E-mail: “kia at ma” is not an e-mail address." in said
    assert "given, line 12, Prefecture: “Aitchi” is no prefecture of Japan." in said
    assert (data / "members.tsv").read_text(encoding="utf-8") == TABLE


def test_columns_that_people_add_are_kept(data: Path) -> None:
    head, *rest = TABLE.splitlines()
    (data / "members.tsv").write_text(
        "\n".join([head + "\tNote", *(f"{line}\tnote {n}" for n, line in enumerate(rest))]) + "\n",
        encoding="utf-8",
    )
    with_phone = [[*ROWS[0], "Phone"], *([*row, "0568"] for row in ROWS[1:])]
    assert run(data, as_csv(with_phone), write=True)[0] == 0
    lines = (data / "members.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == head + "\tNote\tPhone"
    assert lines[3] == rest[2] + "\tnote 2\t0568"
    assert len(load_members(data).all) == 12


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "has no line with the column names"),
        (b"Prefecture\tURL\nAichi\thttp://a.jp\n", "lack “Cities, Towns”, “Department in charge”, “E-mail”"),
        (",".join(COLUMNS).encode() + b"\n", "lack “Cities, Towns”"),
        (b"<html><table>", "is a web page, not a table"),
        (b"\xd0\xcf\x11\xe0....", "is an old Excel file"),
        (b"PK\x03\x04....", "is not an Excel file that can be read"),
        (b"\x81", "is neither UTF-8 nor Shift_JIS"),
        (TABLE.splitlines()[0].encode() + b"\nA\tB\tC\tD\tE\tF\tG\n", "line 2: has 7 cells, but there are 6"),
    ],
)
def test_what_is_no_table_is_told_in_plain_words(data: Path, raw: bytes, says: str) -> None:
    with pytest.raises(BadData) as raised:
        make_plan("given", raw, data)
    assert says in str(raised.value)


def test_a_table_without_rows_is_refused(data: Path) -> None:
    code, said = run(data, TABLE.splitlines()[0].encode(), write=True)
    assert code == 1
    assert "has no rows" in said


def test_a_failed_write_leaves_the_file_as_it_was(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_files(data, {"members.tsv": "new"}, datetime(2026, 11, 24, 12, 0))
    assert (data / "members.tsv").read_text(encoding="utf-8") == TABLE


def test_comments_and_order_of_places_yaml_survive() -> None:
    text = "# top\nmembers:\n  # first\n  b: {name: B} # behind\n  c:\n    name: C\n\n# end\nx: 1\n"
    file = PlacesFile(text)
    file.add("members", "a", {"name": "A, with comma", "lat": "35.5", "code": "012"})
    added = '  a: {name: "A, with comma", lat: 35.5, code: "012"}\n'
    assert file.text == text.replace("    name: C\n", "    name: C\n" + added)
    file.replace("members", "b", "name", "yes")
    assert '  b: {name: "yes"} # behind' in file.text
    file.remove("members", "c")
    assert "  c:\n" not in file.text
    assert "# end\nx: 1\n" in file.text


def test_cells_of_a_page_are_cleaned_of_what_nobody_sees() -> None:
    header = "\t".join(COLUMNS)
    row = "Aichi\tKomaki\u00a0City\t Office\u200b \thttp://a.jp\tmailto:a@b.jp\t"
    (cells,) = [found.cells for found in read_sheet("x", f"{header}\n{row}\n".encode()).rows]
    assert cells["Cities, Towns"] == "Komaki City"
    assert cells["Department in charge"] == "Office"
    assert cells["E-mail"] == "a@b.jp"


_PIECES = st.sampled_from(
    [*COLUMNS, *ROWS[1], '"', "\t", "\n", ",", ";", "\r\n", "(", "http://a.jp", "\0", "é", "市"]
)


@settings(max_examples=300)
@given(
    st.lists(_PIECES, max_size=40).map("".join), st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16"])
)
@example('a\t"b', "utf-8")
def test_no_text_breaks_the_reader(text: str, encoding: str) -> None:
    raw = b"\t".join(name.encode() for name in COLUMNS) + b"\n"
    for given_bytes in (text.encode(encoding, "ignore"), raw + text.encode(encoding, "ignore")):
        try:
            sheet = read_sheet("given", given_bytes)
        except BadData:
            continue
        assert all(tuple(row.cells) == sheet.columns for row in sheet.rows)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", TABLE.encode()]))
def test_no_bytes_break_the_command(data: Path, tail: bytes, head: bytes) -> None:
    """Whatever the file holds, the table stays usable."""
    file = data.parent / "given"
    file.write_bytes(head + tail)
    with suppress(BadData):
        import_table(str(file), data, True, io.StringIO())
    assert load_members(data).all
