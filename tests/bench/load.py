"""Makes load: in a closed loop for throughput, in an open one for the time that an answer takes.

Open means that messages come when people send them (at random, so many a second on average), whether or not
the ones before are answered; an answer's time counts from the moment its message was due.
"""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from tests.bench.figures import percentile

#: Seconds that the last answers of a run may take.
_PATIENCE = 30.0


class Chats(Protocol):
    """A platform with its users. Messages are numbered; `on_reply` hears the number of each first reply."""

    on_reply: Callable[[int], None]

    def send(self, number: int, done: Callable[[int, int], None]) -> None:
        """Sends a message; `done` hears its number and the status, 200 where the program took it."""

    def next_number(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Throughput:
    """`answered` messages in `seconds`; `failed` were refused or lost."""

    answered: int
    seconds: float
    failed: int

    @property
    def rate(self) -> float:
        return self.answered / self.seconds


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from a message's due time to its reply; `lost` got none."""

    p50: float
    p99: float
    worst: float
    answered: int
    lost: int


async def closed(chats: Chats, in_flight: int, seconds: float) -> Throughput:
    """Keeps so many messages under way for so long."""
    answered = failed = under_way = 0
    stopping = False
    over = asyncio.Event()

    def send() -> None:
        nonlocal under_way
        under_way += 1
        chats.send(chats.next_number(), done)

    def done(_: int, status: int) -> None:
        nonlocal answered, failed, under_way
        under_way -= 1
        if status == 200:
            answered += 1
        else:
            failed += 1
        if not stopping:
            send()
        elif not under_way:
            over.set()

    with _undisturbed():
        start = time.perf_counter()
        for _ in range(in_flight):
            send()
        await asyncio.sleep(seconds)
        counted, took = answered, time.perf_counter() - start
        stopping = True
        async with asyncio.timeout(_PATIENCE):
            await over.wait()
    return Throughput(counted, took, failed)


async def opened(chats: Chats, rate: float, seconds: float, seed: int = 1) -> Latency:
    """Sends so many messages a second on average, at random moments, for so long."""
    chance = random.Random(seed)  # noqa: S311 - arrivals, not secrets
    due: dict[int, float] = {}
    times: list[float] = []
    refused = 0
    empty = asyncio.Event()

    def replied(number: int) -> None:
        if (moment := due.pop(number, None)) is not None:
            times.append(1000 * (time.perf_counter() - moment))
        if not due:
            empty.set()

    def done(_: int, status: int) -> None:
        nonlocal refused
        refused += status != 200

    chats.on_reply = replied
    with _undisturbed():
        start = moment = time.perf_counter()
        while moment < start + seconds:
            moment += chance.expovariate(rate)
            if (ahead := moment - time.perf_counter()) > 0:
                await asyncio.sleep(ahead)
            number = chats.next_number()
            due[number] = moment
            chats.send(number, done)
        empty.clear()
        with suppress(TimeoutError):
            if due:
                await asyncio.wait_for(empty.wait(), _PATIENCE)
    chats.on_reply = ignore
    return Latency(
        percentile(times, 0.5), percentile(times, 0.99), max(times), len(times), max(len(due), refused)
    )


def ignore(_: int) -> None:
    """Nobody wants to know."""


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keeps the garbage collector of the measuring process from lengthening what it measures."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
