"""The short way for what nearly every connection brings: a webhook's whole request, in one piece and plainly
written. Anything else, even if it is good HTTP, goes to the library as it came, and the connection with it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import cast

#: Answers a body and its headers (names in lower case) with a status. Never raises.
Webhook = Callable[[bytes, Mapping[str, str]], Awaitable[int]]

#: Bytes of a head; the library takes 8 KB a line.
_HEAD_AT_MOST = 8000

_REQUEST = re.compile(rb"POST (/[a-z/]+) HTTP/1\.1\r\n((?:[A-Za-z0-9-]+: ?[\x21-\x7e][\x20-\x7e]*\r\n)+)\r\n")

#: What changes how a request is to be read, or answered.
_NOT_PLAIN = frozenset(
    {"connection", "content-encoding", "expect", "te", "trailer", "transfer-encoding", "upgrade"}
)


@dataclass(frozen=True, slots=True)
class PlainRequest:
    path: str
    headers: dict[str, str]
    body: bytes


def read_plain(data: bytes) -> PlainRequest | None:
    """The one request that `data` is, from its first byte to its last; None where that is not plain to see."""
    found = _REQUEST.match(data, 0, _HEAD_AT_MOST)
    if found is None:
        return None
    headers: dict[str, str] = {}
    for line in found[2].decode("ascii").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        name = name.lower()
        if name in headers:
            return None
        headers[name] = value.strip(" ")
    if "host" not in headers or not _NOT_PLAIN.isdisjoint(headers):
        return None
    length, body = headers.get("content-length", ""), data[found.end() :]
    return PlainRequest(found[1].decode("ascii"), headers, body) if length == str(len(body)) else None


class PlainConnection(asyncio.Protocol):
    """One connection, until it brings something that is not plain: then it is `library()`'s for good.

    `first_within` seconds may pass before the first byte, and `idle` seconds between two requests.
    """

    def __init__(
        self,
        webhooks: Mapping[str, Webhook],
        library: Callable[[], asyncio.Protocol],
        connections: set[PlainConnection],
        *,
        first_within: float,
        idle: float,
    ) -> None:
        self._webhooks = webhooks
        self._library = library
        self._connections = connections
        self._idle = idle
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None
        self._later = b""
        self._ends_soon = False
        self._due = self._loop.time() + first_within
        self._timer = self._loop.call_later(first_within, self._look_at_the_clock)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is none by name
        self._connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._leave()

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            return
        if self._task is not None:  # It did not wait for its answer.
            self._later += data
            self._transport.pause_reading()
            return
        request = read_plain(data)
        webhook = self._webhooks.get(request.path) if request else None
        if request is None or webhook is None:
            self._hand_over(data)
        else:
            self._task = self._loop.create_task(self._answer(webhook(request.body, request.headers)))

    def pause_writing(self) -> None:
        """Whoever does not read 64 KB of empty answers is cut off."""
        if self._transport is not None:
            self._transport.abort()

    def end_soon(self) -> None:
        """Closes it, once what is being answered is answered."""
        self._ends_soon = True
        if self._task is None and self._transport is not None:
            self._transport.close()

    async def _answer(self, answering: Awaitable[int]) -> None:
        status = await answering
        self._task = None
        if self._transport is None:
            return
        self._transport.write(_response(status, int(time.time())))
        self._due = self._loop.time() + self._idle
        if self._ends_soon:
            self._transport.close()
        elif self._later:
            data, self._later = self._later, b""
            self._transport.resume_reading()
            self.data_received(data)

    def _hand_over(self, data: bytes) -> None:
        transport = self._transport
        if transport is None:
            return
        self._leave()
        library = self._library()
        transport.set_protocol(library)
        library.connection_made(transport)
        library.data_received(data)

    def _look_at_the_clock(self) -> None:
        """One timer a connection, which is set anew when it goes off: requests come more often."""
        if self._transport is None:
            return
        if self._task is None and self._loop.time() >= self._due:
            self._transport.abort()
            return
        wait = max(self._due - self._loop.time(), 1.0)
        self._timer = self._loop.call_later(wait, self._look_at_the_clock)

    def _leave(self) -> None:
        self._timer.cancel()
        self._connections.discard(self)
        self._transport = None


@lru_cache(maxsize=8)
def _response(status: int, second: int) -> bytes:
    return (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Length: 0\r\n"
        f"Date: {formatdate(second, usegmt=True)}\r\n\r\n"
    ).encode("ascii")
