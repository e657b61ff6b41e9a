"""Names that are ordinary words in some company: soja between "molho de" and "beans"."""

from __future__ import annotations

from collections.abc import Iterable

from intents.places.cues import latin_phrase
from intents.places.draft import Draft
from intents.places.message import SOFT, Message
from intents.places.words import PlaceWords

_Phrases = dict[str, set[tuple[str, ...]]]


class Meanings:
    """The phrases of all languages that make a word of a name."""

    def __init__(self, languages: Iterable[PlaceWords]) -> None:
        self._before: _Phrases = {}
        self._after: _Phrases = {}
        for words in languages:
            for name, meaning in words.other_meanings.items():
                self._before.setdefault(name, set()).update(_plain(meaning.before))
                self._after.setdefault(name, set()).update(_plain(meaning.after))

    def is_word(self, message: Message, draft: Draft) -> bool:
        """Whether the phrases right before or after a name make it an ordinary word."""
        if not draft.is_latin or draft.kind or draft.name not in self._before:
            return False
        words, first, last = message.words, draft.first, draft.last
        if message.gaps[first] == SOFT:
            for phrase in self._before[draft.name]:
                if tuple(words[max(0, first - len(phrase)) : first]) == phrase:
                    return True
        follows = self._after[draft.name] if message.gaps[last] == SOFT else ()
        return any(tuple(words[last : last + len(phrase)]) == phrase for phrase in follows)


def _plain(phrases: Iterable[str]) -> set[tuple[str, ...]]:
    found = (latin_phrase(phrase) for phrase in phrases)
    return {phrase.words for phrase in found if phrase}
