"""Fetches Telegram's updates and hands each on at once; confirms only those that are answered.

A killed process therefore loses none, and what stands above an unanswered update is handed out too, so one
hanging chat stops no other. Keeps no order within a chat; that is its user's business.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from telegram.error import RetryAfter, TelegramError

from bot.channels.errors import ChannelRefused, OtherPoller
from bot.channels.telegram import receive
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_calls import seconds_to_wait
from bot.channels.telegram_json import Json, integer
from bot.channels.telegram_offset import Offset
from bot.model import Incoming

_LOG = logging.getLogger(__name__)

#: Telegram gives at most so many updates at once, counted from the offset.
_BATCH = 100

Handle = Callable[[Incoming], Awaitable[bool]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PollTiming:
    """All in seconds. `long_poll`: how long Telegram holds a request open. `settle`, growing to `idle`: how
    long answers are waited for before the next fetch. `patience`: how long one answer may hold up a whole
    batch. `conflict`: pause after another poller was seen. `backoff`: pauses after failures. `grace`: time
    for the answers under way at the end.
    """

    long_poll: int = 30
    settle: float = 0.02
    idle: float = 0.5
    patience: float = 20.0
    conflict: float = 10.0
    backoff: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 30.0)
    grace: float = 6.0


async def poll(
    api: TelegramApi,
    handle: Handle,
    stop: asyncio.Event,
    on_success: Callable[[], None] = lambda: None,
    *,
    timing: PollTiming | None = None,
    most_outstanding: int = 1000,
) -> None:
    """Polls until `stop` is set, then waits for the answers under way and confirms them.

    `handle` says whether the event is done with; if not, it gets it again later. `on_success` is called after
    each fetch. Raises ChannelRefused where Telegram refuses the token.
    """
    await _Poller(api, handle, stop, on_success, timing or PollTiming(), most_outstanding).run()


class _Poller:
    def __init__(
        self,
        api: TelegramApi,
        handle: Handle,
        stop: asyncio.Event,
        on_success: Callable[[], None],
        timing: PollTiming,
        most_outstanding: int,
    ) -> None:
        self._api = api
        self._handle = handle
        self._stop = stop
        self._on_success = on_success
        self._timing = timing
        self._most = most_outstanding
        self._offset = Offset()
        self._tasks: set[asyncio.Task[None]] = set()
        self._settled = asyncio.Event()
        self._wait = timing.settle

    async def run(self) -> None:
        grace = 0.0
        try:
            await self._fetch_until_stopped()
            grace = self._timing.grace
        finally:
            await self._finish(grace)
        await self._confirm()

    async def _fetch_until_stopped(self) -> None:
        failures = 0
        is_prepared = False
        while not self._stop.is_set():
            try:
                if not is_prepared:
                    await self._unless_stopped(self._prepare())
                    is_prepared = True
                await self._fetch()
                failures = 0
            except OtherPoller as error:
                _LOG.error("Telegram: %s", error)
                await self._sleep(self._timing.conflict)
            except TelegramError as error:
                pause = self._backoff(error, failures)
                failures += 1
                _LOG.warning("Telegram cannot be polled (%s), next try in %g s", type(error).__name__, pause)
                await self._sleep(pause)

    async def _prepare(self) -> None:
        await self._api.identify()
        await self._api.delete_webhook()

    async def _fetch(self) -> None:
        room = self._most - len(self._tasks)
        if room <= 0:
            await self._sleep(self._timing.idle)
            return
        fetching = self._api.get_updates(self._offset.advance(), self._timing.long_poll)
        updates = await self._unless_stopped(fetching)
        if updates is None:
            return
        self._on_success()
        started = sum([self._start(update) for update in updates[:room]])
        if started:
            self._wait = self._timing.settle
        elif updates:
            self._wait = min(2 * self._wait, self._timing.idle)
            self._pass_over(len(updates))
        if not self._offset.is_idle:
            await self._some_settle()

    def _start(self, update: Json) -> bool:
        """Hands the update on unless that was done before; whether it was new."""
        number = integer(update, "update_id")
        if number is None or not self._offset.take(number, time.monotonic()):
            return False
        incoming = receive(update, self._api.username, self._api.name)
        if incoming is None:
            self._offset.answered(number)
            return True
        self._settled.clear()
        task = asyncio.create_task(self._answer(number, incoming))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _answer(self, number: int, incoming: Incoming) -> None:
        tries = 0
        try:
            while not await self._handle(incoming):
                await self._sleep(self._nth_pause(tries))
                tries += 1
                if self._stop.is_set():
                    return
        except Exception as error:
            # It would fail for ever: better to lose this one than to hear it again and again.
            _LOG.error("An update of Telegram failed: %s", type(error).__name__)
        self._offset.answered(number)
        if self._offset.is_idle:
            self._settled.set()

    def _pass_over(self, updates: int) -> None:
        """Where a whole batch waits behind one answer, that one is confirmed after a while, so that those who
        come later are served. The answer itself goes on.
        """
        if updates == _BATCH and self._offset.pass_over(before=time.monotonic() - self._timing.patience):
            _LOG.warning("One answer holds up a whole batch of Telegram's updates: going on without it")

    async def _finish(self, grace: float) -> None:
        tasks = list(self._tasks)
        if tasks:
            _, unfinished = await asyncio.wait(tasks, timeout=grace)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _confirm(self) -> None:
        """Tells Telegram what was answered last, so that the next start does not hear it again."""
        if (offset := self._offset.advance()) is not None:
            with suppress(TelegramError, TimeoutError, OtherPoller, ChannelRefused):
                await asyncio.wait_for(self._api.get_updates(offset, wait=0), timeout=2.0)

    def _backoff(self, error: TelegramError, failures: int) -> float:
        return seconds_to_wait(error) if isinstance(error, RetryAfter) else self._nth_pause(failures)

    def _nth_pause(self, n: int) -> float:
        return self._timing.backoff[min(n, len(self._timing.backoff) - 1)]

    async def _some_settle(self) -> None:
        with suppress(TimeoutError):
            await self._unless_stopped(asyncio.wait_for(self._settled.wait(), self._wait))

    async def _sleep(self, seconds: float) -> None:
        await self._unless_stopped(asyncio.sleep(seconds))

    async def _unless_stopped(self, work: Awaitable[T]) -> T | None:
        """The result of the work, or None where the end came first."""
        working = asyncio.ensure_future(work)
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else None
        finally:
            for future in (working, stopping):
                future.cancel()
            await asyncio.gather(working, stopping, return_exceptions=True)
