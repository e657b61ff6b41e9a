"""Finds the cues of a message: the phrases of the word lists that say how a place name beside them is meant.

Phrases in Latin letters are matched word by word, others letter by letter beside a name. Knows no names.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from sys import intern
from typing import NamedTuple

from intents.places.message import Message
from intents.places.words import CUES, KINDS, PlaceWords
from intents.text import fold, normalise

#: One bit for each cue, so that a phrase carries several at once and a test is one operation.
BIT: Mapping[str, int] = {cue: 1 << number for number, cue in enumerate(CUES)}
KIND_BEFORE: Mapping[str, int] = {kind: 1 << len(CUES) + number for number, kind in enumerate(KINDS)}
KIND_AFTER: Mapping[str, int] = {kind: bit << len(KINDS) for kind, bit in KIND_BEFORE.items()}
ANY_KIND_BEFORE = sum(KIND_BEFORE.values())
ANY_KIND_AFTER = sum(KIND_AFTER.values())

#: A word this short must be typed with its accents, unless it is listed without (bà is no "ba").
_SHORT = 3
#: A single word of another language counts only from this many letters on.
_FOREIGN_LENGTH = 5

_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_contains = frozenset.__contains__
_LATIN_WORD = re.compile("[a-z]+")


class Phrase(NamedTuple):
    """A listed phrase: its words without accents and, where it has any, the spellings allowed for each."""

    words: tuple[str, ...]
    spellings: tuple[frozenset[str], ...] | None


def listed_phrases(words: PlaceWords) -> Iterator[tuple[str, int]]:
    """Every phrase of a language with its bit."""
    for cue, phrases in words.cues.items():
        yield from ((phrase, BIT[cue]) for phrase in phrases)
    for kind, phrases in words.kind_before.items():
        yield from ((phrase, KIND_BEFORE[kind]) for phrase in phrases)
    for kind, phrases in words.kind_after.items():
        yield from ((phrase, KIND_AFTER[kind]) for phrase in phrases)


def _spellings(word: str, alone: bool) -> frozenset[str]:
    """The ways to type a listed word: as listed, without tone marks, and bare where that is clear enough."""
    plain = fold(word)
    toneless = unicodedata.normalize("NFC", unicodedata.normalize("NFD", word).translate(_TONES))
    if alone and len(plain) <= _SHORT and word != plain:
        return frozenset({word, toneless} - {plain})
    return frozenset((word, toneless, plain))


@lru_cache(maxsize=16384)
def latin_phrase(text: str) -> Phrase | None:
    """The phrase's words; None for a phrase in another script."""
    listed = normalise(text).lower()
    plain = fold(listed)
    spans = [match.span() for match in _LATIN_WORD.finditer(plain)]
    if not spans:
        return None
    words = tuple(intern(plain[start:end]) for start, end in spans)
    typed = tuple(intern(listed[start:end]) for start, end in spans)
    if typed == words:
        return Phrase(words, None)
    return Phrase(words, tuple(_spellings(word, len(words) == 1) for word in typed))


class Marks:
    """The cues found in one message: phrases by the word they start at and by the word they end before."""

    __slots__ = ("ending", "starting")

    def __init__(self) -> None:
        self.starting: dict[int, list[tuple[int, int]]] = {}
        self.ending: dict[int, list[tuple[int, int]]] = {}

    def add(self, start: int, end: int, mask: int) -> None:
        """Notes a phrase of the words start .. end - 1."""
        self.starting.setdefault(start, []).append((end, mask))
        self.ending.setdefault(end, []).append((start, mask))

    def between(self, first: int, last: int) -> int:
        """All cues whose phrases lie within the words first .. last - 1."""
        mask = 0
        for index, found in self.starting.items():
            if first <= index < last:
                for end, bits in found:
                    if end <= last:
                        mask |= bits
        return mask

    def starting_at(self, index: int) -> int:
        mask = 0
        for _, bits in self.starting.get(index, ()):
            mask |= bits
        return mask


