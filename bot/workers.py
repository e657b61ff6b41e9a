"""Several processes that serve one port: started, watched, replaced when they die, stopped together.

Knows nothing of what they do. They are forked, so that facts and words loaded before stand in memory once.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable

_LOG = logging.getLogger(__name__)

_STOPPING = (signal.SIGTERM, signal.SIGINT)
_WATCHED = {*_STOPPING, signal.SIGCHLD, signal.SIGHUP}

#: Seconds after which those that have not stopped by themselves are killed.
_STOP_WITHIN = 9.5
#: A worker that lived for less is replaced only after so many seconds.
_SHORT_LIFE = 1.0

#: The exit code that says: a new process would fail in the same way.
REFUSED = 2


def supervise(number: int, load: Callable[[], Callable[[int], int]]) -> int:
    """Runs `load()(0)` to `load()(number - 1)` in a process each until a signal stops them; the exit code.

    `load` is called once, here, after the place is named where the workers' metrics add up: only then may
    the library of the metrics be imported.
    """
    with tempfile.TemporaryDirectory(prefix="doko-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        work = load()
        gc.freeze()  # Keeps what is shared from being copied by the collector's own bookkeeping.
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        return _Supervisor(number, work).run()


class _Supervisor:
    def __init__(self, number: int, work: Callable[[int], int]) -> None:
        self._number = number
        self._work = work
        self._alive: dict[int, int] = {}  # process id: index
        self._born: dict[int, float] = {}  # index: when its process was started
        self._due: dict[int, float] = {}  # index: when its next process is to be started

    def run(self) -> int:
        for index in range(self._number):
            self._start(index)
        while True:
            due = min(self._due.values(), default=time.monotonic() + 60)
            received = signal.sigtimedwait(_WATCHED, max(0.0, due - time.monotonic()))
            if received is not None and received.si_signo in _STOPPING:
                self._stop()
                return 0
            if received is not None and received.si_signo == signal.SIGHUP:
                self._pass_on(signal.SIGHUP)
            for index, code in self._buried():
                if code == REFUSED:
                    self._stop()
                    return REFUSED
                _LOG.error("worker %d died (%d)", index, code)
                is_short = time.monotonic() - self._born[index] < _SHORT_LIFE
                self._due[index] = time.monotonic() + (_SHORT_LIFE if is_short else 0.0)
            for index in [index for index, moment in self._due.items() if moment <= time.monotonic()]:
                del self._due[index]
                self._start(index)

    def _start(self, index: int) -> None:
        self._born[index] = time.monotonic()
        process = os.fork()
        if process == 0:
            code = 1
            try:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
                code = self._work(index)
            except Exception as error:
                _LOG.error("a worker failed: %s", type(error).__name__)
            finally:
                sys.stdout.flush()
                os._exit(code)  # What the parent has opened is not to be cleaned up twice.
        self._alive[process] = index

    def _buried(self) -> list[tuple[int, int]]:
        """The indexes and exit codes of those that have died since the last time."""
        found = []
        while self._alive:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                break
            mark_process_dead(process)
            found.append((self._alive.pop(process), os.waitstatus_to_exitcode(status)))
        return found

    def _pass_on(self, number: signal.Signals) -> None:
        for process in self._alive:
            os.kill(process, number)

    def _stop(self) -> None:
        self._pass_on(signal.SIGTERM)
        end = time.monotonic() + _STOP_WITHIN
        while self._alive and time.monotonic() < end:
            signal.sigtimedwait({signal.SIGCHLD}, 0.1)
            self._buried()
        self._pass_on(signal.SIGKILL)


def mark_process_dead(process: int) -> None:
    """Takes what a dead process measured last out of the metrics; what it counted stays."""
    from prometheus_client.multiprocess import mark_process_dead as forget

    forget(process)  # type: ignore[no-untyped-call]
