"""Looks up the listed phrases of one language in the words of a message; small typos have their own table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from intents.text import fold

#: From this length on, a word may carry one typo; from LONG two.
MEDIUM, LONG = 5, 8

#: An unaccented word as short as this stands for an accented one only if it is listed without accents too.
SHORT = 3

_WORD = re.compile(
    r"[^\W_]+(?:['-][^\W_]+)*|[?!¿;]|[\U0001f1e6-\U0001f1ff]{2}|[\U0001f300-\U0001faff\u2600-\u27bf]"
)


class Match(NamedTuple):
    """A phrase that was found: how many words it has, its concepts, and how it is listed."""

    length: int
    concepts: tuple[str, ...]
    form: str


class _Phrase(NamedTuple):
    """Phrases that differ in accents only: their plain words, what they mean together, and, where accents
    matter, each as it is written with its own concepts.
    """

    plain: tuple[str, ...]
    match: Match
    written: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


class PhraseIndex:
    """The phrases of one language; where `strict`, an accent that was typed must fit."""

    def __init__(self, phrases: Mapping[str, Sequence[str]], strict: bool) -> None:
        self._strict = strict
        self._singles: dict[str, _Phrase] = {}
        self._several: dict[
            tuple[str, ...], tuple[_Phrase, ...]
        ] = {}  # by the first two words, the longest first
        gathered: dict[tuple[str, ...], list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        # One object for all words that are equal, and for all tuples.
        word: dict[str, str] = {}
        same: dict[tuple[str, ...], tuple[str, ...]] = {}
        for listed, listed_concepts in phrases.items():
            words = tuple([word.setdefault(one, one) for one in _WORD.findall(listed)])
            if words:
                folded = words if listed.isascii() else map(fold, words)
                plain = tuple([word.setdefault(one, one) for one in folded])
                plain = same.setdefault(plain, plain)
                words = same.setdefault(words, words)
                concepts = tuple(listed_concepts)
                gathered.setdefault(plain, []).append((words, same.setdefault(concepts, concepts)))
        for plain, written in gathered.items():
            concepts = tuple(dict.fromkeys(concept for _, own in written for concept in own))
            form = " ".join(written[0][0])
            match = Match(len(plain), same.setdefault(concepts, concepts), word.setdefault(form, form))
            phrase = _Phrase(plain, match, tuple(written) if strict else ())
            if len(plain) == 1:
                self._singles[plain[0]] = phrase
            else:
                start = plain[:2]
                own = (*self._several.get(start, ()), phrase)
                self._several[start] = tuple(sorted(own, key=lambda phrase: -len(phrase.plain)))

    def words(self) -> Iterable[str]:
        """The phrases of one word, without accents."""
        return self._singles.keys()

    def starts(self) -> Set[tuple[str, ...]]:
        """The first two words of every longer phrase."""
        return self._several.keys()

    def single(self, plain: str, typed: str = "") -> Match | None:
        """The phrase of this one word; without `typed`, accents do not matter."""
        phrase = self._singles.get(plain)
        return self._fitting(phrase, (typed,)) if phrase and typed else phrase and phrase.match

    def several(self, plain: Sequence[str], position: int, typed: Sequence[str] = ()) -> Match | None:
        """The longest phrase of two or more words that starts at `position`."""
        if position + 1 == len(plain):
            return None
        for phrase in self._several.get((plain[position], plain[position + 1]), ()):
            end = position + len(phrase.plain)
            if tuple(plain[position:end]) == phrase.plain:
                match = self._fitting(phrase, typed[position:end]) if typed else phrase.match
                if match:
                    return match
        return None

    def _fitting(self, phrase: _Phrase, typed: Sequence[str]) -> Match | None:
        """What of a phrase fits the accents that were typed."""
        if not self._strict:
            return phrase.match
        alone = len(typed) == 1
        found = [
            (words, concepts)
            for words, concepts in phrase.written
            if all(may_stand_for(*pair, alone) for pair in zip(typed, words, strict=True))
        ]
        if not found:
            return None
        concepts = tuple(dict.fromkeys(concept for _, own in found for concept in own))
        return Match(len(typed), concepts, " ".join(found[0][0]))


@lru_cache(maxsize=1 << 11)
def may_stand_for(typed: str, written: str, alone: bool = True) -> bool:
    """Whether `typed` can be meant for `written`, when both have the same letters without accents.

    Missing accents are forgiven, other ones are not: "lop" and "lơp" may be lớp, "dậy" is not dạy.
    """
    if typed == written:
        return True
    if typed.isascii():
        return not (alone and len(typed) <= SHORT)
    if len(typed) != len(written):
        return False
    return all(_marks(a) <= _marks(b) for a, b in zip(typed, written, strict=True))


@lru_cache(maxsize=1 << 10)
def _marks(letter: str) -> frozenset[str]:
    return frozenset(unicodedata.normalize("NFD", letter.replace("đ", "d\u0335"))[1:])


class Typos:
    """Finds the listed word that a misspelt one is meant for. The first letter is always typed right."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_start: dict[tuple[str, int], list[str]] = {}
        for word in words:
            if len(word) >= MEDIUM and word.isalpha():
                self._by_start.setdefault((word[0], len(word)), []).append(word)

    def nearest(self, word: str) -> str | None:
        """The listed word closest to this one, if it is close enough."""
        if len(word) < MEDIUM:
            return None
        most = 1 if len(word) < LONG else 2
        near = [
            candidate
            for length in range(len(word) - most, len(word) + most + 1)
            for candidate in self._by_start.get((word[0], length), ())
        ]
        found = process.extractOne(word, near, scorer=OSA.distance, processor=None, score_cutoff=most)
        return found[0] if found else None
