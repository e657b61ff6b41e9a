"""The commands of those who run the bot: check, import, links, report, poster, add-language.

Each imports what it needs only when it runs, so that `chat` and `ask` start quickly.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import ROOT, Settings

if TYPE_CHECKING:
    from bot.report import Report


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Registers the commands; each sets `run`, which takes the options and the settings."""
    check = commands.add_parser("check", help="check the table, places, phrases and locales")
    check.add_argument("--json", action="store_true", help="a list of problems for programs")
    check.set_defaults(run=_check)

    setup = commands.add_parser("setup", help="register menus, commands and the webhook with a platform")
    setup.add_argument("platform", choices=("line", "telegram"))
    setup.set_defaults(run=_setup)

    imported = commands.add_parser("import", help="take the council's table anew from a file")
    imported.add_argument("file", metavar="FILE", help="TSV, CSV, XLSX, pasted text; - for standard input")
    imported.add_argument("--yes", action="store_true", help="write the change, not only show it")
    imported.set_defaults(run=_import)

    language = commands.add_parser("add-language", help="make the files of a new language out of English")
    language.add_argument("code", metavar="xx", help="its two letters of ISO 639-1")
    language.set_defaults(run=_add_language)

    links = commands.add_parser("links", help="ask every page of the table and the locales if it is there")
    links.add_argument("--json", action="store_true", help="the results for programs")
    links.set_defaults(run=_links)

    poster = commands.add_parser("poster", help="a page to print, with QR codes that ask about one place")
    poster.add_argument("place", metavar="PLACE", help="a city or town of the table, such as komaki")
    poster.add_argument(
        "--language",
        action="append",
        metavar="xx",
        help="may be given several times (default: every language)",
    )
    poster.add_argument("--line", metavar="@ID", help="the bot's LINE basic id (default: LINE_BASIC_ID)")
    poster.add_argument("--telegram", metavar="NAME", help="its Telegram name (default: TELEGRAM_BOT_NAME)")
    poster.add_argument("--output", metavar="FILE", help="where to write it (default: poster-PLACE.html)")
    poster.set_defaults(run=_poster)

    report = commands.add_parser("report", help="what was asked, where, and in which language")
    report.add_argument("--days", type=int, default=30, metavar="N", help="the last N days (default: 30)")
    report.add_argument("--from", dest="first", type=_day, metavar="2026-11-01", help="the first day")
    report.add_argument("--to", dest="last", type=_day, metavar="2026-11-30", help="the last day")
    report.add_argument("--html", metavar="FILE", help="write a page with charts; - for standard output")
    report.add_argument("--csv", metavar="FILE", help="write the counters; - for standard output")
    report.set_defaults(run=_report)


def _day(text: str) -> date:
    """A date as an option of the command line; argparse tells of the ValueError."""
    return date.fromisoformat(text)


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from bot.check import check, write_json, write_text
    from bot.progress import on_terminal

    with on_terminal("Trying the example sentences") as progress:
        problems = check(settings.data_dir, settings.locales_dir, settings.intents_dir, progress)
    (write_json if options.json else write_text)(problems, sys.stdout)
    return 1 if problems else 0


def _setup(options: argparse.Namespace, settings: Settings) -> int:
    from bot.setup import setup_line, setup_telegram

    return setup_line(settings) if options.platform == "line" else setup_telegram(settings)


def _import(options: argparse.Namespace, settings: Settings) -> int:
    from bot.import_table import import_table

    return import_table(options.file, settings.data_dir, options.yes, sys.stdout)


def _add_language(options: argparse.Namespace, settings: Settings) -> int:
    from bot.add_language import add_language

    dialogues = ROOT / "tests" / "dialogues"
    return add_language(options.code, settings.locales_dir, settings.intents_dir, dialogues, sys.stdout)


def _links(options: argparse.Namespace, settings: Settings) -> int:
    import asyncio

    from bot.links import check_links, collect, remember, write_json, write_table
    from bot.locales import load_locales
    from bot.members import load_members
    from bot.place_answers import STUDY_SITE
    from bot.progress import on_terminal

    elsewhere = {STUDY_SITE: "the free study site"}
    urls = collect(load_members(settings.data_dir), load_locales(settings.locales_dir), elsewhere)
    with on_terminal("Asking the pages") as progress:
        results = asyncio.run(check_links(urls, progress))
    health = remember(settings.links_file, results, date.today())
    (write_json if options.json else write_table)(results, health, sys.stdout)
    return 1 if any(result.failure for result in results) else 0


def _poster(options: argparse.Namespace, settings: Settings) -> int:
    from bot.locales import load_locales
    from bot.members import load_members
    from bot.poster import Accounts, find_member, poster

    member = find_member(load_members(settings.data_dir), options.place)
    locales = load_locales(settings.locales_dir)
    accounts = Accounts(
        settings.line_basic_id if options.line is None else options.line,
        (settings.telegram_bot_name if options.telegram is None else options.telegram).removeprefix("@"),
    )
    languages = list(dict.fromkeys(options.language or locales.by_code))
    path = Path(options.output or f"poster-{member.id}.html")
    path.write_text(poster(member, languages, locales, accounts), encoding="utf-8")
    print(f"Written: {path}. Open it in a browser and print it on A4, or save it as PDF there.")
    return 0


def _report(options: argparse.Namespace, settings: Settings) -> int:
    import asyncio
    import io
    import time

    from bot.journal import day_of
    from bot.locales import load_locales
    from bot.members import load_members
    from bot.report import Names, make_report, write_csv, write_text
    from bot.report_page import report_page
    from bot.stores import StoreDownError, open_store

    last: date = options.last or date.fromisoformat(day_of(time.time()))
    first: date = options.first or last - timedelta(max(options.days, 1) - 1)
    if first > last:
        print("report: the first day is after the last one", file=sys.stderr)
        return 2
    members = load_members(settings.data_dir)
    names = Names(
        {code: locale.name for code, locale in load_locales(settings.locales_dir).by_code.items()},
        {member.id: member.name for member in members.all},
        {prefecture.id: f"{prefecture.name} Prefecture" for prefecture in members.prefectures},
    )

    async def read() -> Report:
        store = open_store(settings.store_url)
        try:
            return await make_report(store, first.isoformat(), last.isoformat(), names)
        finally:
            await store.close()

    try:
        report = asyncio.run(read())
    except StoreDownError:
        print("STORE_URL: the store cannot be reached, so there is nothing to count", file=sys.stderr)
        return 1
    if options.csv:
        text = io.StringIO()
        write_csv(report, text)
        _write(options.csv, text.getvalue())
    if options.html:
        _write(options.html, report_page(report))
    if not (options.csv or options.html):
        write_text(report, sys.stdout)
    return 0


def _write(file: str, text: str) -> None:
    if file == "-":
        sys.stdout.write(text)
    else:
        Path(file).write_text(text, encoding="utf-8")
        print(f"Written: {file}.")
