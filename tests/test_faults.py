"""Short versions of what `make faults` runs at full length: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from tests.faults.clocks import clock_that_jumps
from tests.faults.kills import line_under_kills, telegram_under_kills
from tests.faults.outcome import Outcome, table
from tests.faults.platforms import line_that, telegram_moves_a_group, telegram_that
from tests.faults.rush import a_thousand_at_once, one_who_does_not_stop
from tests.faults.stores import disk_full, file_damaged, redis_frozen, redis_killed
from tests.redis_server import RedisServer, need_redis

Run = Callable[[Path], Awaitable[Outcome]]


async def _line_on_redis(folder: Path) -> Outcome:
    with RedisServer() as redis:
        return await line_under_kills(folder, events=120, kills=3, workers=2, store_url=redis.url, pace=60)


def fine(run: Run, folder: Path) -> None:
    async def whole() -> Outcome:
        return await run(folder)

    outcome = asyncio.run(whole())
    assert outcome.is_fine, outcome


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(partial(line_under_kills, events=120, kills=2, pace=60), id="line"),
        pytest.param(
            partial(telegram_under_kills, people=12, kills=2, by_webhook=True, every=(0.2, 1.0)),
            id="telegram",
        ),
        pytest.param(
            partial(line_under_kills, events=120, kills=2, workers=2, pace=60, number=signal.SIGTERM),
            id="line, told to stop",
        ),
    ],
)
def test_killed_under_load(run: Run, tmp_path: Path) -> None:
    fine(run, tmp_path)


def test_killed_under_load_on_redis(tmp_path: Path) -> None:
    need_redis()
    fine(_line_on_redis, tmp_path)


@pytest.mark.parametrize("name", ["cuts it after taking it", "429 with a time"])
def test_line_fails(name: str, tmp_path: Path) -> None:
    fine(partial(line_that, name=name, events=10, faults=5), tmp_path)


@pytest.mark.parametrize("name", ["cuts the connection", "429 with a time", "500"])
def test_telegram_fails(name: str, tmp_path: Path) -> None:
    fine(partial(telegram_that, name=name, people=10, faults=5), tmp_path)


def test_telegram_moves_a_group(tmp_path: Path) -> None:
    fine(telegram_moves_a_group, tmp_path)


@pytest.mark.parametrize("run", [disk_full, file_damaged])
def test_sqlite_is_lost_and_found(run: Callable[..., Awaitable[Outcome]], tmp_path: Path) -> None:
    fine(partial(run, events=30), tmp_path)


@pytest.mark.parametrize("run", [redis_killed, redis_frozen])
def test_redis_is_lost_and_found(run: Callable[..., Awaitable[Outcome]], tmp_path: Path) -> None:
    need_redis()
    fine(partial(run, events=30), tmp_path)


def test_the_clock_jumps(tmp_path: Path) -> None:
    fine(partial(clock_that_jumps, events=60), tmp_path)


def test_a_crowd_at_once(tmp_path: Path) -> None:
    fine(partial(a_thousand_at_once, people=300), tmp_path)


def test_one_who_does_not_stop(tmp_path: Path) -> None:
    fine(one_who_does_not_stop, tmp_path)


def test_the_figures_show_what_was_lost() -> None:
    lost = Outcome("kills", 10, 2, 1, 0, 3.0)
    assert not lost.is_fine
    assert "| kills | 10 | 2 | 1 | 0 | 3 |  |" in table([lost])
