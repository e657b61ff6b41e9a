"""Measures one matcher in a process of its own: `python -m tests.bench.peer NAME [--accuracy]`, JSON out.

Of the kept-back messages only sums leave this process.
"""

from __future__ import annotations

import argparse
import json
import os
import time

from tests.bench import messages
from tests.bench.figures import percentile
from tests.bench.peers import PEERS, Matcher
from tests.bench.programs import resident

_WARMING, _TIMED = 100, 800
#: So many messages has a process met that has run for some hours; the next ones are new to it all the same.
_MET = 6000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=PEERS)
    parser.add_argument("--timed", type=int, default=_TIMED)
    parser.add_argument("--accuracy", action="store_true")
    options = parser.parse_args()
    before, started = resident(os.getpid()), time.perf_counter()
    match = PEERS[options.name]()
    loaded = time.perf_counter() - started
    added = resident(os.getpid()) - before
    # Read only now, for what is left of reading them would give the matcher room.
    texts, long = messages.usual(_WARMING + 2 * options.timed + _MET), messages.long(5)
    first, later = texts[: _WARMING + options.timed], texts[_WARMING + options.timed :]
    read = resident(os.getpid())
    for text in first[:_WARMING]:
        match(text)
    times = [_milliseconds(match, text) for text in first[_WARMING:]]
    for text in later[:_MET]:
        match(text)
    warm = [_milliseconds(match, text) for text in later[_MET:]]
    found = {
        "load s": loaded,
        "memory MiB": added,
        "median ms": percentile(times, 0.5),
        "p99 ms": percentile(times, 0.99),
        "median ms later": percentile(warm, 0.5),
        "p99 ms later": percentile(warm, 0.99),
        "4,000 characters ms": percentile([_milliseconds(match, text) for text in long], 0.5),
        "memory after MiB": added + resident(os.getpid()) - read,
    }
    if options.accuracy:
        found["intent right"] = _accuracy(match)
        if options.name == "ours":
            found["exact"] = _exact()
    print(json.dumps(found))


def _milliseconds(match: Matcher, text: str) -> float:
    start = time.process_time()
    match(text)
    return 1000 * (time.process_time() - start)


def _accuracy(match: Matcher) -> float:
    """The share of kept-back messages whose intent is right; what is not understood counts as out of scope."""
    from tests.labelled import messages as labelled

    labels = list(labelled(messages.KEPT_BACK))
    return sum((match(one.text) or "out_of_scope") in one.intent.split("|") for one in labels) / len(labels)


def _exact() -> float:
    """The share of kept-back messages of which intent, places and language are right."""
    from bot.settings import ROOT
    from intents.matcher import load
    from tests.labelled import judge
    from tests.labelled import messages as labelled

    matcher = load(ROOT / "intents", ROOT / "data")
    verdicts = []
    for label in labelled(messages.KEPT_BACK):
        found = matcher.understand(label.text)
        verdicts.append(judge(found, label, found.language or "en").exact)
    return sum(verdicts) / len(verdicts)


if __name__ == "__main__":
    main()
