"""Deals labelled messages into `open/` (to read and to learn from) and `kept_back/` (only to be counted).

usage: python tests/utterances/split.py FILE.tsv ...
A message's side follows from a hash of its text alone, so that dealing again moves nothing.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
KEPT_BACK_SHARE = 0.15


def is_kept_back(text: str) -> bool:
    digest = hashlib.sha256(text.strip().casefold().encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32 < KEPT_BACK_SHARE


def deal(source: Path) -> tuple[int, int]:
    """Writes both halves of one file; returns how many rows each side got."""
    header, *rows = source.read_text(encoding="utf-8").rstrip("\n").split("\n")
    sides: dict[str, list[str]] = {"open": [], "kept_back": []}
    for row in rows:
        sides["kept_back" if is_kept_back(row.split("\t")[1]) else "open"].append(row)
    for side, lines in sides.items():
        target = HERE / side / source.name
        target.parent.mkdir(exist_ok=True)
        target.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return len(sides["open"]), len(sides["kept_back"])


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(name, *deal(Path(name)))
