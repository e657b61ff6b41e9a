"""Finds the concepts that a message speaks of, by the word lists of intents/*.yaml.

A concept is what a word means here, whatever the language: `learn` is "learn", "aprender", "học", "習う".
The longest phrase wins; accents are respected where the writer typed them; small typos are forgiven
in words that no example sentence uses. Knows nothing of intents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from intents.keystrokes import without_keystrokes
from intents.reading import PLACE, Reading, Word
from intents.text import fold, hiragana, normalise

#: From this length on, a word may carry one typo; from LONG two.
MEDIUM, LONG = 5, 8

#: An unaccented word as short as this stands for an accented one only if it is listed without accents too.
SHORT = 3

_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_PHRASE_WORD = re.compile(
    r"[^\W_]+(?:['-][^\W_]+)*|[?!¿;]|[\U0001f1e6-\U0001f1ff]{2}|[\U0001f300-\U0001faff\u2600-\u27bf]"
)


class Hit(NamedTuple):
    """A concept found in the text between `start` and `end`; `form` is the listed word."""

    start: int
    end: int
    concept: str
    form: str


class _Entry(NamedTuple):
    """A listed phrase: its words as written, and the concepts that it carries."""

    words: tuple[str, ...]
    concepts: tuple[str, ...]


class _Index:
    """The Latin phrases of one language, by the plain form of their first word."""

    def __init__(self, phrases: Mapping[str, Sequence[str]]) -> None:
        self._entries: dict[str, list[tuple[tuple[str, ...], list[_Entry]]]] = {}
        gathered: dict[tuple[str, ...], dict[tuple[str, ...], list[str]]] = {}
        for phrase, concepts in phrases.items():
            words = tuple(_PHRASE_WORD.findall(phrase))
            if words:
                plain = tuple(fold(word) for word in words)
                gathered.setdefault(plain, {}).setdefault(words, []).extend(concepts)
        for plain, forms in gathered.items():
            entries = [_Entry(words, tuple(dict.fromkeys(concepts))) for words, concepts in forms.items()]
            self._entries.setdefault(plain[0], []).append((plain, entries))
        for candidates in self._entries.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))
        self.singles = frozenset(plain[0] for plain in gathered if len(plain) == 1)

    def __contains__(self, plain: str) -> bool:
        return plain in self._entries

    def longest(
        self, words: Sequence[Word], plain: Sequence[str], position: int, strict: bool
    ) -> tuple[int, tuple[str, ...], str] | None:
        """The longest phrase that starts at `position`: how many words, its concepts, its written form."""
        for key, entries in self._entries.get(plain[position], ()):
            end = position + len(key)
            if len(key) > 1 and tuple(plain[position:end]) != key:
                continue
            concepts: list[str] = []
            form = ""
            for entry in entries:
                if not strict or all(
                    may_stand_for(word.typed, written, len(key) == 1)
                    for word, written in zip(words[position:end], entry.words, strict=True)
                ):
                    concepts += entry.concepts
                    form = form or " ".join(entry.words)
            if concepts:
                return len(key), tuple(dict.fromkeys(concepts)), form
        return None


@lru_cache(maxsize=1 << 14)
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


class _Typos:
    """Finds the listed word that a misspelt one is meant for. The first letter is always typed right."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_start: dict[tuple[str, int], list[str]] = {}
        for word in words:
            if len(word) >= MEDIUM and word.isalpha():
                self._by_start.setdefault((word[0], len(word)), []).append(word)
        self.nearest = lru_cache(maxsize=1 << 13)(self._nearest)

    def _nearest(self, word: str) -> str | None:
        most = 1 if len(word) < LONG else 2
        near = [
            candidate
            for length in range(len(word) - most, len(word) + most + 1)
            for candidate in self._by_start.get((word[0], length), ())
        ]
        found = process.extractOne(word, near, scorer=OSA.distance, processor=None, score_cutoff=most)
        return found[0] if found else None


class Lexicon:
    """The concepts of all languages.

    `borrowed` names for each language those whose words it also uses, in order ("nihongo", "class").
    `strict` are the languages in which another accent makes another word.
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
                    if _JAPANESE.search(phrase):
                        phrase = hiragana(phrase)
                        self._japanese[phrase] = (*self._japanese.get(phrase, ()), concept)
                    else:
                        latin[language].setdefault(phrase, []).append(concept)
        self._longest_japanese = max(map(len, self._japanese), default=0)
        self._indexes = {language: _Index(phrases) for language, phrases in latin.items()}
        self._typos = {
            language: _Typos(index.singles)
            for language, index in self._indexes.items()
            if language not in strict
        }
        self._borrowed = borrowed
        self._strict = strict
        self._known = known

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

    def _latin(self, words: Sequence[Word], language: str) -> Iterator[Hit]:
        plain = [word.plain for word in words]
        strict = language in self._strict
        repaired = [without_keystrokes(word) for word in plain] if strict else plain
        reached = 0
        for position, word in enumerate(words):
            if word.typed == PLACE:
                found: tuple[int, tuple[str, ...], str] | None = (1, ("place",), PLACE)
            else:
                found = self._at(words, plain, repaired, position, language)
            if found is None or position + found[0] <= reached:
                continue
            length, concepts, form = found
            reached = position + length
            last = words[reached - 1]
            for concept in concepts:
                yield Hit(word.start, last.start + len(last.typed), concept, form)

    def _at(
        self,
        words: Sequence[Word],
        plain: Sequence[str],
        repaired: Sequence[str],
        position: int,
        language: str,
    ) -> tuple[int, tuple[str, ...], str] | None:
        index = self._indexes[language]
        strict = language in self._strict
        found = index.longest(words, plain, position, strict)
        if found is None and repaired is not plain and repaired[position] != plain[position]:
            found = index.longest(words, repaired, position, strict=False)
        if found is not None:
            return found
        word = plain[position]
        if len(word) <= SHORT or (word in self._known and language in self._strict):
            return None
        for other in self._borrowed.get(language, ()):
            found = self._indexes[other].longest(words, plain, position, other in self._strict)
            if found is not None:
                return found
        if language in self._typos and len(word) >= MEDIUM and word not in self._known:
            meant = self._typos[language].nearest(word)
            if meant is not None:
                return index.longest([Word(0, meant, meant)], [meant], 0, strict=False)
        return None

    def _scan_japanese(self, text: str) -> Iterator[Hit]:
        kana = hiragana(text)
        position = 0
        while position < len(kana):
            if kana[position] <= "\u2fff":
                position += 1
                continue
            for end in range(min(len(kana), position + self._longest_japanese), position, -1):
                concepts = self._japanese.get(kana[position:end])
                if concepts:
                    for concept in concepts:
                        yield Hit(position, end, concept, kana[position:end])
                    position = end
                    break
            else:
                position += 1
