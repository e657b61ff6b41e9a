"""Telegram: our server by webhook and by polling, beside python-telegram-bot's own way and the bare floor."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.bench import load, messages
from tests.bench.figures import Runs, figure_table, ratio_table
from tests.bench.programs import Program, running
from tests.bench.telegram_chats import TelegramChats
from tests.bench.wire import Pool

OURS = "ours by webhook"
_USERS = 50_000
_CONNECTIONS = 64
#: Telegram calls a webhook up to 40 times at once unless told otherwise; polling hands out 100 at once.
_IN_FLIGHT = {True: 40, False: 200}
_RATE = 500

MEASURES = ("answered/s", "p50 ms at 500/s", "p99 ms at 500/s", "µs of processor a message", "MiB")


@dataclass(frozen=True, slots=True)
class Contender:
    """A program that answers Telegram. One that cannot keep up is only asked for its throughput."""

    name: str
    arguments: tuple[str, ...]
    by_webhook: bool = True
    keeps_up: bool = True


_UNPACED = ("-m", "tests.bench.bots.unpaced", "serve")
_LIBRARY = ("-m", "tests.bench.bots.telegram_library")

_CONTENDERS = (
    Contender(OURS, _UNPACED),
    Contender("ours by polling", _UNPACED, by_webhook=False),
    Contender("python-telegram-bot's way by webhook", _LIBRARY, keeps_up=False),
    Contender("python-telegram-bot's way by polling", _LIBRARY, by_webhook=False, keeps_up=False),
    Contender("the bare floor", ("-m", "tests.bench.bots.telegram_floor")),
)


async def measure(runs: int, seconds: float) -> str:
    """The tables of all contenders, interleaved; each run measures each of them for `seconds` in each loop."""
    figures = Runs()
    texts = messages.usual(10_000)
    updates = sent = 0
    for run in range(runs):
        for contender in _CONTENDERS:
            chats = TelegramChats(texts, _USERS, by_webhook=contender.by_webhook)
            async with chats.platform:
                await _measure(contender, chats, figures, seconds, run)
            if contender.name == OURS:
                updates += chats.next_number() - 1
                sent += chats.sent
    return "\n\n".join(
        [
            f"Messages of tests/utterances/open from {_USERS:,} users; {sent / updates:.2f} sendMessage calls an "
            "update (an answer whose location button needs a keyboard of its own takes two).",
            ratio_table(
                figures,
                OURS,
                [("answered/s", "more"), ("µs of processor a message", "less"), ("MiB", "less")],
            ),
            figure_table(figures, MEASURES),
        ]
    )


async def _measure(
    contender: Contender, chats: TelegramChats, figures: Runs, seconds: float, run: int
) -> None:
    in_flight = _IN_FLIGHT[contender.by_webhook]
    async with serving(contender, chats) as program:
        await load.closed(chats, in_flight, 1.0)
        before = program.processor_seconds()
        found = await load.closed(chats, in_flight, seconds)
        spent = program.processor_seconds() - before
        if found.failed:
            raise RuntimeError(f"{contender.name}: {found.failed} updates were not taken")
        figures.add(contender.name, "answered/s", found.rate)
        figures.add(contender.name, "µs of processor a message", 1e6 * spent / found.answered)
        if contender.keeps_up:
            latency = await load.opened(chats, _RATE, seconds, seed=run)
            figures.add(contender.name, "p50 ms at 500/s", latency.p50)
            figures.add(contender.name, "p99 ms at 500/s", latency.p99)
            if latency.lost:
                raise RuntimeError(f"{contender.name}: {latency.lost} updates got no reply")
        figures.add(contender.name, "MiB", program.memory())


@asynccontextmanager
async def serving(contender: Contender, chats: TelegramChats) -> AsyncIterator[Program]:
    """The contender at work, connected to the chats."""
    with tempfile.TemporaryDirectory(prefix="doko-bench-") as folder:
        variables = {
            **chats.variables(),
            "STORE_URL": f"sqlite:///{folder}/bot.db",
            "METRICS_TOKEN": "bench-metrics-token",
        }
        async with running(contender.arguments, variables) as program:
            pool = Pool(program.url, _CONNECTIONS) if contender.by_webhook else None
            if pool:
                await pool.open()
            chats.use(pool)
            try:
                yield program
            finally:
                if pool:
                    pool.close()
