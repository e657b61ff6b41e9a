"""The listening socket, shared between workers or not, and its connections: patient for a while, and silent
about what is wrong.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import cast

from aiohttp import web

#: Seconds within which the headers of a connection's first request must be there.
HEADERS_WITHIN = 10.0

#: Seconds for which an idle connection of a platform or a proxy is kept.
_KEPT_ALIVE = 120.0

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
    bound: socket.socket, server: web.Server, headers_within: float = HEADERS_WITHIN
) -> asyncio.Server:
    """Serves connections, and cuts those that never come to the end of their headers."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: _Connection(server, loop, headers_within), sock=bound, backlog=_BACKLOG
    )


class _Connection(web.RequestHandler):
    """aiohttp's, with a limit on the time for the first request's headers, and with silent errors."""

    def __init__(self, server: web.Server, loop: asyncio.AbstractEventLoop, headers_within: float) -> None:
        no_log = cast(logging.Logger, None)  # The library's way to say so, which its types do not know.
        super().__init__(server, loop=loop, access_log=no_log, keepalive_timeout=_KEPT_ALIVE)
        self._headers_within = headers_within
        self._timer: asyncio.TimerHandle | None = None
        self._last = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports can be aborted like asyncio's, but are no subclass of its WriteTransport.
        abort = cast(asyncio.WriteTransport, transport).abort
        self._timer = asyncio.get_running_loop().call_later(self._headers_within, abort)
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._timer is not None:
            received = self._last + data
            if _END_OF_HEADERS in received:
                self._timer.cancel()
                self._timer = None
            self._last = received[-len(_END_OF_HEADERS) :]
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What cannot be read as HTTP is not repeated, neither to its sender nor in a log."""
        response = web.Response(status=status, headers={"Server": "doko"})
        response.force_close()
        return response
