"""A store that is never down: while the one behind it is, it keeps what it can in memory, and tries again.

So the bot answers without memory of what was before, each event still once within its process. Once the store
is back, it learns what it missed: the last state of each chat, and above all which were to be forgotten.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from bot.stores import JournalEntry, Misunderstood, Store, StoreDownError, Taken
from bot.stores.memory import MemoryStore

_LOG = logging.getLogger(__name__)

#: Seconds after a failure for which the store behind is left alone, so that no message waits for it.
_PAUSE = 1.0
_MISSED_AT_MOST = 10_000

T = TypeVar("T")


class _Missed(NamedTuple):
    event: str
    owner: str
    state: str | None
    now: float


class FallbackStore:
    """See `bot.stores.Store`. What concerns the journal and the operators still raises StoreDownError."""

    def __init__(
        self,
        store: Store,
        on_failure: Callable[[], None] = lambda: None,
        *,
        pause: float = _PAUSE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._memory = MemoryStore()
        self._on_failure = on_failure
        self._pause = pause
        self._clock = clock
        self._again_at = 0.0
        self._missed: OrderedDict[str, _Missed] = OrderedDict()  # by chat
        self.is_down = False

    async def take(self, event: str, chat: str, owner: str, now: float) -> Taken:
        return await self._either(lambda store: store.take(event, chat, owner, now))

    async def leaving(self, event: str, chat: str, owner: str, now: float) -> bool:
        return await self._either(lambda store: store.leaving(event, chat, owner, now))

    async def not_left(self, event: str, chat: str, owner: str, now: float) -> None:
        await self._either(lambda store: store.not_left(event, chat, owner, now))

    async def answered(self, event: str, chat: str, owner: str, state: str | None, now: float) -> None:
        if self._is_worth_asking():
            try:
                await self._only(self._store.answered(event, chat, owner, state, now))
            except StoreDownError:
                pass
            else:
                self._missed.pop(chat, None)
                return
        await self._memory.answered(event, chat, owner, state, now)
        self._missed[chat] = _Missed(event, owner, state, now)
        if len(self._missed) > _MISSED_AT_MOST:
            self._missed.popitem(last=False)

    async def give_back(self, event: str, chat: str, owner: str) -> None:
        await self._either(lambda store: store.give_back(event, chat, owner))

    async def count(self, entries: Mapping[JournalEntry, int]) -> None:
        await self._only(self._store.count(entries))

    async def counts(self, first_day: str, last_day: str) -> list[tuple[JournalEntry, int]]:
        return await self._only(self._store.counts(first_day, last_day))

    async def keep_misunderstood(self, texts: Sequence[Misunderstood]) -> None:
        await self._only(self._store.keep_misunderstood(texts))

    async def misunderstood(self, first_day: str, last_day: str) -> list[Misunderstood]:
        return await self._only(self._store.misunderstood(first_day, last_day))

    async def sweep(self, now: float) -> None:
        await self._memory.sweep(now)
        await self._only(self._store.sweep(now))

    async def ping(self) -> None:
        """Asks the store behind at once, pause or not."""
        await self._only(self._store.ping())

    async def close(self) -> None:
        await self._store.close()

    async def _either(self, call: Callable[[Store], Awaitable[T]]) -> T:
        if self._is_worth_asking():
            try:
                return await self._only(call(self._store))
            except StoreDownError:
                pass
        return await call(self._memory)

    def _is_worth_asking(self) -> bool:
        """While the store is down, one message after each pause tries it; the others do not wait for that."""
        if self.is_down:
            if self._clock() < self._again_at:
                return False
            self._again_at = self._clock() + self._pause
        return True

    async def _only(self, call: Awaitable[T]) -> T:
        try:
            result = await call
        except StoreDownError as error:
            self._on_failure()
            self._again_at = self._clock() + self._pause
            if not self.is_down:
                self.is_down = True
                _LOG.error("the store is down (%s): answering without memory", error)
            raise
        if self.is_down:
            self.is_down = False
            _LOG.warning("the store is back")
            await self._catch_up()
        return result

    async def _catch_up(self) -> None:
        while self._missed:
            chat, missed = self._missed.popitem(last=False)
            try:
                again = self._store.answered(missed.event, chat, missed.owner, missed.state, missed.now)
                await self._only(again)
            except StoreDownError:
                self._missed.setdefault(chat, missed)
                return
