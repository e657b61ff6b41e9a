"""Cuts a word into its letter n-grams. Knows no language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter

#: Of longer words the cuts are not remembered: there are too many lengths.
_USUAL = 26


def grams(word: str, shortest: int, longest: int) -> Sequence[str]:
    """All runs of `shortest` to `longest` letters of a word of at least `shortest` + 1."""
    if len(word) > _USUAL:
        return [word[cut] for cut in _cuts(len(word), shortest, longest)]
    return _cutter(len(word), shortest, longest)(word)


@lru_cache(maxsize=64)
def _cutter(length: int, shortest: int, longest: int) -> Callable[[str], Sequence[str]]:
    """Makes all cuts at once, which takes half the time of one after the other."""
    first, *more = _cuts(length, shortest, longest)
    return itemgetter(first, *more)


def _cuts(length: int, shortest: int, longest: int) -> list[slice]:
    return [slice(i, i + n) for n in range(shortest, longest + 1) for i in range(length - n + 1)]
