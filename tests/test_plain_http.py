"""The short way for plain webhooks: what goes it, what does not, and that nobody can tell the difference."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping

import pytest
import uvloop
from aiohttp import web

from bot.listening import Listener, listen, listening_socket
from bot.plain_http import read_plain

HEAD = b"POST /webhook/line HTTP/1.1\r\nHost: bot\r\nX-Line-Signature: abc=\r\nContent-Length: 2\r\n\r\n"
PLAIN = HEAD + b"{}"


def changed(old: bytes, new: bytes) -> bytes:
    assert old in PLAIN
    return PLAIN.replace(old, new, 1)


def test_a_plain_request_is_read() -> None:
    request = read_plain(PLAIN)
    assert request is not None
    assert (request.path, request.body) == ("/webhook/line", b"{}")
    assert request.headers == {"host": "bot", "x-line-signature": "abc=", "content-length": "2"}


@pytest.mark.parametrize(
    "data",
    [
        *(PLAIN[:end] for end in range(len(PLAIN))),
        PLAIN + b"x",
        PLAIN + PLAIN,
        changed(b"POST", b"GET"),
        changed(b"POST", b"post"),
        changed(b"/webhook/line", b"/webhook/line?x"),
        changed(b"/webhook/line", b"http://bot/webhook/line"),
        changed(b"/webhook/line", b"/webhook/%6cine"),
        changed(b"HTTP/1.1", b"HTTP/1.0"),
        changed(b"Host: bot\r\n", b""),
        changed(b"Host", b"Host "),
        changed(b"Host: bot", b"Host: bot\r\n folded"),
        changed(b"Host: bot", b"Host: bot\r\nhost: other"),
        changed(b"Host: bot", "Host: böt".encode()),
        changed(b"Host: bot", b"Host: b\x00t"),
        changed(b"Host: bot", b"Host: b\tt"),
        changed(b"Host: bot\r\n", b"Host: bot\n"),
        changed(b"Host: bot", b"Host: bot\r\nContent-Length: 2"),
        changed(b"Host: bot", b"Host: bot\r\nTransfer-Encoding: chunked"),
        changed(b"Host: bot", b"Host: bot\r\ntransfer-encoding:chunked"),
        changed(b"Host: bot", b"Host: bot\r\nContent-Encoding: gzip"),
        changed(b"Host: bot", b"Host: bot\r\nExpect: 100-continue"),
        changed(b"Host: bot", b"Host: bot\r\nConnection: close"),
        changed(b"Host: bot", b"Host: bot\r\nUpgrade: h2c"),
        changed(b"Length: 2", b"Length: +2"),
        changed(b"Length: 2", b"Length: 02"),
        changed(b"Length: 2", b"Length: 2, 2"),
        changed(b"Length: 2", b"Length: 1"),
        changed(b"Length: 2", b"Length: 3"),
        changed(b"Host: bot", b"Host: bot\r\nX: " + b"x" * 8000),
        b"\r\n" + PLAIN,
    ],
)
def test_whatever_is_not_plain_is_left_to_the_library(data: bytes) -> None:
    assert read_plain(data) is None


class Bot:
    """Listens; both ways lead to `answer`, and `by_library` counts the requests that took the long one."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.by_library = 0
        self.answering = asyncio.Event()
        self.answering.set()
        self.listener: Listener
        self.port = 0

    async def answer(self, body: bytes, headers: Mapping[str, str]) -> int:
        self.bodies.append(body)
        await self.answering.wait()
        return 200 if headers.get("x-line-signature") == "abc=" else 401

    async def serve(self) -> None:
        async def long_way(request: web.BaseRequest) -> web.Response:
            self.by_library += 1
            return web.Response(status=await self.answer(await request.read(), request.headers))

        bound = listening_socket("127.0.0.1", 0)
        self.port = bound.getsockname()[1]
        self._server = web.Server(long_way)
        webhooks = {"/webhook/line": self.answer}
        self.listener = await listen(bound, self._server, webhooks, headers_within=0.2)

    async def close(self) -> None:
        self.listener.close()
        await self._server.shutdown(0.1)
        await asyncio.sleep(0.01)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)


