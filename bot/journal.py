"""What was asked, where and in which language, counted for the operators. Holds no user and no chat, and no
text unless KEEP_MISUNDERSTOOD asks for those that were not understood, masked.
"""

from __future__ import annotations

import re
from collections import Counter

from bot.stores import JournalEntry, Misunderstood, Store, StoreDownError
from bot.stores.days import day_of
from intents.model import Place, Understanding

__all__ = ["Journal", "JournalEntry", "Misunderstood", "day_of", "mask", "read_counts", "read_misunderstood"]

#: A message out of scope with less than this score was rather not understood.
_DOUBTFUL = 0.5

#: Texts that wait to be written; beyond these the oldest are dropped.
_TEXTS_AT_MOST = 1000
_TEXT_AT_MOST = 200

_LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+|[\w.-]+\.(?:com|net|org|jp|br|vn|me|ly)\b\S*", re.IGNORECASE
)
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_HANDLE = re.compile(r"@\S+")
_DIGIT = re.compile(r"\d")


async def read_counts(store: Store, first_day: str, last_day: str) -> list[tuple[JournalEntry, int]]:
    """The counters of these days (2026-11-24, both included), sorted. Raises StoreDownError.

    A message that asks about two places counts once for each.
    """
    return await store.counts(first_day, last_day)


async def read_misunderstood(store: Store, first_day: str, last_day: str) -> list[Misunderstood]:
    """The masked texts of these days (both included), oldest first. Raises StoreDownError."""
    return await store.misunderstood(first_day, last_day)


class Journal:
    """Counts in memory; `flush` writes what has come together since the last time."""

    def __init__(self, *, keep_misunderstood: bool = False) -> None:
        self._keeps_texts = keep_misunderstood
        self._counts: Counter[JournalEntry] = Counter()
        self._texts: list[Misunderstood] = []

    def note(self, now: float, channel: str, language: str, understood: Understanding, text: str) -> None:
        """One answered message; `language` is that of the answer."""
        day = day_of(now)
        for place in {_place(place) for place in understood.places} or {"none"}:
            self._counts[JournalEntry(day, channel, language, understood.intent, place)] += 1
        if self._keeps_texts and text and is_misunderstood(understood) and len(self._texts) < _TEXTS_AT_MOST:
            self._texts.append(Misunderstood(day, language, mask(text)))

    async def flush(self, store: Store) -> None:
        """Writes to the store; where that is down, everything waits for the next time."""
        counts, self._counts = self._counts, Counter()
        texts, self._texts = self._texts, []
        try:
            if counts:
                await store.count(counts)
                counts = Counter()
            if texts:
                await store.keep_misunderstood(texts)
        except StoreDownError:
            self._counts.update(counts)
            self._texts = (texts + self._texts)[:_TEXTS_AT_MOST]


def is_misunderstood(understood: Understanding) -> bool:
    """Whether the bot probably failed the user: no such place, or out of scope without being sure."""
    if any(place.kind == "unknown" for place in understood.places):
        return True
    return understood.intent == "out_of_scope" and understood.score < _DOUBTFUL


def mask(text: str) -> str:
    """The text on one line, without links, addresses, names of accounts and digits."""
    text = " ".join(text.split())
    text = _EMAIL.sub("[email]", _LINK.sub("[link]", text))
    return _DIGIT.sub("0", _HANDLE.sub("[name]", text))[:_TEXT_AT_MOST]


def _place(place: Place) -> str:
    return "unknown" if place.kind == "unknown" else f"{place.kind}:{place.id}"
