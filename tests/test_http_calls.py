"""The small HTTP client against servers that behave, and against odd ones."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import uvloop

from bot.channels.http_answer import HttpAnswer, read_answer
from bot.channels.http_calls import HeldBack, HttpCalls, NoAnswer, NoConnection, Silence

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.mark.parametrize(
    ("data", "status", "body", "is_last"),
    [
        (OK, 200, b"ok", False),
        (b"HTTP/1.1 200\r\ncontent-length:0\r\n\r\n", 200, b"", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, b"ok", True),
        (b"HTTP/1.1 500 Oh\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno", 500, b"no", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", False),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK, 200, b"ok", False),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n",
            200,
            b"abc0123456789",
            False,
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n",
            200,
            b"ok",
            False,
        ),
    ],
)
def test_an_answer_is_read_once_all_of_it_is_there(
    data: bytes, status: int, body: bytes, is_last: bool
) -> None:
    for end in range(len(data)):
        assert read_answer(data[:end]) is None
    answer = read_answer(data + b"HTTP/1.1 200 the next")
    assert answer is not None
    assert (answer.status, answer.body, answer.is_last) == (status, body, is_last)
    assert answer.length == len(data)


def test_without_a_length_an_answer_ends_with_the_connection() -> None:
    data = b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<html>"
    assert read_answer(data) is None
    assert read_answer(data, closed=True) == HttpAnswer(
        502, {"content-type": "text/html"}, b"<html>", len(data), is_last=True
    )
    assert read_answer(OK[:-1], closed=True) is None


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nokok\r\n",
        b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nX: a\r\n folded\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nX: \x00\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3_000_000,
    ],
)
def test_what_is_not_clear_is_no_answer(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what is said is for people
        read_answer(data)


class Server:
    """A server on loopback. Each request, on whatever connection, is answered with the next of `answers`: with
    these bytes, then silence; b"" closes the connection without a word, and so does the end of `answers`.
    """

    def __init__(self, *answers: bytes, closes: bool = False) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._answers = list(answers)
        self._closes = closes

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next((int(line[15:]) for line in head.split(b"\r\n") if line[:15] == _LENGTH), 0)
                self.requests.append(head + await reader.readexactly(length))
                answer = self._answers.pop(0) if self._answers else b""
                if not answer:
                    return
                writer.write(answer)
                if self._closes:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


_LENGTH = b"Content-Length:"


def play(
    server: Server, scene: Callable[[HttpCalls], Awaitable[None]], tls: ssl.SSLContext | None = None
) -> None:
    async def whole() -> None:
        listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
        port = listener.sockets[0].getsockname()[1]
        url = f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}/base/"
        calls = HttpCalls(url, {"Authorization": "Bearer t"})
        try:
            await scene(calls)
        finally:
            calls.close()
            listener.close()
            await asyncio.sleep(0.01)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as it serves
        runner.run(whole())


def get(calls: HttpCalls, within: float = 0.5) -> Awaitable[HttpAnswer]:
    return calls.call("GET", "/path", None, within)


def test_a_request_is_whole_and_its_connection_is_kept() -> None:
    server = Server(OK, OK, OK)

    async def scene(calls: HttpCalls) -> None:
        assert (await calls.call("POST", "/path", b"{}", 1)).body == b"ok"
        assert (await get(calls)).body == b"ok"
        assert (await calls.call("POST", "/path", None, 1)).body == b"ok"

    play(server, scene)
    first, second, third = (request.split(b"\r\n") for request in server.requests)
    assert first[0] == b"POST /base/path HTTP/1.1"
    assert first[1].startswith(b"Host: 127.0.0.1:")
    assert {b"Authorization: Bearer t", b"Content-Type: application/json", b"Content-Length: 2"} <= set(first)
    assert first[-1] == b"{}"
    assert second[0] == b"GET /base/path HTTP/1.1"
    assert not [line for line in second if line.startswith(b"Content")]
    assert b"Content-Length: 0" in third
    assert server.connections == 1


def test_calls_at_once_have_a_connection_each_and_no_more_than_may_be() -> None:
    server = Server(*[OK] * 400)

    async def scene(calls: HttpCalls) -> None:
        for _ in range(2):
            answers = await asyncio.gather(*(get(calls, 5) for _ in range(200)))
            assert [answer.status for answer in answers] == [200] * 200

    play(server, scene)
    assert server.connections <= 100


@pytest.mark.parametrize("first", [OK + b"x", OK + OK, OK.replace(b"Con", b"Connection: close\r\nCon", 1)])
def test_a_connection_that_is_not_clean_is_not_used_again(first: bytes) -> None:
    server = Server(first, OK)

    async def scene(calls: HttpCalls) -> None:
        assert (await get(calls)).body == b"ok"
        assert (await get(calls)).body == b"ok"

    play(server, scene)
    assert server.connections == 2


def test_what_comes_unasked_is_no_answer_to_the_next_request() -> None:
    server = Server(OK, b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nour")

    async def scene(calls: HttpCalls) -> None:
        assert (await get(calls)).body == b"ok"
        await asyncio.sleep(0.02)
        assert (await get(calls)).body == b"our"

    async def talkative(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if server.connections == 0:
            asyncio.get_running_loop().call_later(0.01, writer.write, OK)
        await Server.serve(server, reader, writer)

    server.serve = talkative  # type: ignore[method-assign]
    play(server, scene)
    assert server.connections == 2


def test_a_server_that_closes_idle_connections_is_reached_again() -> None:
    server = Server(OK, OK, closes=True)

    async def scene(calls: HttpCalls) -> None:
        for _ in range(2):
            assert (await get(calls)).body == b"ok"
            await asyncio.sleep(0.02)

    play(server, scene)
    assert server.connections == 2


def test_an_old_connection_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.http_calls._IDLE_AT_MOST", 0.0)
    server = Server(OK, OK)

    async def scene(calls: HttpCalls) -> None:
        await get(calls)
        await get(calls)

    play(server, scene)
    assert server.connections == 2


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", OK[:-1], b"220 smtp ready\r\n\r\n"]
)
def test_a_request_without_an_answer_may_have_arrived_and_is_not_sent_again(answer: bytes) -> None:
    server = Server(answer, OK, closes=True)

    async def scene(calls: HttpCalls) -> None:
        with pytest.raises(NoAnswer):
            await get(calls)
        assert len(server.requests) == 1
        if answer:
            assert (await get(calls)).body == b"ok", "the next one is not disturbed"

    play(server, scene)


def test_silence_ends_in_time_and_so_does_its_connection() -> None:
    server = Server(b"HTTP/1.1 100 Continue\r\n\r\n", OK)

    async def scene(calls: HttpCalls) -> None:
        with pytest.raises(Silence):
            await get(calls, 0.05)
        assert (await get(calls)).body == b"ok"

    play(server, scene)
    assert server.connections == 2


class Gate:
    """Says after a while whether a request may leave."""

    def __init__(self, is_open: bool, seconds: float = 0.0) -> None:
        self._is_open = is_open
        self._seconds = seconds

    async def __call__(self) -> bool:
        await asyncio.sleep(self._seconds)
        return self._is_open

    async def undo(self) -> None:
        """Nothing to undo."""


@pytest.mark.parametrize(("gate", "error"), [(Gate(False), HeldBack), (Gate(True, 5), NoConnection)])
def test_what_may_not_leave_or_not_in_time_does_not_leave(gate: Gate, error: type[Exception]) -> None:
    server = Server(OK)

    async def scene(calls: HttpCalls) -> None:
        with pytest.raises(error):
            await calls.call("POST", "/path", b"no", 0.05, gate)
        assert (await calls.call("POST", "/path", b"yes", 1, Gate(True))).body == b"ok"

    play(server, scene)
    (request,) = server.requests
    assert request.endswith(b"yes")


def test_a_call_that_is_cancelled_leaves_no_connection_behind() -> None:
    server = Server(b"HTTP/1.1 100 Continue\r\n\r\n", OK)

    async def scene(calls: HttpCalls) -> None:
        call = asyncio.ensure_future(get(calls, 5))
        await asyncio.sleep(0.05)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await get(calls)).body == b"ok"

    play(server, scene)
    assert server.connections == 2


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://[::1]:9", "http://no-such-host.invalid"])
def test_without_a_connection_nothing_has_left(url: str) -> None:
    async def scene() -> None:
        with pytest.raises(NoConnection):
            await get(HttpCalls(url, {}), 5)

    asyncio.run(scene())


def test_who_waits_too_long_for_a_connection_has_not_been_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.http_calls._CONNECTIONS_AT_MOST", 1)
    server = Server(b"HTTP/1.1 100 Continue\r\n\r\n")

    async def scene(calls: HttpCalls) -> None:
        first = asyncio.ensure_future(get(calls, 0.3))
        await asyncio.sleep(0.05)
        with pytest.raises(NoConnection):
            await get(calls, 0.05)
        with pytest.raises(NoAnswer):
            await first

    play(server, scene)
    assert len(server.requests) == 1


def test_a_header_cannot_smuggle_another_one_in() -> None:
    async def scene() -> None:
        with pytest.raises(ValueError, match="header"):
            HttpCalls("http://127.0.0.1", {"Authorization": "Bearer t\r\nX-Evil: 1"})

    asyncio.run(scene())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for "localhost", which nobody has signed but itself, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    wanted = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        + [*wanted, "-keyout", f"{file}.key", "-out", f"{file}"],
        check=True,
        capture_output=True,
    )
    return file


@pytest.mark.parametrize("trusted", [True, False])
def test_tls_needs_a_certificate_that_is_trusted(
    certificate: Path, trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, f"{certificate}.key")
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}")
    server = Server(OK, OK)

    async def scene(calls: HttpCalls) -> None:
        if not trusted:
            with pytest.raises(NoConnection):
                await get(calls, 5)
            return
        assert (await get(calls, 5)).body == b"ok"
        assert (await get(calls, 5)).body == b"ok"

    play(server, scene, tls)
    assert server.connections == (1 if trusted else 0)
