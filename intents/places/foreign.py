"""Finds places outside Japan, and names in a place's position that no list has: what the bot must call unknown.

Consulted only where no place of Japan is asked about.
"""

from __future__ import annotations

import re
from itertools import chain
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from intents.gazetteer import table
from intents.places.cues import ANY_KIND_AFTER, ANY_KIND_BEFORE, BIT, KIND_AFTER, KIND_BEFORE, CueTable, Marks
from intents.places.draft import Draft
from intents.places.evidence import CERTAIN, LIKELY, Surroundings, surroundings
from intents.places.findings import How
from intents.places.message import COMMA, SOFT, STOP, Message
from intents.text import fold, hiragana

_WANT = BIT["want"]
_AT, _LEFT, _TO, _STILL, _LIVE = BIT["at"], BIT["left"], BIT["to"], BIT["still"], BIT["live"]
_PERSON = BIT["person_before"]
_STATION = KIND_AFTER["station"] | KIND_BEFORE["station"] | KIND_BEFORE["district"] | KIND_AFTER["district"]
_LONGEST = 3
_FEW_WORDS = 3
_SHORT = 6
_INVENTED_LENGTH = 4

#: Syllables of romaji, so that "heard city" names no place.
_ROMAJI = re.compile("(?:(?:[kgsztdnhbpmryw]|sh|ch|ts|j|f|[kgnhbpmr]y)?[aiueo]+|n)+")
_KANA = re.compile("[ぁ-ゖァ-ヺー]")
#: Shorter names must stand in katakana: ぱり is in さっぱり.
_CLEAR_KANA = 4
_PARTICLES = "でにのはへをともかがや"
_KATAKANA = re.compile("[ァ-ヺー]{3,}")
_KATAKANA_PLACE = re.compile("市|県|町|村|で(?!す|し|あ)|に(?:住|す|い|ある)|から来|とい?う(?:町|街|市)")
_KANA_CITY = re.compile("[ぁ-ゖァ-ヺー一-鿿]{2,8}?(?<![のなるいたてらこそどでがはもにをとりくへ、。])[市県](?![役民内外])")
_PEOPLE_OF = re.compile("人|語|から|料理|出身|籍|系|の[^ぁ-ん]{0,4}(?:方|人|友|妻|夫|子)|じん|ご")
_NO_ASKING = frozenset({"negated", "company", "word", "corrected"})


