"""Turns a button into a LINE action object, or says that LINE has none for it. Knows no messages."""

from __future__ import annotations

import re
from urllib.parse import quote

from bot.channels.limits import cut_graphemes, graphemes, utf16_length
from bot.model import Action, AskLocation, Copy, Open, Say

Json = dict[str, object]

# LINE Messaging API reference, "Action objects"; checked 2026-08-07.
WORDS_LIMIT = 300  # grapheme clusters of a message action; UTF-16 units of a postback
CLIPBOARD_LIMIT = 1000
URI_LIMIT = 1000

_LEGAL_URI = re.compile(
    r"(?:https?://|tel:|line://)(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+"
)
_HAS_HOST = re.compile(r"https?://[A-Za-z0-9\-._~:@\[\]]+(?:[/?#]|$)")
_KEPT = "-._~:/?#[]@!$&'()*+,;=%"


def uri(url: str) -> str | None:
    """The URL as a uri action takes it, percent-encoded where it must be; None if LINE would refuse it."""
    if _LEGAL_URI.fullmatch(url) and len(url) <= URI_LIMIT:
        return url
    if any(c < " " for c in url) or not _HAS_HOST.match(url):
        return None
    encoded = quote(url, safe=_KEPT, errors="replace")
    return encoded if _LEGAL_URI.fullmatch(encoded) and len(encoded) <= URI_LIMIT else None


def clipboard(text: str, label: str = "") -> Json | None:
    """A tap that copies the text; None if LINE would refuse it."""
    if not text.strip() or utf16_length(text) > CLIPBOARD_LIMIT:
        return None
    return {"type": "clipboard", **({"label": label} if label else {}), "clipboardText": text}


def action(button: Action, label_limit: int, *, group: bool = False) -> Json | None:
    """The button as an action with a label; None if LINE has no such button.

    In a group a message action would speak to everybody but the bot, so there words go as a postback.
    """
    label = cut_graphemes(" ".join((button.label or spelled(button)).split()), label_limit)
    if not label:
        return None
    match button:
        case Say(words=words):
            return _say(words, label, group)
        case Open(url=url):
            target = uri(url)
            return {"type": "uri", "label": label, "uri": target} if target else None
        case Copy(text=text):
            return clipboard(text, label)
        case AskLocation():
            return {"type": "location", "label": label}


def _say(words: str, label: str, group: bool) -> Json | None:
    if not words.strip() or graphemes(words) > WORDS_LIMIT:
        return None
    if not group:
        return {"type": "message", "label": label, "text": words}
    if utf16_length(words) > WORDS_LIMIT:
        return None
    return {"type": "postback", "label": label, "data": words, "displayText": words}


def spelled(button: Action) -> str:
    """What the button holds, for a text where it cannot be a button."""
    match button:
        case Say(words=words):
            return words
        case Open(url=url):
            return url
        case Copy(text=text):
            return text
        case AskLocation():
            return ""


def holds(made: Json | None, button: Action) -> bool:
    """Whether the action carries all that the button holds, byte for byte."""
    if made is None:
        return isinstance(button, AskLocation)
    return not isinstance(button, Open) or made["uri"] == button.url
