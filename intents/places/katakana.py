"""Finds places abroad and invented ones in Japanese text: マニラ, サンパウロ, ホゲホゲ市."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from intents.places.checks import phrases
from intents.places.draft import Draft
from intents.text import hiragana

_KANA = re.compile("[ぁ-ゖァ-ヺー]")
#: Shorter names must stand in katakana: ぱり is in さっぱり.
_CLEAR = 4
_PARTICLES = "でにのはへをともかがや"
#: What makes of a name its people or its language.
_PEOPLE_OF = re.compile("人|語|から|料理|出身|籍|系|の[^ぁ-ん]{0,4}(?:方|人|友|妻|夫|子)|じん|ご")
_STAYS = "(?=で(?!す|し)|にい|に住|にす)"
_WORD = re.compile("[ァ-ヺー]{3,}")
_PLACE_FOLLOWS = re.compile("市|県|町|村|で(?!す|し|あ)|に(?:住|す|い|ある)|から来|とい?う(?:町|街|市)")
_CITY = re.compile(
    "[ぁ-ゖァ-ヺー一-鿿]{2,8}?(?<![のなるいたてらこそどでがはもにをとりくへむ府何各同都城])[市県](?![役民内外])"
)


class KatakanaFinder:
    """`cities` and `countries` are abroad, `words` are no places; in katakana or kanji."""

    def __init__(self, cities: Iterable[str], countries: Iterable[str], words: Iterable[str]) -> None:
        self._cities = re.compile(_any_of(cities))
        self._countries = re.compile(f"(?:{_any_of(countries)}){_STAYS}")
        self._words = re.compile(_any_of(words))

    @classmethod
    def of(cls, by_hand: Mapping[str, object]) -> KatakanaFinder:
        """`by_hand` is data/foreign_places.yaml."""
        names = ("katakana", "katakana_countries", "katakana_words")
        return cls(*(phrases(by_hand.get(name), f"foreign_places.yaml: {name}") for name in names))

    def abroad(self, text: str) -> Draft | None:
        """The first place outside Japan, unless it only says whence somebody or something comes."""
        for match in self._listed(hiragana(text)):
            start, end = match.span()
            in_hiragana = _KANA.match(text, start) and not _is_katakana(text[start])
            if len(match[0]) < _CLEAR and in_hiragana:
                continue
            is_whole = not _KANA.match(text, end) or text[end] in _PARTICLES
            is_inside = _is_katakana(text[start - 1 : start]) or _PEOPLE_OF.match(hiragana(text), end)
            if is_whole and not is_inside:
                return Draft(start, end, match[0], (), "foreign", foreign=True)
        return None

    def _listed(self, sounds: str) -> Iterator[re.Match[str]]:
        return chain(self._cities.finditer(sounds), self._countries.finditer(sounds))

    def invented(self, text: str) -> Draft | None:
        """A word in katakana where a place stands, or a city that no list has."""
        for match in _WORD.finditer(text):
            if self._words.search(hiragana(match[0])):
                continue
            if _PLACE_FOLLOWS.match(text, match.end()) or match[0] == text.strip():
                return Draft(match.start(), match.end(), match[0], (), "invented", foreign=True)
        if city := _CITY.search(text):
            return Draft(city.start(), city.end(), city[0], (), "invented", foreign=True)
        return None


def _any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first, in hiragana."""
    return "|".join(re.escape(hiragana(word)) for word in sorted(words, key=len, reverse=True))


def _is_katakana(letter: str) -> bool:
    return "ァ" <= letter <= "ヺ"