def play(scene: Callable[[Bot], Awaitable[None]]) -> None:
    async def whole() -> None:
        bot = Bot()
        await bot.serve()
        try:
            async with asyncio.timeout(5):
                await scene(bot)
        finally:
            bot.answering.set()
            await bot.close()

    for factory in (asyncio.new_event_loop, uvloop.new_event_loop):
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(whole())


async def heard(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    return int(head[9:12]), head


def test_a_connection_carries_one_plain_request_after_the_other() -> None:
    async def scene(bot: Bot) -> None:
        reader, writer = await bot.connect()
        for request, wanted in ((PLAIN, 200), (changed(b"abc=", b"no"), 401), (PLAIN, 200)):
            writer.write(request)
            status, head = await heard(reader)
            assert status == wanted
            assert b"\r\nContent-Length: 0\r\nDate: " in head
            assert b"Server" not in head
        await asyncio.sleep(0.3)
        writer.write(PLAIN)
        assert (await heard(reader))[0] == 200, "the time for the first headers is not that between two"
        assert bot.by_library == 0
        writer.close()

    play(scene)


@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD, b"{}"),
        (PLAIN[:10], PLAIN[10:]),
        (changed(b"Content-Length: 2\r\n\r\n{}", b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),),
    ],
    ids=["the body later", "the head in two", "chunks"],
)
def test_what_is_not_plain_is_answered_all_the_same_and_so_is_what_follows(pieces: tuple[bytes, ...]) -> None:
    async def scene(bot: Bot) -> None:
        reader, writer = await bot.connect()
        writer.write(PLAIN)
        assert (await heard(reader))[0] == 200
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0.01)
        assert (await heard(reader))[0] == 200
        writer.write(PLAIN)
        assert (await heard(reader))[0] == 200
        assert bot.bodies == [b"{}"] * 3
        assert bot.by_library == 2
        writer.close()

    play(scene)


def test_who_does_not_wait_for_an_answer_gets_all_of_them_in_order() -> None:
    async def scene(bot: Bot) -> None:
        bot.answering.clear()
        reader, writer = await bot.connect()
        writer.write(PLAIN)
        await asyncio.sleep(0.01)
        writer.write(changed(b"abc=", b"no") + PLAIN)
        await asyncio.sleep(0.01)
        assert len(bot.bodies) == 1
        bot.answering.set()
        assert [(await heard(reader))[0] for _ in range(3)] == [200, 401, 200]
        writer.close()

    play(scene)


def test_silence_is_cut_off() -> None:
    async def scene(bot: Bot) -> None:
        reader, writer = await bot.connect()
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()

    play(scene)


def test_at_the_end_what_is_being_answered_is_answered_and_idle_connections_are_closed() -> None:
    async def scene(bot: Bot) -> None:
        idle, idle_writer = await bot.connect()
        idle_writer.write(PLAIN)
        await heard(idle)
        bot.answering.clear()
        busy, busy_writer = await bot.connect()
        busy_writer.write(PLAIN)
        await asyncio.sleep(0.01)
        bot.listener.close()
        assert await idle.read() == b""
        bot.answering.set()
        assert (await heard(busy))[0] == 200
        assert await busy.read() == b""
        idle_writer.close()
        busy_writer.close()

    play(scene)


def test_whoever_has_gone_is_no_matter() -> None:
    async def scene(bot: Bot) -> None:
        bot.answering.clear()
        _, writer = await bot.connect()
        writer.write(PLAIN)
        await asyncio.sleep(0.01)
        writer.transport.abort()
        await asyncio.sleep(0.01)
        bot.answering.set()
        await asyncio.sleep(0.01)
        assert bot.bodies == [b"{}"]

    play(scene)
