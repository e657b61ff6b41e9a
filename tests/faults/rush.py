"""A thousand users at once, and one who does not stop."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.fakes import line_events
from tests.fakes.line import FakeLine
from tests.faults.crowd import LineCrowd
from tests.faults.outcome import Outcome
from tests.processes import Bot, serving


async def a_thousand_at_once(folder: Path, people: int = 1000) -> Outcome:
    """Everybody asks in the same moment."""
    began = time.monotonic()
    async with FakeLine(oracle=False) as line, serving(folder, _environment(line)) as bot:
        line.webhook = f"{bot.url}/webhook/line"
        crowd = LineCrowd(line, people, people, pace=1e9)
        started = time.monotonic()
        await crowd.ask()
        lost, double = await crowd.counted(within=30)
        took = time.monotonic() - started
        note = f"all answered within {took:.1f} s"
        return Outcome(f"{people} users at once", people, 0, lost, double, time.monotonic() - began, note)


async def _early_in_a_minute() -> None:
    """Messages are counted by the minute of the clock: a flood across its end would be counted in two."""
    second = time.time() % 60
    if second > 50:
        await asyncio.sleep(60.5 - second)


async def one_who_does_not_stop(folder: Path) -> Outcome:
    """One user sends 100 messages within a second, 20 others one each in the middle of it."""
    began = time.monotonic()
    async with FakeLine(oracle=False) as line, serving(folder, _environment(line)) as bot:
        line.webhook = f"{bot.url}/webhook/line"
        await _early_in_a_minute()
        flood = [line_events.text("Komaki", user=line_events.user_id(9999)) for _ in range(100)]
        others = LineCrowd(line, 20, 20, pace=1e9)
        started = time.monotonic()

        async def send(number: int) -> int:
            await asyncio.sleep(started + number / 100 - time.monotonic())
            return await line.deliver(flood[number])

        flooding = asyncio.gather(*(send(number) for number in range(100)))
        await asyncio.sleep(0.5)
        asked = time.monotonic()
        await others.ask()
        lost, double = await others.counted()
        took = time.monotonic() - asked
        assert set(await flooding) == {200}
        wanted = {event["webhookEventId"] for event in flood}
        answers = [sent for sent in line.replies if sent.event in wanted]
        assert len(answers) == 31, f"30 answers and one request for patience, not {len(answers)}"
        assert _is_alive(bot)
        note = f"30 answered and 1 “please wait”; the others served within {took:.1f} s"
        return Outcome(
            "100 messages of one user in a second", 120, 0, lost, double, time.monotonic() - began, note
        )


def _is_alive(bot: Bot) -> bool:
    return not bot.has_ended


def _environment(line: FakeLine) -> dict[str, str]:
    return {
        "LINE_CHANNEL_SECRET": line.secret,
        "LINE_CHANNEL_ACCESS_TOKEN": line.token,
        "LINE_API_URL": line.url,
    }
