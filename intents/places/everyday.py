"""What one language's word lists say about single words: which are ordinary, and how its letters sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from intents.places.words import PlaceWords
from intents.text import fold

_CACHE = 1024


class Everyday:
    """The lists of one language, or of all where the language of a message is unknown.

    Then a word counts as ordinary only where two languages list it: "toda" is no word of most people's.
    """

    def __init__(self, languages: Sequence[PlaceWords]) -> None:
        listed = Counter(word for words in languages for word in words.ordinary)
        self.ordinary = frozenset(word for word, times in listed.items() if times > 1 or len(languages) == 1)
        self.not_typos = frozenset(fold(word) for words in languages for word in words.not_typos)
        self.not_places = frozenset(fold(word) for words in languages for word in words.not_places)
        self.respelt = lru_cache(maxsize=_CACHE)(self._respelt)
        self._sounds = [
            list(zip(words.sounds, chosen, strict=True))
            for words in languages
            if words.sounds
            for chosen in product(*words.sounds.values())
        ]

    def knows(self, word: str) -> bool:
        """Whether the language has this word, so that it is no misspelt name."""
        return word in self.not_typos or word in self.ordinary

    def _respelt(self, word: str) -> tuple[str, ...]:
        """The word with the sounds that its writer may have meant: suduca is suzuca, or suyuca."""
        found = []
        for sounds in self._sounds:
            other = word
            for letters, sound in sounds:
                other = other.replace(letters, sound)
            if other != word:
                found.append(other)
        return tuple(found)
