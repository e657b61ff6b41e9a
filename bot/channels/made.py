"""Remembers what was made of an object, for as long as that object lives: an answer that is kept to be given
again is rendered once. Knows nothing of either.
"""

from __future__ import annotations

import weakref
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Made(Generic[K, V]):
    """By the object itself, not by what it is equal to: comparing whole answers would cost more than it saves."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[weakref.ref[K], V]] = {}

    def __len__(self) -> int:
        return len(self._made)

    def get(self, thing: K) -> V | None:
        found = self._made.get(id(thing))
        return found[1] if found else None

    def put(self, thing: K, value: V) -> None:
        key, made = id(thing), self._made
        made[key] = weakref.ref(thing, lambda _: made.pop(key, None)), value
