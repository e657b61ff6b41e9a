"""Telegram's deliveries to a webhook: up to 40 at once, each again and again until it is taken."""

from __future__ import annotations

import asyncio
from collections.abc import MutableSequence
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

_AT_ONCE = 40


class Webhook:
    """Delivers what is `pending` and removes what was answered with 2xx. `redelivery` is in seconds."""

    def __init__(
        self, url: str, secret: str, pending: MutableSequence[dict[str, Any]], redelivery: float
    ) -> None:
        self.url = url
        self.deliveries: list[tuple[int, int]] = []  # (update id, status; 0 for no answer)
        self._headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        self._pending = pending
        self._redelivery = redelivery
        self._under_way: set[int] = set()
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._deliver())

    def wake(self) -> None:
        self._news.set()

    def stop(self) -> None:
        self._task.cancel()

    async def _deliver(self) -> None:
        async with (
            ClientSession(headers=self._headers, timeout=ClientTimeout(total=10)) as session,
            asyncio.TaskGroup() as group,
        ):
            while True:
                self._news.clear()
                waiting = [update for update in self._pending if update["update_id"] not in self._under_way]
                for update in waiting[: _AT_ONCE - len(self._under_way)]:
                    self._under_way.add(update["update_id"])
                    group.create_task(self._post(session, update))
                await self._news.wait()

    async def _post(self, session: ClientSession, update: dict[str, Any]) -> None:
        try:
            async with session.post(self.url, json=update) as response:
                status = response.status
        except (ClientError, TimeoutError):
            status = 0
        self.deliveries.append((update["update_id"], status))
        if 200 <= status < 300:
            self._pending.remove(update)
        else:
            await asyncio.sleep(self._redelivery)
        self._under_way.discard(update["update_id"])
        self._news.set()
