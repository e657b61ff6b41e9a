"""Finds the concepts that a message speaks of, by the word lists of intents/*.yaml.

A concept is what a word means here, whatever the language: `learn` is "learn", "aprender", "học", "習う".
The longest phrase wins; accents are respected where the writer typed them; small typos are forgiven
in words that no example sentence uses. Knows nothing of intents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from intents.keystrokes import without_keystrokes
from intents.phrase_index import SHORT, Match, PhraseIndex, Typos
from intents.reading import PLACE, Reading, Word
from intents.text import hiragana, normalise

_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
#: Beginners put spaces anywhere between kana; between other letters they part words.
_SPACES = re.compile("(?<=[\u3040-\u30ff\u3400-\u9fff]) +(?=[\u3040-\u30ff\u3400-\u9fff])")
_PLACE = Match(1, ("place",), PLACE)


class Hit(NamedTuple):
    """A concept found in the text between `start` and `end`; `form` is the listed word."""

    start: int
    end: int
    concept: str
    form: str


class Lexicon:
    """The concepts of all languages.

    `borrowed` names for each language those whose words it also uses, in order ("nihongo", "class").
    `strict` are the languages in which another accent makes another word. `known` words are no typos.
    """

    def __init__(
        self,
        concepts: Mapping[str, Mapping[str, Sequence[str]]],
        borrowed: Mapping[str, Sequence[str]],
        strict: frozenset[str] = frozenset(),
        known: frozenset[str] = frozenset(),
    ) -> None:
        latin: dict[str, dict[str, list[str]]] = {language: {} for language in concepts}
        self._japanese: dict[str, tuple[str, ...]] = {}
        for language, lists in concepts.items():
            for concept, phrases in lists.items():
                for written in phrases:
                    phrase = normalise(written).lower()
                    if not phrase.isascii() and _JAPANESE.search(phrase):
                        phrase = _SPACES.sub("", hiragana(phrase))
                        self._japanese[phrase] = (*self._japanese.get(phrase, ()), concept)
                    else:
                        latin[language].setdefault(phrase, []).append(concept)
        self._lengths: dict[str, list[int]] = {}  # of the Japanese phrases, by their first letter
        for phrase in sorted(self._japanese, key=len, reverse=True):
            lengths = self._lengths.setdefault(phrase[0], [])
            if len(phrase) not in lengths:
                lengths.append(len(phrase))
        self._indexes = {own: PhraseIndex(phrases, own in strict) for own, phrases in latin.items()}
        self._typos = {own: Typos(index.words()) for own, index in self._indexes.items() if own not in strict}
        self._borrowed = {own: [self._indexes[other] for other in others] for own, others in borrowed.items()}
        self._starts = {
            own: [self._indexes[code].starts() for code in (own, *borrowed.get(own, ()))] for own in latin
        }
        self._strict = strict
        self._known = known
        self._alone = lru_cache(maxsize=1 << 13)(self._find_alone)

    def find(self, reading: Reading, language: str) -> list[Hit]:
        """The concepts of a message in `language`, in the order of the text. One word may carry
        several concepts, and two phrases may share a word ("lớp tiếng" and "tiếng Anh"), but no hit lies
        within another.
        """
        hits = list(self._latin(reading.words, language))
        if reading.has_japanese:
            hits += self._scan_japanese(reading.text)
            hits.sort(key=lambda hit: hit.start)
        return hits

    def covers(self, reading: Reading, language: str) -> bool:
        """Whether every word of a message is in the lists of this language itself."""
        own = self._indexes[language]
        words = [word for word in reading.words if word.typed != PLACE]
        typed = [word.typed for word in words]
        plain = [word.plain for word in words]
        position = 0
        while position < len(words):
            match = own.several(plain, position, typed) or own.single(plain[position], typed[position])
            if match is None:
                return False
            position += match.length
        return bool(words)

    def _latin(self, words: Sequence[Word], language: str) -> Iterator[Hit]:
        typed = [word.typed for word in words]
        plain = [word.plain for word in words]
        repaired = list(map(without_keystrokes, plain)) if language in self._strict else plain
        starts, alone = self._starts[language], self._alone
        pairs = zip_longest(plain, plain[1:])
        reached = 0
        for position, (as_typed, as_plain, meant, pair) in enumerate(
            zip(typed, plain, repaired, pairs, strict=True)
        ):
            match: Match | None = None
            if as_typed == PLACE:
                match = _PLACE
            else:
                for known in starts:
                    if pair in known or meant != as_plain:
                        match = self._several(language, typed, plain, repaired, position)
                        break
                if match is None and (match := alone(language, as_typed, as_plain, meant)) is None:
                    continue
            if position + match.length <= reached:
                continue
            reached = position + match.length
            last = words[reached - 1]
            for concept in match.concepts:
                yield Hit(words[position].start, last.start + len(last.typed), concept, match.form)

    def _several(
        self,
        language: str,
        typed: Sequence[str],
        plain: Sequence[str],
        repaired: Sequence[str],
        position: int,
    ) -> Match | None:
        """The longest phrase of several words that starts at `position`."""
        own = self._indexes[language]
        match = own.several(plain, position, typed)
        if match is None and repaired is not plain:
            match = own.several(repaired, position) if repaired[position] != plain[position] else None
        for other in self._borrowed.get(language, ()):
            match = match or other.several(plain, position, typed)
        return match

    def _find_alone(self, language: str, typed: str, plain: str, repaired: str) -> Match | None:
        """The phrase of one word: as it is, undone from keystrokes, borrowed, or misspelt."""
        own = self._indexes[language]
        match = own.single(plain, typed) or (own.single(repaired) if repaired != plain else None)
        if match or len(plain) <= SHORT or (plain in self._known and language in self._strict):
            return match
        for other in self._borrowed.get(language, ()):
            if match := other.single(plain, typed):
                return match
        if plain in self._known or language not in self._typos:
            return None
        meant = self._typos[language].nearest(plain)
        return own.single(meant) if meant else None

    def _scan_japanese(self, text: str) -> Iterator[Hit]:
        hidden = {i for match in _SPACES.finditer(text) for i in range(*match.span())}
        positions = [i for i in range(len(text)) if i not in hidden]
        kana = hiragana("".join([text[i] for i in positions]) if hidden else text)
        position = 0
        while position < len(kana):
            if kana[position] <= "\u2fff" and not kana[position].isdigit():
                position += 1
                continue
            for length in self._lengths.get(kana[position], ()):
                phrase = kana[position : position + length]
                if concepts := self._japanese.get(phrase):
                    start, end = positions[position], positions[position + len(phrase) - 1] + 1
                    for concept in concepts:
                        yield Hit(start, end, concept, phrase)
                    position += len(phrase)
                    break
            else:
                position += 1
