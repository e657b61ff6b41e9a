"""`make bench`: everything side by side in one go, ratios first. `python -m tests.bench --help` names the parts.

The program measured runs on one core, and what measures it on the other; nothing leaves this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable

import uvloop

from tests.bench import growth, line, machine, matcher, soak, starting, telegram
from tests.bench.programs import MEASURED, MEASURING


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="matcher line telegram start growth soak (all)"
    )
    parser.add_argument("--runs", type=int, default=5, help="interleaved runs of each part")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each closed and each open loop")
    parser.add_argument(
        "--soak", type=float, default=120.0, metavar="SECONDS", help="how long the soak lasts"
    )
    parser.add_argument("--messages", type=int, default=3000, help="to each bot whose memory is compared")
    options = parser.parse_args()
    parts: dict[str, tuple[str, Callable[[], str]]] = {
        "matcher": (
            "The matcher beside others",
            lambda: _on(MEASURED, lambda: matcher.measure(options.runs)),
        ),
        "line": ("LINE", lambda: _loop(lambda: line.measure(options.runs, options.seconds))),
        "telegram": ("Telegram", lambda: _loop(lambda: telegram.measure(options.runs, options.seconds))),
        "start": (
            "Start and memory",
            lambda: _loop(lambda: starting.measure(options.runs, options.messages)),
        ),
        "growth": ("More rows, more languages", lambda: _on(MEASURED, lambda: growth.measure(options.runs))),
        "soak": ("A soak", lambda: _loop(lambda: soak.measure(options.soak))),
    }
    if unknown := set(options.parts) - set(parts):
        print(f"no such part: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    print(f"{machine.describe()}\n{options.runs} interleaved runs; figures are middle (least to greatest).")
    for name in options.parts or parts:
        title, measure = parts[name]
        others, start = machine.busy(), time.monotonic()
        print(f"\n## {title}\n", flush=True)
        print(measure())
        print(
            f"\nTook {time.monotonic() - start:.0f} s; other programs used {others:.1f} cores before "
            f"and {machine.busy():.1f} after.",
            flush=True,
        )
    return 0


def _loop(measure: Callable[[], Awaitable[str]]) -> str:
    async def whole() -> str:
        return await measure()

    return _on(MEASURING, lambda: asyncio.Runner(loop_factory=uvloop.new_event_loop).run(whole()))


def _on(cores: frozenset[int], measure: Callable[[], str]) -> str:
    """Measures from these cores; programs that are started there stay there unless they are told otherwise."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        return measure()
    finally:
        os.sched_setaffinity(0, before)


if __name__ == "__main__":
    sys.exit(main())
