"""Finds the names that a few changes make of a word, in a time that hardly grows with their number.

A change is a letter more, less or another, or two neighbours that change places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from rapidfuzz import process
from rapidfuzz.distance import OSA

#: So many names are looked at one by one; that takes a hundredth of a millisecond at most.
_FEW = 150
#: Names of this length and longer ones are found by so many of their first letters.
_BEGINNING = 6


class NearNames:
    """The names, of which `within` tells those that at most `reach` changes make of a word."""

    def __init__(self, names: Sequence[str], reach: int) -> None:
        self._names = names
        self._reach = reach
        sharing: dict[str, list[int]] = {}
        if len(names) > _FEW:
            for index, name in enumerate(names):
                for rest in set(self._rests(name)):
                    sharing.setdefault(rest, []).append(index)
        self._sharing = {rest: tuple(indices) for rest, indices in sharing.items()}

    def within(self, word: str) -> dict[int, int]:
        """The names, by their index, and how many changes it takes."""
        names, reach = self._names, self._reach
        if not self._sharing:
            near = process.extract(
                word, names, scorer=OSA.distance, processor=None, score_cutoff=reach, limit=None
            )
            return {index: int(distance) for _, distance, index in near}
        sharing = self._sharing
        candidates = {index for rest in self._rests(word) if rest in sharing for index in sharing[rest]}
        return {
            index: distance
            for index in candidates
            if (distance := OSA.distance(word, names[index], score_cutoff=reach)) <= reach
        }

    def _rests(self, word: str) -> Iterator[str]:
        """What is left of the beginning of a word without `reach` of its letters, or without fewer where it is
        shorter than others. Two words that so many changes make of each other have one of these in common:
        each change costs at most one of the letters that both begin with in the same order.
        """
        beginning = word[:_BEGINNING]
        shortest = max(0, len(beginning) - self._reach)
        longest = min(len(beginning), _BEGINNING - self._reach)
        for length in range(shortest, longest + 1):
            yield from map("".join, combinations(beginning, length))
