"""What people ask in the benchmark: the open labelled messages, in a random order that is always the same."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

from bot.settings import ROOT
from tests.labelled import messages

OPEN = ROOT / "tests" / "utterances" / "open"
KEPT_BACK = ROOT / "tests" / "utterances" / "kept_back"

#: Longer ones are measured apart.
_USUAL_LENGTH = 300


def usual(number: int, folder: Path = OPEN) -> list[str]:
    """So many different messages of the usual length (all there are, if there are fewer)."""
    texts = sorted({label.text for label in messages(folder) if len(label.text) <= _USUAL_LENGTH})
    random.Random(7).shuffle(texts)  # noqa: S311 - a fixed order, not a secret
    return texts[:number]


def long(number: int, length: int = 4000) -> list[str]:
    """So many messages of that many characters, put together from usual ones."""
    pieces = usual(number * length // 20)
    texts = []
    for _ in range(number):
        text = ""
        while len(text) < length:
            text += pieces.pop() + " "
        texts.append(text[:length])
    return texts


def drawn(texts: Sequence[str]) -> list[bytes]:
    """The texts as JSON strings, drawn at random again and again: a long row in which none comes in turn."""
    encoded = [json.dumps(text, ensure_ascii=False).encode() for text in texts]
    return random.Random(11).choices(encoded, k=50_021)  # noqa: S311 - a fixed order, not a secret
