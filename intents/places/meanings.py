"""Names that are ordinary words in some company: soja between "molho de" and "beans"."""

from __future__ import annotations

from collections.abc import Iterable

from intents.places.cues import Phrase, latin_phrase
from intents.places.draft import Draft
from intents.places.message import SOFT, Message
from intents.places.words import PlaceWords


class Meanings:
    """The phrases of all languages that make a word of a name."""

    def __init__(self, languages: Iterable[PlaceWords]) -> None:
        self._before: dict[str, set[tuple[str, ...]]] = {}
        self._after: dict[str, set[tuple[str, ...]]] = {}
        for words in languages:
            for name, meaning in words.other_meanings.items():
                self._before.setdefault(name, set()).update(_plain(meaning.before))
                self._after.setdefault(name, set()).update(_plain(meaning.after))

    def is_word(self, message: Message, draft: Draft) -> bool:
        """Whether the phrases right before or after a name make it an ordinary word."""
        if not draft.is_latin or draft.kind or draft.name not in self._before:
            return False
        words, gaps = message.words, message.gaps
        if gaps[draft.first] == SOFT and any(
            tuple(words[draft.first - len(phrase) : draft.first]) == phrase for phrase in self._before[draft.name]
        ):
            return True
        return gaps[draft.last] == SOFT and any(
            tuple(words[draft.last : draft.last + len(phrase)]) == phrase for phrase in self._after[draft.name]
        )


def _plain(phrases: Iterable[str]) -> set[tuple[str, ...]]:
    found: list[Phrase | None] = [latin_phrase(phrase) for phrase in phrases]
    return {phrase.words for phrase in found if phrase}
