"""What the pieces of single words add up to in a linear model, remembered for the words that were met lately.

Knows neither what the pieces are nor what the sums mean.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain

import numpy as np
import numpy.typing as npt

from intents.feature_rows import Rows

Floats = npt.NDArray[np.float32]

#: So many words are remembered; then all are forgotten, and the usual ones come back with the next messages.
_ROOM = 12288
#: Longer ones are whole sentences of a language without spaces, which hardly come again.
_LONGEST = 24


class WordSums:
    """Several threads may ask at once: what was handed out to one stays as it is."""

    def __init__(
        self,
        weights: Floats,
        rows_of: Callable[[Sequence[str]], Rows],
        pieces_of: Callable[[str], Iterable[str]],
    ) -> None:
        """`weights` has a row for each piece that is known; row 0, of all others, adds nothing. `rows_of` gives
        the rows of pieces, `pieces_of` the pieces of a word, each once.
        """
        self._rows_of = rows_of
        self._pieces_of = pieces_of
        self._lock = threading.Lock()
        self._met = self._nothing_met(weights)
        self._height = len(weights)

    @staticmethod
    def _nothing_met(weights: Floats) -> tuple[dict[str, int], Floats]:
        # Rows that hold nothing yet take no memory: the system gives it when they are written.
        table = np.zeros((len(weights) + _ROOM, weights.shape[1]), np.float32)
        table[: len(weights)] = weights
        return {}, table

    @property
    def weights(self) -> Floats:
        """As they were given."""
        return self._met[1][: self._height]

    def rows_of(self, words: Sequence[str]) -> tuple[list[int], Floats]:
        """The rows that the words add up to, and the table they stand in: the weights, and a row for each
        word below them.
        """
        known, table = self._met
        rows = [row for row in map(known.get, words) if row is not None]
        return (rows, table) if len(rows) == len(words) else self._meet(words)

    def _meet(self, words: Sequence[str]) -> tuple[list[int], Floats]:
        """The same for words of which some are new."""
        with self._lock:
            if len(self._met[0]) + len(words) > _ROOM:
                self._met = self._nothing_met(self.weights)
            known, table = self._met
            rows = [row for row in map(known.get, words) if row is not None]
            new = [word for word in words if word not in known and len(word) <= _LONGEST]
            if new:
                first = self._height + len(known)
                added = range(first, first + len(new))
                table[first : added.stop] = self._sums(new, table)
                known.update(zip(new, added, strict=True))
                rows += added
            for word in words:
                if len(word) > _LONGEST:
                    rows += self._rows_of([*self._pieces_of(word)]).tolist()
            return rows, table

    def _sums(self, words: Sequence[str], table: Floats) -> Floats:
        """A row for each word: what its pieces add up to."""
        pieces = [[*self._pieces_of(word)] for word in words]
        starts = list(accumulate(map(len, pieces[:-1]), initial=0))
        rows = self._rows_of([*chain.from_iterable(pieces)])
        sums: Floats = np.add.reduceat(table.take(rows, 0), starts)
        return sums
