"""The small web server of the benchmark's bots."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable

from aiohttp import web


async def serve(path: str, handler: Callable[[web.Request], Awaitable[web.Response]]) -> None:
    """Serves one webhook on a free port for ever, and says where."""
    app = web.Application()
    app.router.add_post(path, handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, os.environ["HOST"], int(os.environ["PORT"])).start()
    host, port = runner.addresses[0][:2]
    print(f"listens on http://{host}:{port}", flush=True)
    await asyncio.Event().wait()
