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
        self._rarity = np.concatenate([block.rarity for _, block in blocks])
        self._weights = np.concatenate([block.weights for _, block in blocks])
        self._of_word = lru_cache(maxsize=1 << 14)(self._weigh_word)

    def scores(self, reading: Reading, hits: Sequence[Hit]) -> Floats:
        """One score an intent, in the order of `intents`; the greater, the likelier."""
        rows: list[int] = []
        starts: list[int] = []
        for name, found in features(reading, hits).items():
            start = len(rows)
            rows += [row for row in map(self._rows[name].get, found) if row is not None]
            if len(rows) > start:
                starts.append(start)
        total: Floats = self._bias + self._letters_of(reading)
        if rows:
            rarity = self._rarity[rows]
            lengths = np.sqrt(np.add.reduceat(rarity * rarity, starts))
            rarity /= np.repeat(lengths, np.diff([*starts, len(rows)]))
            total = total + rarity @ self._weights[rows]
        return total

    def probabilities(self, scores: Floats) -> Floats:
        """Scores as probabilities, calibrated on messages that the model had not seen."""
        odds: Floats = np.exp(self._sharpness * (scores - scores.max()))
        total: Floats = odds / odds.sum()
        return total

    def _letters_of(self, reading: Reading) -> Floats:
        found = [self._of_word(word) for word in distinct_words(reading)]
        square = sum(length for _, length in found)
        if not square:
            return np.zeros(len(self.intents), np.float32)
        totals = [sum(column) for column in zip(*(weights for weights, _ in found), strict=True)]
        return np.array(totals, np.float32) / math.sqrt(square)

    def _weigh_word(self, word: str) -> tuple[tuple[float, ...], float]:
        """What the letters of one word add to the scores, and to the squared length of their block."""
        rows = [row for row in map(self._letters.rows.get, letters_of(word)) if row is not None]
        if not rows:
            return (0.0,) * len(self.intents), 0.0
        rarity = self._letters.rarity[rows]
        return tuple((rarity @ self._letters.weights[rows]).tolist()), float(rarity @ rarity)

    def reasons(self, reading: Reading, hits: Sequence[Hit], intent: str, rival: str) -> list[Reason]:
        """What speaks for `intent` against `rival`, strongest first; letters are given word by word."""
        column, other = self.intents.index(intent), self.intents.index(rival)
        words = [(word, *self._of_word(word)) for word in distinct_words(reading)]
        length = math.sqrt(sum(square for _, _, square in words)) or 1.0
        found = [
            Reason("letters", word, (weights[column] - weights[other]) / length) for word, weights, _ in words
        ]
        for name, names in features(reading, hits).items():
            rows = {feature: self._rows[name][feature] for feature in names if feature in self._rows[name]}
            rarity = {feature: float(self._rarity[row]) for feature, row in rows.items()}
            length = math.sqrt(sum(value * value for value in rarity.values())) or 1.0
            for feature, row in rows.items():
                weight = float(self._weights[row, column] - self._weights[row, other])
                found.append(Reason(name, feature, rarity[feature] * weight / length))
        return sorted(found, key=lambda reason: -reason.weight)


def _end_to_end(tables: Iterable[Mapping[str, int]]) -> Iterator[dict[str, int]]:
    """Row numbers of several tables as if they stood below each other."""
    start = 0
    for table in tables:
        yield {name: start + row for name, row in table.items()}
        start += len(table)
