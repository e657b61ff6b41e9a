"""`report`: the same figures in the terminal, on the page and in the CSV; nothing of users in any of them."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from html import unescape
from pathlib import Path

import pytest

from bot.cli import main
from bot.report import Names, Report, make_report, write_csv, write_text
from bot.report_page import report_page
from bot.stores import JournalEntry, Misunderstood, Store, open_store

NAMES = Names(
    {"en": "English", "vi": "Tiếng Việt"}, {"komaki": "Komaki", "ueda": "Ueda"}, {"aichi": "Aichi Prefecture"}
)
COUNTS = {
    JournalEntry("2026-11-21", "line", "vi", "find_class", "member:komaki"): 7,
    JournalEntry("2026-11-21", "telegram", "en", "find_contact", "member:ueda"): 2,
    JournalEntry("2026-11-23", "line", "vi", "find_class", "elsewhere:nagoya"): 5,
    JournalEntry("2026-11-23", "line", "en", "find_class", "elsewhere:ota-ku"): 1,
    JournalEntry("2026-11-23", "line", "en", "list_places", "prefecture:tokyo"): 1,
    JournalEntry("2026-11-23", "line", "en", "list_places", "prefecture:aichi"): 1,
    JournalEntry("2026-11-23", "line", "en", "find_class", "unknown"): 2,
    JournalEntry("2026-11-23", "line", "en", "out_of_scope", "none"): 1,
    JournalEntry("2026-11-30", "line", "en", "greet", "none"): 100,
}
TEXTS = [Misunderstood("2026-11-23", "en", "class in <b>Xyzzy</b> 000?")]


async def fill(store: Store) -> None:
    await store.count(COUNTS)
    await store.keep_misunderstood(TEXTS)


@pytest.fixture
def report() -> Report:
    async def make() -> Report:
        store = open_store("memory:")
        await fill(store)
        return await make_report(store, "2026-11-21", "2026-11-24", NAMES)

    return asyncio.run(make())


def chart(report: Report, title: str) -> dict[str, int]:
    return dict(next(found.bars for found in report.charts if found.title == title))


def test_the_charts_count_what_was_asked(report: Report) -> None:
    assert report.total == 20
    assert chart(report, "By day") == {"2026-11-21": 9, "2026-11-22": 0, "2026-11-23": 11, "2026-11-24": 0}
    assert chart(report, "By language") == {"Tiếng Việt": 12, "English": 8}
    assert chart(report, "By app") == {"LINE": 18, "Telegram": 2}
    assert chart(report, "By question")["find class"] == 15
    assert chart(report, "Places of the table") == {"Komaki": 7, "Ueda": 2, "Aichi Prefecture": 1}


def test_what_was_wanted_outside_the_table_comes_greatest_first(report: Report) -> None:
    wanted = chart(report, "Wanted, but not in the table")
    assert list(wanted.items()) == [("Nagoya", 5), ("Ota-ku", 1), ("Tokyo Prefecture", 1)]


def test_the_share_understood(report: Report) -> None:
    assert (report.unknown_place, report.out_of_scope) == (2, 1)
    assert report.understood == pytest.approx(17 / 20)
    assert report.summary[0] == "20 questions, 85% of them understood."


def test_the_terminal_shows_bars_as_long_as_their_counts(report: Report) -> None:
    out = io.StringIO()
    write_text(report, out)
    lines = out.getvalue().splitlines()
    assert "85% of them understood" in out.getvalue()
    bars = {line.split()[0]: line.count("█") for line in lines if "█" in line}
    assert bars["Nagoya"] == 40
    assert bars["Ota-ku"] == 8
    assert "2026-11-23 en: class in <b>Xyzzy</b> 000?" in lines


def test_the_page_is_self_contained_and_shows_the_same(report: Report) -> None:
    html = report_page(report)
    assert not re.search(r"<(script|link|img|iframe)|url\(|@import|https?:", html)
    assert "<b>Xyzzy" not in html
    assert "class in <b>Xyzzy</b> 000?" in unescape(html)
    for label, count in chart(report, "Wanted, but not in the table").items():
        assert re.search(rf'>{label}</th><td class="count">{count}</td>', html)
    assert 'style="width:20.0%"' in html


def test_the_csv_holds_every_counter(report: Report) -> None:
    out = io.StringIO()
    write_csv(report, out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert sum(int(row["count"]) for row in rows) == report.total
    assert rows[0] == {
        "day": "2026-11-21",
        "channel": "line",
        "language": "vi",
        "intent": "find_class",
        "place": "member:komaki",
        "count": "7",
    }


def test_nothing_asked_is_said_so() -> None:
    report = asyncio.run(make_report(open_store("memory:"), "2026-11-21", "2026-11-21", NAMES))
    out = io.StringIO()
    write_text(report, out)
    assert "Nothing was asked in this time." in out.getvalue()
    assert "Nothing was asked" in report_page(report)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    url = f"sqlite:///{tmp_path}/store.db"
    monkeypatch.setenv("STORE_URL", url)

    async def write() -> None:
        opened = open_store(url)
        await fill(opened)
        await opened.close()

    asyncio.run(write())
    return tmp_path


def test_the_command_reads_the_store(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--from", "2026-11-21", "--to", "2026-11-23"]) == 0
    assert "20 questions" in capsys.readouterr().out
    assert main(["report", "--to", "2026-11-30", "--days", "1"]) == 0
    assert "100 questions, 100% of them understood." in capsys.readouterr().out

    page = store / "report.html"
    assert (
        main(["report", "--from", "2026-11-21", "--to", "2026-11-23", "--html", str(page), "--csv", "-"]) == 0
    )
    assert capsys.readouterr().out.startswith("day,channel,language,intent,place,count\n")
    assert "Nagoya" in page.read_text(encoding="utf-8")


def test_days_that_make_no_period_are_refused(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--from", "2026-11-23", "--to", "2026-11-21"]) == 2
    assert "the first day is after the last one" in capsys.readouterr().err
    with pytest.raises(SystemExit) as raised:
        main(["report", "--from", "yesterday"])
    assert raised.value.code == 2


def test_a_store_that_is_down_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STORE_URL", f"sqlite:///{tmp_path}/no/such/folder.db")
    assert main(["report"]) == 1
    assert capsys.readouterr().err == "STORE_URL: the store cannot be reached, so there is nothing to count\n"
