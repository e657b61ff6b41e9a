"""The HTTP side: who is let in, what strangers hear, and what happens when too much or too slow comes."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.channels.errors import ChannelRefused
from bot.channels.line_api import LineApi
from bot.channels.line_channel import LineChannel
from bot.channels.telegram_api import TelegramApi
from bot.dispatch import Dispatcher
from bot.handle import Sender
from bot.listening import listen, listening_socket
from bot.metrics import Metrics
from bot.model import Incoming
from bot.server import Server
from bot.stores import StoreDownError
from bot.stores.fallback import FallbackStore
from bot.stores.memory import MemoryStore
from tests.fakes import line_events
from tests.fakes.telegram import TOKEN

SECRET = "line-secret"
TELEGRAM_SECRET = "telegram-secret-0123"
METRICS_TOKEN = "metrics-token-0123456789"


class Broken(MemoryStore):
    async def ping(self) -> None:
        raise StoreDownError("broken")


class Bot:
    """A server on loopback whose events end in `handle`."""

    def __init__(self, server: Server, url: str, heard: list[str]) -> None:
        self.server = server
        self.url = url
        self.heard = heard


@asynccontextmanager
async def running(
    handle: Callable[[Incoming, Sender], Awaitable[bool]] | None = None,
    *,
    store: MemoryStore | None = None,
    most_waiting: int = 100,
    metrics_token: str = METRICS_TOKEN,
) -> AsyncIterator[Bot]:
    heard: list[str] = []

    async def hear(incoming: Incoming, sender: Sender) -> bool:
        heard.append(incoming.text)
        return await handle(incoming, sender) if handle else True

    dispatcher: Dispatcher[Sender] = Dispatcher(hear, most_waiting=most_waiting)
    server = Server(
        dispatcher,
        FallbackStore(store or MemoryStore()),
        Metrics(),
        metrics_token,
        body_within=0.3,
    )
    server.add_line(LineChannel(LineApi("http://127.0.0.1:9", "t")), SECRET)
    server.add_telegram(TelegramApi(TOKEN, "http://127.0.0.1:9"), TELEGRAM_SECRET)
    runner = web.AppRunner(server.app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    bound = listening_socket("127.0.0.1", 0)
    host, port = bound.getsockname()
    assert runner.server is not None
    listener = await listen(bound, runner.server, server.webhooks, headers_within=0.3)
    try:
        yield Bot(server, f"http://{host}:{port}", heard)
    finally:
        listener.close()
        await dispatcher.drain(0.0)
        await runner.cleanup()


def play(scene: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await scene()

    asyncio.run(whole())


class Answer:
    def __init__(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.status = status
        self.body = body
        self.headers = headers


async def ask(bot: Bot, path: str, body: bytes | None = None, method: str = "", **headers: str) -> Answer:
    spelt = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        aiohttp.ClientSession() as session,
        session.request(
            method or ("GET" if body is None else "POST"),
            bot.url + path,
            data=None if body is None else io.BytesIO(body),
            headers=spelt,
        ) as response,
    ):
        return Answer(response.status, await response.read(), response.headers)


async def tell_line(bot: Bot, body: bytes) -> Answer:
    return await ask(bot, "/webhook/line", body, x_line_signature=line_events.signature(SECRET, body))


def question(words: str = "Komaki", user: int = 1) -> line_events.Event:
    return line_events.text(words, user=line_events.user_id(user)) | {"replyToken": f"token {words}"}


def test_only_line_itself_is_let_in() -> None:
    body = line_events.body([question()])
    signature = line_events.signature(SECRET, body)
    wrong = [
        {},
        {"x_line_signature": ""},
        {"x_line_signature": "é"},
        {"x_line_signature": signature[:-4] + "AAA="},
        {"x_line_signature": line_events.signature("other", body)},
        {"x_line_signature": line_events.signature(SECRET, body + b" ")},
    ]

    async def scene() -> None:
        async with running() as bot:
            for headers in wrong:
                answer = await ask(bot, "/webhook/line", body, **headers)
                assert (answer.status, answer.body) == (401, b"")
            assert bot.heard == []
            assert (await ask(bot, "/webhook/line", body, x_line_signature=signature)).status == 200
            assert bot.heard == ["Komaki"]

    play(scene)


def test_only_telegram_itself_is_let_in() -> None:
    body = b'{"update_id": 1}'

    async def scene() -> None:
        async with running() as bot:
            for headers in ({}, {"X_Telegram_Bot_Api_Secret_Token": TELEGRAM_SECRET[:-1]}):
                assert (await ask(bot, "/webhook/telegram", body, **headers)).status == 401
            right = {"X_Telegram_Bot_Api_Secret_Token": TELEGRAM_SECRET}
            assert (await ask(bot, "/webhook/telegram", body, **right)).status == 200
            assert (await ask(bot, "/webhook/telegram", b"no JSON", **right)).status == 200

    play(scene)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"events": 1}', b"\xff\xfe", b"[" * 100_000])
def test_a_signed_body_that_cannot_be_read_is_a_bad_request(body: bytes) -> None:
    async def scene() -> None:
        async with running() as bot:
            answer = await tell_line(bot, body)
            assert (answer.status, answer.body) == (400, b"")

    play(scene)


def test_verification_without_events_is_fine() -> None:
    async def scene() -> None:
        async with running() as bot:
            assert (await tell_line(bot, line_events.body([]))).status == 200

    play(scene)


def test_too_much_is_refused() -> None:
    async def scene() -> None:
        async with running() as bot:
            assert (await tell_line(bot, b" " * (2 * 1024 * 1024 + 1))).status == 413
            assert (await ask(bot, "/healthz", cookie="x" * 20_000)).status == 400

    play(scene)


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 404),
        ("/.env", "GET", 404),
        ("/webhook/line/", "POST", 404),
        ("/webhook/line", "GET", 405),
        ("/webhook/telegram", "PUT", 405),
        ("/healthz", "DELETE", 405),
        ("/metrics", "POST", 405),
        ("/%2e%2e/%2e%2e/etc/passwd", "GET", 404),
    ],
)
def test_strangers_hear_nothing_useful(path: str, method: str, status: int) -> None:
    async def scene() -> None:
        async with running() as bot:
            answer = await ask(bot, path, method=method)
            assert (answer.status, answer.body) == (status, b"")
            assert "Server" not in answer.headers

    play(scene)


def test_metrics_are_for_whoever_holds_the_token() -> None:
    async def scene() -> None:
        async with running() as bot:
            for given in ("", "Bearer wrong", METRICS_TOKEN):
                answer = await ask(bot, "/metrics", Authorization=given)
                assert (answer.status, answer.body) == (401, b"")
            await tell_line(bot, b"{")
            answer = await ask(bot, "/metrics", Authorization=f"Bearer {METRICS_TOKEN}")
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            assert b'doko_webhooks_total{channel="line",status="400"} 1.0' in answer.body
            assert b"doko_store_up 1.0" in answer.body
        async with running(metrics_token="") as bot:
            assert (await ask(bot, "/metrics", Authorization="Bearer ")).status == 404

    play(scene)


def test_health_and_readiness() -> None:
    async def scene() -> None:
        async with running() as bot:
            assert (await ask(bot, "/healthz")).status == 200
            answer = await ask(bot, "/readyz")
            assert (answer.status, answer.body) == (200, b'{"ready": true, "store": "ok", "draining": false}')
            bot.server.draining = True
            answer = await ask(bot, "/readyz")
            assert (answer.status, answer.body) == (503, b'{"ready": false, "store": "ok", "draining": true}')
            assert (await ask(bot, "/healthz")).status == 200
            assert (await tell_line(bot, line_events.body([question()]))).status == 503
            assert bot.heard == []

    play(scene)


def test_without_its_store_it_is_not_ready_but_says_so_and_answers() -> None:
    async def scene() -> None:
        async with running(store=Broken()) as bot:
            answer = await ask(bot, "/readyz")
            assert (answer.status, answer.body) == (
                503,
                b'{"ready": false, "store": "down", "draining": false}',
            )
            metrics = await ask(bot, "/metrics", Authorization=f"Bearer {METRICS_TOKEN}")
            assert b"doko_store_up 0.0" in metrics.body
            assert (await tell_line(bot, line_events.body([question()]))).status == 200

    play(scene)


def test_a_full_queue_sends_the_events_back_and_says_so() -> None:
    opened = asyncio.Event()

    async def handle(incoming: Incoming, sender: Sender) -> bool:
        await opened.wait()
        return True

    async def scene() -> None:
        async with running(handle, most_waiting=2) as bot:
            batch = line_events.body([question(f"{n}", user=n) for n in range(5)])
            telling = asyncio.create_task(tell_line(bot, batch))
            await asyncio.sleep(0.1)
            opened.set()
            assert (await telling).status == 503
            assert bot.heard == ["0", "1"]
            metrics = await ask(bot, "/metrics", Authorization=f"Bearer {METRICS_TOKEN}")
            assert b"doko_queue_full_total 3.0" in metrics.body

    play(scene)


@pytest.mark.parametrize(("has_begun", "status"), [(True, 200), (False, 503)])
def test_after_line_s_time_what_is_on_its_way_is_taken_and_what_still_waits_comes_again(
    has_begun: bool, status: int
) -> None:
    finished = []

    async def handle(incoming: Incoming, sender: Sender) -> bool:
        if has_begun:
            await sender.acknowledge(incoming)
        await asyncio.sleep(2.0)
        finished.append(incoming.text)
        return True

    async def scene() -> None:
        async with running(handle) as bot:
            began = asyncio.get_running_loop().time()
            assert (await tell_line(bot, line_events.body([question()]))).status == status
            assert 1.7 < asyncio.get_running_loop().time() - began < 2.0
            assert finished == []
            await asyncio.sleep(0.5)
            assert finished == ["Komaki"], "either way it goes on"

    play(scene)


@pytest.mark.parametrize("seconds", [0.0, 1.9], ids=["in time", "after LINE's time"])
def test_refused_credentials_are_heard_of_whenever_they_come(seconds: float) -> None:
    async def handle(incoming: Incoming, sender: Sender) -> bool:
        await asyncio.sleep(seconds)
        raise ChannelRefused("check the token")

    async def scene() -> None:
        async with running(handle) as bot:
            assert (await tell_line(bot, line_events.body([question()]))).status == 503
            async with asyncio.timeout(1):
                assert str(await bot.server.refused) == "check the token"

    play(scene)


def test_one_event_that_must_come_again_brings_the_batch_again() -> None:
    async def handle(incoming: Incoming, sender: Sender) -> bool:
        return incoming.text != "busy"

    async def scene() -> None:
        async with running(handle) as bot:
            batch = line_events.body([question("fine", 1), question("busy", 2), question("too", 3)])
            assert (await tell_line(bot, batch)).status == 503
            assert bot.heard == ["fine", "busy", "too"]

    play(scene)


async def heard_by_a_slow_client(bot: Bot, sent: bytes, then: bytes, every: float) -> bytes:
    """What a client hears that sends a part at once and the rest byte by byte."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(bot.url.rpartition(":")[2]))
    writer.write(sent)

    async def drip() -> None:
        for byte in then:
            await asyncio.sleep(every)
            writer.write(bytes([byte]))

    dripping = asyncio.create_task(drip())
    try:
        async with asyncio.timeout(2):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        dripping.cancel()
        writer.close()


