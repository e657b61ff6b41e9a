"""Weighs the features of a message: a score for every intent. Knows no context and no rules."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

import numpy as np

from intents.concepts import Hit
from intents.feature_rows import NOWHERE, FeatureRows
from intents.features import distinct_words, features, letters_of
from intents.model_file import Block, Learnt
from intents.reading import Reading
from intents.word_sums import Floats, WordSums

#: The square of the length of a block without features, so that one can divide by it.
_NO_LENGTH = 1e-30


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
        self._beyond = learnt.intents.index("out_of_scope")
        self._bias = learnt.bias
        self._sharpness = learnt.sharpness
        self._rows = FeatureRows({name: block.features for name, block in learnt.blocks.items()})
        table = np.zeros((self._rows.height, len(self.intents) + 1), np.float32)
        table[NOWHERE, -1] = _NO_LENGTH
        for name, block in learnt.blocks.items():
            table[self._rows.of(name, block.features)] = _weighted(block)
        self._words = WordSums(table, partial(self._rows.of, "letters"), letters_of)

    def scores(self, reading: Reading, hits: Sequence[Hit]) -> Floats:
        """One score an intent, in the order of `intents`; the greater, the likelier.

        A feature counts by its rarity, and each block is divided by its length: the last column of the
        table adds up to the square of that.
        """
        found = features(reading, hits)
        letters, table = self._words.rows_of(distinct_words(reading))
        sizes = [len(letters), *map(len, found.values())]
        starts = [start for start, size in zip(accumulate(sizes, initial=0), sizes, strict=False) if size]
        if not starts:
            return self._bias
        rows = np.concatenate([np.array(letters, np.intp), self._rows.of_blocks(found)])
        sums = np.add.reduceat(table.take(rows, 0), starts)
        total: Floats = np.reciprocal(np.sqrt(sums[:, -1])) @ sums[:, :-1] + self._bias
        return total

    def best(self, scores: Floats, caution: float) -> tuple[str, float]:
        """The likeliest intent and its probability, where out_of_scope counts `caution` less."""
        found: list[float] = scores.tolist()
        found[self._beyond] -= caution
        shares = self._shares(found)
        highest = max(shares)
        return self.intents[shares.index(highest)], highest

    def probabilities(self, scores: Mapping[str, float]) -> dict[str, float]:
        """Scores as probabilities, calibrated on messages that the model had not seen."""
        return dict(zip(scores, self._shares(scores.values()), strict=True))

    def _shares(self, scores: Collection[float]) -> list[float]:
        """The probabilities that scores stand for, in their order."""
        best = max(scores)
        odds = [math.exp(self._sharpness * (score - best)) for score in scores]
        total = sum(odds)
        return [one / total for one in odds]

    def reasons(self, reading: Reading, hits: Sequence[Hit], intent: str, rival: str) -> list[Reason]:
        """What speaks for `intent` against `rival`, strongest first; letters are given word by word."""
        column, other = self.intents.index(intent), self.intents.index(rival)
        words = distinct_words(reading)
        of_words = [self._words.rows_of([word]) for word in words]
        sums = [table[rows].sum(0) for rows, table in of_words]
        found = [*_reasons("letters", words, sums, column, other)]
        for name, names in features(reading, hits).items():
            rows = self._rows.of(name, [*names])
            known = [feature for feature, row in zip(names, rows, strict=True) if row != NOWHERE]
            own = list(self._words.weights[rows[rows != NOWHERE]])
            found += _reasons(name, known, own, column, other)
        return sorted(found, key=lambda reason: -reason.weight)


def _reasons(
    block: str, features: Sequence[str], sums: Sequence[Floats], column: int, other: int
) -> Iterator[Reason]:
    """The reasons of one block; `sums` has a row for each feature."""
    length = math.sqrt(sum(own[-1] for own in sums)) or 1.0
    for feature, own in zip(features, sums, strict=True):
        yield Reason(block, feature, float(own[column] - own[other]) / length)


def _weighted(block: Block) -> Floats:
    """A row for each feature: its weights times its rarity, and the square of that."""
    return np.column_stack([block.weights * block.rarity[:, None], block.rarity**2])