class CueTable:
    """The cues of one language, with the longer phrases of the others behind them."""

    def __init__(self, own: Sequence[PlaceWords], others: Sequence[PlaceWords]) -> None:
        latin: dict[Phrase, int] = defaultdict(int)
        glued: dict[str, int] = defaultdict(int)
        for words in own:
            for text, mask in listed_phrases(words):
                if phrase := latin_phrase(text):
                    latin[phrase] |= mask
                else:
                    glued[text] |= mask
        taken = {phrase.words for phrase in latin}
        for words in others:
            for text, mask in listed_phrases(words):
                phrase = latin_phrase(text)
                if phrase is None:
                    glued[text] |= mask
                elif phrase.words not in taken and _travels(phrase, mask):
                    latin[phrase] |= mask
        self._single: dict[str, tuple[int, ...]] = {}  # by the word as it is typed
        self._several: dict[
            tuple[str, ...], tuple[tuple[Phrase, int], ...]
        ] = {}  # by the first two plain words
        for phrase, mask in latin.items():
            pair = phrase.words[:2]
            if len(pair) == 2:
                self._several[pair] = (*self._several.get(pair, ()), (phrase, mask))
                continue
            for spelling in phrase.spellings[0] if phrase.spellings else phrase.words:
                self._single[spelling] = (*self._single.get(spelling, ()), mask)
        self._unspaced = tuple(glued.items())
        self._after = _by_letter(glued, 0)
        self._before = _by_letter(glued, -1)
        self.joins = frozenset(
            phrase.words[0]
            for words in (*own, *others)
            for text in words.cues.get("join", ())
            if (phrase := latin_phrase(text)) and len(phrase.words) == 1
        )
        self.vocabulary = frozenset(word for phrase in latin for word in phrase.words)

    def mark(self, message: Message) -> Marks:
        """Every phrase of the table that stands in the message without a sign inside it."""
        marks = Marks()
        words, typed, gaps = message.words, message.typed, message.gaps
        single, several = self._single, self._several
        for index, word in enumerate(typed):
            for mask in single.get(word, ()):
                marks.add(index, index + 1, mask)
        for index, pair in enumerate(pairwise(words)):
            if pair not in several or gaps[index + 1]:
                continue
            for (phrase, spellings), mask in several[pair]:
                end = index + len(phrase)
                if len(phrase) > 2 and (tuple(words[index:end]) != phrase or any(gaps[index + 2 : end])):
                    continue
                if spellings is None:
                    if typed is not words and tuple(typed[index:end]) != phrase:
                        continue
                elif not all(map(_contains, spellings, typed[index:end])):
                    continue
                marks.add(index, end, mask)
        return marks

    def after(self, text: str, position: int) -> tuple[str, int]:
        """The longest unspaced phrase right at `position` and its cues: ("じゃない", not_after)."""
        for phrase, mask in self._after.get(text[position : position + 1], ()):
            if text.startswith(phrase, position):
                return phrase, mask
        return "", 0

    def within(self, text: str) -> int:
        """All cues of the unspaced phrases anywhere in a text."""
        mask = 0
        for phrase, bits in self._unspaced:
            if phrase in text:
                mask |= bits
        return mask

    def before(self, text: str, position: int) -> tuple[str, int]:
        """The longest unspaced phrase that ends at `position` and its cues."""
        for phrase, mask in self._before.get(text[max(0, position - 1) : position], ()):
            if text.endswith(phrase, 0, position):
                return phrase, mask
        return "", 0


def _travels(phrase: Phrase, mask: int) -> bool:
    """Whether a phrase counts in a message of another language: suffixes always, the rest by length."""
    length = sum(map(len, phrase.words))
    return bool(mask & ANY_KIND_AFTER) or length >= _FOREIGN_LENGTH


def _by_letter(phrases: Mapping[str, int], place: int) -> dict[str, list[tuple[str, int]]]:
    """Phrases by their first or last letter, the longest first."""
    found: dict[str, list[tuple[str, int]]] = {}
    for phrase, mask in sorted(phrases.items(), key=lambda pair: (-len(pair[0]), pair[0])):
        found.setdefault(phrase[place], []).append((phrase, mask))
    return found
