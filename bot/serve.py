"""`serve`: loads what never changes, then runs one process or several that share a port."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace

from bot.app import conversation_of
from bot.collector import give_back, nothing_to_collect
from bot.listening import listening_socket
from bot.reload import look
from bot.settings import Settings
from bot.workers import supervise


def serve(settings: Settings, workers: int = 1) -> int:
    """Runs the bot until SIGTERM or SIGINT; the exit code. Raises BadData where facts or words are wrong."""
    with nothing_to_collect(for_good=True):
        loaded = look(settings)
        conversation = conversation_of(settings)
    give_back()
    try:
        # Held open, so that a port chosen by the system (0) is the same for all workers and stays ours.
        held = listening_socket(settings.host, settings.port, shared=workers > 1)
    except OSError as error:
        print(f"HOST, PORT: cannot listen there ({error.strerror})", file=sys.stderr)
        return 2
    if workers == 1:
        with nothing_to_collect(for_good=True):
            from bot.worker import work

        return work(settings, conversation, loaded, held)

    with held:
        shared = replace(settings, port=held.getsockname()[1])
        parent = os.getpid()

        def load() -> Callable[[int], int]:
            from bot.worker import work

            def run(index: int) -> int:
                bound = listening_socket(shared.host, shared.port, shared=True)
                return work(shared, conversation, loaded, bound, is_first=index == 0, parent=parent)

            return run

        return supervise(workers, load)
