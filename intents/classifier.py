"""Weighs the features of a message: a score for every intent. Knows no context and no rules."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from intents.concepts import Hit
from intents.features import distinct_words, features, letters_of
from intents.model_file import Learnt
from intents.reading import Reading

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reason:
    """A feature and how much it speaks for one intent against another."""

    block: str
    feature: str
    weight: float


class Classifier:
    """A linear model; each block of features has length one, so that no block drowns the others."""

    def __init__(self, learnt: Learnt) -> None:
        self.intents = learnt.intents
        self._bias = learnt.bias
        self._sharpness = learnt.sharpness
        self._letters = learnt.blocks["letters"]
        blocks = [(name, block) for name, block in learnt.blocks.items() if name != "letters"]
        self._rows = dict(
            zip((name for name, _ in blocks), _end_to_end(block.rows for _, block in blocks), strict=True)
        )
        rarity = np.concatenate([block.rarity for _, block in blocks])
        weights = np.concatenate([block.weights for _, block in blocks])
        self._sums: Floats = np.column_stack([weights * rarity[:, None], rarity**2])
        self._of_word = lru_cache(maxsize=1 << 14)(self._weigh_word)

    def scores(self, reading: Reading, hits: Sequence[Hit]) -> Floats:
        """One score an intent, in the order of `intents`; the greater, the likelier.

        A feature counts by its rarity, and each block is divided by its length: the last column of
        `_sums` adds up to the square of that.
        """
        rows: list[int] = []
        starts: list[int] = []
        for name, found in features(reading, hits).items():
            start = len(rows)
            rows += [row for row in map(self._rows[name].get, found) if row is not None]
            if len(rows) > start:
                starts.append(start)
        total: Floats = self._bias + self._letters_of(reading)
        if rows:
            sums = np.add.reduceat(self._sums[rows], starts, axis=0)
            total = total + (sums[:, :-1] / np.sqrt(sums[:, -1:])).sum(0)
        return total

    def probabilities(self, scores: Mapping[str, float]) -> dict[str, float]:
        """Scores as probabilities, calibrated on messages that the model had not seen."""
        best = max(scores.values())
        odds = {intent: math.exp(self._sharpness * (score - best)) for intent, score in scores.items()}
        total = sum(odds.values())
        return {intent: one / total for intent, one in odds.items()}

    def _letters_of(self, reading: Reading) -> Floats:
        words = distinct_words(reading)
        if not words:
            return np.zeros(len(self.intents), np.float32)
        total: Floats = np.array([self._of_word(word) for word in words]).sum(0)
        return total[:-1] / math.sqrt(total[-1] or 1.0)

    def _weigh_word(self, word: str) -> Floats:
        """What the letters of one word add to the scores, and last to the squared length of their block."""
        rows = [row for row in map(self._letters.rows.get, letters_of(word)) if row is not None]
        rarity = self._letters.rarity[rows]
        return np.append(rarity @ self._letters.weights[rows], rarity @ rarity)

    def reasons(self, reading: Reading, hits: Sequence[Hit], intent: str, rival: str) -> list[Reason]:
        """What speaks for `intent` against `rival`, strongest first; letters are given word by word."""
        column, other = self.intents.index(intent), self.intents.index(rival)
        words = [(word, self._of_word(word)) for word in distinct_words(reading)]
        length = math.sqrt(sum(weights[-1] for _, weights in words)) or 1.0
        found = [
            Reason("letters", word, float(weights[column] - weights[other]) / length)
            for word, weights in words
        ]
        for name, names in features(reading, hits).items():
            sums = {
                feature: self._sums[row]
                for feature in names
                if (row := self._rows[name].get(feature)) is not None
            }
            length = math.sqrt(sum(float(own[-1]) for own in sums.values())) or 1.0
            found += [
                Reason(name, feature, float(own[column] - own[other]) / length)
                for feature, own in sums.items()
            ]
        return sorted(found, key=lambda reason: -reason.weight)


def _end_to_end(tables: Iterable[Mapping[str, int]]) -> Iterator[dict[str, int]]:
    """Row numbers of several tables as if they stood below each other."""
    start = 0
    for table in tables:
        yield {name: start + row for name, row in table.items()}
        start += len(table)