class ForeignFinder:
    """`places` maps names (lower case, no spaces) to how sure they are: "country", "known", "town" or "made_up"."""

    def __init__(
        self,
        places: Mapping[str, str],
        cities: Iterable[str],
        countries: Iterable[str],
        katakana_words: Iterable[str],
        also_words: frozenset[str],
        common: frozenset[str],
    ) -> None:
        """`also_words` are names in `places` that are ordinary words as well. `cities`, `countries` and `katakana_words` (what is no place) are in katakana or kanji."""
        self._places = places
        self._also_words = also_words
        self._cities = _any_of(cities)
        self._countries = re.compile(f"(?:{_any_of(countries).pattern})(?=で(?!す|し)|にい|に住|にす)")
        self._katakana_words = _any_of(katakana_words)
        self._common = common

    @classmethod
    def load(
        cls, data_dir: Path, by_hand: Mapping[str, object], names: Iterable[str], common: frozenset[str]
    ) -> ForeignFinder:
        """`by_hand` is data/foreign_places.yaml; `names` are the names of Japan, which win."""
        japan = frozenset(names)
        places = {
            name: "known" if mark else "town"
            for _, (name, mark) in table(data_dir / "foreign_places.tsv")
            if name not in japan
        }
        for line in _lists(by_hand["places"]):
            places |= {_joined(name): "known" for name in line}
        places |= {_joined(name): "made_up" for name in _words(by_hand["made_up"])}
        places |= {_joined(name): "country" for name in _words(by_hand["countries"])}
        return cls(
            places,
            _words(by_hand["katakana"]),
            _words(by_hand["katakana_countries"]),
            _words(by_hand["katakana_words"]),
            frozenset(_words(by_hand["also_words"])),
            common,
        )

    def find(
        self, message: Message, marks: Marks, drafts: Sequence[Draft], not_places: frozenset[str]
    ) -> Draft | None:
        """The foreign or invented place that a message asks about."""
        if any(draft.role in _NO_ASKING for draft in drafts):
            return None
        taken = {i for draft in drafts if draft.is_latin for i in range(draft.first, draft.last)}
        return (
            self._listed(message, marks, taken)
            or self._invented(message, marks, taken, drafts, not_places)
            or (self._japanese(message, drafts) if not message.text.isascii() else None)
        )

    def mark_abroad(self, message: Message, drafts: Sequence[Draft]) -> None:
        """Namesakes abroad become unknown: "Ota, Ogun State, Nigeria"."""
        for draft in drafts:
            if not draft.is_latin or draft.role != "asked":
                continue
            for index in range(draft.last, min(draft.last + _LONGEST + 1, len(message))):
                if message.gaps[index] == STOP or not message.is_capital(index):
                    break
                ends = index + 1 == len(message) or message.gaps[index + 1] != SOFT
                if ends and message.gaps[index] == COMMA and self._places.get(message.words[index]) == "country":
                    draft.foreign = True

    # Listed ----------------------------------------------------------------------------------------------

    def _listed(self, message: Message, marks: Marks, taken: set[int]) -> Draft | None:
        count = len(message)
        for index in range(count):
            name = ""
            best = None
            for end in range(index + 1, min(index + _LONGEST, count) + 1):
                if end - 1 in taken or (end - 1 > index and message.gaps[end - 1] != SOFT):
                    break
                name += message.words[end - 1]
                if name in self._places:
                    best = (end, name)
            if best and self._is_asked(message, marks, index, best[0], self._places[best[1]], best[1]):
                return _unknown(message, index, best[0], "foreign")
        return None

    def _is_asked(self, message: Message, marks: Marks, index: int, end: int, sort: str, name: str) -> bool:
        around = surroundings(message, marks, index, end, 0)
        if around.touching & (_PERSON | ANY_KIND_AFTER) and not around.before & _AT:
            return False
        capital = message.is_capital(index)
        if sort == "country":
            still = marks.between(0, len(message)) & _STILL or around.before & _WANT
            return len(message) <= 2 or bool(still and around.before & (_AT | _STILL))
        if len(message) <= _FEW_WORDS and end - index >= len(message) - 1:
            return True
        if around.before & _LEFT:
            return False
        beside = around.evidence >= LIKELY or self._before_country(message, end)
        opens = index == 0 and len(name) >= _SHORT
        if sort == "town" or name in self._also_words:
            return (beside or opens) and capital and (name in self._also_words or name not in self._common)
        if not capital and not around.before & _AT and index > 0:
            if any(message.words[i] in self._common for i in range(index, end)):
                return False
        asks = capital and message.text[message.ends[end - 1] : message.ends[end - 1] + 1] == "?"
        return beside or asks or (sort == "made_up" and (capital or bool(around.before & (_AT | _TO)))) or index == 0 or (
            end == len(message)
        )

    def _before_country(self, message: Message, end: int) -> bool:
        return end < len(message) and self._places.get(message.words[end]) == "country"

    # Invented --------------------------------------------------------------------------------------------

    def _invented(
        self, message: Message, marks: Marks, taken: set[int], drafts: Sequence[Draft], not_places: frozenset[str]
    ) -> Draft | None:
        for index, word in enumerate(message.words):
            if index in taken or len(word) < _INVENTED_LENGTH or word in self._common or word in not_places:
                continue
            around = surroundings(message, marks, index, index + 1, 0)
            if around.kind and not (around.before | around.after) & _STATION and self._looks_named(message, marks, index, around):
                return _unknown(message, index, around.end, "invented")
            if not any(d.role == "asked" for d in drafts) and self._in_place_of_a_place(message, index, around):
                return _unknown(message, index, around.end, "invented")
        return None

    @staticmethod
    def _looks_named(message: Message, marks: Marks, index: int, around: Surroundings) -> bool:
        """A suffix behind the word, or one before it that is no ordinary "city" of a sentence."""
        if marks.starting_at(index):
            return False
        if message.is_capital(index) or message.text[message.ends[index] : message.ends[index] + 1] == "-":
            return True
        return _ROMAJI.fullmatch(message.words[index]) is not None

    @staticmethod
    def _in_place_of_a_place(message: Message, index: int, around: Surroundings) -> bool:
        return (
            bool(around.touching & _AT)
            and message.mixed_case
            and message.is_capital(index)
            and around.evidence >= LIKELY
            and not (index + 1 < len(message) and message.gaps[index + 1] == SOFT and message.is_capital(index + 1))
        )

    # Japanese --------------------------------------------------------------------------------------------

    def _japanese(self, message: Message, drafts: Sequence[Draft]) -> Draft | None:
        text = message.text
        sounds = hiragana(text)
        for match in chain(self._cities.finditer(sounds), self._countries.finditer(sounds)):
            start, end = match.span()
            parted = not _KANA.match(text[end : end + 1]) or text[end] in _PARTICLES
            if len(match[0]) < _CLEAR_KANA and not _is_katakana(text[start]) and _KANA.match(text[start]):
                continue
            if parted and not _PEOPLE_OF.match(sounds, end) and not _is_katakana(text[start - 1 : start]):
                return Draft(start, end, match[0], (), "foreign", foreign=True)
        if drafts:
            return None
        for match in _KATAKANA.finditer(text):
            if self._katakana_words.search(hiragana(match[0])):
                continue
            if _KATAKANA_PLACE.match(text, match.end()) or len(match[0]) == len(text.strip()):
                return Draft(match.start(), match.end(), match[0], (), "invented", foreign=True)
        if match := _KANA_CITY.search(text):
            return Draft(match.start(), match.end(), match[0], (), "invented", foreign=True)
        return None


def _unknown(message: Message, first: int, last: int, how: How) -> Draft:
    start, end = message.starts[first], message.ends[last - 1]
    return Draft(start, end, message.words[first], (), how, first=first, last=last, foreign=True)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Any of the words, the longest first, in hiragana."""
    return re.compile("|".join(re.escape(hiragana(word)) for word in sorted(words, key=len, reverse=True)))


def _is_katakana(letter: str) -> bool:
    return "ァ" <= letter <= "ヺ"


def _joined(name: str) -> str:
    return fold(name).replace(" ", "").replace("-", "")


def _words(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(f"foreign_places.yaml: {value!r} is no list")
    return [str(word) for word in value]


def _lists(value: object) -> list[list[str]]:
    return [_words(line) for line in value] if isinstance(value, list) else []


__all__ = ["CERTAIN", "COMMA", "CueTable", "ForeignFinder"]
