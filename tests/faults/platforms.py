"""Platforms that hang, cut the line, refuse for a while or fail: the answers still arrive, and once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tests.fakes.line import FakeLine
from tests.fakes.line_faults import DROPPED, RATE_LIMIT, SERVER_ERROR
from tests.fakes.line_faults import Fault as LineFault
from tests.fakes.telegram import TOKEN, USERNAME, FakeTelegram
from tests.fakes.telegram_faults import Fault
from tests.faults.crowd import LineCrowd, TelegramCrowd
from tests.faults.outcome import Outcome
from tests.processes import serving

LINE_FAULTS: Mapping[str, LineFault] = {
    "hangs": LineFault(hang=12),
    "hangs after taking it": LineFault(hang=12, late=True),
    "cuts the connection": DROPPED,
    "cuts it after taking it": LineFault(drop=True, late=True),
    "429 without a time": RATE_LIMIT,
    "429 with a time": LineFault(status=429, retry_after="1"),
    "500": SERVER_ERROR,
    "500 after taking it": LineFault(status=500, late=True),
}

TELEGRAM_FAULTS: Mapping[str, Fault] = {
    "hangs after taking it": Fault(hang=12, after=True),
    "cuts the connection": Fault(drop=True),
    "429 with a time": Fault(429, retry_after=1),
    "429 without a time": Fault(429),
    "500": Fault(500),
    "502 with a page": Fault(502, page="<html>Bad Gateway</html>"),
}

#: Telegram cannot be asked whether it took a message, so here one of two wrongs is chosen: see docs.
OPEN_FAULTS: Mapping[str, Fault] = {
    "hangs without taking it": Fault(hang=12),
    "cuts the connection after taking it": Fault(drop=True, after=True),
}


async def line_that(folder: Path, name: str, *, events: int, faults: int) -> Outcome:
    """So many of the calls fail in one way, spread over the events."""
    began = time.monotonic()
    async with FakeLine(oracle=False) as line:
        environment = {
            "LINE_CHANNEL_SECRET": line.secret,
            "LINE_CHANNEL_ACCESS_TOKEN": line.token,
            "LINE_API_URL": line.url,
        }
        async with serving(folder, environment) as bot:
            line.webhook = f"{bot.url}/webhook/line"
            crowd = LineCrowd(line, events, events, pace=100)
            line.faults.extend([LINE_FAULTS[name]] * faults)
            await crowd.ask()
            lost, double = await crowd.counted(within=45)
        return Outcome(f"LINE {name}", events, faults, lost, double, time.monotonic() - began)


async def telegram_that(folder: Path, name: str, *, people: int, faults: int) -> Outcome:
    """So many of the calls fail in one way, the first of a crowd's."""
    began = time.monotonic()
    async with FakeTelegram() as telegram:
        environment = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
        async with serving(folder, environment):
            fault = {**TELEGRAM_FAULTS, **OPEN_FAULTS}[name]
            for chat in range(1, faults + 1):
                telegram.fail(replace(fault), "sendMessage", chat)  # A copy, which counts for itself.
            crowd = TelegramCrowd(telegram, people, pace=25, places=("Komaki",))
            await crowd.ask()
            lost, double = await crowd.counted(within=20 if name in TELEGRAM_FAULTS else 2)
        return Outcome(f"Telegram {name}", crowd.events, faults, lost, double, time.monotonic() - began)


async def telegram_has_another_poller(folder: Path, *, people: int) -> Outcome:
    """For a while somebody else takes the updates; what is left then is ours again."""
    began = time.monotonic()
    async with FakeTelegram() as telegram:
        environment = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
        async with serving(folder, environment) as bot:
            telegram.fail(Fault(409), "getUpdates")
            crowd = TelegramCrowd(telegram, people, pace=25, places=("Komaki",))
            await crowd.ask()
            lost, double = await crowd.counted()
            assert "another process or a webhook takes this bot's Telegram updates" in bot.errors()
        return Outcome("Telegram 409, another poller", people, 1, lost, double, time.monotonic() - began)


async def telegram_moves_a_group(folder: Path) -> Outcome:
    """A group becomes a supergroup with another id while it is asked about Komaki."""
    began = time.monotonic()
    old, new = -77, -100_077
    async with FakeTelegram() as telegram:
        environment = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.url}
        async with serving(folder, environment):
            telegram.fail(Fault(migrate_to=new, times=-1), "sendMessage", old)
            person = {"id": 7, "is_bot": False, "first_name": "Ana"}
            for number in range(1, 4):
                telegram.push(
                    message={
                        "message_id": number,
                        "date": 1790000000,
                        "from": person,
                        "chat": {"id": old, "type": "group", "title": "Aula"},
                        "text": f"/komaki@{USERNAME}",
                    }
                )
            async with asyncio.timeout(20):
                while telegram.pending:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            answers = len(telegram.texts(new))
        return Outcome(
            "Telegram moves a group", 3, 1, max(0, 3 - answers), max(0, answers - 3), time.monotonic() - began
        )
