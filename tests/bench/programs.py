"""Starts a program on cores of its own, tells what it costs, and ends it by its id."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT

_LISTENS = re.compile(rb"listens on (http://\S+)")
_START_WITHIN = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")

#: What is measured runs on the first core, what measures on the second; with one core both share it.
MEASURED = frozenset({0})
MEASURING = frozenset({min(1, (os.cpu_count() or 1) - 1)})
BOTH = MEASURED | MEASURING


@dataclass(frozen=True, slots=True)
class Program:
    """A running program. `url` is where it listens, "" where it does not."""

    process: asyncio.subprocess.Process
    url: str

    @property
    def ids(self) -> list[int]:
        """Its process and the worker processes below it."""
        return [self.process.pid, *_children(self.process.pid)]

    def memory(self) -> float:
        """Resident memory in MiB, of all its processes together."""
        return sum(resident(number) for number in self.ids)

    def processor_seconds(self) -> float:
        """The time that its processes have computed so far."""
        return sum(_computed(number) for number in self.ids)


def resident(process: int) -> float:
    """Resident memory of one process in MiB."""
    for line in Path(f"/proc/{process}/status").read_text("ascii", "replace").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _computed(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    return [int(child) for child in found]


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Nothing but these variables and what Python needs; no .env file is read, see `folder`."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "HOST": "127.0.0.1",
        "PORT": "0",
        **extra,
    }


def folder() -> str:
    """Where programs start: a developer's .env must not reach them."""
    return tempfile.gettempdir()


@asynccontextmanager
async def running(
    arguments: Iterable[str],
    variables: Mapping[str, str],
    cores: Iterable[int] = MEASURED,
    *,
    listens: bool = True,
) -> AsyncIterator[Program]:
    """`python ARGUMENTS`, ready; whatever happens, it and its workers are gone at the end."""
    chosen = frozenset(cores)
    with tempfile.TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *arguments),
            cwd=folder(),
            env=environment(variables),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            preexec_fn=lambda: os.sched_setaffinity(0, chosen),
        )
        try:
            url = await _listening(process) if listens else ""
            yield Program(process, url)
        except BaseException:
            errors.seek(0)
            sys.stderr.write(errors.read()[-2000:].decode("utf-8", "replace"))
            raise
        finally:
            await _end(process)


async def _listening(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(_START_WITHIN):
        while line := await process.stdout.readline():
            if found := _LISTENS.search(line):
                return found[1].decode()
    raise RuntimeError("the program ended before it listened")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    workers = _children(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(12):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
    for worker in workers:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
