"""What the bots of the benchmark share: our answers without our server, and a small web server."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.app import load_conversation
from bot.conversation import Conversation
from bot.model import Incoming, Kind, Reply
from bot.settings import ROOT
from bot.state import UserState


def conversation() -> Conversation:
    return load_conversation(ROOT / "data", ROOT / "locales", ROOT / "intents")


def answer(conversation: Conversation, channel: str, chat: str, text: str) -> Reply:
    """Our answer to a first message, without claim, memory or metrics."""
    turn = conversation.turn(Incoming(channel, chat, "1", Kind.TEXT, text), UserState(), time.time())
    assert turn.reply is not None
    return turn.reply


async def serve(path: str, handler: Callable[[web.Request], Awaitable[web.Response]]) -> web.AppRunner:
    """Serves one webhook on a free port, and says where."""
    app = web.Application()
    app.router.add_post(path, handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, os.environ["HOST"], int(os.environ["PORT"])).start()
    host, port = runner.addresses[0][:2]
    print(f"listens on http://{host}:{port}", flush=True)
    return runner
