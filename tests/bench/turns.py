"""Times whole turns with the files of one folder: `python -m tests.bench.turns FOLDER`, JSON out."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from bot.app import load_conversation
from bot.channels.line_render import render
from bot.model import Incoming, Kind
from bot.state import UserState
from tests.bench import messages
from tests.bench.figures import percentile
from tests.bench.programs import resident

_WARMING, _TIMED = 300, 1500


def main() -> None:
    folder = Path(sys.argv[1])
    texts = messages.usual(_WARMING + _TIMED)
    before, started = resident(os.getpid()), time.perf_counter()
    conversation = load_conversation(folder / "data", folder / "locales", folder / "intents")
    loaded = time.perf_counter() - started
    times = []
    for text in texts:
        start = time.thread_time()
        turn = conversation.turn(Incoming("line", "1", "1", Kind.TEXT, text), UserState(), 0.0)
        if turn.reply:
            render(turn.reply)
        times.append(1e6 * (time.thread_time() - start))
    times = times[_WARMING:]
    found = {
        "median µs a turn": percentile(times, 0.5),
        "mean µs a turn": sum(times) / len(times),
        "p99 µs a turn": percentile(times, 0.99),
        "load s": loaded,
        "MiB": resident(os.getpid()) - before,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
