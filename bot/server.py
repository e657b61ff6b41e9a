"""The HTTP side of `serve`: webhooks in; health, readiness and metrics out.

Verifies before it reads, answers in the platform's time, and tells strangers nothing.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from aiohttp import web

from bot.channels import line
from bot.channels.errors import ChannelRefused
from bot.channels.line_channel import LineChannel
from bot.dispatch import Dispatcher, QueueFullError
from bot.handle import Sender
from bot.listening import quiet_errors, without_our_name
from bot.metrics import CONTENT_TYPE, Metrics
from bot.model import Delivery, Incoming, Leaving, Reply
from bot.plain_http import Webhook
from bot.stores import StoreDownError
from bot.stores.fallback import FallbackStore

if TYPE_CHECKING:  # Telegram's library takes time and memory: it is imported where Telegram is served.
    from bot.channels.telegram_api import TelegramApi

_LOG = logging.getLogger(__name__)

_BODY_AT_MOST = 2 * 1024 * 1024
#: Seconds within which a body must be there; the platforms take milliseconds.
_BODY_WITHIN = 10.0
#: LINE counts a webhook as timed out after 2 s; what takes longer goes on after the 200.
_LINE_WAITS = 1.8
#: Telegram waits for a minute.
_TELEGRAM_WAITS = 25.0


class Server:
    """The web application, and its webhooks by path for the short way to them. `refused` is set, with its reason,
    where a platform refuses our credentials.
    """

    def __init__(
        self,
        dispatcher: Dispatcher[Sender],
        store: FallbackStore,
        metrics: Metrics,
        metrics_token: str = "",
        *,
        body_within: float = _BODY_WITHIN,
    ) -> None:
        self._dispatcher = dispatcher
        self._store = store
        self._metrics = metrics
        self._metrics_token = metrics_token
        self._body_within = body_within
        self._tasks: set[asyncio.Future[None]] = set()
        self.draining = False
        self.refused: asyncio.Future[ChannelRefused] = asyncio.get_running_loop().create_future()
        self.webhooks: dict[str, Webhook] = {}
        self.app = web.Application(client_max_size=_BODY_AT_MOST, middlewares=[quiet_errors])
        self.app.on_response_prepare.append(without_our_name)
        self.app.router.add_get("/healthz", self._health)
        self.app.router.add_get("/readyz", self._ready)
        if metrics_token:
            self.app.router.add_get("/metrics", self._show_metrics)

    def add_line(self, channel: LineChannel, secret: str) -> None:
        async def webhook(body: bytes, headers: Mapping[str, str]) -> int:
            if not line.verify(secret, body, headers.get("x-line-signature")):
                return 401
            try:
                events = line.receive(body, channel.names)
            except ValueError:
                return 400
            return await self._answer(
                [(event, channel) for event in events], _LINE_WAITS, channel.show_loading
            )

        self._add_webhook(line.CHANNEL, webhook)

    def add_telegram(self, api: TelegramApi, secret: str) -> None:
        from bot.channels import telegram

        async def webhook(body: bytes, headers: Mapping[str, str]) -> int:
            if not telegram.verify(secret, headers.get("x-telegram-bot-api-secret-token")):
                return 401
            try:
                event = telegram.receive(body, api.username, api.name)
            except ValueError:
                # Anything but a 200 would bring it again for ever.
                _LOG.warning("Telegram sent an update that cannot be read")
                return 200
            return await self._answer([(event, api)] if event else [], _TELEGRAM_WAITS)

        self._add_webhook(telegram.CHANNEL, webhook)

    async def handle(self, incoming: Incoming, sender: Sender) -> bool:
        """Answers one event; False if it must come again."""
        handled = self._submit(incoming, sender)
        if handled is None:
            return False
        try:
            return await handled
        except ChannelRefused as error:
            self.refuse(error)
            return False

    def refuse(self, error: ChannelRefused) -> None:
        """Remembers why the bot cannot go on; the first reason counts."""
        if not self.refused.done():
            self.refused.set_result(error)

    def _add_webhook(self, channel: str, webhook: Webhook) -> None:
        async def counted(body: bytes, headers: Mapping[str, str]) -> int:
            status = 500
            try:
                status = await webhook(body, headers)
            except Exception as error:
                _LOG.error("a request failed: %s", type(error).__name__)
            finally:
                self._metrics.webhook(channel, status)
            return status

        async def through_the_library(request: web.Request) -> web.Response:
            try:
                body = await self._body(request)
            except web.HTTPException as error:
                self._metrics.webhook(channel, error.status)
                raise
            return web.Response(status=await counted(body, request.headers))

        self.webhooks[f"/webhook/{channel}"] = counted
        self.app.router.add_post(f"/webhook/{channel}", through_the_library)

    async def _body(self, request: web.Request) -> bytes:
        try:
            async with asyncio.timeout(self._body_within):
                return await request.read()
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()
            raise web.HTTPRequestTimeout from None

    async def _answer(
        self,
        events: list[tuple[Incoming, Sender]],
        seconds: float,
        ask_for_patience: Callable[[Incoming], Awaitable[None]] | None = None,
    ) -> int:
        """The status: 200 once all are answered or, when time is up, on their way; 503 if any of them must come again.

        What still waits when time is up goes on waiting here; should it not survive that, it comes again.
        Whoever waits for it is asked for patience.
        """
        if self.draining:
            return 503
        if not events:
            return 200
        ways = [_OnItsWay(sender) for _, sender in events]
        handled = [self._submit(event, way) for (event, _), way in zip(events, ways, strict=True)]
        under_way = [future for future in handled if future]
        if under_way:
            await asyncio.wait(under_way, timeout=seconds)
        again = False
        for future, way, (event, _) in zip(handled, ways, events, strict=True):
            if future is None:
                again = True
            elif future.done():
                again |= not self._is_done(future)
            else:
                again |= not way.has_begun
                future.add_done_callback(self._is_done)
                if ask_for_patience is not None:
                    self._beside(ask_for_patience(event))
        return 503 if again else 200

    def _submit(self, incoming: Incoming, sender: Sender) -> asyncio.Future[bool] | None:
        """None where too much waits already."""
        try:
            return self._dispatcher.submit(incoming, sender)
        except QueueFullError:
            self._metrics.queue_full()
            return None

    def _is_done(self, handled: asyncio.Future[bool]) -> bool:
        """False for an event that must come again. Raises what its handling raised."""
        if handled.cancelled():
            return False
        error = handled.exception()
        if isinstance(error, ChannelRefused):
            self.refuse(error)
            return False
        return handled.result()

    def _beside(self, work: Awaitable[None]) -> None:
        """Does it without keeping anybody waiting."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _health(self, request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _ready(self, request: web.Request) -> web.Response:
        try:
            await self._store.ping()
            store = "ok"
        except StoreDownError:
            store = "down"
        ready = store == "ok" and not self.draining
        told: dict[str, object] = {"ready": ready, "store": store, "draining": self.draining}
        if self._metrics.last_poll:
            told["seconds_since_poll"] = round(time.time() - self._metrics.last_poll, 1)
        return web.json_response(told, status=200 if ready else 503)

    async def _show_metrics(self, request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, f"Bearer {self._metrics_token}".encode()):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        text = self._metrics.text(self._dispatcher.waiting, not self._store.is_down)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE})


class _OnItsWay:
    """A sender that tells whether its event's answer has been handed to it."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self.hint = sender.hint
        self.has_begun = False

    async def send(self, incoming: Incoming, reply: Reply, leaving: Leaving) -> Delivery:
        self.has_begun = True
        return await self._sender.send(incoming, reply, leaving)

    async def acknowledge(self, incoming: Incoming) -> None:
        self.has_begun = True
        await self._sender.acknowledge(incoming)
