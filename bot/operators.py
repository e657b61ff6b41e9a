"""The commands of those who run the bot: check, import, links, report, poster, add-language.

Each imports what it needs only when it runs, so that `chat` and `ask` start quickly.
"""

from __future__ import annotations

import argparse
import sys

from bot.settings import ROOT, Settings


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
    from datetime import date

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
