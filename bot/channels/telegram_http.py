"""Calls Telegram's methods, JSON there and back, and names what goes wrong with python-telegram-bot's errors.
Knows no message and no chat.

Short calls go through our own small client; aiohttp knows proxies and takes answers of any length.

Its errors name no URL, since the URL holds the bot's token. It sends no files.
"""

from __future__ import annotations

import json
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.http_calls import HeldBack, HttpCalls, NoAnswer, NoConnection, Silence
from bot.channels.telegram_json import Json, child, integer, parse, string
from bot.model import Leaving

_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

#: https://core.telegram.org/bots/api#making-requests. A token of another form is "not found".
_ERRORS: dict[int, type[TelegramError]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: InvalidToken,
    409: Conflict,
}


class TakenOver(TelegramError):
    """`leaving` said no: somebody else sends this request, which was not written."""


class _Body(aiohttp.BytesPayload):
    """A request's body, which knows whether it has left; `leaving` is asked when it is about to."""

    def __init__(self, content: bytes, leaving: Leaving | None) -> None:
        super().__init__(content, content_type="application/json")
        self._leaving = leaving
        self.has_left = False
        self.is_refused = False

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        if self._leaving is not None and not await self._leaving():
            self.is_refused = True
            raise ConnectionAbortedError
        self.has_left = True
        await super().write_with_length(writer, content_length)


class TelegramHttp:
    """The methods below one URL. `read` and `connect` are seconds; `is_long` where answers may be long.

    `open` it inside a running loop, `close` it at the end.
    """

    def __init__(self, url: str, read: float = 5.0, connect: float = 5.0, *, is_long: bool = False) -> None:
        self.read = read
        self._url = url
        self._connect = connect
        self._proxy = _proxy(url)
        self._is_long = is_long
        self._calls: HttpCalls | None = None
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        if self._is_long or self._proxy:
            self._session = aiohttp.ClientSession()
        else:
            self._calls = HttpCalls(self._url, {})

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._calls is not None:
            self._calls.close()
            self._calls = None

    async def call(self, method: str, params: Json, leaving: Leaving | None = None, wait: int = 0) -> object:
        """What the method returns. Telegram may take `wait` seconds more than usual.

        `leaving` is asked when the request is about to be written to its connection, after all waiting.
        Raises TakenOver where it says no, TimedOut only where a request that was sent got no answer,
        NetworkError where it is worth another try, and whatever error Telegram names.
        """
        body = _as_json(params).encode("utf-8", "replace")
        status, answer = await self.post(method, body, leaving, wait)
        if not 200 <= status < 300:
            raise _error(status, answer)
        return read_answer(answer).get("result")

    async def post(
        self, method: str, body: bytes, leaving: Leaving | None = None, wait: int = 0
    ) -> tuple[int, bytes]:
        """Status and body of the answer to a JSON body; raises as `call` does where there is none."""
        within = self._connect + self.read + wait
        if self._calls is not None:
            return await _small(self._calls, method, body, leaving, within)
        if self._session is None:
            raise NetworkError("not connected")
        sent = _Body(body, leaving)
        timeout = aiohttp.ClientTimeout(total=within, sock_connect=self._connect)
        try:
            async with self._session.post(
                f"{self._url}/{method}", data=sent, timeout=timeout, allow_redirects=False, proxy=self._proxy
            ) as response:
                return response.status, await response.read()
        except Exception as error:
            if sent.is_refused:
                raise TakenOver("sent by another process") from None
            if sent.has_left and isinstance(error, TimeoutError):
                raise TimedOut from None
            raise NetworkError(type(error).__name__) from None


async def _small(
    calls: HttpCalls, method: str, body: bytes, leaving: Leaving | None, within: float
) -> tuple[int, bytes]:
    try:
        answer = await calls.call("POST", f"/{method}", body, within, leaving)
    except HeldBack:
        raise TakenOver("sent by another process") from None
    except Silence:
        raise TimedOut from None
    except (NoAnswer, NoConnection) as error:
        raise NetworkError(type(error).__name__) from None
    return answer.status, answer.body


def read_answer(answer: bytes) -> Json:
    """The answer's JSON object. Raises TelegramError, which tells nothing of it: it may hold what users wrote."""
    try:
        return parse(answer.decode("utf-8", "replace"))
    except ValueError:
        raise TelegramError("the answer is not a JSON object") from None


def _error(status: int, answer: bytes) -> TelegramError:
    try:
        told = read_answer(answer)
    except TelegramError:
        told = {}
    parameters = child(told, "parameters")
    if new_chat := integer(parameters, "migrate_to_chat_id"):
        return ChatMigrated(new_chat)
    if seconds := integer(parameters, "retry_after"):
        return RetryAfter(seconds)
    return _ERRORS.get(status, NetworkError)(string(told, "description") or f"status {status}")


def _proxy(url: str) -> str | None:
    """The environment's proxy for a URL; aiohttp's own `trust_env` asks a thread for it in every call."""
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
