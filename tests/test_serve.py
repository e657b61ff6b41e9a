"""The real bot as a process, between a fake LINE and a fake Telegram that refuse what the real ones do."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.listening import HEADERS_WITHIN
from bot.settings import ROOT
from tests.fakes import line_events
from tests.fakes.line import FakeLine
from tests.fakes.line_events import Event
from tests.fakes.line_faults import REPLY_PATH
from tests.fakes.line_faults import Fault as LineFault
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_faults import Fault
from tests.processes import Bot, delivered, is_alive, serving, started, until

TELEGRAM_SECRET = "telegram-secret-0123"
METRICS_TOKEN = "metrics-token-0123456789"

#: The three questions, and what their answers must hold.
QUESTIONS = {
    "Where can I learn Japanese in Hamamatsu?": "https://www.hi-hice.jp/en/",
    "Onde posso aprender japonês em Komaki?": "http://www.komakikia.jp/",
    "học tiếng nhật ở ueda": "https://uedatabunka.com/",
}


class Stage:
    """Both platforms; `environment` is that of a bot on them."""

    def __init__(self, line: FakeLine, telegram: FakeTelegram) -> None:
        self.line = line
        self.telegram = telegram
        self.environment = {
            "LINE_CHANNEL_SECRET": line.secret,
            "LINE_CHANNEL_ACCESS_TOKEN": line.token,
            "LINE_API_URL": line.url,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": telegram.url,
            "METRICS_TOKEN": METRICS_TOKEN,
        }

    @asynccontextmanager
    async def bot(self, folder: Path, *arguments: str, **environment: str) -> AsyncIterator[Bot]:
        async with serving(folder, {**self.environment, **environment}, *arguments) as bot:
            self.line.webhook = f"{bot.url}/webhook/line"
            yield bot


def play(scene: Callable[[Stage], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with FakeLine() as line, FakeTelegram() as telegram:
            await scene(Stage(line, telegram))
            assert line.refusals == []
            assert [refused for refused in telegram.refused() if "400" in refused] == []

    asyncio.run(whole())


def texts(messages: list[dict[str, Any]]) -> str:
    """All strings of LINE messages."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            for child in value.values():
                walk(child)
        elif isinstance(value, list):
            for child in value:
                walk(child)

    walk(messages)
    return "\n".join(found)


async def post(bot: Bot, path: str, body: bytes = b"", **headers: str) -> int:
    spelt = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        aiohttp.ClientSession() as session,
        session.post(bot.url + path, data=body, headers=spelt) as response,
    ):
        assert await response.read() == b""
        return response.status


