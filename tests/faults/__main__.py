"""`make faults`: every fault at full length, with its figures as a table; exit code 1 if any is not zero.

`python -m tests.faults WORD...` runs only those whose names hold one of the words.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from tests.faults.clocks import clock_that_jumps
from tests.faults.kills import line_under_kills, telegram_under_kills
from tests.faults.outcome import Outcome, table
from tests.faults.platforms import (
    LINE_FAULTS,
    OPEN_FAULTS,
    TELEGRAM_FAULTS,
    line_that,
    telegram_has_another_poller,
    telegram_moves_a_group,
    telegram_that,
)
from tests.faults.rush import a_thousand_at_once, one_who_does_not_stop
from tests.faults.stores import disk_full, file_damaged, redis_frozen, redis_killed
from tests.redis_server import RedisServer

Run = Callable[[Path], Awaitable[Outcome]]

_EVENTS, _KILLS = 2000, 20


async def _line_on_redis(folder: Path) -> Outcome:
    with RedisServer() as redis:
        return await line_under_kills(folder, events=_EVENTS, kills=_KILLS, workers=2, store_url=redis.url)


async def _telegram_on_redis(folder: Path) -> Outcome:
    with RedisServer() as redis:
        return await telegram_under_kills(
            folder, people=_EVENTS // 5, kills=_KILLS, workers=2, by_webhook=True, store_url=redis.url
        )


def _runs() -> dict[str, Run]:
    line = partial(line_under_kills, events=_EVENTS, kills=_KILLS)
    telegram = partial(telegram_under_kills, people=_EVENTS // 5, kills=_KILLS)
    runs: dict[str, Run] = {
        "kill line sqlite": line,
        "kill line sqlite workers": partial(line, workers=2),
        "kill line redis workers": _line_on_redis,
        "kill telegram polling": telegram,
        "kill telegram polling workers": partial(telegram, workers=2),
        "kill telegram webhook": partial(telegram, by_webhook=True),
        "kill telegram redis workers": _telegram_on_redis,
        "term line": partial(line, number=signal.SIGTERM),
        "term line workers": partial(line, number=signal.SIGTERM, workers=2),
        "term telegram": partial(telegram, number=signal.SIGTERM),
        "store redis killed": partial(redis_killed, events=600),
        "store redis frozen": partial(redis_frozen, events=600),
        "store disk full": partial(disk_full, events=600),
        "store file damaged": partial(file_damaged, events=600),
        "clock": partial(clock_that_jumps, events=600),
        "rush thousand": a_thousand_at_once,
        "rush one": one_who_does_not_stop,
        "platform moves": telegram_moves_a_group,
        "platform poller": partial(telegram_has_another_poller, people=200),
    }
    for name in LINE_FAULTS:
        runs[f"platform line {name}"] = partial(line_that, name=name, events=200, faults=50)
    for name in TELEGRAM_FAULTS:
        runs[f"platform telegram {name}"] = partial(telegram_that, name=name, people=200, faults=50)
    return runs


def _open_runs() -> dict[str, Run]:
    return {
        f"platform telegram {name}": partial(telegram_that, name=name, people=200, faults=50)
        for name in OPEN_FAULTS
    }


async def _play(runs: dict[str, Run], words: list[str]) -> list[Outcome]:
    outcomes = []
    for name, run in runs.items():
        if words and not any(word in name for word in words):
            continue
        with tempfile.TemporaryDirectory(prefix="doko-faults-") as folder:
            outcome = await run(Path(folder))
        print(outcome, file=sys.stderr, flush=True)
        outcomes.append(outcome)
    return outcomes


def main() -> int:
    words = sys.argv[1:]
    outcomes = asyncio.run(_play(_runs(), words))
    undecidable = asyncio.run(_play(_open_runs(), words))
    print(table(outcomes))
    if undecidable:
        print("\nWhat Telegram alone knows (docs/reliability.md says why one of the two must be):\n")
        print(table(undecidable))
    return 0 if all(outcome.is_fine for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
