"""Starts the real bot, `python -m bot serve`, as a process of its own, and ends it by its id."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.settings import ROOT
from tests.fakes.line import FakeLine
from tests.fakes.line_events import Event

_LISTENS = re.compile(rb"listens on (http://\S+)")

#: Seconds that a start may take on a busy machine.
_START_WITHIN = 60.0


class Bot:
    """One running bot. What it writes goes to files in `folder`: out.txt and err.txt."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self._process = process
        self.folder = folder
        self.url = ""

    @property
    def id(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        return self._process.returncode is not None

    def written(self) -> str:
        """Everything that it wrote so far."""
        return "".join((self.folder / name).read_text("utf-8") for name in ("out.txt", "err.txt"))

    def errors(self) -> str:
        return (self.folder / "err.txt").read_text("utf-8")

    def signal(self, number: signal.Signals) -> None:
        if not self.has_ended:
            self._process.send_signal(number)

    async def ended(self, within: float = 15.0) -> int:
        """Its exit code, once it has ended."""
        async with asyncio.timeout(within):
            return await self._process.wait()

    async def stop(self) -> int:
        """Asks it to leave; its exit code."""
        self.signal(signal.SIGTERM)
        return await self.ended()

    async def listening(self) -> None:
        """Waits until it says where it listens. Raises AssertionError where it ends before."""
        end = time.monotonic() + _START_WITHIN
        while time.monotonic() < end:
            if found := _LISTENS.search((self.folder / "out.txt").read_bytes()):
                self.url = found[1].decode()
                return
            assert not self.has_ended, f"the bot has ended: {self.written()}"
            await asyncio.sleep(0.02)
        raise AssertionError(f"the bot does not listen: {self.written()}")

    def workers(self) -> list[int]:
        """The ids of its worker processes."""
        children = Path(f"/proc/{self.id}/task/{self.id}/children")
        return [int(child) for child in children.read_text("ascii").split()]


@asynccontextmanager
async def started(folder: Path, environment: Mapping[str, str], *arguments: str) -> AsyncIterator[Bot]:
    """A bot with nothing but this environment; whatever happens, it is gone at the end."""
    path = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
    quiet = {"HOST": "127.0.0.1", "PORT": "0", "STORE_URL": f"sqlite:///{folder}/bot.db"}
    quiet["TMPDIR"] = str(folder)  # A bot that is killed cannot clean up.
    with (folder / "out.txt").open("wb") as out, (folder / "err.txt").open("wb") as err:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve", *arguments),
            cwd=_folder_without_env_file(),
            env={**path, "PYTHONPATH": _python_path(), **quiet, **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
    bot = Bot(process, folder)
    try:
        yield bot
    finally:
        orphans = [] if bot.has_ended else bot.workers()
        bot.signal(signal.SIGKILL)
        await process.wait()
        for orphan in orphans:
            _kill(orphan)


@asynccontextmanager
async def serving(folder: Path, environment: Mapping[str, str], *arguments: str) -> AsyncIterator[Bot]:
    """A bot that listens already."""
    async with started(folder, environment, *arguments) as bot:
        await bot.listening()
        yield bot


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Waits for something to become true. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (what happens in another process sets no event)
            await asyncio.sleep(0.02)


async def delivered(line: FakeLine, event: Event, every: float = 0.1, within: float = 60.0) -> bool:
    """Sends an event as LINE does with redelivery, until the bot takes it; whether it did in time."""
    end = time.monotonic() + within
    while await line.deliver(event) != 200:
        if time.monotonic() > end:
            return False
        await asyncio.sleep(every)
    return True


def is_alive(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


def _folder_without_env_file() -> str:
    """Where the bot starts: a developer's .env must not reach it."""
    return tempfile.gettempdir()


def _python_path() -> str:
    return os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
