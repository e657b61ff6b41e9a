"""What the model looks at in a message, in four blocks: letters, words, frames and concepts.

`letters` are the n-grams inside each word, `words` single words and pairs, `frames` runs of up to three
words in which every known word is replaced by its concept, `concepts` the facts of relations.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from intents.concepts import Hit
from intents.grams import grams
from intents.reading import Reading
from intents.relations import facts

BLOCKS = ("letters", "words", "frames", "concepts")

_TOKEN = re.compile(r"\w+|[^\w\s]")
#: Japanese puts no spaces between words, but changes its script where many of them end: 上田|で|日本語|を.
_TOKEN_BY_SCRIPT = re.compile(r"[一-鿿々]+|[ぁ-ゖー]+|[ァ-ヺ][ァ-ヺー]*|[^\W一-鿿々ぁ-ゖァ-ヺー]+|[^\w\s]")
_SHORTEST, _LONGEST = 2, 5


def letters_of(word: str) -> Iterable[str]:
    """The n-grams of one word with its borders, each once."""
    return dict.fromkeys(grams(f" {word} ", _SHORTEST, _LONGEST))


def runs(tokens: Sequence[str], longest: int) -> Collection[str]:
    """All runs of 1 to `longest` tokens, joined by "_", each once."""
    shifted = [tokens[i:] for i in range(longest)]
    joined = (map("_".join, zip(*shifted[:n], strict=False)) for n in range(2, longest + 1))
    return dict.fromkeys(chain(tokens, *joined))


def frame(reading: Reading, hits: Sequence[Hit]) -> str:
    """The plain text with every known word replaced by the name of its concept, in capitals."""
    pieces = []
    position = 0
    for hit in hits:
        if hit.start < position:
            continue
        pieces += [reading.plain[position : hit.start], " ", hit.concept.upper(), " "]
        position = hit.end
    pieces.append(reading.plain[position:])
    return "".join(pieces)


def _tokens(text: str) -> list[str]:
    return (_TOKEN if text.isascii() else _TOKEN_BY_SCRIPT).findall(text)


def features(reading: Reading, hits: Sequence[Hit]) -> dict[str, Collection[str]]:
    """The features of each block but `letters`, which the model takes word by word; each once."""
    return {
        "words": runs(_tokens(reading.plain), 2),
        "frames": runs(_tokens(frame(reading, hits)), 3),
        "concepts": facts(hits, reading),
    }


def distinct_words(reading: Reading) -> list[str]:
    """The words whose letters count: what stands between spaces, each once."""
    return list(dict.fromkeys(reading.plain.split()))
