"""Checks every file that people edit and says in plain words which line or key is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from bot.channels.limits import graphemes
from bot.locales import Locale, load_locales
from bot.members import Members, load_members
from bot.problems import BadData, Problem

#: LINE's limit for the label of a quick reply, in graphemes; the strictest of all our buttons.
_LABEL_AT_MOST = 20
#: Telegram's limit for callback data, in bytes of UTF-8.
_WORDS_AT_MOST = 64

T = TypeVar("T")


def check(data_dir: Path, locales_dir: Path, intents_dir: Path) -> list[Problem]:
    """Every problem of the table, the places, the locales and the phrases."""
    problems: list[Problem] = []
    members = _load(lambda: load_members(data_dir), problems)
    locales = _load(lambda: load_locales(locales_dir), problems)
    if members and locales:
        for locale in locales.by_code.values():
            problems += _too_long(locale, members)
    return problems


def _load(load: Callable[[], T], problems: list[Problem]) -> T | None:
    try:
        return load()
    except BadData as error:
        problems += error.problems
        return None


def _too_long(locale: Locale, members: Members) -> Iterator[Problem]:
    """Labels and words that no longer fit on a button once the longest name is filled in."""
    longest = max((member.name for member in members.all), key=len)
    for key, sentence in locale.items():
        section = key.partition(".")[0]
        if section not in ("label", "words", "menu"):
            continue
        filled = sentence.replace("{place}", longest)
        if section == "words" and len(filled.encode()) > _WORDS_AT_MOST:
            what = f"“{filled}” has {len(filled.encode())} bytes; Telegram allows {_WORDS_AT_MOST}."
            yield Problem(f"{locale.code}.yaml", key, what)
        if section != "words" and graphemes(filled) > _LABEL_AT_MOST:
            what = f"“{filled}” has {graphemes(filled)} letters; LINE shows {_LABEL_AT_MOST}."
            yield Problem(f"{locale.code}.yaml", key, what)
