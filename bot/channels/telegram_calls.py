"""Calls to Telegram as it wants them: paced, tried again where that helps, following a group that moved.

Knows no messages. No error or log line of it holds the token, a URL, a user or a text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.errors import ChannelRefused, OtherPoller
from bot.channels.recent import Recent
from bot.channels.telegram_pace import Pace

_REMEMBERED_MOVES = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Retry:
    """Pauses before each further try of a call that failed on its way, and the longest wait that Telegram may
    ask for in total; all in seconds. A call that is not `repeatable` is not tried again after a silence:
    Telegram may have carried it out.
    """

    pauses: tuple[float, ...] = (0.5, 2.0)
    longest_wait: float = 60.0
    repeatable: bool = True


class Uncertain(Exception):
    """Telegram took a call that must not be repeated, and was silent."""


class Caller:
    """Calls until it succeeds or must not be tried again; then the library's error is raised.

    `on_error` hears the kind of every error, for counting.
    """

    def __init__(self, pace: Pace, on_error: Callable[[str], None]) -> None:
        self._pace = pace
        self._on_error = on_error
        self._moved: Recent[int, int] = Recent(_REMEMBERED_MOVES)

    async def in_chat(self, chat_id: int, call: Callable[[int], Awaitable[T]], retry: Retry) -> T:
        """`call` gets the chat's present id, which differs where a group has become a supergroup."""

        async def paced() -> T:
            chat = self._moved.get(chat_id) or chat_id
            await self._pace.wait(chat)
            try:
                return await call(chat)
            except ChatMigrated as error:
                self._moved.put(chat_id, error.new_chat_id)
                raise

        return await self.anywhere(paced, retry)

    async def anywhere(self, call: Callable[[], Awaitable[T]], retry: Retry) -> T:
        """For calls that are not paced, since they make no message."""
        pauses = iter(retry.pauses)
        patience = retry.longest_wait
        moves = 0
        while True:
            try:
                return await call()
            except RetryAfter as error:
                self._on_error("RetryAfter")
                pause = seconds_to_wait(error)
                patience -= pause
                if patience < 0:
                    raise
            except ChatMigrated:
                self._on_error("ChatMigrated")
                moves += 1
                if moves > 1:
                    raise
                continue
            except BadRequest:  # A NetworkError by name, but trying again would not mend it.
                self._on_error("BadRequest")
                raise
            except NetworkError as error:
                self._on_error(type(error).__name__)
                if isinstance(error, TimedOut) and not retry.repeatable:
                    raise Uncertain from None
                next_pause = next(pauses, None)
                if next_pause is None:
                    raise
                pause = next_pause
            except TelegramError as error:
                self._on_error(type(error).__name__)
                raise
            await asyncio.sleep(pause)


def seconds_to_wait(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else wait


@contextmanager
def named_refusals() -> Iterator[None]:
    """What only the operator can mend, as errors that say so; the library's may hold the token."""
    try:
        yield
    except InvalidToken:
        raise ChannelRefused(
            "Telegram refuses TELEGRAM_BOT_TOKEN: ask @BotFather for the right one"
        ) from None
    except Conflict:
        raise OtherPoller("another process or a webhook takes this bot's Telegram updates") from None
