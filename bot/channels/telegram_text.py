"""What Telegram takes as text: no control characters, no half surrogate pairs, something to see. Pure."""

from __future__ import annotations

import regex

_VISIBLE = regex.compile(r"[^\s\p{C}\u2800\u3164]")
_CONTROL = regex.compile(r"[^\P{Cc}\n\t]")


def clean(text: str) -> str:
    if text.isprintable():  # then there is nothing to clean
        return text
    text = text.encode("utf-8", "replace").decode().replace("\r\n", "\n")
    return _CONTROL.sub("", text)


def is_visible(text: str) -> bool:
    """Whether there is anything to see: Telegram refuses messages and labels without it."""
    return _VISIBLE.search(text) is not None
