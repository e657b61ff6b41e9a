"""A store that goes away under load and comes back: nobody notices but the operator."""

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.fakes.line import FakeLine
from tests.faults.crowd import LineCrowd
from tests.faults.outcome import Outcome
from tests.processes import Bot, serving
from tests.redis_server import RedisServer

_NO_LIMIT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@asynccontextmanager
async def _on_line(folder: Path, store_url: str) -> AsyncIterator[tuple[FakeLine, Bot]]:
    async with FakeLine(oracle=False) as line:
        environment = {
            "LINE_CHANNEL_SECRET": line.secret,
            "LINE_CHANNEL_ACCESS_TOKEN": line.token,
            "LINE_API_URL": line.url,
            "STORE_URL": store_url,
        }
        async with serving(folder, environment) as bot:
            line.webhook = f"{bot.url}/webhook/line"
            yield line, bot


async def store_lost(
    folder: Path,
    name: str,
    store_url: str,
    lose: Callable[[Bot], None],
    find: Callable[[Bot], None],
    events: int,
) -> Outcome:
    """A third of the events with the store, a third without, a third with it again."""
    began = time.monotonic()
    async with _on_line(folder, store_url) as (line, bot):
        lost = double = 0
        third = events // 3
        seen = []
        for part in range(3):
            if part == 1:
                lose(bot)
            elif part == 2:
                find(bot)
                await _until_ready(bot)
            crowd = LineCrowd(line, third, third, pace=60, first=part * third)
            await crowd.ask()
            not_answered, twice = await crowd.counted()
            lost, double = lost + not_answered, double + twice
            seen.append(await _store_as_told(bot))
        assert seen == ["ok", "down", "ok"], f"/readyz said {seen}"
        return Outcome(name, 3 * third, 1, lost, double, time.monotonic() - began)


async def redis_killed(folder: Path, events: int) -> Outcome:
    with RedisServer() as redis:
        return await store_lost(
            folder,
            "Redis is killed and comes back",
            redis.url,
            lambda _: redis.kill(),
            lambda _: redis.start(),
            events,
        )


async def redis_frozen(folder: Path, events: int) -> Outcome:
    with RedisServer() as redis:
        return await store_lost(
            folder,
            "Redis hangs and comes back",
            redis.url,
            lambda _: redis.freeze(),
            lambda _: redis.thaw(),
            events,
        )


async def disk_full(folder: Path, events: int) -> Outcome:
    """The bot's process may write no further than the first bytes of any file."""

    def fill(bot: Bot) -> None:
        resource.prlimit(bot.id, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))

    def free(bot: Bot) -> None:
        resource.prlimit(bot.id, resource.RLIMIT_FSIZE, _NO_LIMIT)

    url = f"sqlite:///{folder}/bot.db"
    return await store_lost(folder, "the disk is full, then not (SQLite)", url, fill, free, events)


async def file_damaged(folder: Path, events: int) -> Outcome:
    """Somebody overwrites SQLite's file; then it is taken away, and a new one is made."""
    files = [folder / "bot.db", folder / "bot.db-wal", folder / "bot.db-shm"]

    def damage(bot: Bot) -> None:
        for file in files:
            file.write_bytes(b"no database " * 1000)

    def take_away(bot: Bot) -> None:
        for file in files:
            file.unlink(missing_ok=True)

    url = f"sqlite:///{folder}/bot.db"
    return await store_lost(
        folder, "the SQLite file is damaged, then removed", url, damage, take_away, events
    )


async def _store_as_told(bot: Bot) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{bot.url}/readyz") as response:
        told = json.loads(await response.text())
        assert (response.status == 200) == (told["store"] == "ok")
        return str(told["store"])


async def _until_ready(bot: Bot) -> None:
    async with asyncio.timeout(15):
        while await _store_as_told(bot) != "ok":  # noqa: ASYNC110
            await asyncio.sleep(0.1)
