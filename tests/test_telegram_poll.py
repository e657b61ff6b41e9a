"""Polling Telegram: nothing is lost, nobody waits for anybody else, and trouble is survived or named."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web

from bot.channels.errors import ChannelRefused
from bot.channels.telegram import receive, verify
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_offset import Offset
from bot.channels.telegram_poll import Handle, PollTiming, poll
from bot.model import Incoming
from tests.fakes.telegram import TOKEN
from tests.fakes.telegram_faults import Fault
from tests.telegram_bot import asynchronous, on_telegram, until

TIMING = PollTiming(long_poll=2, idle=0.05, patience=0.2, conflict=0.1, backoff=(0.02,), grace=1.0)
HANGS = "hangs"


class Listener:
    """Answers everything at once, except what says that it hangs."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.answered: list[str] = []
        self.release = asyncio.Event()

    async def __call__(self, incoming: Incoming) -> bool:
        self.heard.append(incoming.text)
        if incoming.text == HANGS:
            await self.release.wait()
        self.answered.append(incoming.text)
        return True


@asynccontextmanager
async def polling(
    api: TelegramApi, handle: Handle, timing: PollTiming = TIMING, most_outstanding: int = 1000
) -> AsyncIterator[asyncio.Event]:
    """Polls in the background; the event stops it, and so does the end of the block."""
    stop = asyncio.Event()
    task = asyncio.create_task(poll(api, handle, stop, timing=timing, most_outstanding=most_outstanding))
    try:
        yield stop
    finally:
        stop.set()
        await task


@asynchronous
async def test_updates_are_handed_on_and_confirmed() -> None:
    async with on_telegram() as (telegram, api):
        listener = Listener()
        await api.set_webhook("https://example.org/hook", "secret")
        async with polling(api, listener):
            telegram.say("one")
            telegram.push(channel_post={"message_id": 1})
            telegram.say("two")
            await until(lambda: listener.answered == ["one", "two"])
            await until(lambda: not telegram.pending)
            telegram.say("three")
            await until(lambda: len(listener.answered) == 3)
        assert not telegram.pending
        assert telegram.called("getUpdates")[0]["allowed_updates"] == [
            "message",
            "edited_message",
            "callback_query",
            "inline_query",
            "my_chat_member",
        ]
        assert not telegram.refused()


@asynchronous
async def test_a_killed_process_loses_no_update() -> None:
    async with on_telegram() as (telegram, api):
        telegram.say("one")
        number = telegram.say(HANGS)
        telegram.say("three")
        listener = Listener()
        killed = asyncio.create_task(poll(api, listener, asyncio.Event(), timing=TIMING))
        await until(lambda: len(listener.heard) == 3)
        killed.cancel()
        await asyncio.wait([killed])
        assert telegram.pending[0]["update_id"] <= number
        after = Listener()
        after.release.set()
        async with polling(api, after):
            await until(lambda: HANGS in after.answered)
        assert not telegram.pending


@asynchronous
async def test_a_hanging_chat_delays_no_other_and_is_started_once() -> None:
    async with on_telegram() as (telegram, api):
        listener = Listener()
        async with polling(api, listener):
            number = telegram.say(HANGS)
            await until(lambda: listener.heard == [HANGS])
            telegram.say("other", chat_id=8)
            await until(lambda: listener.answered == ["other"], seconds=0.5)
            calls = len(telegram.calls)
            await asyncio.sleep(0.5)
            assert len(telegram.calls) - calls <= 12
            assert telegram.pending[0]["update_id"] == number
            listener.release.set()
            await until(lambda: not telegram.pending)
        assert listener.heard == [HANGS, "other"]


@asynchronous
async def test_a_whole_batch_is_not_held_up_for_ever_by_one_answer() -> None:
    async with on_telegram() as (telegram, api):
        listener = Listener()
        telegram.say(HANGS)
        for n in range(250):
            telegram.say(str(n))
        async with polling(api, listener):
            await until(lambda: len(listener.answered) == 250)
            listener.release.set()
            await until(lambda: len(listener.answered) == 251)
        assert sorted(listener.heard) == sorted(set(listener.heard))


