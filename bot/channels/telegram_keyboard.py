"""Actions as Telegram's keyboards, within their limits. Pure.

A button that Telegram would refuse is left out: the text of every answer suffices without it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import regex

from bot.channels.limits import cut_graphemes, cut_utf16, utf16_length
from bot.channels.telegram_json import Json
from bot.channels.telegram_text import clean, is_visible
from bot.model import Action, AskLocation, Copy, Open, Say

MAX_CALLBACK_DATA = 64  # bytes
MAX_COPY = 256  # characters
MAX_BUTTONS = 100
MAX_URL = 2048

_MAX_LABEL = 64
#: So wide may the labels be, in letters, where two or three buttons share a row of a narrow phone.
_WIDTH_IN_ROW = {2: 18, 3: 10}

_UNSAFE_IN_URL = regex.compile(r"[\s\p{C}<>\"{}|\\^`]")


@dataclass(frozen=True, slots=True)
class _Button:
    """A button as the API has it, and how wide its label is, in letters."""

    json: Json
    width: int


def inline_keyboard(actions: Iterable[Action]) -> Json | None:
    """An InlineKeyboardMarkup with the buttons below a message, or None where there are none; short ones
    share a row.
    """
    rows: list[list[_Button]] = []
    buttons = [button for action in dict.fromkeys(actions) if (button := _button(action)) is not None]
    for button in buttons[:MAX_BUTTONS]:
        if rows and _fit([*rows[-1], button]):
            rows[-1].append(button)
        else:
            rows.append([button])
    return {"inline_keyboard": [[button.json for button in row] for row in rows]} if rows else None


def location_keyboard(label: str) -> Json:
    """A ReplyKeyboardMarkup: one button that sends the user's location and then hides; private chats only."""
    button = {"text": button_label(label), "request_location": True}
    return {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": True}


@lru_cache(2048)
def _button(action: Action) -> _Button | None:
    """None where Telegram would refuse it. Few actions make up nearly all answers, so they are remembered."""
    label = button_label(action.label)
    if not is_visible(label):
        return None
    does: Json
    match action:
        case Say(words=text) if 0 < len((words := clean(text).strip()).encode()) <= MAX_CALLBACK_DATA:
            does = {"callback_data": words}
        case Open(url=url) if _is_link(url):
            does = {"url": url}
        case Copy(text=text) if is_visible(text) and utf16_length(clean(text)) <= MAX_COPY:
            does = {"copy_text": {"text": clean(text)}}
        case Say() | Open() | Copy() | AskLocation():
            return None
    return _Button({"text": label, **does}, _width(label))


def button_label(text: str) -> str:
    """The text as a button can show it, on one line."""
    return cut_utf16(cut_graphemes(" ".join(clean(text).split()), _MAX_LABEL), 2 * _MAX_LABEL)


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and len(url) <= MAX_URL
            and not _UNSAFE_IN_URL.search(url)
        )
    except ValueError:
        return False


def _fit(row: list[_Button]) -> bool:
    widest = _WIDTH_IN_ROW.get(len(row), 0)
    return all(button.width <= widest for button in row)


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
