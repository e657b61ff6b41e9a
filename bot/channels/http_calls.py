"""Calls to one HTTP/1.1 server, over connections that are kept. It does far less than aiohttp's client, and a
call costs a fifth.

A request is sent once: whether to send it again is for the caller to decide, who is told whether it may have
arrived.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

import aiohappyeyeballs

from bot.channels.http_answer import HttpAnswer, read_answer
from bot.model import Leaving

#: Calls that may be under way at once; the others wait for a connection.
_CONNECTIONS_AT_MOST = 100
#: Seconds for which an idle connection is used again: what has been idle for longer, the server may be closing.
_IDLE_AT_MOST = 15.0
#: Seconds after which a server's second address is tried beside the first.
_NEXT_ADDRESS_AFTER = 0.25


class NoConnection(Exception):
    """The request has not left: there was no connection to the server."""


class NoAnswer(Exception):
    """There is no answer, or none that can be read; the request may have arrived."""


class Silence(NoAnswer):
    """The request has left, and nothing came back in time."""


class HeldBack(Exception):
    """The request has not left: its `leaving` said no."""


class HttpCalls:
    """`base_url` is the server's, with the beginning of all paths; the headers go with every request."""

    def __init__(self, base_url: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(base_url)
        self._host = parts.hostname or ""
        self._tls = _tls() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._path = parts.path.rstrip("/")
        own = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": "nihongo-doko", "Accept": "*/*"}
        lines = [f"{name}: {value}\r\n" for name, value in {**own, **headers}.items()]
        if any(not line[:-2].isprintable() for line in lines):
            raise ValueError("a header may hold nothing that cannot be printed")
        self._headers = "".join(lines)
        self._slots = asyncio.Semaphore(_CONNECTIONS_AT_MOST)
        self._idle: list[_Connection] = []

    async def call(
        self, method: str, path: str, body: bytes | None, within: float, leaving: Leaving | None = None
    ) -> HttpAnswer:
        """The answer to one request; a body is JSON. `path` begins with "/" and is quoted. `leaving` is asked
        when the request is about to leave, after all waiting; HeldBack if it says no.

        NoConnection or Silence where there is no answer after `within` seconds, NoAnswer for a broken one.
        """
        head = f"{method} {self._path}{path} HTTP/1.1\r\n{self._headers}"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        elif method != "GET":
            head += "Content-Length: 0\r\n"
        request = f"{head}\r\n".encode("ascii") + (body or b"")
        has_left = False
        try:
            async with asyncio.timeout(within), self._slots:
                connection = self._take_idle() or await self._connect()
                if leaving is not None:
                    await _let_go(leaving, connection)
                has_left = True
                answer = await connection.ask(request)
        except TimeoutError:
            raise (Silence if has_left else NoConnection)("too late") from None
        if connection.is_open:
            self._idle.append(connection)
        return answer

    def close(self) -> None:
        """Closes the connections that are idle; those in use belong to their calls."""
        while self._idle:
            self._idle.pop().close()

    def _take_idle(self) -> _Connection | None:
        """The connection that was used last, so that those that are not needed grow old."""
        oldest = asyncio.get_running_loop().time() - _IDLE_AT_MOST
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open and connection.idle_since > oldest:
                return connection
            connection.close()
        return None

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        try:
            addresses = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
            connected = await aiohappyeyeballs.start_connection(
                addresses, happy_eyeballs_delay=_NEXT_ADDRESS_AFTER, interleave=1
            )
            try:
                _, connection = await loop.create_connection(
                    _Connection,
                    sock=connected,
                    ssl=self._tls,
                    server_hostname=self._host if self._tls else None,
                )
            except BaseException:
                connected.close()
                raise
        except TimeoutError:
            raise
        except OSError as error:
            raise NoConnection(type(error).__name__) from error
        return connection


class _Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._waiting: asyncio.Future[HttpAnswer] | None = None
        self._loop = asyncio.get_running_loop()
        self.idle_since = 0.0

    @property
    def is_open(self) -> bool:
        return self._transport is not None

    async def ask(self, request: bytes) -> HttpAnswer:
        """Raises NoAnswer. Unless all went well the connection is closed."""
        if self._transport is None:
            raise NoConnection("closed")
        self._received = b""
        self._waiting = self._loop.create_future()
        self._transport.write(request)
        try:
            return await self._waiting
        except BaseException:
            self.close()
            raise
        finally:
            self._waiting = None

    def close(self) -> None:
        """At once: nothing that is still to be written is waited for."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is none by name

    def data_received(self, data: bytes) -> None:
        if self._waiting is None or self._waiting.done():
            self.close()  # Nobody has asked: whatever it answers, it is not the next request.
            return
        self._received = self._received + data if self._received else data
        self._read(self._waiting, closed=False)

    def eof_received(self) -> None:
        if self._waiting is None:
            self.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._read(self._waiting, closed=error is None)
            if not self._waiting.done():
                self._waiting.set_exception(NoAnswer("the connection was closed"))

    def _read(self, waiting: asyncio.Future[HttpAnswer], *, closed: bool) -> None:
        try:
            answer = read_answer(self._received, closed=closed)
        except ValueError as error:
            waiting.set_exception(NoAnswer(f"not to be read as HTTP: {error}"))
            return
        if answer is None:
            return
        if answer.is_last or answer.length != len(self._received) or self._has_more_to_write():
            self.close()
        self.idle_since = self._loop.time()
        waiting.set_result(answer)

    def _has_more_to_write(self) -> bool:
        return self._transport is not None and self._transport.get_write_buffer_size() > 0


async def _let_go(leaving: Leaving, connection: _Connection) -> None:
    may_leave = False
    try:
        may_leave = await leaving()
    finally:
        if not may_leave:
            connection.close()
    if not may_leave:
        raise HeldBack


def _tls() -> ssl.SSLContext:
    """Certificates and names are checked, as the system trusts them."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
