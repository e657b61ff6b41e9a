"""A clock that jumps by a minute, a day, a year, forwards and backwards, under load and redelivery."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from bot.settings import ROOT
from tests.fakes.line import FakeLine
from tests.faults.crowd import LineCrowd
from tests.faults.outcome import Outcome
from tests.processes import serving

_JUMPS = (60.0, -60.0, 86_400.0, -86_400.0, 366 * 86_400.0, -366 * 86_400.0)


async def clock_that_jumps(folder: Path, events: int) -> Outcome:
    """Everything is delivered a second time after all jumps."""
    began = time.monotonic()
    clock = folder / "clock.txt"
    clock.write_text("0", "ascii")
    async with FakeLine(oracle=False) as line:
        environment = {
            "LINE_CHANNEL_SECRET": line.secret,
            "LINE_CHANNEL_ACCESS_TOKEN": line.token,
            "LINE_API_URL": line.url,
            "CLOCK_FILE": str(clock),
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent / "clock"), str(ROOT)]),
        }
        async with serving(folder, environment) as bot:
            line.webhook = f"{bot.url}/webhook/line"
            crowd = LineCrowd(line, events, max(1, events // 5), pace=60)
            asking = asyncio.create_task(crowd.ask())
            pause = events / 60 / len(_JUMPS)
            for jump in _JUMPS:
                await asyncio.sleep(pause)
                clock.write_text(str(jump), "ascii")
            await asking
            lost, double = await crowd.counted()
            for event in crowd.events:
                assert await line.deliver(event) == 200
            _, twice = await crowd.counted()
            used = sum(call.status == 400 for call in line.calls)
            note = f"then all delivered again: {used} of them tried to answer again"
        return Outcome(
            "the clock jumps", events, len(_JUMPS), lost, max(double, twice), time.monotonic() - began, note
        )
