"""python-telegram-bot's requests through our own session: for the calls that set the bot up."""

from __future__ import annotations

import json
from typing import Any

from telegram.request import BaseRequest, RequestData

from bot.channels.telegram_http import TelegramHttp, read_answer


class AiohttpRequest(BaseRequest):
    """The session belongs to `http`, which its owner opens and closes."""

    def __init__(self, http: TelegramHttp) -> None:
        self._http = http

    @property
    def read_timeout(self) -> float:
        return self._http.read

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""

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
        body = json.dumps(request_data.parameters if request_data else {}).encode()
        return await self._http.post(url.rpartition("/")[2], body)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Unlike the library's own, it logs nothing."""
        return dict(read_answer(payload))
