"""The listening socket, shared between workers or not, and its connections: patient for a while, and silent
about what is wrong.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from aiohttp import web

from bot.plain_http import PlainConnection, Webhook

_LOG = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

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


class Listener:
    """The socket that listens, with the connections that have not gone to the library."""

    def __init__(self, listening: asyncio.Server, connections: set[PlainConnection]) -> None:
        self._listening = listening
        self._connections = connections

    def close(self) -> None:
        """Takes no connection any more, and closes those that are idle; what is being answered is answered."""
        self._listening.close()
        for connection in list(self._connections):
            connection.end_soon()


async def listen(
    bound: socket.socket,
    server: web.Server,
    webhooks: Mapping[str, Webhook],
    headers_within: float = HEADERS_WITHIN,
) -> Listener:
    """Serves connections, and cuts those that never come to the end of their headers."""
    loop = asyncio.get_running_loop()
    connections: set[PlainConnection] = set()

    def connect() -> PlainConnection:
        return PlainConnection(
            webhooks,
            lambda: _Connection(server, loop, headers_within),
            connections,
            first_within=headers_within,
            idle=_KEPT_ALIVE,
        )

    return Listener(await loop.create_server(connect, sock=bound, backlog=_BACKLOG), connections)


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


async def without_our_name(request: web.Request, response: web.StreamResponse) -> None:
    """Nobody need know what serves."""
    response.headers.pop("Server", None)


@web.middleware
async def quiet_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Error answers without a word about the inside; an unforeseen error is logged by its kind only."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return web.Response(status=error.status, headers=headers)
    except (asyncio.CancelledError, ConnectionError):
        raise
    except Exception as error:
        _LOG.error("a request failed: %s", type(error).__name__)
        return web.Response(status=500)
