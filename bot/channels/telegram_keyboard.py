"""Actions as Telegram's keyboards, within their limits. Pure.

A button that Telegram would refuse is left out: the text of every answer suffices without it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

import regex
from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)

from bot.channels.limits import cut_graphemes, cut_utf16, utf16_length
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


def inline_keyboard(actions: Iterable[Action]) -> InlineKeyboardMarkup | None:
    """The buttons below a message, or None where there are none; short ones share a row."""
    rows: list[list[InlineKeyboardButton]] = []
    distinct = list(dict.fromkeys(actions))
    buttons = [button for action in distinct if (button := _button(action)) is not None]
    for button in buttons[:MAX_BUTTONS]:
        if rows and _fit([*rows[-1], button]):
            rows[-1].append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None


def location_keyboard(label: str) -> ReplyKeyboardMarkup:
    """One button that sends the user's location and then hides; private chats only."""
    button = KeyboardButton(_label(label), request_location=True)
    return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)


def _button(action: Action) -> InlineKeyboardButton | None:
    label = _label(action.label)
    if not is_visible(label):
        return None
    match action:
        case Say(words=text) if 0 < len(words := clean(text).strip().encode()) <= MAX_CALLBACK_DATA:
            return InlineKeyboardButton(label, callback_data=words.decode())
        case Open(url=url) if _is_link(url):
            return InlineKeyboardButton(label, url=url)
        case Copy(text=text) if is_visible(text) and utf16_length(clean(text)) <= MAX_COPY:
            return InlineKeyboardButton(label, copy_text=CopyTextButton(clean(text)))
        case Say() | Open() | Copy() | AskLocation():
            return None


def _label(text: str) -> str:
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


def _fit(row: list[InlineKeyboardButton]) -> bool:
    widest = _WIDTH_IN_ROW.get(len(row), 0)
    return all(_width(button.text) <= widest for button in row)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