@asynchronous
async def test_memory_is_bounded() -> None:
    async with on_telegram() as (telegram, api):
        listener = Listener()
        for _ in range(20):
            telegram.say(HANGS)
        async with polling(api, listener, most_outstanding=5):
            await until(lambda: len(listener.heard) == 5)
            await asyncio.sleep(0.2)
            assert len(listener.heard) == 5
            listener.release.set()
            await until(lambda: len(listener.answered) == 20)


@asynchronous
async def test_what_is_not_done_is_handed_over_again() -> None:
    async with on_telegram() as (telegram, api):
        tries = []

        async def busy_at_first(incoming: Incoming) -> bool:
            tries.append(incoming.event)
            return len(tries) == 3

        async with polling(api, busy_at_first):
            telegram.say("one")
            await until(lambda: len(tries) == 3)
            await until(lambda: not telegram.pending)
        assert len(set(tries)) == 1


@asynchronous
async def test_what_is_not_done_at_the_end_comes_again() -> None:
    async with on_telegram() as (telegram, api):
        tries = []

        async def busy(incoming: Incoming) -> bool:
            tries.append(incoming.event)
            return False

        async with polling(api, busy, replace(TIMING, backoff=(5.0,))):
            telegram.say("one")
            await until(lambda: len(tries) == 1)
        assert len(telegram.pending) == 1


@asynchronous
async def test_a_poison_update_costs_nobody_else_anything(caplog: pytest.LogCaptureFixture) -> None:
    async with on_telegram() as (telegram, api):
        listener = Listener()

        async def fragile(incoming: Incoming) -> bool:
            if incoming.text == "poison":
                raise RuntimeError(incoming.text)
            return await listener(incoming)

        telegram.push(message={"message_id": "x", "chat": []})
        telegram.push(callback_query={"id": "1", "from": None})
        telegram.say("poison")
        telegram.say("fine")
        async with polling(api, fragile):
            await until(lambda: listener.answered == ["fine"])
            await until(lambda: not telegram.pending)
        assert "RuntimeError" in caplog.text
        assert "poison" not in caplog.text


@asynchronous
async def test_at_the_end_answers_are_finished_and_confirmed() -> None:
    async with on_telegram() as (telegram, api):
        listener = Listener()
        async with polling(api, listener) as stop:
            telegram.say(HANGS)
            await until(lambda: listener.heard == [HANGS])
            stop.set()
            await asyncio.sleep(0.05)
            assert telegram.pending
            listener.release.set()
        assert listener.answered == [HANGS]
        assert not telegram.pending


@asynchronous
async def test_the_end_does_not_wait_for_what_hangs() -> None:
    async with on_telegram() as (telegram, api):
        listener = Listener()
        async with polling(api, listener, replace(TIMING, grace=0.1)):
            telegram.say("done")
            telegram.say(HANGS)
            await until(lambda: len(listener.heard) == 2)
        assert [update["message"]["text"] for update in telegram.pending] == [HANGS]


@asynchronous
async def test_an_idle_poll_ends_at_once() -> None:
    async with on_telegram() as (telegram, api):
        async with polling(api, Listener(), replace(TIMING, long_poll=30)):
            await telegram.until_called("deleteWebhook")
            await asyncio.sleep(0.05)
        assert len(telegram.called("getUpdates")) == 0


@asynchronous
@pytest.mark.parametrize("method", ["getMe", "deleteWebhook", "getUpdates"])
@pytest.mark.parametrize(
    "fault", [Fault(500), Fault(drop=True), Fault(502, page="<html>"), Fault(429)], ids=str
)
async def test_failures_are_survived(fault: Fault, method: str) -> None:
    async with on_telegram() as (telegram, api):
        telegram.say("one")
        telegram.fail(replace(fault, times=3), method)
        listener = Listener()
        async with polling(api, listener):
            await until(lambda: listener.answered == ["one"])


@asynchronous
async def test_only_a_fetch_that_worked_is_a_success() -> None:
    async with on_telegram() as (telegram, api):
        telegram.fail(Fault(500, times=2), "getUpdates")
        telegram.say("one")
        beats: list[int] = []
        stop = asyncio.Event()
        task = asyncio.create_task(
            poll(api, Listener(), stop, lambda: beats.append(len(telegram.calls)), timing=TIMING)
        )
        await until(lambda: bool(beats))
        stop.set()
        await task
        failed = [call for call in telegram.calls if call.method == "getUpdates" and call.is_fault]
        assert len(failed) == 2
        assert beats[0] > 2


