"""Takes up a changed table, locale or phrase file in a running process, once `check` finds it in order.

A bad file leaves the old one serving and says so. Looks by itself every few seconds, and at once when asked.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

from bot.app import conversation_of
from bot.conversation import Conversation
from bot.problems import BadData
from bot.settings import ROOT, Settings

_LOG = logging.getLogger(__name__)

#: Seconds between two looks. A file that is being written has changed again at the next look.
_LOOK_EVERY = 2.0
_CHECK_WITHIN = 120.0
_PROBLEMS_SHOWN = 5

#: What the files looked like: path, time of change (ns) and size of each.
Look = frozenset[tuple[str, int, int]]


def look(settings: Settings) -> Look:
    """The state of every file that is loaded."""
    return frozenset(_files(settings))


def _files(settings: Settings) -> Iterator[tuple[str, int, int]]:
    folders = {
        settings.data_dir: ("*.tsv", "*.yaml"),
        settings.locales_dir: ("*.yaml",),
        settings.intents_dir: ("*.yaml", "*.npz"),
    }
    paths = [path for folder, kinds in folders.items() for kind in kinds for path in folder.glob(kind)]
    for path in [*paths, settings.links_file]:
        with suppress(OSError):  # it may have gone since
            status = path.stat()
            yield str(path), status.st_mtime_ns, status.st_size


class Reloader:
    """`loaded` is how the files looked when they were loaded; `use` gets each new conversation; `tell` hears
    whether a change was taken up.
    """

    def __init__(
        self,
        settings: Settings,
        loaded: Look,
        use: Callable[[Conversation], None],
        tell: Callable[[bool], None],
        look_every: float = _LOOK_EVERY,
    ) -> None:
        self._settings = settings
        self._tried = loaded
        self._use = use
        self._tell = tell
        self._look_every = look_every
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Reload now, changed or not (SIGHUP)."""
        self._asked.set()

    async def run(self) -> None:
        """Looks until it is cancelled."""
        before = self._tried
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), self._look_every)
            now = look(self._settings)
            if self._asked.is_set() or (now != self._tried and now == before):
                self._asked.clear()
                self._tried = now
                await self._reload()
            before = now

    async def _reload(self) -> None:
        try:
            complaints = await self._complaints()
            if not complaints:
                self._use(await asyncio.to_thread(conversation_of, self._settings))
        except BadData as error:
            complaints = [str(problem) for problem in error.problems]
        except (OSError, TimeoutError, ValueError) as error:
            complaints = [f"check could not run ({type(error).__name__})"]
        for complaint in complaints[:_PROBLEMS_SHOWN]:
            _LOG.error("not taken up, the old files go on serving: %s", complaint)
        if not complaints:
            _LOG.info("changed files are taken up")
        self._tell(not complaints)

    async def _complaints(self) -> list[str]:
        """What `check` finds, in a process of its own: it would hold up answers here."""
        settings = self._settings
        folders = {
            "DATA_DIR": str(settings.data_dir.resolve()),
            "LOCALES_DIR": str(settings.locales_dir.resolve()),
            "INTENTS_DIR": str(settings.intents_dir.resolve()),
        }
        checking = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "check", "--json"),
            cwd=ROOT,
            env={**os.environ, **folders},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            out, _ = await asyncio.wait_for(checking.communicate(), _CHECK_WITHIN)
        except (TimeoutError, asyncio.CancelledError):
            checking.kill()
            raise
        if checking.returncode == 0:
            return []
        return [_line(problem) for problem in json.loads(out)]


def _line(problem: dict[str, object]) -> str:
    where = " ".join(str(problem[key]) for key in ("file", "where") if problem.get(key))
    return f"{where}: {problem.get('what', '')}"
