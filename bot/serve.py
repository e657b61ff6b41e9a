"""`serve`: opens every configured channel, runs until SIGTERM or SIGINT, and leaves within ten seconds."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import signal
import sys
from contextlib import AsyncExitStack

import aiohttp
from aiohttp import web

from bot.app import load_conversation
from bot.channels.errors import ChannelRefused
from bot.channels.line_api import LineApi
from bot.channels.line_channel import LineChannel
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_poll import poll
from bot.conversation import Conversation
from bot.dispatch import Dispatcher
from bot.model import Incoming
from bot.server import Server
from bot.settings import Settings
from bot.stores import open_store
from bot.userkeys import UserKeys

_LOG = logging.getLogger(__name__)

#: Of the ten seconds that a stop may take; the rest is for closing connections.
_DRAIN_SECONDS = 7.0


def serve(settings: Settings) -> int:
    """Runs the bot; the exit code. Raises BadData where facts or words are wrong."""
    conversation = load_conversation(settings.data_dir, settings.locales_dir, settings.intents_dir)
    if sys.platform == "win32":
        return asyncio.run(_run(settings, conversation))
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run(settings, conversation))


async def _run(settings: Settings, conversation: Conversation) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with AsyncExitStack() as stack:
        store = open_store(settings.store_url)
        stack.push_async_callback(store.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        dispatcher = Dispatcher(conversation, store, UserKeys(_user_key_secret(settings)))
        server = Server(dispatcher, store)
        polling: asyncio.Task[None] | None = None
        try:
            if settings.has_line:
                line = LineChannel(
                    LineApi(session, settings.line_api_url, settings.line_channel_access_token)
                )
                server.add_line(line, settings.line_channel_secret)
                await line.identify()
            if settings.has_telegram:
                telegram = TelegramApi(settings.telegram_bot_token, settings.telegram_api_url)
                await telegram.open()
                stack.push_async_callback(telegram.close)
                if settings.public_url:
                    await telegram.identify()
                    server.add_telegram(telegram, settings.telegram_webhook_secret)
                    url = settings.public_url.rstrip("/") + "/webhook/telegram"
                    await telegram.set_webhook(url, settings.telegram_webhook_secret)
                else:

                    async def handle(incoming: Incoming) -> bool:
                        return await server.handle(incoming, telegram)

                    polling = asyncio.create_task(poll(telegram, handle, stop))
        except ChannelRefused as error:
            return _refused(error)
        runner = web.AppRunner(server.app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, settings.host, settings.port)
        try:
            await site.start()
        except OSError as error:
            print(f"HOST, PORT: cannot listen there ({error.strerror})", file=sys.stderr)
            return 2
        host, port = runner.addresses[0][:2]
        print(f"Nihongo Doko listens on http://{host}:{port}", flush=True)
        refusal = await _until_stopped(stop, server, polling)
        server.draining = True
        stop.set()
        await site.stop()
        await dispatcher.drain(_DRAIN_SECONDS)
        if polling is not None:
            await asyncio.gather(polling, return_exceptions=True)
        return _refused(refusal) if refusal else 0


async def _until_stopped(
    stop: asyncio.Event, server: Server, polling: asyncio.Task[None] | None
) -> ChannelRefused | None:
    """Waits for the signal; returns early with the reason where a platform refuses our credentials."""
    stopping = asyncio.create_task(stop.wait())
    waiting: set[asyncio.Future[object]] = {stopping, server.refused}  # type: ignore[arg-type]
    if polling is not None:
        waiting.add(polling)  # type: ignore[arg-type]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if server.refused.done():
        return server.refused.result()
    if polling is not None and polling.done() and isinstance(error := polling.exception(), ChannelRefused):
        return error
    return None


def _refused(error: ChannelRefused) -> int:
    print(error, file=sys.stderr)
    return 2


def _user_key_secret(settings: Settings) -> str:
    """USER_KEY_SECRET, or one derived from the channels' own secrets: stable, and as secret as they are."""
    if settings.user_key_secret:
        return settings.user_key_secret
    own = f"user keys\x00{settings.line_channel_secret}\x00{settings.telegram_bot_token}"
    return hashlib.sha256(own.encode()).hexdigest()