@asynchronous
async def test_another_poller_is_reported_and_outlasted(caplog: pytest.LogCaptureFixture) -> None:
    async with on_telegram() as (telegram, api):
        listener = Listener()
        async with polling(api, listener):
            await telegram.until_called("deleteWebhook")
            await asyncio.sleep(0.05)
            other = TelegramApi(TOKEN, telegram.url)
            await other.open()
            assert await other.get_updates(None, 0) == []
            await other.close()
            await until(lambda: bool(caplog.records))
            telegram.say("one")
            await until(lambda: listener.answered == ["one"])
        assert "another process" in caplog.text
        assert [record.levelno for record in caplog.records] == [logging.ERROR]


@asynchronous
async def test_a_wrong_token_ends_it() -> None:
    async with on_telegram("123456:wrong") as (_, api):
        with pytest.raises(ChannelRefused):
            await poll(api, Listener(), asyncio.Event(), timing=TIMING)


@asynchronous
async def test_a_token_that_is_revoked_ends_it() -> None:
    async with on_telegram() as (telegram, api):
        listener = Listener()
        task = asyncio.create_task(poll(api, listener, asyncio.Event(), timing=TIMING))
        telegram.say("one")
        await until(lambda: listener.answered == ["one"])
        telegram.fail(Fault(401, times=-1))
        telegram.say("two")
        with pytest.raises(ChannelRefused):
            await asyncio.wait_for(task, 3)


# The offset


def test_the_offset_is_the_lowest_unanswered_update() -> None:
    offset = Offset()
    assert (offset.advance(), offset.is_idle) == (None, True)
    assert [offset.take(number, now=0.0) for number in (5, 6, 7, 6)] == [True, True, True, False]
    seen = []
    for number in (6, 5, 7):
        offset.answered(number)
        seen.append((offset.advance(), offset.is_idle))
    assert seen == [(5, False), (7, False), (8, True)]


def test_what_a_fetch_brings_again_after_its_answer_is_not_new() -> None:
    offset = Offset()
    offset.take(5, now=0.0)
    assert offset.advance() == 5
    offset.answered(5)
    assert not offset.take(5, now=0.1)
    assert offset.advance() == 6


def test_only_an_old_update_is_passed_over() -> None:
    offset = Offset()
    offset.take(5, now=10.0)
    offset.take(6, now=11.0)
    assert not offset.pass_over(before=10.0)
    assert offset.pass_over(before=10.5)
    assert offset.advance() == 6
    offset.answered(5)
    assert offset.advance() == 6


# The webhook


@asynchronous
async def test_the_webhook_brings_updates_with_the_secret_until_they_are_taken() -> None:
    async with on_telegram() as (telegram, api), receiving() as (url, received):
        await api.set_webhook(url, "s3cret")
        numbers = [telegram.say("busy"), telegram.say("fine")]
        await until(lambda: len(telegram.deliveries) == 3)
        assert sorted(telegram.deliveries) == [(numbers[0], 200), (numbers[0], 503), (numbers[1], 200)]
        assert [incoming.text for incoming in received] == ["busy", "fine", "busy"]
        assert not telegram.pending
        await api.delete_webhook()
        telegram.say("later")
        assert len(await api.get_updates(None, 0)) == 1


@asynccontextmanager
async def receiving() -> AsyncIterator[tuple[str, list[Incoming]]]:
    """A webhook that is busy at first: its address and what it has received."""
    received: list[Incoming] = []

    async def receive_one(request: web.Request) -> web.Response:
        if not verify("s3cret", request.headers.get("X-Telegram-Bot-Api-Secret-Token")):
            return web.Response(status=401)
        incoming = receive(await request.read())
        assert incoming is not None
        received.append(incoming)
        return web.Response(status=503 if len(received) == 1 else 200)

    app = web.Application()
    app.router.add_post("/hook", receive_one)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", received
    finally:
        await runner.cleanup()
