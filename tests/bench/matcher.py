"""The matcher beside hassil, rapidfuzz's nearest sentence, padacioso and a linear model, a process each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

from tests.bench.figures import Runs, figure_table, ratio_table
from tests.bench.peers import PEERS
from tests.bench.programs import environment, folder

MEASURES = (
    "median ms",
    "p99 ms",
    "median ms later",
    "p99 ms later",
    "4,000 characters ms",
    "load s",
    "memory MiB",
    "memory after MiB",
)
_ONCE = ("intent right", "exact")

#: Fewer messages for those that take long for each.
_TIMED = {"hassil": 300, "padacioso": 100}
_WITHIN = 600


def measure(runs: int) -> str:
    """The tables of all peers, interleaved. How often they are right is counted in the first run only."""
    figures = Runs()
    for run in range(runs):
        for name in PEERS:
            for measured, value in _run(name, accuracy=run == 0).items():
                figures.add(name, measured, value)
    return "\n\n".join(
        [
            "Processor time a message, each of up to 300 characters and met for the first time: in a process that "
            "has met 100 others, and `later` in one that has met 6,000 more; `memory after` is what loading and all "
            "these messages added.",
            ratio_table(figures, "ours", [(name, "less") for name in MEASURES]),
            figure_table(figures, (*MEASURES, *_ONCE)),
        ]
    )


def _run(name: str, *, accuracy: bool) -> Mapping[str, float]:
    arguments = [name, "--timed", str(_TIMED.get(name, 800)), *(["--accuracy"] if accuracy else [])]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.peer", *arguments],
        env=environment({}),
        cwd=folder(),
        stdout=subprocess.PIPE,
        text=True,
        timeout=_WITHIN,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found
