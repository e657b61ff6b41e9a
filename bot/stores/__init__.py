"""Where conversations, claims, rate limits and the journal are kept: one contract, and the URL chooses the
backend. Knows no platform; its keys name nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

#: Seconds after which an event, or the turn in a chat, whose process died may be taken over. Longer work is
#: safe all the same: see `Store.leaving`.
CLAIM_EXPIRES_AFTER = 10.0
#: Seconds for which an answered event is remembered: LINE redelivers for less, Telegram keeps updates 24 h.
ANSWERED_KEPT_FOR = 25 * 3600.0
#: Seconds for which a conversation's state is kept: the chosen language outlives the context.
STATE_KEPT_FOR = 90 * 24 * 3600.0
#: Days for which the journal is kept: its counters, and the masked texts that were not understood.
COUNTS_KEPT_FOR = 400
TEXTS_KEPT_FOR = 30


class Claim(Enum):
    """What became of the wish to answer an event."""

    OURS = "ours"  # nobody else answers it: go on
    LATER = "later"  # another process answers the same chat: wait for it and ask again
    BUSY = "busy"  # another process is at it; it must come again, in case that one dies
    ANSWERED = "answered"  # done, or its answer may have left: never again


@dataclass(frozen=True, slots=True)
class Taken:
    """`state` is the conversation's as it was saved, `count` how many messages it sent in this minute; both
    are told only with a claim that is OURS.
    """

    claim: Claim
    state: str | None = None
    count: int = 0


class JournalEntry(NamedTuple):
    """What one counter counts. `day` is a date of Japan, 2026-11-24; `place` is "member:komaki",
    "prefecture:aichi", "elsewhere:nagoya", "unknown", or "none".
    """

    day: str
    channel: str
    language: str
    intent: str
    place: str


class Misunderstood(NamedTuple):
    """A text that was not understood, masked and without its user."""

    day: str
    language: str
    text: str


class StoreDownError(Exception):
    """The store cannot be reached or written; the bot goes on without memory."""


class Store(Protocol):
    """Every method raises StoreDownError when the backend is out of reach. Times are Unix seconds.

    An event goes from nothing to taken, to leaving, to answered. `owner` names the process that took it.
    """

    async def take(self, event: str, chat: str, owner: str, now: float) -> Taken:
        """Claims an event for its owner, who then has the turn in the chat until the event is answered or
        given back; counts one more message of the chat.
        """

    async def leaving(self, event: str, chat: str, owner: str, now: float) -> bool:
        """Notes that the answer is about to leave and may not be sent again. False where another process has
        taken the event over meanwhile: then it must not be sent.
        """

    async def not_left(self, event: str, chat: str, owner: str, now: float) -> None:
        """Takes `leaving` back: the platform refused the answer, and its owner will try again."""

    async def answered(self, event: str, chat: str, owner: str, state: str | None, now: float) -> None:
        """The answer has left: remembers the event, and the chat's new state; None erases the chat's."""

    async def give_back(self, event: str, chat: str, owner: str) -> None:
        """The event was not answered and may come again at once."""

    async def count(self, entries: Mapping[JournalEntry, int]) -> None:
        """Adds to the journal's counters."""

    async def counts(self, first_day: str, last_day: str) -> list[tuple[JournalEntry, int]]:
        """The journal's counters from the first to the last day, both included, sorted."""

    async def keep_misunderstood(self, texts: Sequence[Misunderstood]) -> None: ...

    async def misunderstood(self, first_day: str, last_day: str) -> list[Misunderstood]:
        """The texts from the first to the last day, both included, oldest first."""

    async def sweep(self, now: float) -> None:
        """Erases what is older than it may be; called every minute."""

    async def ping(self) -> None: ...

    async def close(self) -> None: ...


def is_store_url(url: str) -> bool:
    """Whether `open_store` knows such a URL."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return rest.startswith("/") and len(rest) > 1
    return url == "memory:" or (scheme in ("redis", "rediss", "unix") and bool(rest))


def open_store(url: str) -> Store:
    """The store for memory:, sqlite:///FILE or redis://HOST:PORT/DB (rediss:// with TLS, unix:///SOCKET).

    ValueError on any other URL; StoreDownError never: what cannot be reached now may come back.
    """
    if not is_store_url(url):
        raise ValueError("must be memory:, sqlite:///FILE or redis://HOST")
    if url == "memory:":
        from bot.stores.memory import MemoryStore

        return MemoryStore()
    if url.startswith("sqlite:"):
        from bot.stores.sqlite import SqliteStore

        return SqliteStore(url.removeprefix("sqlite:///"))
    from bot.stores.redis import RedisStore

    return RedisStore(url)