async def get(bot: Bot, path: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(bot.url + path, headers=headers) as response:
        return response.status, await response.text()


async def answered(line: FakeLine, event: Event) -> list[str]:
    """The texts of all replies to an event that was delivered once."""
    assert await line.deliver(event) == 200
    return [texts(sent.messages) for sent in await line.replies_to(event)]


def test_the_three_questions_on_line(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        async with stage.bot(tmp_path) as bot:
            for number, (question, expected) in enumerate(QUESTIONS.items()):
                event = line_events.text(question, user=line_events.user_id(number))
                (answer,) = await answered(stage.line, event)
                assert expected in answer
                assert await stage.line.deliver(event) == 200, "and delivered again it is taken"
            assert len(stage.line.replies) == 3
            assert {call.path for call in stage.line.calls if call.method == "POST"} == {REPLY_PATH}
            assert await bot.stop() == 0

    play(scene)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_the_three_questions_on_telegram(mode: str, tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        more = {}
        if mode == "webhook":
            port = _free_port()
            public = f"http://127.0.0.1:{port}"
            more = {"PUBLIC_URL": public, "TELEGRAM_WEBHOOK_SECRET": TELEGRAM_SECRET, "PORT": str(port)}
        async with stage.bot(tmp_path, **more) as bot:
            for chat, question in enumerate(QUESTIONS, start=1):
                stage.telegram.say(question, chat_id=chat)
            await stage.telegram.until_called("sendMessage", 3, seconds=10)
            await until(lambda: stage.telegram.pending == [])
            for chat, expected in enumerate(QUESTIONS.values(), start=1):
                (answer,) = stage.telegram.texts(chat)
                assert expected in answer
            assert stage.telegram.refused() == []
            assert await bot.stop() == 0

    play(scene)


def test_what_is_no_question_gets_an_answer_or_silence_and_never_an_error(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        line, telegram = stage.line, stage.telegram
        async with stage.bot(tmp_path) as bot:
            assert len(await answered(line, line_events.sticker())) == 1
            (nearest,) = await answered(line, line_events.location(34.71, 137.73))
            assert "Hamamatsu" in nearest
            silent = [
                line_events.text("Komaki", group=line_events.GROUP),
                line_events.event("memberJoined", group=line_events.GROUP, joined={"members": []}),
                line_events.event("somethingNew", replyToken="x" * 32, news={"a": 1}),
                line_events.event("unfollow"),
            ]
            assert await line.deliver(*silent) == 200
            assert len(line.replies) == 2
            telegram.say("", sticker={"file_id": "x"})
            telegram.push(somethingNew={"a": 1})
            telegram.push(message={"message_id": "not a number"})
            telegram.say("Komaki", chat_id=8)
            await telegram.until_called("sendMessage", 2)
            await until(lambda: telegram.pending == [])
            assert telegram.texts(7) != []
            assert await bot.stop() == 0
            assert "error" not in bot.errors().lower()

    play(scene)


def test_what_strangers_send_is_refused(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        async with stage.bot(tmp_path) as bot:
            body = line_events.body([line_events.text("Komaki")])
            broken = b'{"events": '
            right = line_events.signature(stage.line.secret, broken)
            assert await post(bot, "/webhook/line", body) == 401
            assert await post(bot, "/webhook/line", body, x_line_signature=right) == 401
            assert await post(bot, "/webhook/line", broken, x_line_signature=right) == 400
            assert await post(bot, "/webhook/line/other", body) == 404
            assert await post(bot, "/healthz") == 405
            assert await post(bot, "/webhook/telegram", body) == 404, "by polling there is no webhook"
            assert (await get(bot, "/healthz"))[0] == 200
            assert (await get(bot, "/readyz"))[0] == 200
            assert (await get(bot, "/metrics"))[0] == 401
            assert (await get(bot, "/webhook/line"))[0] == 405
            async with aiohttp.ClientSession() as session:
                size = {"Content-Length": str(3 << 20), "x-line-signature": right}
                try:
                    async with session.post(
                        f"{bot.url}/webhook/line", data=_zeros(3 << 20), headers=size
                    ) as response:
                        assert response.status == 413
                except aiohttp.ClientConnectionError:
                    pytest.fail("the answer 413 must arrive")
            assert stage.line.replies == []

    play(scene)


async def _zeros(size: int) -> AsyncIterator[bytes]:
    for _ in range(size >> 16):
        yield b"0" * (1 << 16)


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, "TELEGRAM_BOT_TOKEN"),
        ({"LINE_CHANNEL_SECRET": "s"}, "LINE_CHANNEL_ACCESS_TOKEN"),
        ({"LINE_CHANNEL_ACCESS_TOKEN": "t"}, "LINE_CHANNEL_SECRET"),
        ({"TELEGRAM_BOT_TOKEN": "no-token-at-all"}, "TELEGRAM_BOT_TOKEN"),
        ({"TELEGRAM_BOT_TOKEN": TOKEN, "PUBLIC_URL": "https://x.example"}, "TELEGRAM_WEBHOOK_SECRET"),
        ({"TELEGRAM_BOT_TOKEN": TOKEN, "STORE_URL": "mysql://root:pass-word@host"}, "STORE_URL"),
        ({"TELEGRAM_BOT_TOKEN": TOKEN, "PORT": "99999"}, "PORT"),
        ({"TELEGRAM_BOT_TOKEN": TOKEN, "METRICS_TOKEN": "short-word"}, "METRICS_TOKEN"),
        ({"TELEGRAM_BOT_TOKEN": TOKEN, "USER_KEY_SECRET": "short-word"}, "USER_KEY_SECRET"),
    ],
)
def test_a_wrong_configuration_stops_the_start_by_its_name(
    environment: dict[str, str], named: str, tmp_path: Path
) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert run.returncode == 2
    assert named in run.stderr
    assert "Traceback" not in run.stderr
    for value in environment.values():
        assert value not in run.stderr.replace("https://", "") or len(value) < 3


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            more = {"PORT": str(taken.getsockname()[1])}
            async with started(tmp_path, {**stage.environment, **more}) as bot:
                assert await bot.ended() == 2
            assert "HOST, PORT: cannot listen there (Address already in use)\n" in bot.errors()
            assert "Traceback" not in bot.errors()

    play(scene)


@pytest.mark.parametrize("wrong", ["LINE_CHANNEL_ACCESS_TOKEN", "TELEGRAM_BOT_TOKEN"])
def test_a_token_that_the_platform_refuses_ends_the_bot_with_a_clear_message(
    wrong: str, tmp_path: Path
) -> None:
    async def scene(stage: Stage) -> None:
        refused = "654321:ABwrongWRONGwrongWRONGwrongWRONGwron"
        async with started(tmp_path, {**stage.environment, wrong: refused}) as bot:
            assert await bot.ended() == 2
            assert wrong in bot.errors()
            assert refused not in bot.written()
            assert "Traceback" not in bot.errors()

    play(scene)


def test_a_token_that_is_revoked_later_ends_the_bot_and_loses_nothing(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.telegram.fail(Fault(401), "sendMessage")
        async with started(tmp_path, stage.environment) as bot:
            stage.telegram.say("Komaki")
            assert await bot.ended() == 2
            assert "TELEGRAM_BOT_TOKEN" in bot.errors()
        async with stage.bot(tmp_path):
            await stage.telegram.until_called("sendMessage")
            assert len(stage.telegram.texts(7)) == 1

    play(scene)


def test_bad_events_in_a_batch_cost_the_good_ones_nothing(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        line = stage.line
        async with stage.bot(tmp_path) as bot:
            good = [line_events.text("Komaki", user=line_events.user_id(n)) for n in range(3)]
            for event in good:
                line.issue(event)
            bad: list[Any] = [
                None,
                7,
                {},
                {**good[0], "source": None, "webhookEventId": "a"},
                {**good[0], "message": "words", "webhookEventId": "b"},
                {**good[0], "webhookEventId": ["c"], "replyToken": {"d": 1}},
                {**good[0], "type": ["message"], "webhookEventId": "e"},
                line_events.text("\x00" * 5000, user=line_events.user_id(9)),
                line_events.text("<b>&amp; {0} %s \\ \u202e" * 200, user=line_events.user_id(10)),
                line_events.text("😀" * 2500, user=line_events.user_id(11)),
            ]
            for event in bad[-3:]:
                line.issue(event)
            batch = [good[0], *bad[:5], good[1], *bad[5:], good[2]]
            content = line_events.body(batch)
            assert await line.deliver_raw(content, line_events.signature(line.secret, content)) == 200
            for event in (*good, *bad[-3:]):
                assert len(await line.replies_to(event)) == 1
            assert "Traceback" not in bot.errors()

    play(scene)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stop_finishes_what_is_under_way(workers: int, tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        async with stage.bot(tmp_path, "--workers", str(workers)) as bot:
            stage.line.faults.extend([LineFault(hang=1.5, late=True)] * 5)
            events = [line_events.text("Komaki", user=line_events.user_id(n)) for n in range(5)]
            telling = [asyncio.create_task(stage.line.deliver(event)) for event in events]
            await asyncio.sleep(0.5)
            children = bot.workers()
            began = time.monotonic()
            assert await bot.stop() == 0
            assert time.monotonic() - began < 10
            assert await asyncio.gather(*telling) == [200] * 5
            for event in events:
                assert len(await stage.line.replies_to(event, within=0.1)) == 1
            assert not any(is_alive(child) for child in children)
            assert "Traceback" not in bot.errors()

    play(scene)


def test_a_stop_does_not_wait_for_what_hangs(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.telegram.fail(Fault(hang=30, times=-1), "sendMessage")
        stage.line.faults.append(LineFault(hang=30))
        async with stage.bot(tmp_path) as bot:
            stage.telegram.say("Komaki")
            event = line_events.text("Komaki")
            assert await stage.line.deliver(event) == 200
            began = time.monotonic()
            assert await bot.stop() == 0
            assert time.monotonic() - began < 10

    play(scene)


def test_one_after_the_other_within_a_chat(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        async with stage.bot(tmp_path):
            places = ["Komaki", "Ueda", "Hamamatsu", "Komaki", "Ueda", "Hamamatsu"]
            events = [line_events.text(place) for place in places]
            assert await stage.line.deliver(*events) == 200
            asked = [sent.event for sent in stage.line.replies]
            assert asked == [event["webhookEventId"] for event in events]

    play(scene)


def test_one_after_the_other_within_a_chat_whichever_worker_has_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        line = stage.line
        async with stage.bot(tmp_path, "--workers", "2"):
            for number in range(4):
                user = line_events.user_id(number)
                line.faults.append(LineFault(hang=0.2, late=True))
                events = [line_events.text(words, user=user) for words in ("Komaki", "price?")]
                first = asyncio.create_task(line.deliver(events[0]))
                await asyncio.sleep(0.05)
                assert await line.deliver(events[1]) == 200
                assert await first == 200
                assert [sent.event for sent in line.replies[-2:]] == [
                    event["webhookEventId"] for event in events
                ]
                assert "小牧市" in texts(line.replies[-1].messages), "it knows what the first was about"

    play(scene)


def test_workers_share_the_port_and_replace_the_dead(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        async with stage.bot(tmp_path, "--workers", "2") as bot:
            before = bot.workers()
            assert len(before) == 2
            bot.signal(signal.SIGHUP)  # That is for the workers: look for changed files.
            os.kill(before[0], signal.SIGKILL)
            await until(lambda: len(set(bot.workers()) - set(before)) == 1, 10)
            for number in range(30):
                event = line_events.text("Komaki", user=line_events.user_id(number))
                await delivered(stage.line, event)
                assert len(await stage.line.replies_to(event)) == 1
            stage.telegram.say("Ueda")
            await stage.telegram.until_called("sendMessage", seconds=15)
            for channel, count in (("line", 30), ("telegram", 1)):
                wanted = f'doko_deliveries_total{{channel="{channel}",outcome="sent"}} {count}.0'
                await until_told(bot, wanted)
            assert await bot.stop() == 0

    play(scene)


async def until_told(bot: Bot, metric: str) -> None:
    """Waits until the metrics hold this line."""
    async with asyncio.timeout(5):
        while metric not in (await get(bot, "/metrics", Authorization=f"Bearer {METRICS_TOKEN}"))[1]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_client_that_never_finishes_its_headers_is_cut_off(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        async with stage.bot(tmp_path) as bot:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(bot.url.rpartition(":")[2]))
            writer.write(b"POST /webhook/line HTTP/1.1\r\nHost: x\r\n")
            await writer.drain()
            with suppress(ConnectionError):
                assert await asyncio.wait_for(reader.read(), HEADERS_WITHIN + 5) == b""
            writer.close()
            assert await bot.stop() == 0

    play(scene)
