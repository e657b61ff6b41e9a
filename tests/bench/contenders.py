"""Programs that answer the same platform, measured side by side: how many messages a second, how long an answer
takes, processor time and memory. Knows no platform.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from tests.bench import load
from tests.bench.figures import Runs, figure_table, ratio_table
from tests.bench.programs import MEASURED, Program, running
from tests.bench.wire import Pool

OURS = ("-m", "bot", "serve")
#: People who write; many more than an answer's memory lasts for.
USERS = 50_000
_CONNECTIONS = 64

_RATIOS = [("answered/s", "more"), ("µs of processor a message", "less"), ("MiB", "less")]


class Chats(load.Chats, Protocol):
    """A platform with its users, to whom a program can be given."""

    def variables(self) -> dict[str, str]:
        """The environment of a program that is to serve these chats."""

    def use(self, pool: Pool | None) -> None:
        """Sends to the program that these connections lead to; None where it fetches by itself."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A program that answers a platform. One that cannot keep up with the open loop's rate is only asked for
    its throughput.
    """

    name: str
    arguments: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    cores: frozenset[int] = MEASURED
    by_webhook: bool = True
    keeps_up: bool = True


@dataclass(frozen=True, slots=True)
class Loops:
    """`seconds` in the closed loop, with `in_flight` messages under way, and in the open one, at `rate` a
    second on average.
    """

    seconds: float
    in_flight: int
    rate: int


async def measure(contender: Contender, chats: Chats, figures: Runs, loops: Loops, run: int) -> None:
    """One run of one contender, in a process of its own."""
    async with serving(contender, chats) as program:
        await load.closed(chats, loops.in_flight, 1.0)
        before = program.processor_seconds()
        found = await load.closed(chats, loops.in_flight, loops.seconds)
        spent = program.processor_seconds() - before
        if found.failed:
            raise RuntimeError(f"{contender.name}: {found.failed} messages were not taken")
        figures.add(contender.name, "answered/s", found.rate)
        figures.add(contender.name, "µs of processor a message", 1e6 * spent / found.answered)
        if contender.keeps_up:
            latency = await load.opened(chats, loops.rate, loops.seconds, seed=run)
            for name, value in zip(_times(loops.rate), (latency.p50, latency.p99), strict=True):
                figures.add(contender.name, name, value)
            if latency.lost:
                raise RuntimeError(f"{contender.name}: {latency.lost} messages got no reply")
        figures.add(contender.name, "MiB", program.memory())


def tables(figures: Runs, ours: str, rate: int) -> list[str]:
    """Ours to each of the others, and everybody's own figures."""
    shown = ("answered/s", *_times(rate), "µs of processor a message", "MiB")
    return [ratio_table(figures, ours, _RATIOS), figure_table(figures, shown)]


def _times(rate: int) -> tuple[str, str]:
    return f"p50 ms at {rate:,}/s", f"p99 ms at {rate:,}/s"


@asynccontextmanager
async def serving(contender: Contender, chats: Chats) -> AsyncIterator[Program]:
    """The contender at work, connected to the chats."""
    with tempfile.TemporaryDirectory(prefix="doko-bench-") as folder:
        variables = {
            **chats.variables(),
            "STORE_URL": f"sqlite:///{folder}/bot.db",
            "METRICS_TOKEN": "bench-metrics-token",
            **contender.variables,
        }
        async with running(contender.arguments, variables, contender.cores) as program:
            pool = Pool(program.url, _CONNECTIONS) if contender.by_webhook else None
            if pool:
                await pool.open()
            chats.use(pool)
            try:
                yield program
            finally:
                if pool:
                    pool.close()
