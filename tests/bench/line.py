"""LINE: our server beside the line-bot-sdk way and the bare floor, with one worker and two, SQLite and Redis."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field

from tests.bench import load, messages
from tests.bench.figures import Runs, figure_table, ratio_table
from tests.bench.line_chats import LineChats
from tests.bench.programs import BOTH, MEASURED, Program, running
from tests.bench.wire import Pool
from tests.redis_server import RedisServer

OURS = "ours"
_USERS = 50_000
_CONNECTIONS = 64
_RATE = 1000

MEASURES = ("answered/s", "p50 ms at 1,000/s", "p99 ms at 1,000/s", "µs of processor a message", "MiB")


@dataclass(frozen=True, slots=True)
class Contender:
    """A program that answers LINE. One that cannot keep up with 1,000/s is only asked for its throughput."""

    name: str
    arguments: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)
    cores: frozenset[int] = MEASURED
    keeps_up: bool = True


async def measure(runs: int, seconds: float) -> str:
    """The tables of all contenders, interleaved; each run measures each of them for `seconds` in each loop."""
    figures = Runs()
    chats = LineChats(messages.usual(10_000), _USERS)
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer())
        async with chats.platform:
            for run in range(runs):
                for contender in _contenders(redis.url):
                    await _measure(contender, chats, figures, seconds, run)
    share = chats.flex / chats.replies
    return "\n\n".join(
        [
            f"Messages of tests/utterances/open from {_USERS:,} users; {share:.0%} of the replies hold a card, "
            f"{chats.reply_bytes / chats.replies / 1024:.1f} KiB on average; answered twice: {chats.twice}.",
            ratio_table(
                figures,
                OURS,
                [("answered/s", "more"), ("µs of processor a message", "less"), ("MiB", "less")],
            ),
            figure_table(figures, MEASURES),
        ]
    )


def _contenders(redis: str) -> list[Contender]:
    serve = ("-m", "bot", "serve")
    return [
        Contender(OURS, serve),
        Contender("the line-bot-sdk way", ("-m", "tests.bench.bots.line_sdk"), keeps_up=False),
        Contender("the bare floor", ("-m", "tests.bench.bots.line_floor")),
        Contender("ours with Redis", serve, {"STORE_URL": redis}),
        Contender("ours, 1 worker on both cores", serve, cores=BOTH),
        Contender("ours, 2 workers on both cores", (*serve, "--workers", "2"), cores=BOTH),
    ]


async def _measure(contender: Contender, chats: LineChats, figures: Runs, seconds: float, run: int) -> None:
    async with serving(contender, chats) as program:
        await load.closed(chats, _CONNECTIONS // 2, 1.0)
        before = program.processor_seconds()
        found = await load.closed(chats, _CONNECTIONS // 2, seconds)
        spent = program.processor_seconds() - before
        if found.failed:
            raise RuntimeError(f"{contender.name}: {found.failed} messages were not taken")
        figures.add(contender.name, "answered/s", found.rate)
        figures.add(contender.name, "µs of processor a message", 1e6 * spent / found.answered)
        if contender.keeps_up:
            latency = await load.opened(chats, _RATE, seconds, seed=run)
            figures.add(contender.name, "p50 ms at 1,000/s", latency.p50)
            figures.add(contender.name, "p99 ms at 1,000/s", latency.p99)
            if latency.lost:
                raise RuntimeError(f"{contender.name}: {latency.lost} messages got no reply")
        figures.add(contender.name, "MiB", program.memory())


@asynccontextmanager
async def serving(contender: Contender, chats: LineChats) -> AsyncIterator[Program]:
    """The contender at work, connected to the chats."""
    with tempfile.TemporaryDirectory(prefix="doko-bench-") as folder:
        variables = {
            **chats.variables(),
            "STORE_URL": f"sqlite:///{folder}/bot.db",
            "METRICS_TOKEN": "bench-metrics-token",
            **contender.variables,
        }
        async with running(contender.arguments, variables, contender.cores) as program:
            pool = Pool(program.url, _CONNECTIONS)
            await pool.open()
            chats.use(pool)
            try:
                yield program
            finally:
                pool.close()
