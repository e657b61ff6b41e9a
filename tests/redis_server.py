"""A real redis-server on a free port, for the tests of what needs one."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import pytest

_START_WITHIN = 10.0


def need_redis() -> None:
    """Skips the test where there is no redis-server; in CI that is a failure."""
    if shutil.which("redis-server") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have redis-server: apt-get install redis-server")
        pytest.skip("redis-server is not installed (apt-get install redis-server)")


class RedisServer:
    """`with RedisServer() as redis: redis.url`. It writes nothing to disk."""

    def __init__(self) -> None:
        self._port = _free_port()
        self._folder = tempfile.TemporaryDirectory(prefix="doko-redis-")
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._folder.cleanup()

    def start(self) -> None:
        """Starts it empty, on the same port each time."""
        where = ["--port", str(self._port), "--bind", "127.0.0.1", "--dir", self._folder.name]
        with (Path(self._folder.name) / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(
                ["redis-server", *where, "--save", "", "--appendonly", "no"], stdout=log, stderr=log
            )
        end = time.monotonic() + _START_WITHIN
        while not self._answers():
            assert self._process.poll() is None, "redis-server has ended"
            assert time.monotonic() < end, "redis-server does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """From now on it takes connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=0.2) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
