"""What the pieces of single words add up to in a linear model, remembered for the words that were met lately.

Knows neither what the pieces are nor what the sums mean.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

#: So many words are remembered; then all are forgotten, and the usual ones come back with the next messages.
_ROOM = 12288
#: Longer ones are whole sentences of a language without spaces, which hardly come again.
_LONGEST = 24


class WordSums:
    """Several threads may ask at once: what was handed out to one stays as it is."""

    def __init__(
        self, weights: Iterable[Floats], rows: Mapping[str, int], pieces_of: Callable[[str], Iterable[str]]
    ) -> None:
        """`weights`, one below the other, have a row for each feature; row 0 adds nothing. `rows` maps pieces
        to theirs, none of them 0; `pieces_of` gives those of a word, each once.
        """
        self._row_of = rows.get
        self._pieces_of = pieces_of
        self._lock = threading.Lock()
        self._met = self._nothing_met(weights)
        self._height = len(self._met[1]) - _ROOM

    @staticmethod
    def _nothing_met(weights: Iterable[Floats]) -> tuple[dict[str, int], Floats]:
        parts = list(weights)
        height = sum(map(len, parts))
        # Rows that hold nothing yet take no memory: the system gives it when they are written.
        table = np.zeros((height + _ROOM, parts[0].shape[1]), np.float32)
        np.concatenate(parts, out=table[:height])
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
                self._met = self._nothing_met([self.weights])
            known, table = self._met
            rows: list[int] = []
            new: list[str] = []
            gathered: list[int] = []
            starts: list[int] = []
            for word in words:
                if (row := known.get(word)) is not None:
                    rows.append(row)
                    continue
                within = filter(None, map(self._row_of, self._pieces_of(word)))
                if len(word) > _LONGEST:
                    rows += within
                    continue
                new.append(word)
                starts.append(len(gathered))
                gathered.append(0)
                gathered += within
            if new:
                first = self._height + len(known)
                added = range(first, first + len(new))
                table[first : added.stop] = np.add.reduceat(table.take(gathered, 0), starts)
                known.update(zip(new, added, strict=True))
                rows += added
            return rows, table
