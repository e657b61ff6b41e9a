"""For the tests of Telegram's network half: a fake Telegram with the bot on it, and events to answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from itertools import count
from typing import Any

from bot.channels.telegram import TelegramAddress
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_calls import Retry
from bot.channels.telegram_pace import Pace
from bot.model import Action, Block, Card, Incoming, Kind, Line, Reply
from tests.fakes.telegram import TOKEN, FakeTelegram

ANA, GROUP = 7, -1009

_events = count(1)


def asynchronous(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Runs a test in a loop of its own."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


@asynccontextmanager
async def on_telegram(
    token: str = TOKEN,
    longest_wait: float = 60.0,
    pace: Pace | None = None,
    on_error: Callable[[str], None] = lambda kind: None,
) -> AsyncIterator[tuple[FakeTelegram, TelegramApi]]:
    async with FakeTelegram() as telegram:
        retry = Retry((0.01, 0.02), longest_wait)
        unhurried = pace or Pace(overall=1000, clock=lambda: 0.0, sleep=_at_once)
        api = TelegramApi(
            token,
            telegram.url,
            read_timeout=0.2,
            connect_timeout=0.1,
            retry=retry,
            pace=unhurried,
            on_error=on_error,
        )
        await api.open()
        try:
            yield telegram, api
        finally:
            await api.close()


async def until(condition: Callable[[], bool], seconds: float = 3.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - a test looks on from outside, nobody would set an event
            await asyncio.sleep(0.005)


async def _at_once(seconds: float) -> None:
    """A clock that stands still, and sleep that takes no time: no test waits for the pace."""


def asked(
    message_id: int = 1,
    *,
    chat_id: int = ANA,
    thread_id: int = 0,
    callback_id: str = "",
    inline_id: str = "",
    edited: bool = False,
) -> Incoming:
    address = TelegramAddress(chat_id, chat_id > 0, message_id, thread_id, callback_id, inline_id)
    kind = Kind.INLINE if inline_id else Kind.TEXT
    return Incoming(
        "telegram",
        str(chat_id),
        str(next(_events)),
        kind,
        "Komaki",
        group=chat_id < 0,
        edited=edited,
        address=address,
    )


def says(text: str, *choices: Action) -> Reply:
    return Reply("en", (Block((Line(text),)),), choices=choices)


def cards(*titles: str) -> Reply:
    """An answer of a message for each title."""
    return Reply("en", cards=tuple(Card(title.lower(), title, ()) for title in titles))
