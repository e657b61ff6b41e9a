"""The listening socket, shared between workers or not, and patience with slow clients. Knows no HTTP beyond
where a request's headers end.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

#: Seconds within which the headers of a connection's first request must be there.
HEADERS_WITHIN = 10.0

_BACKLOG = 1024
_END_OF_HEADERS = b"\r\n\r\n"


def listening_socket(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A bound socket. With `shared`, other processes may bind to the same port, and the system spreads the
    connections among those that listen. Raises OSError.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


async def listen(
    bound: socket.socket,
    protocol: Callable[[], asyncio.Protocol],
    headers_within: float = HEADERS_WITHIN,
) -> asyncio.Server:
    """Serves connections by the protocol, and cuts those that never come to the end of their headers."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: _Patience(protocol(), headers_within), sock=bound, backlog=_BACKLOG
    )


class _Patience(asyncio.Protocol):
    """Hands everything on, and watches whether the first request's headers arrive in time."""

    def __init__(self, inner: asyncio.Protocol, headers_within: float) -> None:
        self._inner = inner
        self._headers_within = headers_within
        self._timer: asyncio.TimerHandle | None = None
        self._last = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.WriteTransport):
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._headers_within, transport.abort)
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._timer is not None:
            if _END_OF_HEADERS in self._last + data:
                self._timer.cancel()
                self._timer = None
            self._last = (self._last + data)[-len(_END_OF_HEADERS) :]
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return self._inner.eof_received()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def connection_lost(self, error: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._inner.connection_lost(error)
