"""The HTTP side of `serve`: webhooks in, health out. Verifies before it reads, answers in the platform's time."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.channels import line, telegram
from bot.channels.errors import ChannelRefused
from bot.channels.line_channel import LineChannel
from bot.channels.telegram_api import TelegramApi
from bot.dispatch import Dispatcher, QueueFullError, Sender
from bot.model import Incoming
from bot.stores import Store, StoreDownError

_LOG = logging.getLogger(__name__)

_BODY_AT_MOST = 2 * 1024 * 1024
#: LINE counts a webhook as timed out after 2 s; what takes longer goes on after the 200.
_LINE_WAITS = 1.8
#: Telegram waits for a minute.
_TELEGRAM_WAITS = 25.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """The web application. `refused` is set, with its reason, where a platform refuses our credentials."""

    def __init__(self, dispatcher: Dispatcher, store: Store) -> None:
        self._dispatcher = dispatcher
        self._store = store
        self.draining = False
        self.refused: asyncio.Future[ChannelRefused] = asyncio.get_running_loop().create_future()
        self.app = web.Application(client_max_size=_BODY_AT_MOST, middlewares=[_quiet_errors])
        self.app.router.add_get("/healthz", self._health)
        self.app.router.add_get("/readyz", self._ready)

    def add_line(self, channel: LineChannel, secret: str) -> None:
        async def webhook(request: web.Request) -> web.Response:
            body = await request.read()
            if not line.verify(secret, body, request.headers.get("x-line-signature")):
                return web.Response(status=401)
            try:
                events = line.receive(body, channel.names)
            except ValueError:
                return web.Response(status=400)
            return await self._answer([(event, channel) for event in events], _LINE_WAITS)

        self.app.router.add_post("/webhook/line", webhook)

    def add_telegram(self, api: TelegramApi, secret: str) -> None:
        async def webhook(request: web.Request) -> web.Response:
            if not telegram.verify(secret, request.headers.get("X-Telegram-Bot-Api-Secret-Token")):
                return web.Response(status=401)
            try:
                event = telegram.receive(await request.read(), api.username, api.name)
            except ValueError:
                # Anything but a 200 would bring it again for ever.
                _LOG.warning("Telegram sent an update that cannot be read")
                return web.Response()
            return await self._answer([(event, api)] if event else [], _TELEGRAM_WAITS)

        self.app.router.add_post("/webhook/telegram", webhook)

    async def handle(self, incoming: Incoming, sender: Sender) -> bool:
        """Answers one event that did not come by webhook; False if it must come again."""
        try:
            return await self._dispatcher.submit(incoming, sender)
        except QueueFullError:
            return False
        except ChannelRefused as error:
            self._refuse(error)
            return False

    async def _answer(self, events: list[tuple[Incoming, Sender]], seconds: float) -> web.Response:
        """200 once all are answered or time is up; 503 if any of them must come again."""
        if self.draining:
            return web.Response(status=503)
        tasks = [asyncio.ensure_future(self.handle(event, sender)) for event, sender in events]
        if not tasks:
            return web.Response()
        done, _ = await asyncio.wait(tasks, timeout=seconds)
        again = any(task.cancelled() or not task.result() for task in done)
        return web.Response(status=503 if again else 200)

    def _refuse(self, error: ChannelRefused) -> None:
        if not self.refused.done():
            self.refused.set_result(error)

    async def _health(self, request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _ready(self, request: web.Request) -> web.Response:
        try:
            await self._store.ping()
            store = "ok"
        except StoreDownError:
            store = "down"
        ready = store == "ok" and not self.draining
        text = json.dumps({"ready": ready, "store": store, "draining": self.draining})
        return web.Response(text=text + "\n", status=200 if ready else 503, content_type="application/json")


@web.middleware
async def _quiet_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Error answers without a word about the inside; an unforeseen error is logged by its kind only."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return web.Response(status=error.status, headers=headers)
    except (asyncio.CancelledError, ConnectionError):
        raise
    except Exception as error:
        _LOG.error("a request failed: %s", type(error).__name__)
        return web.Response(status=500)
