"""The operators' commands from the command line: exit codes, standard input, and no traceback."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import ROOT


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
    monkeypatch.setenv("DATA_DIR", str(folder))
    return folder


def test_check_says_for_people_and_for_programs_what_is_wrong(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = data / "members.tsv"
    table.write_text(table.read_text(encoding="utf-8").replace("kia@ma", "kia at ma"), encoding="utf-8")
    assert main(["check"]) == 1
    out = capsys.readouterr().out
    assert (
        "data/members.tsv, line 10, E-mail: “kia at ma.ccnw.ne.jp” is not an e-mail address.\n    Write"
        in out
    )
    assert "1 problem in 1 file." in out
    assert main(["check", "--json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)
    assert (problem["file"], problem["line"], problem["where"]) == ("data/members.tsv", 10, "E-mail")


def test_import_reads_standard_input_and_refuses_with_an_exit_code(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = (data / "members.tsv").read_bytes()

    def given(raw: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))

    given(table.replace(b"kia@ma.ccnw.ne.jp", b"kia@example.jp"))
    assert main(["import", "-", "--yes"]) == 0
    assert b"kia@example.jp" in (data / "members.tsv").read_bytes()
    given(table.replace(b"kia@ma.ccnw.ne.jp", b"kia"))
    assert main(["import", "-"]) == 1
    assert "standard input, line 10, E-mail: “kia” is not" in capsys.readouterr().out
    given(b"no table")
    assert main(["import", "-"]) == 2
    assert "standard input: has no line with the column names" in capsys.readouterr().err
    assert main(["import", str(data / "absent.xlsx")]) == 2
    assert "absent.xlsx: cannot be read (No such file or directory)." in capsys.readouterr().err


def test_add_language_refuses_one_that_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add-language", "vi"]) == 2
    assert "vi.yaml: is there already; nothing was written." in capsys.readouterr().err
