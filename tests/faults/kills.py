"""SIGKILL and SIGTERM at random moments under load, with the platforms' redelivery: nothing may be lost and
nothing said twice.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.fakes.line import FakeLine
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.faults.crowd import LineCrowd, TelegramCrowd
from tests.faults.outcome import Outcome
from tests.processes import Bot, serving

TELEGRAM_SECRET = "telegram-secret-0123"


class Supervised:
    """A bot on one port that is started again whenever it has ended, as systemd would."""

    def __init__(self, folder: Path, environment: Mapping[str, str], workers: int, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{self.port}"
        self.kills = 0
        self.restarts: list[int] = []  # exit codes
        self._folder = folder
        self._environment = {**environment, "PORT": str(self.port)}
        self._workers = workers
        self._bot: Bot | None = None
        self._listens = asyncio.Event()
        self._running = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            async with serving(self._folder, self._environment, "--workers", str(self._workers)) as self._bot:
                self._listens.set()
                self.restarts.append(await self._bot.ended(within=3600))
                self._listens.clear()

    async def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Hits the process, or one of the workers or now and then their parent, once it listens."""
        await self._listens.wait()
        assert self._bot is not None
        targets = self._bot.workers() if self._workers > 1 else []
        with suppress(ProcessLookupError):
            os.kill(random.choice([*targets, *targets, self._bot.id]), number)  # noqa: S311
            self.kills += 1
        await asyncio.sleep(0.05)

    async def listening(self) -> None:
        await self._listens.wait()

    async def stop(self) -> None:
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)


async def _keep_killing(
    bot: Supervised, kills: int, every: tuple[float, float], number: signal.Signals
) -> None:
    for _ in range(kills):
        await asyncio.sleep(random.uniform(*every))  # noqa: S311
        await bot.kill(number)


async def line_under_kills(
    folder: Path,
    *,
    events: int,
    kills: int,
    store_url: str = "",
    workers: int = 1,
    pace: float = 40.0,
    every: tuple[float, float] = (0.2, 2.0),
    number: signal.Signals = signal.SIGKILL,
) -> Outcome:
    """LINE redelivers what it got no 200 for. `every` is in seconds, between two kills."""
    began = time.monotonic()
    async with FakeLine(oracle=False) as line:
        environment = {
            "LINE_CHANNEL_SECRET": line.secret,
            "LINE_CHANNEL_ACCESS_TOKEN": line.token,
            "LINE_API_URL": line.url,
            "STORE_URL": store_url or f"sqlite:///{folder}/bot.db",
        }
        bot = Supervised(folder, environment, workers, free_port())
        try:
            await bot.listening()
            line.webhook = f"{bot.url}/webhook/line"
            crowd = LineCrowd(line, events, max(1, events // 10), pace)
            await asyncio.gather(crowd.ask(), _keep_killing(bot, kills, every, number))
            lost, double = await crowd.counted()
        finally:
            await bot.stop()
        name = f"LINE, {number.name}, {_store(environment)}, {_workers(workers)}"
        return Outcome(name, len(crowd.events), bot.kills, lost, double, time.monotonic() - began)


async def telegram_under_kills(
    folder: Path,
    *,
    people: int,
    kills: int,
    by_webhook: bool = False,
    store_url: str = "",
    workers: int = 1,
    pace: float = 25.0,
    every: tuple[float, float] = (0.2, 2.0),
    number: signal.Signals = signal.SIGKILL,
) -> Outcome:
    """Each of so many people asks about five places. Telegram takes 30 messages a second, so does the bot."""
    began = time.monotonic()
    async with FakeTelegram(redelivery=0.3) as telegram:
        environment = {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": telegram.url,
            "STORE_URL": store_url or f"sqlite:///{folder}/bot.db",
        }
        port = free_port()
        if by_webhook:
            environment |= {
                "TELEGRAM_WEBHOOK_SECRET": TELEGRAM_SECRET,
                "PUBLIC_URL": f"http://127.0.0.1:{port}",
            }
        bot = Supervised(folder, environment, workers, port)
        try:
            await bot.listening()
            crowd = TelegramCrowd(telegram, people, pace)
            await asyncio.gather(crowd.ask(), _keep_killing(bot, kills, every, number))
            lost, double = await crowd.counted()
        finally:
            await bot.stop()
        mode = "webhook" if by_webhook else "polling"
        name = f"Telegram by {mode}, {number.name}, {_store(environment)}, {_workers(workers)}"
        return Outcome(name, crowd.events, bot.kills, lost, double, time.monotonic() - began)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _store(environment: Mapping[str, str]) -> str:
    return "SQLite" if environment["STORE_URL"].startswith("sqlite") else "Redis"


def _workers(number: int) -> str:
    return "1 process" if number == 1 else f"{number} workers"
