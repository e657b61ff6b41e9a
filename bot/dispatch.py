"""Queues events: in order within a chat, chats not waiting for each other, no more than may wait at once.

Knows no platform, no store and no conversation; whoever makes it says what handling is.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.model import Incoming

Sender = TypeVar("Sender")


class QueueFullError(Exception):
    """Too much is waiting: the platform should bring the event again later."""


class Dispatcher(Generic[Sender]):
    """Hands events to `handle`. Use it inside one running loop.

    `most_waiting` bounds all events that are queued or under way, `most_of_one_chat` those of each chat.
    """

    def __init__(
        self,
        handle: Callable[[Incoming, Sender], Awaitable[bool]],
        *,
        most_waiting: int = 5000,
        most_of_one_chat: int = 200,
    ) -> None:
        self._handle = handle
        self._most_waiting = most_waiting
        self._most_of_one_chat = most_of_one_chat
        self._chats: dict[tuple[str, str], deque[_Waiting[Sender]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.waiting = 0

    def submit(self, incoming: Incoming, sender: Sender) -> asyncio.Future[bool]:
        """Queues an event behind the others of its chat; the future holds what `handle` returns or raises.

        It is cancelled where `drain` gave the event up. Raises QueueFullError at once when full.
        """
        key = (incoming.channel, incoming.chat)
        queue = self._chats.get(key)
        if self.waiting >= self._most_waiting or (queue and len(queue) >= self._most_of_one_chat):
            raise QueueFullError
        waiting = _Waiting(incoming, sender)
        self.waiting += 1
        if queue is None:
            self._chats[key] = deque([waiting])
            task = asyncio.create_task(self._work(key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            queue.append(waiting)
        return waiting.future

    async def drain(self, seconds: float) -> int:
        """Lets what is queued finish, for so long at most; how many events had to be given up."""
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=seconds)
            given_up = self.waiting
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
            return given_up
        return 0

    async def _work(self, key: tuple[str, str]) -> None:
        queue = self._chats[key]
        try:
            while queue:
                await self._settle(queue.popleft())
        finally:
            del self._chats[key]
            for waiting in queue:
                self.waiting -= 1
                waiting.future.cancel()

    async def _settle(self, waiting: _Waiting[Sender]) -> None:
        future = waiting.future
        try:
            done = await self._handle(waiting.incoming, waiting.sender)
        except asyncio.CancelledError:
            future.cancel()
            raise
        except Exception as error:
            if not future.done():
                future.set_exception(error)
        else:
            if not future.done():
                future.set_result(done)
        finally:
            self.waiting -= 1


class _Waiting(Generic[Sender]):
    __slots__ = ("future", "incoming", "sender")

    def __init__(self, incoming: Incoming, sender: Sender) -> None:
        self.incoming = incoming
        self.sender = sender
        self.future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
