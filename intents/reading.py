"""A message as the matcher reads it: lower case, places hidden behind one sign, cut into words.

Knows nothing of intents, concepts or languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from itertools import accumulate
from typing import NamedTuple

from intents.text import fold

#: Stands for a place. A capital letter cannot collide with anything: the rest is in lower case.
PLACE = "P"

#: Beyond this length nothing new is said; it bounds the cost of a message.
LONGEST = 600

_WORD = re.compile(
    r"([^\W_]+(?:['-][^\W_]+)*|[?!¿;]|[\U0001f1e6-\U0001f1ff]{2}|[\U0001f300-\U0001faff\u2600-\u27bf])"
)
_VOWEL_RUN = re.compile(r"([aeiouy\u00e0-\u00ff\u3042-\u304a\u30a2-\u30aaー])\1{2,}")
_LONG_RUN = re.compile(r"([^\W\d])\1{2,}")
_TRIPLE = re.compile(r"(.)\1\1")
_SPACES = re.compile(r"\s+")
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
#: The signs are looked for before the three ways in which they end a sentence.
_SENTENCE_END = re.compile(r"(?=[.!?。！？…;\n])(?:[.!?。！？…;]+(?=\s|$)|[。！？]+|\n+)")


class Span(NamedTuple):
    """A stretch of the text, end excluded."""

    start: int
    end: int


class Word(NamedTuple):
    """One word of the message: where it starts, as it was typed (lower case), and without accents."""

    start: int
    typed: str
    plain: str


#: Makes words of tuples in a third of the time that their names take.
_as_word: Callable[[tuple[int, str, str]], Word] = partial(tuple.__new__, Word)


class Reading(NamedTuple):
    """`text` keeps its accents, `plain` has none; both are in lower case and of one length."""

    text: str
    plain: str
    words: tuple[Word, ...]
    sentence_ends: tuple[int, ...]
    has_japanese: bool


def read(text: str, places: Iterable[Span] = ()) -> Reading:
    """Reads a normalised text in which the place names stand at the given spans."""
    hidden = _hide(text[:LONGEST], places)
    if _TRIPLE.search(hidden):
        hidden = _LONG_RUN.sub(r"\1\1", _VOWEL_RUN.sub(r"\1", hidden))
    plain = fold(hidden).replace(PLACE.lower() + "\x00", PLACE + " ")
    lowered = hidden.lower()
    if len(lowered) == len(plain) and not hidden.isascii():
        lowered = lowered.replace(PLACE.lower() + "\x00", PLACE + " ")
    else:
        lowered = plain
    pieces = _WORD.split(lowered)
    typed, ends = pieces[1::2], list(accumulate(map(len, pieces)))
    starts, stops = ends[:-1:2], ends[1::2]
    bare = (
        typed if lowered is plain else [plain[start:stop] for start, stop in zip(starts, stops, strict=True)]
    )
    words = tuple(map(_as_word, zip(starts, typed, bare, strict=True)))
    sentence_ends = tuple([match.end() for match in _SENTENCE_END.finditer(lowered)])
    has_japanese = not lowered.isascii() and _JAPANESE.search(lowered) is not None
    return Reading(lowered, plain, words, sentence_ends, has_japanese)


def _hide(text: str, places: Iterable[Span]) -> str:
    """The text with every place replaced by its sign, which stands apart from its neighbours.

    The sign carries a zero byte until the text is in lower case, so that a typed "P" is no place.
    """
    pieces = []
    position = 0
    for start, end in sorted(places):
        if start < position or start >= len(text):
            continue
        pieces += [text[position:start], " ", PLACE, "\x00 "]
        position = end
    if not pieces:
        return text
    pieces.append(text[position:])
    return _SPACES.sub(" ", "".join(pieces)) if "\n" not in text else "".join(pieces)
