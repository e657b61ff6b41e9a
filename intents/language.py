"""Tells the language of a message from its words and their letters.

Naive Bayes over words and letter n-grams, learnt from example messages; each word's evidence is worked out
once and remembered. Knows nothing of intents.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from intents.reading import PLACE, Reading

#: Letter n-grams of one message overlap, so its evidence is counted at this share.
SHARE = 0.35

#: How much more likely the language of the conversation is than any other.
LOYALTY = 2.0

#: From this probability on, a message may change the language of the conversation.
SURE = 0.9

#: Only so many words are looked at; more add cost and no knowledge.
MOST_WORDS = 30

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Guess:
    """`language` is "" where nothing but names and signs was written; `probability` is in 0..1."""

    language: str
    probability: float

    @property
    def sure(self) -> bool:
        return self.probability >= SURE


def evidence_of(word: str) -> set[str]:
    """The features of one word in lower case: itself and its letter n-grams up to three, with its borders."""
    framed = f" {word} "
    found = {f"={word}"}
    for n in (1, 2, 3):
        found.update(framed[i : i + n] for i in range(len(framed) - n + 1))
    found.discard(" ")
    return found


def telling_words(reading: Reading) -> list[str]:
    """The distinct words that can tell a language: not places, numbers and signs."""
    words = dict.fromkeys(
        word.typed for word in reading.words if word.typed != PLACE and any(c.isalpha() for c in word.typed)
    )
    return list(words)[:MOST_WORDS]


class LanguageGuesser:
    """`weights` holds one row a feature and one column a language: the logarithm of its probability there."""

    def __init__(
        self, languages: Sequence[str], prior: Floats, weights: Floats, features: Mapping[str, int]
    ) -> None:
        self.languages = tuple(languages)
        self._prior = prior
        self._weights = weights
        self._features = features
        self._of_word = lru_cache(maxsize=1 << 13)(self._weigh)

    def _weigh(self, word: str) -> Floats:
        rows = [row for row in map(self._features.get, evidence_of(word)) if row is not None]
        total: Floats = self._weights[rows].sum(0) if rows else np.zeros(len(self.languages), np.float32)
        return total

    def guess(self, words: Sequence[str], expected: str = "") -> Guess:
        """The language of these words; `expected` is that of the conversation."""
        if not words:
            return Guess("", 0.0)
        scores = self._prior.copy()
        for word in words:
            scores = scores + SHARE * self._of_word(word)
        if expected in self.languages:
            scores[self.languages.index(expected)] += LOYALTY
        best = int(scores.argmax())
        odds = np.exp(scores - scores[best])
        return Guess(self.languages[best], float(1 / odds.sum()))


def learn(
    messages: Iterable[tuple[Sequence[str], str]], languages: Sequence[str], smoothing: float = 0.2
) -> tuple[Floats, Floats, list[str]]:
    """Prior, weights and feature names from messages as (their words, their language)."""
    counts: dict[str, list[float]] = {}
    for words, language in messages:
        column = languages.index(language)
        for feature in set().union(*(evidence_of(word) for word in words)):
            counts.setdefault(feature, [0.0] * len(languages))[column] += 1
    names = sorted(feature for feature, row in counts.items() if sum(row) >= 2)
    table = np.array([counts[name] for name in names]) + smoothing
    weights = np.log(table / table.sum(0))
    weights -= weights.mean(1, keepdims=True)
    prior = np.zeros(len(languages), np.float32)
    return prior, weights.astype(np.float32), names
