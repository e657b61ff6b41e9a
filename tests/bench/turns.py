"""Times whole turns with the files of one folder: `python -m tests.bench.turns FOLDER`, JSON out: "times" in µs
and "kinds" of answer, one for each message, "load s", and "MiB" that it took.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from bot.app import load_conversation
from bot.channels.line_render import render
from bot.collector import nothing_to_collect
from bot.conversation import Turn
from bot.model import Incoming, Kind
from bot.state import UserState
from tests.bench import messages
from tests.bench.programs import resident

_WARMING, _TIMED = 300, 1500


def main() -> None:
    folder = Path(sys.argv[1])
    texts = messages.usual(_WARMING + _TIMED)
    before, started = resident(os.getpid()), time.perf_counter()
    with nothing_to_collect(for_good=True):  # as `serve` has it
        conversation = load_conversation(folder / "data", folder / "locales", folder / "intents")
    loaded = time.perf_counter() - started
    times, kinds = [], []
    for text in texts:
        start = time.thread_time()
        turn = conversation.turn(Incoming("line", "1", "1", Kind.TEXT, text), UserState(), 0.0)
        if turn.reply:
            render(turn.reply)
        times.append(1e6 * (time.thread_time() - start))
        kinds.append(_kind(turn))
    found = {
        "times": times[_WARMING:],
        "kinds": kinds[_WARMING:],
        "load s": loaded,
        "MiB": resident(os.getpid()) - before,
    }
    print(json.dumps(found))


def _kind(turn: Turn) -> str:
    """What the answer is about, without names, and how many cards it has."""
    understood, reply = turn.understood, turn.reply
    places = [place.kind for place in understood.places] if understood else []
    intent = understood.intent if understood else ""
    return f"{intent} {' '.join(places)} {len(reply.cards) if reply else 0}"


if __name__ == "__main__":
    main()
