"""Tells the language of a message from its words and their letters.

A linear model over words and letter n-grams, so each word's evidence is worked out once and remembered; one
feature looks at all words together: how many of them could be Japanese in Latin letters. Knows nothing of intents.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Literal

import numpy as np

from intents.feature_rows import FeatureRows
from intents.grams import grams
from intents.keystrokes import unmistakable
from intents.word_sums import Floats, WordSums

#: Letter n-grams of one word overlap, so that their evidence is counted at this share.
SHARE = 0.14

#: The longest of them.
_LONGEST = 4

#: How much more likely the language of the conversation is than any other.
LOYALTY = 2.5

#: From this probability on, a message may change the language of the conversation.
SURE = 0.95

#: Only so many words are looked at; more add cost and no knowledge.
MOST_WORDS = 30

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")

#: A word of Japanese syllables in Latin letters, long vowels and doubled consonants included.
_ROMAJI = re.compile(
    "(?:(?:[kstp](?=[kstpc]))?(?:[kgnhbpmr]y|[kgsztdnhfbpmyrwj]|sh|ch|ts)?[aiueo\u0101\u016b\u0113\u014d]|n(?![aiueoy]))+"
)
_LATIN = re.compile("[a-z]")

#: The share of such words is told apart in so many steps, and their number up to so many.
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Guess:
    """`language` is "" where nothing but names and signs was written; `probability` is in 0..1."""

    language: str
    probability: float

    @property
    def sure(self) -> bool:
        return self.probability >= SURE


def evidence_of(word: str) -> Iterable[str]:
    """The features of one word in lower case, each once: itself and its letter n-grams, borders included.
    Keystrokes of a Vietnamese input method count as such, and as the word that was meant.
    """
    if meant := unmistakable(word):
        return ("keystrokes", f"={meant}")
    found = dict.fromkeys(grams(f" {word} ", 1, _LONGEST))
    del found[" "]
    found[f"={word}"] = None
    return found


def romaji_of(words: Sequence[str]) -> str:
    """A feature of a whole message: how many of its words in Latin letters could be Japanese."""
    scripts = list(map(_script_of, words))
    romaji = scripts.count("romaji")
    latin = romaji + scripts.count("latin")
    return f"romaji {int(romaji / max(1, latin) * _STEPS)} in {min(latin, _STEPS)}"


@lru_cache(maxsize=8192)
def _script_of(word: str) -> Literal["romaji", "latin", "other"]:
    if not _LATIN.search(word):
        return "other"
    return "romaji" if _ROMAJI.fullmatch(word) else "latin"


def telling_words(text: str, names: Iterable[tuple[int, int]] = ()) -> list[str]:
    """The distinct words of a normalised text that can tell a language: numbers, signs and whatever stands
    at the spans of `names` cannot.
    """
    for start, end in names:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return list(dict.fromkeys(_WORD.findall(text.lower())))[:MOST_WORDS]


class LanguageGuesser:
    """`weights` holds one row a feature and one column a language, on the scale of logarithms of odds."""

    def __init__(
        self, languages: Sequence[str], prior: Floats, weights: Floats, features: Sequence[str]
    ) -> None:
        self.languages = tuple(languages)
        self._prior = prior
        rows = FeatureRows({"": features})
        self._of_romaji = lru_cache(maxsize=None)(lambda feature: int(rows.of("", [feature])[0]))
        table = np.zeros((rows.height, len(languages)), np.float32)
        table[rows.of("", features)] = weights
        self._words = WordSums(table, partial(rows.of, ""), evidence_of)

    def guess(self, words: Sequence[str], expected: str = "") -> Guess:
        """The language of these words; `expected` is that of the conversation."""
        if not words:
            return Guess("", 0.0)
        rows, table = self._words.rows_of(words)
        rows.append(self._of_romaji(romaji_of(words)))
        scores = (np.add.reduce(table.take(rows, 0), 0) + self._prior).tolist()
        if expected in self.languages:
            scores[self.languages.index(expected)] += LOYALTY
        best = max(scores)
        return Guess(
            self.languages[scores.index(best)], 1 / sum([math.exp(score - best) for score in scores])
        )
