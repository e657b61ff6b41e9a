"""`make fuzz`: coverage-guided fuzzing of every target with atheris, which is installed for this only.

`python -m tests.fuzz [--inputs N] [--target NAME]...`: N inputs for each target. A finding stays in
fuzz-findings/, and the exit code is 1. Where atheris cannot be installed, mutations without guidance take
its place, and that is said.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

_FINDINGS = Path("fuzz-findings")
_LONGEST = 6000


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--inputs", type=int, default=20_000, help="for each target")
    parser.add_argument("--target", action="append", help="only this one; may be repeated")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    options, rest = parser.parse_known_args(arguments)
    if options.inside:
        _fuzz(options.inside, rest)
        return 0
    from tests.fuzz.targets import TARGETS

    guided = importlib.util.find_spec("atheris") is not None
    if not guided:
        print("atheris is not installed: mutations without guidance instead", file=sys.stderr)
    run = _guided if guided else _unguided
    print("| target | inputs | a second | findings |\n| --- | ---: | ---: | ---: |", flush=True)
    total = findings = 0
    for name in options.target or TARGETS:
        began = time.monotonic()
        done, found = run(name, options.inputs)
        total, findings = total + done, findings + found
        rate = done / (time.monotonic() - began)
        print(f"| {name} | {done} | {rate:.0f} | {found} |", flush=True)
    print(f"| all | {total} | | {findings} |")
    return 1 if findings else 0


def _guided(name: str, inputs: int) -> tuple[int, int]:
    """Runs in a process of its own, which ends with the first finding; inputs done and findings."""
    from tests.fuzz.targets import seeds

    _FINDINGS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds(name)):
            (Path(corpus) / f"seed-{number}").write_bytes(seed)
        where = [f"-artifact_prefix={_FINDINGS}/{name}-", "-print_final_stats=1", "-timeout=20"]
        limits = [f"-runs={inputs}", f"-max_len={_LONGEST}", "-len_control=0", "-rss_limit_mb=4096"]
        command = [sys.executable, "-m", "tests.fuzz", "--inside", name, *where, *limits, corpus]
        run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    done = re.search(r"stat::number_of_executed_units:\s*(\d+)", run.stderr)
    if run.returncode != 0:
        print(run.stdout[-3000:] + run.stderr[-3000:], file=sys.stderr)
    return int(done[1]) if done else 0, int(run.returncode != 0)


def _fuzz(name: str, arguments: list[str]) -> None:
    import atheris

    with atheris.instrument_imports(include=["bot", "intents"]):
        from tests.fuzz.targets import TARGETS

    atheris.Setup([sys.argv[0], *arguments], TARGETS[name])
    atheris.Fuzz()


def _unguided(name: str, inputs: int) -> tuple[int, int]:
    from tests.fuzz.targets import TARGETS, seeds

    known = list(seeds(name))
    for number in range(inputs):
        data = mutated(random.choice(known), known)  # noqa: S311
        try:
            TARGETS[name](data)
        except Exception as error:
            _FINDINGS.mkdir(exist_ok=True)
            (_FINDINGS / f"{name}-{number}").write_bytes(data)
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
            return number + 1, 1
    return inputs, 0


def mutated(data: bytes, known: Sequence[bytes]) -> bytes:
    """The bytes with a few changes at random places: flipped, cut out, repeated, crossed with another."""
    result = bytearray(data[:_LONGEST])
    for _ in range(random.randint(1, 6)):  # noqa: S311
        at = random.randint(0, len(result))  # noqa: S311
        other = random.choice(known)  # noqa: S311
        begin = random.randint(0, len(other))  # noqa: S311
        piece = other[begin : begin + random.randint(1, 40)]  # noqa: S311
        match random.randrange(4):  # noqa: S311
            case 0:
                result[at : at + 1] = bytes([random.randrange(256)])  # noqa: S311
            case 1:
                del result[at : at + random.randint(1, 30)]  # noqa: S311
            case 2:
                result[at:at] = piece
            case _:
                result[at : at + len(piece)] = piece
    return bytes(result)


if __name__ == "__main__":
    sys.exit(main())
