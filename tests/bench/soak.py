"""A soak: our server under full load for as long as wanted, with its memory read all the while."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from tests.bench import contenders, line, load, messages
from tests.bench.figures import table
from tests.bench.line_chats import LineChats
from tests.bench.programs import Program

_IN_FLIGHT = 32
_EVERY = 25_000
#: From here on memory must be flat.
_FILLED = 100_000


@dataclass(frozen=True, slots=True)
class Sample:
    answered: int
    seconds: float
    mib: float


async def measure(seconds: float) -> str:
    """Memory by messages answered, and its growth for each 100,000 of them once 100,000 are answered."""
    chats = LineChats(messages.usual(10_000), contenders.USERS)
    samples: list[Sample] = []
    async with chats.platform, contenders.serving(line.OURS, chats) as program:
        watching = asyncio.create_task(_watch(program, chats, samples))
        found = await load.closed(chats, _IN_FLIGHT, seconds)
        watching.cancel()
    shown = samples[:: max(1, len(samples) // 12)]
    rows = [[f"{one.answered:,}", f"{one.seconds:.0f}", f"{one.mib:.1f}"] for one in shown]
    return "\n\n".join(
        [
            f"{found.answered:,} messages from {contenders.USERS:,} users in {found.seconds:.0f} s "
            f"({found.rate:,.0f} a second); failed: {found.failed}, answered twice: {chats.twice}.",
            _growth(samples),
            table(["answered", "after s", "MiB"], rows),
        ]
    )


async def _watch(program: Program, chats: LineChats, samples: list[Sample]) -> None:
    start = time.perf_counter()
    while True:
        if not samples or chats.replies >= samples[-1].answered + _EVERY:
            samples.append(Sample(chats.replies, time.perf_counter() - start, program.memory()))
        await asyncio.sleep(0.1)


def _growth(samples: list[Sample]) -> str:
    flat = [one for one in samples if one.answered >= _FILLED]
    if len(flat) < 3:
        return f"Too short to tell growth: that takes more than {_FILLED + 2 * _EVERY:,} messages."
    middle = sum(one.answered for one in flat) / len(flat)
    level = sum(one.mib for one in flat) / len(flat)
    slope = sum((one.answered - middle) * (one.mib - level) for one in flat) / sum(
        (one.answered - middle) ** 2 for one in flat
    )
    return (
        f"{flat[0].mib:.1f} MiB after {flat[0].answered:,} messages, then {100_000 * slope:+.2f} MiB for each "
        f"100,000 (the slope through {len(flat)} readings); at the end {flat[-1].mib:.1f} MiB."
    )
