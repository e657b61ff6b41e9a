"""How long a start takes and what memory stands at: our commands beside minimal echo bots of both libraries."""

from __future__ import annotations

import asyncio
import os
import pty
import subprocess
import sys
import tempfile
import time

import aiohttp

from tests.bench import load, messages
from tests.bench.contenders import USERS
from tests.bench.figures import Runs, figure_table, ratio_table
from tests.bench.line_chats import LineChats
from tests.bench.programs import environment, folder, running
from tests.bench.telegram_chats import TelegramChats
from tests.bench.wire import Pool

_QUESTION = "Where can I learn Japanese in Komaki?"
_WITHIN = 30.0

OURS = "ours: serve to /readyz"
LINE_ECHO = "line-bot-sdk echo bot"
TELEGRAM_ECHO = "python-telegram-bot echo bot"

MEASURES = ("start s", "MiB ready", "MiB after messages")


async def measure(runs: int, echoed: int) -> str:
    """The tables; each bot answers `echoed` messages before its memory is read a second time."""
    figures = Runs()
    for _ in range(runs):
        figures.add("ours: ask", "start s", _ask())
        figures.add("ours: chat to its prompt", "start s", await asyncio.to_thread(_chat))
        await _line(OURS, ("-m", "bot", "serve"), figures, echoed)
        await _line(LINE_ECHO, ("-m", "tests.bench.bots.line_echo"), figures, echoed)
        await _telegram(figures, echoed)
    return "\n\n".join(
        [
            f"Each start is a new process (its files in the system's cache); messages: {echoed:,} for each bot.",
            ratio_table(figures, OURS, [(name, "less") for name in MEASURES]),
            figure_table(figures, MEASURES),
        ]
    )


def _ask() -> float:
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bot", "ask", _QUESTION],
        env=environment({}),
        cwd=folder(),
        stdout=subprocess.PIPE,  # Whose end is seen at once; a process alone is looked at every 50 ms.
        timeout=_WITHIN,
        check=True,
    )
    return time.perf_counter() - start


def _chat() -> float:
    """Until the prompt stands on a terminal."""
    here, there = pty.openpty()
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "chat"], env=environment({}), cwd=folder(), stdin=there, stdout=there
    ) as process:
        os.close(there)
        shown = b""
        while b"> " not in shown and time.perf_counter() < start + _WITHIN:
            shown += os.read(here, 4096)
        took = time.perf_counter() - start
        process.terminate()
        os.close(here)
    return took


async def _line(name: str, arguments: tuple[str, ...], figures: Runs, echoed: int) -> None:
    chats = LineChats(messages.usual(10_000), USERS)
    async with chats.platform:
        with tempfile.TemporaryDirectory(prefix="doko-bench-") as store:
            variables = {**chats.variables(), "STORE_URL": f"sqlite:///{store}/bot.db"}
            start = time.perf_counter()
            async with running(arguments, variables) as program:
                if name == OURS:
                    await _ready(program.url)
                figures.add(name, "start s", time.perf_counter() - start)
                figures.add(name, "MiB ready", program.memory())
                pool = Pool(program.url, 32)
                await pool.open()
                chats.use(pool)
                await _exchange(chats, echoed)
                figures.add(name, "MiB after messages", program.memory())
                pool.close()


async def _ready(url: str) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(_WITHIN):
        while True:
            async with session.get(f"{url}/readyz") as response:
                if response.status == 200:
                    return
            await asyncio.sleep(0.005)


async def _telegram(figures: Runs, echoed: int) -> None:
    """Ready is when it first asks for updates."""
    chats = TelegramChats(messages.usual(10_000), USERS, by_webhook=False)
    async with chats.platform:
        start = time.perf_counter()
        arguments = ("-m", "tests.bench.bots.telegram_echo")
        async with running(arguments, chats.variables(), listens=False) as program:
            await asyncio.wait_for(chats.polled.wait(), _WITHIN)
            figures.add(TELEGRAM_ECHO, "start s", time.perf_counter() - start)
            figures.add(TELEGRAM_ECHO, "MiB ready", program.memory())
            await _exchange(chats, echoed)
            figures.add(TELEGRAM_ECHO, "MiB after messages", program.memory())


async def _exchange(chats: load.Chats, number: int) -> None:
    """So many messages, eight at a time."""
    finished = asyncio.Event()
    left = number

    def done(_: int, status: int) -> None:
        nonlocal left
        left -= 1
        if left >= 8:
            chats.send(chats.next_number(), done)
        elif left <= 0:
            finished.set()

    for _ in range(8):
        chats.send(chats.next_number(), done)
    async with asyncio.timeout(600):
        await finished.wait()