@pytest.mark.parametrize(
    ("sent", "then"),
    [
        (b"", b""),
        (b"POST /webhook/line HTTP/1.1\r\nHost: x\r\n", b"X-Slow: " + b"x" * 1000),
        (b"POST /webhook/line HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{", b" " * 1000),
        (b"POST /webhook/line HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n{\r\n" * 99),
    ],
    ids=["silence", "headers", "body", "chunks"],
)
def test_slow_clients_are_cut_off(sent: bytes, then: bytes) -> None:
    async def scene() -> None:
        async with running() as bot:
            assert await heard_by_a_slow_client(bot, sent, then, 0.02) == b""
            assert (await ask(bot, "/healthz")).status == 200

    play(scene)


def test_what_is_no_http_is_not_repeated() -> None:
    async def scene() -> None:
        async with running() as bot:
            answer = await heard_by_a_slow_client(bot, b"GET /a-secret HTP/1.1\r\nHost: x\r\n\r\n", b"", 0)
            assert answer.startswith(b"HTTP/1.0 400 Bad Request\r\n")
            assert b"secret" not in answer
            assert b"aiohttp" not in answer

    play(scene)


def test_a_client_that_keeps_its_connection_is_not_cut_off() -> None:
    async def scene() -> None:
        async with running() as bot, aiohttp.ClientSession() as session:
            for _ in range(3):
                async with session.get(bot.url + "/healthz") as response:
                    assert response.status == 200
                await asyncio.sleep(0.35)

    play(scene)


def test_errors_of_ours_tell_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def handle(incoming: Incoming, sender: Sender) -> bool:
        raise RuntimeError(f"cannot cope with {incoming.text}")

    async def scene() -> None:
        async with running(handle) as bot:
            answer = await tell_line(bot, line_events.body([question("a private matter")]))
            assert (answer.status, answer.body) == (500, b"")

    play(scene)
    assert "RuntimeError" in caplog.text
    assert "private" not in caplog.text
