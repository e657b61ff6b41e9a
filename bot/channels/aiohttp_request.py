"""python-telegram-bot's requests through aiohttp: four times as many a second as through its own backend.

Its errors name no URL, since the URL holds the bot's token. It sends no files.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.model import Leaving

#: The key under which an update's raw JSON passes through python-telegram-bot.
RAW = "raw"

#: Asked when a request is about to be written to its connection, after all waiting; the library between the
#: caller and this module hands nothing through, so it goes with the caller's context.
LEAVING: ContextVar[Leaving | None] = ContextVar("LEAVING", default=None)


class TakenOver(TelegramError):
    """LEAVING said no: somebody else sends this request, which was not written."""


class _Form(aiohttp.BytesPayload):
    """A request's body, which knows whether it has left."""

    def __init__(self, fields: dict[str, str], leaving: Leaving | None) -> None:
        body = urlencode(fields).encode()
        super().__init__(body, content_type="application/x-www-form-urlencoded")
        self._leaving = leaving
        self.has_left = False
        self.is_refused = False

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        if self._leaving is not None and not await self._leaving():
            self.is_refused = True
            raise ConnectionAbortedError
        self.has_left = True
        await super().write_with_length(writer, content_length)


class AiohttpRequest(BaseRequest):
    """One shared session; `read` and `connect` are seconds, `connections` the most at once."""

    def __init__(self, read: float = 5.0, connect: float = 5.0, connections: int = 100) -> None:
        self._read = read
        self._connect = connect
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(connector=connector)

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NetworkError("not connected")
        read = read_timeout if isinstance(read_timeout, (int, float)) else self._read
        timeout = aiohttp.ClientTimeout(total=self._connect + read, sock_connect=self._connect)
        form = _Form(request_data.json_parameters if request_data else {}, LEAVING.get())
        try:
            async with self._session.request(
                method, url, data=form, timeout=timeout, allow_redirects=False, proxy=_proxy(url)
            ) as response:
                return response.status, await response.read()
        except Exception as error:
            if form.is_refused:
                raise TakenOver("sent by another process") from None
            if form.has_left and isinstance(error, TimeoutError):
                raise TimedOut from None
            raise NetworkError(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer's JSON. Unlike the library's own, it logs nothing: it may hold what users wrote."""
        try:
            data = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            raise TelegramError("the answer is not JSON") from None
        if not isinstance(data, dict):
            raise TelegramError("the answer is not a JSON object")
        return data


def _proxy(url: str) -> str | None:
    """The environment's proxy for a URL; aiohttp's own `trust_env` asks a thread for it in every call."""
    parts = urlsplit(url)
    return _proxy_to(parts.scheme, parts.hostname or "")


@cache
def _proxy_to(scheme: str, host: str) -> str | None:
    return None if proxy_bypass(host) else getproxies().get(scheme)


class UpdatesRequest(AiohttpRequest):
    """For getUpdates: each update keeps its raw JSON, under RAW in its `api_kwargs`.

    So one update that the library cannot read costs none of the others, and `receive` reads them all.
    """

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        data = AiohttpRequest.parse_json_payload(payload)
        if isinstance(data.get("result"), list):
            data["result"] = [
                {"update_id": update["update_id"], RAW: update}
                for update in data["result"]
                if isinstance(update, dict) and isinstance(update.get("update_id"), int)
            ]
        return data
