"""Where conversations, claims and rate limits are kept: one contract, and the URL chooses the backend."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

#: Seconds after which the claim of a process that died may be taken over.
CLAIM_EXPIRES_AFTER = 30.0
#: Seconds for which an answered event is remembered: LINE redelivers for less, Telegram keeps updates 24 h.
ANSWERED_KEPT_FOR = 25 * 3600.0
#: Seconds for which a conversation's state is kept: the chosen language outlives the context.
STATE_KEPT_FOR = 90 * 24 * 3600.0


class Claim(Enum):
    """What became of the wish to answer an event."""

    OURS = "ours"  # nobody else answers it: go on
    BUSY = "busy"  # another process is at it; it must come again, in case that one dies
    ANSWERED = "answered"  # done: never again


class StoreDownError(Exception):
    """The store cannot be reached or written; the bot goes on without memory."""


class Store(Protocol):
    """Every method raises StoreDownError when the backend is out of reach. Times are Unix seconds."""

    async def load(self, key: str) -> str | None:
        """The state kept for a conversation, as it was saved."""

    async def save(self, key: str, state: str, now: float) -> None: ...

    async def forget(self, key: str) -> None:
        """Erases everything kept for a conversation."""

    async def claim(self, event: str, now: float) -> Claim:
        """Takes an event for this process."""

    async def answered(self, event: str, now: float) -> None:
        """The answer to a claimed event has left."""

    async def release(self, event: str) -> None:
        """Gives a claim back: the event was not answered and may come again."""

    async def spend(self, key: str, now: float) -> int:
        """Counts one more message of this key; how many it is in this minute."""

    async def ping(self) -> None: ...

    async def close(self) -> None: ...


def open_store(url: str) -> Store:
    """The store for memory:, sqlite:///path or redis://host. ValueError on any other URL."""
    scheme, _, rest = url.partition(":")
    if url == "memory:":
        from bot.stores.memory import MemoryStore

        return MemoryStore()
    if scheme == "sqlite" and rest.startswith("///") and len(rest) > 3:
        from bot.stores.sqlite import SqliteStore

        return SqliteStore(rest[3:])
    raise ValueError("must be memory: or sqlite:///FILE")
