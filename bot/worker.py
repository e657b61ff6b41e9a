"""One serving process: opens every configured channel, runs until it is told to stop, and leaves in time."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING

from aiohttp import web

from bot.channels.errors import ChannelRefused
from bot.channels.line_api import LineApi
from bot.channels.line_channel import LineChannel
from bot.collector import nothing_to_collect
from bot.conversation import Conversation
from bot.dispatch import Dispatcher
from bot.handle import Handler, Sender
from bot.journal import Journal
from bot.listening import listen
from bot.metrics import Metrics
from bot.model import Incoming
from bot.reload import Look, Reloader
from bot.server import Server
from bot.settings import Settings
from bot.stores import StoreDownError, open_store
from bot.stores.fallback import FallbackStore
from bot.userkeys import UserKeys

if TYPE_CHECKING:  # Telegram's library takes time and memory: it is imported where Telegram is served.
    from bot.channels.telegram_api import TelegramApi

_LOG = logging.getLogger(__name__)

#: Of the ten seconds that a stop may take; the rest is for closing connections.
_DRAIN_SECONDS = 7.0
_TASKS_END_WITHIN = 1.5
#: Seconds between two rounds of housekeeping, and rounds between two sweeps of the store.
_ROUND = 2.0
_ROUNDS_TO_SWEEP = 30
#: Seconds before a platform that could not be reached at the start is tried again.
_AGAIN_AFTER = 5.0


def work(
    settings: Settings,
    conversation: Conversation,
    loaded: Look,
    bound: socket.socket,
    *,
    is_first: bool = True,
    parent: int = 0,
) -> int:
    """Serves on the bound socket; the exit code. `loaded` is how the files looked that the conversation was
    made from. Only the first of several polls and sets webhooks; each stops when its `parent` has gone.
    """
    if sys.platform == "win32":
        return asyncio.run(_Worker(settings, conversation, loaded, is_first, parent).run(bound))
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_Worker(settings, conversation, loaded, is_first, parent).run(bound))


class _Worker:
    def __init__(
        self, settings: Settings, conversation: Conversation, loaded: Look, is_first: bool, parent: int
    ) -> None:
        self._settings = settings
        self._is_first = is_first
        self._parent = parent
        self._metrics = Metrics()
        self._journal = Journal(keep_misunderstood=settings.keep_misunderstood)
        self._store = FallbackStore(open_store(settings.store_url), self._metrics.store_failed)
        keys = UserKeys(_user_key_secret(settings))
        self._handler = Handler(conversation, self._store, keys, self._metrics, self._journal)
        self._dispatcher: Dispatcher[Sender] = Dispatcher(self._handler.handle)
        self._tasks: list[asyncio.Task[None]] = []
        self._reloader = Reloader(settings, loaded, self._handler.use, self._metrics.reloaded)

    async def run(self, bound: socket.socket) -> int:
        self._stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, self._stop.set)
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._reloader.ask)
        server = Server(self._dispatcher, self._store, self._metrics, self._settings.metrics_token)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._close)
            if self._settings.has_line:
                self._add_line(server, stack)
            if self._settings.has_telegram:
                await self._add_telegram(server, stack)
            runner = web.AppRunner(server.app, access_log=None, shutdown_timeout=1.0)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            if runner.server is None:
                raise RuntimeError("the runner has been set up")
            listener = await listen(bound, runner.server, server.webhooks)
            if self._is_first:
                host, port = bound.getsockname()[:2]
                print(f"Nihongo Doko listens on http://{host}:{port}", flush=True)
            self._tasks.append(asyncio.create_task(self._keep_house()))
            reloading = asyncio.create_task(self._reloader.run())
            refusal = await self._until_stopped(server)
            server.draining = True
            self._stop.set()
            reloading.cancel()
            listener.close()
            given_up = await self._dispatcher.drain(_DRAIN_SECONDS)
            if given_up:
                _LOG.warning("stopped with %d events unanswered", given_up)
            await self._end_tasks()
        if refusal is not None:
            print(refusal, file=sys.stderr)
            return 2
        return 0

    def _add_line(self, server: Server, stack: AsyncExitStack) -> None:
        settings = self._settings
        api = LineApi(
            settings.line_api_url,
            settings.line_channel_access_token,
            on_error=lambda kind: self._metrics.platform_error("line", kind),
        )
        stack.callback(api.close)
        line = LineChannel(api)
        server.add_line(line, settings.line_channel_secret)
        self._start(line.identify(), server)

    async def _add_telegram(self, server: Server, stack: AsyncExitStack) -> None:
        # The library's httpx would load rich, click and pygments, for a command line of its own.
        sys.modules["httpx._main"] = None  # type: ignore[assignment]
        with nothing_to_collect(for_good=True):
            from bot.channels.telegram_api import TelegramApi

        settings = self._settings
        telegram = TelegramApi(
            settings.telegram_bot_token,
            settings.telegram_api_url,
            on_error=lambda kind: self._metrics.platform_error("telegram", kind),
        )
        await telegram.open()
        stack.push_async_callback(telegram.close)
        if not settings.public_url:
            if self._is_first:
                self._start(self._poll(telegram, server), server)
            return
        server.add_telegram(telegram, settings.telegram_webhook_secret)
        url = settings.public_url.rstrip("/") + "/webhook/telegram"

        async def introduce() -> None:
            await telegram.identify()
            if self._is_first:
                await telegram.set_webhook(url, settings.telegram_webhook_secret)

        self._until_it_works(introduce, server)

    async def _poll(self, telegram: TelegramApi, server: Server) -> None:
        from bot.channels.telegram_poll import poll

        async def handle(incoming: Incoming) -> bool:
            return await server.handle(incoming, telegram)

        await poll(telegram, handle, self._stop, self._metrics.polled)

    def _until_it_works(self, call: Callable[[], Awaitable[None]], server: Server) -> None:
        from telegram.error import TelegramError

        async def repeat() -> None:
            while not self._stop.is_set():
                try:
                    await call()
                    return
                except TelegramError as error:
                    _LOG.warning("Telegram cannot be reached yet (%s)", type(error).__name__)
                    await self._sleep(_AGAIN_AFTER)

        self._start(repeat(), server)

    def _start(self, work: Awaitable[None], server: Server) -> None:
        """Runs it beside the others; where a platform refuses our credentials, everything ends."""

        async def guarded() -> None:
            try:
                await work
            except ChannelRefused as error:
                server.refuse(error)

        self._tasks.append(asyncio.create_task(guarded()))

    async def _until_stopped(self, server: Server) -> ChannelRefused | None:
        """Waits for the signal; returns early with the reason where a platform refuses our credentials."""
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait((stopping, server.refused), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        return server.refused.result() if server.refused.done() else None

    async def _keep_house(self) -> None:
        rounds = 0
        while not self._stop.is_set():
            await self._sleep(_ROUND)
            rounds += 1
            await self._journal.flush(self._store)
            with suppress(StoreDownError):
                if self._store.is_down:
                    await self._store.ping()
                elif rounds % _ROUNDS_TO_SWEEP == 0:
                    await self._store.sweep(time.time())
            self._metrics.gauge(self._dispatcher.waiting, not self._store.is_down)
            if self._parent and os.getppid() != self._parent:
                _LOG.error("the process that watches the workers has gone: stopping")
                self._stop.set()

    async def _end_tasks(self) -> None:
        """They have heard of the end when the queue did; whoever still waits for a platform is cut off."""
        _, late = await asyncio.wait(self._tasks, timeout=_TASKS_END_WITHIN)
        for task in late:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def _close(self) -> None:
        await self._journal.flush(self._store)
        with suppress(StoreDownError):
            await self._store.close()


def _user_key_secret(settings: Settings) -> str:
    """USER_KEY_SECRET, or one derived from the channels' own secrets: stable, and as secret as they are."""
    if settings.user_key_secret:
        return settings.user_key_secret
    own = f"user keys\x00{settings.line_channel_secret}\x00{settings.telegram_bot_token}"
    return hashlib.sha256(own.encode()).hexdigest()
