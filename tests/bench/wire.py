"""HTTP/1.1 on loopback, by hand and only as far as a load generator needs it: it must cost far less than what
it measures. Bodies have a Content-Length, and a connection carries one request at a time.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)

#: Hears the status of an answer, 0 where the connection broke.
Answered = Callable[[int], None]

#: Given a path and a body, calls back with the JSON of the answer, at once or later.
Answering = Callable[[bytes, bytes, Callable[[bytes], None]], None]


def _message(buffer: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Head, body and the rest, as soon as a whole message is there."""
    end = buffer.find(_END)
    if end < 0:
        return None
    found = _LENGTH.search(buffer, 0, end)
    start = end + len(_END)
    stop = start + (int(found[1]) if found else 0)
    if len(buffer) < stop:
        return None
    return buffer[:end], buffer[start:stop], buffer[stop:]


class _Connection(asyncio.Protocol):
    """One request at a time to the server that is measured."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._buffer = b""
        self._answered: Answered | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's own is none by name

    def ask(self, request: bytes, answered: Answered) -> None:
        assert self.transport is not None
        self._answered = answered
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if message := _message(self._buffer):
            head, _, self._buffer = message
            answered, self._answered = self._answered, None
            self._pool.free(self)
            if answered:
                answered(int(head[9:12]))

    def connection_lost(self, error: Exception | None) -> None:
        self._pool.lost(self)
        if self._answered:
            self._answered(0)


class Pool:
    """Connections to one server; what finds none free waits its turn. `url` is that of the server."""

    def __init__(self, url: str, connections: int) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._size = connections
        self._free: deque[_Connection] = deque()
        self._all: set[_Connection] = set()
        self._waiting: deque[tuple[bytes, Answered]] = deque()

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(self._size):
            _, connection = await loop.create_connection(lambda: _Connection(self), self._host, self._port)
            self._all.add(connection)
            self._free.append(connection)

    def close(self) -> None:
        for connection in list(self._all):
            if connection.transport:
                connection.transport.close()

    def ask(self, request: bytes, answered: Answered) -> None:
        if self._free:
            self._free.popleft().ask(request, answered)
        else:
            self._waiting.append((request, answered))

    def free(self, connection: _Connection) -> None:
        if self._waiting:
            connection.ask(*self._waiting.popleft())
        else:
            self._free.append(connection)

    def lost(self, connection: _Connection) -> None:
        self._all.discard(connection)
        if connection in self._free:
            self._free.remove(connection)


class Platform:
    """The server that plays the platform: every request is handed to `answering`."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._server: asyncio.Server | None = None
        self.url = ""

    async def __aenter__(self) -> Platform:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Answerer(self._answering), "127.0.0.1", 0, backlog=512
        )
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()


class _Answerer(asyncio.Protocol):
    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while message := _message(self._buffer):
            head, body, self._buffer = message
            path = head[head.index(b" ") + 1 : head.index(b" HTTP/")]
            self._answering(path, body, self._answer)

    def _answer(self, body: bytes) -> None:
        if self._transport is not None:
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
                + body
            )
