"""Who a Telegram message speaks to and what it says without the bot's name: commands, mentions, names.

Pure text work; knows no chat and no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from bot.channels.limits import utf16_slice
from bot.channels.telegram_json import Json, child, integer, string

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)
_AFTER_NAME = " \t\n,.:;!?、。・—-"

#: What t.me/<bot>?start= may carry: a place, with the reader's language before it or alone.
_DEEP_LINK = re.compile(r"(?:([a-z]{2})(?:_|$))?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself: its username without "@", and the name people see; "" where unknown."""

    username: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """`/name@to rest`; `to` is "" unless the command names a bot."""

    name: str
    to: str
    rest: str


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of a message, and whether they name the bot."""

    text: str
    named: bool


def command(text: str) -> Command | None:
    found = _COMMAND.fullmatch(text.strip())
    if found is None:
        return None
    name, to, rest = found.groups(default="")
    return Command(name.lower(), to, rest.strip())


def deep_link(payload: str) -> tuple[str, str]:
    """The language (or "") and the words of a start link: `vi_hamamatsu` is ("vi", "hamamatsu")."""
    found = _DEEP_LINK.fullmatch(payload)
    language, words = found.groups(default="") if found else ("", payload)
    return language, words.replace("_", " ").strip()


def speech(text: str, entities: Iterable[Json], me: Me) -> Speech:
    """The text without mentions of the bot and without its name in front."""
    spans = sorted(_mentions(text, entities, me), reverse=True)
    for start, length in spans:
        before, after = utf16_slice(text, 0, start), utf16_slice(text, start + length)
        text = before + after if not before.strip() else f"{before.rstrip()} {after.lstrip(_AFTER_NAME)}"
    words = _without_name(text, me)
    named = bool(spans) or words is not None
    words = text if words is None else words
    return Speech((words.lstrip(_AFTER_NAME) if named else words).strip(), named)


def _mentions(text: str, entities: Iterable[Json], me: Me) -> Iterable[tuple[int, int]]:
    """Offset and length, in UTF-16 units, of each mention of the bot."""
    for entity in entities:
        start, length = integer(entity, "offset"), integer(entity, "length")
        if not me.username or start is None or length is None or start < 0 or length <= 0:
            continue
        if string(entity, "type") == "mention":
            name = utf16_slice(text, start, length).removeprefix("@")
        elif string(entity, "type") == "text_mention":
            name = string(child(entity, "user"), "username")
        else:
            continue
        if name.casefold() == me.username.casefold():
            yield start, length


def _without_name(text: str, me: Me) -> str | None:
    """What follows the bot's name, or None where the text does not begin with it."""
    names = _names(me)
    found = names.match(text) if names else None
    return text[found.end() :] if found else None


@cache
def _names(me: Me) -> re.Pattern[str] | None:
    """Matches the bot's name at the beginning of a text; None where it has none."""
    names = "|".join(re.escape(name) for name in (me.username, me.name) if name)
    return re.compile(rf"\s*@?(?:{names})(?!\w)", re.IGNORECASE) if names else None
