"""When the next message may go out without flooding Telegram: overall, in one chat and in one group.

Limits: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this. Knows no messages.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from bot.channels.recent import Recent

_REMEMBERED_CHATS = 10_000


class _Window:
    """At most `count` moments within any `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self._seconds = seconds
        self._taken: deque[float] = deque(maxlen=count)

    def next(self, now: float) -> float:
        full = len(self._taken) == self._taken.maxlen
        return max(now, self._taken[0] + self._seconds) if full else now

    def take(self, moment: float) -> None:
        self._taken.append(moment)


class Pace:
    """`wait(chat)` returns when a message may be sent there; a chat that waits delays no other.

    A chat takes one message a second on average, up to three at once, a group 20 a minute; all of them
    together take `overall` a second.
    """

    def __init__(
        self,
        overall: int = 30,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._overall = (_Window(overall, 1.0),)
        self._chats: Recent[int, tuple[_Window, ...]] = Recent(_REMEMBERED_CHATS)

    async def wait(self, chat_id: int) -> None:
        await self._pass(self._windows(chat_id))
        await self._pass(self._overall)

    async def _pass(self, windows: tuple[_Window, ...]) -> None:
        now = self._clock()
        moment = max(window.next(now) for window in windows)
        for window in windows:
            window.take(moment)
        if moment > now:
            await self._sleep(moment - now)

    def _windows(self, chat_id: int) -> tuple[_Window, ...]:
        windows = self._chats.get(chat_id)
        if windows is None:
            is_group = chat_id < 0
            windows = (_Window(3, 3.0), _Window(20, 60.0)) if is_group else (_Window(3, 3.0),)
            self._chats.put(chat_id, windows)
        return windows
