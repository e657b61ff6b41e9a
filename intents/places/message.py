"""A message cut into Latin words, with what stands between them. Knows no names and no cues."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate

from intents.text import fold

#: Beyond this length nothing new is said; it bounds the cost of a message.
LONGEST = 1000

#: What stands before a word, the least first: nothing that parts them (0), a comma or the like, the end of a
#: sentence.
SOFT, COMMA, STOP = 0, 1, 2

_LOOK_BACK = 8
_JAPANESE = re.compile("[ぁ-ヺ一-鿿]")
_WORD = re.compile("([a-z]+)")
_INITIALS = re.compile(r"(?<![a-z])[a-z]\.[a-z](?![a-z])")
_ZERO_FOR_O = re.compile("(?<=[a-z])0(?=[a-z])|(?<![a-z0-9])0(?=[a-z]{2})")
_STOPS = frozenset(".?!;\n。！？…")
_SOFT_SIGNS = frozenset(" \t\u3000-‐–'\"“”«»「」『』*_`~")
_SENTENCE_START = re.compile(r"(?:^|[.?!\n:。！？])[\s\"'(«“¿¡]*$")


class Message:
    """The text in three spellings of one length, and its Latin words in parallel lists.

    `text` is as given (normalised), `lower` in lower case with accents, `plain` without. `words`, `starts`
    and `ends` belong together; `gaps[i]` says what stands before word i, `gaps[len(words)]` after the last.
    """

    __slots__ = (
        "_capitals",
        "has_japanese",
        "ends",
        "gaps",
        "lower",
        "plain",
        "starts",
        "text",
        "typed",
        "words",
    )

    def __init__(self, text: str) -> None:
        self.text = text = text[:LONGEST]
        plain = fold(text)
        if "0" in plain:
            plain = _ZERO_FOR_O.sub("o", plain)
        self.plain = plain
        lower = text.lower()
        self.lower = lower if len(lower) == len(plain) else plain
        pieces = _WORD.split(plain)
        ends = list(accumulate(map(len, pieces)))
        self.words = pieces[1::2]
        self.starts = ends[:-1:2]
        self.ends = ends[1::2]
        self.gaps = list(map(_gap, pieces[::2]))
        if "." in plain and _INITIALS.search(plain):
            self._join_initials()
        self.typed = (
            self.words
            if text.isascii()
            else [self.lower[start:end] for start, end in zip(self.starts, self.ends, strict=True)]
        )
        self._capitals: int | None = None
        self.has_japanese = not text.isascii() and _JAPANESE.search(text) is not None

    def _join_initials(self) -> None:
        """Full stops between single letters end no sentence: O.I.T.A."""
        for index in range(1, len(self.words)):
            are_initials = len(self.words[index - 1]) == len(self.words[index]) == 1
            if are_initials and self.plain[self.ends[index - 1] : self.starts[index]] == ".":
                self.gaps[index] = SOFT

    def __len__(self) -> int:
        return len(self.words)

    @property
    def mixed_case(self) -> bool:
        """Whether the writer uses capitals for some words and not for others, so that they mean something."""
        if self._capitals is None:
            self._capitals = sum(self.text[start].isupper() for start in self.starts)
        return 0 < self._capitals < 0.6 * len(self.words)

    def is_capital(self, index: int) -> bool:
        return self.text[self.starts[index]].isupper()

    def opens_sentence(self, position: int) -> bool:
        """Whether nothing of a sentence stands before this position."""
        if position == 0:
            return True
        return _SENTENCE_START.search(self.text, max(0, position - _LOOK_BACK), position) is not None

    def clause_start(self, index: int, boundary: int) -> int:
        """The first word of the clause that word `index` stands in; `boundary` is COMMA or STOP."""
        while index > 0 and self.gaps[index] < boundary:
            index -= 1
        return index


@lru_cache(maxsize=256)
def _gap(between: str) -> int:
    if between in (" ", "", "-"):
        return SOFT
    worst = SOFT
    for sign in between:
        if sign in _STOPS:
            return STOP
        if sign not in _SOFT_SIGNS:
            worst = COMMA
    return worst
