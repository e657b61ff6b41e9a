"""Finds names that no list has, in Latin letters, where a place must stand: "Hamahashi-shi", "ở Xyzcity"."""

from __future__ import annotations

import re

from intents.places.cues import ANY_KIND_AFTER, ANY_KIND_BEFORE, BIT, KIND_AFTER, KIND_BEFORE
from intents.places.draft import Draft
from intents.places.evidence import LIKELY, Surroundings, surroundings
from intents.places.message import SOFT
from intents.places.scene import Scene

_AT = BIT["at"]
#: A station or an estate is no town that one could look up.
_SMALL = sum(kinds[kind] for kinds in (KIND_AFTER, KIND_BEFORE) for kind in ("station", "district"))
_SHORTEST = 4

#: Syllables of romaji, so that "heard city" names no place.
_ROMAJI = re.compile("(?:(?:[kgsztdnhbpmryw]|sh|ch|ts|j|f|[kgnhbpmr]y)?[aiueo]+|n)+")
#: A single syllable is a word of Vietnamese before it is a name ("tinh tien").
_SYLLABLES = re.compile("[aiueo]+[^aiueo]+[aiueo]")


class InventedFinder:
    """`common` are words (without accents) that are no names."""

    def __init__(self, common: frozenset[str]) -> None:
        self._common = common

    def find(self, scene: Scene, taken: frozenset[int]) -> Draft | None:
        """The first such name; `taken` are words that belong to names of Japan."""
        message = scene.message
        everywhere = scene.marks.between(0, len(message)) & (ANY_KIND_BEFORE | ANY_KIND_AFTER)
        if not everywhere and not message.mixed_case:
            return None
        for index, word in enumerate(message.words):
            if len(word) < _SHORTEST or index in taken or self._is_word(scene, word):
                continue
            if not everywhere and not message.is_capital(index):
                continue
            around = surroundings(scene, index, index + 1)
            if self._has_suffix(scene, index, around) or self._has_preposition(scene, index, around):
                start, end = message.starts[index], message.ends[around.end - 1]
                return Draft(start, end, word, (), "invented", first=index, last=around.end, foreign=True)
        return None

    def _is_word(self, scene: Scene, word: str) -> bool:
        return word in self._common or word in scene.everyday.not_places

    @staticmethod
    def _has_suffix(scene: Scene, index: int, around: Surroundings) -> bool:
        """Whether a word for a kind of place makes a name of it, and it looks like one."""
        message = scene.message
        if not around.kind or (around.before | around.after) & _SMALL or scene.marks.starting_at(index):
            return False
        if message.is_capital(index) or message.text.startswith("-", message.ends[index]):
            return True
        word = message.words[index]
        return _ROMAJI.fullmatch(word) is not None and _SYLLABLES.search(word) is not None

    @staticmethod
    def _has_preposition(scene: Scene, index: int, around: Surroundings) -> bool:
        """Whether it stands right behind "in" with a capital letter of its own."""
        message = scene.message
        follows_capital = (
            index + 1 < len(message) and message.gaps[index + 1] == SOFT and message.is_capital(index + 1)
        )
        is_name = message.mixed_case and message.is_capital(index) and not follows_capital
        return is_name and bool(around.touching & _AT) and around.evidence >= LIKELY
