"""Finds names in kanji: the longest name at each letter, old and Chinese forms folded into ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from intents.gazetteer import Municipality
from intents.places.draft import Draft
from intents.places.japan import Japan
from intents.places.names import Names, Places, lengths_by_first

#: What a letter after a name makes of it.
_SUFFIXES: Mapping[str, str] = {
    "市": "city",
    "県": "prefecture",
    "府": "prefecture",
    "都": "prefecture",
    "区": "ward",
    "町": "town",
    "村": "village",
    "郡": "county",
    "駅": "station",
}
#: 氏 for 市: nobody is called Mr Hamamatsu in a question for classes.
_SLIP = "氏"
_CITY_IN_KANA = re.compile("[しシ](?![ぁ-ゖ])|し(?=[のにでへはを])")
_PERSON = re.compile("さん|様|さま|氏|君|くん|ちゃん|先生|課長|部長|社長|店長|主任|係長|班長|工場長|せんせい")
#: What follows a place, where the name alone may be an ordinary word.
_PLACE_FOLLOWS = re.compile(r"[市氏県駅でにのはへをとか大在内周弁出方って、。・]|[^ぁ-ん一-鿿]|$")
_PLACE_FOLLOWS_SINGLE = re.compile(
    r"で|に(?!す)|と|や|か(?!ら)|の(?:日本語|教室|市役所|国際|先生|クラス)|[、。,.!?！？・/\s]|$"
)
_CITY = re.compile("(?<![一-鿿])([一-鿿]{2,3})市")
_KANJI = re.compile("[一-鿿]")
_LONG = re.compile("[一-鿿ヶケノツ]{3,}")
#: Places that people call by their bare name; towns, villages and wards need their suffix, unless they are long.
_BARE = frozenset({"prefecture", "city", "tokyo_ward", "district"})


class HanFinder:
    """`slips` maps wrongly converted names to the places that were meant."""

    def __init__(self, names: Names, slips: Mapping[str, Places], japan: Japan) -> None:
        self._names = names
        self._words = japan.kanji_words
        self._phrases = japan.phrases
        other = {spelling.translate(names.variants): places for spelling, places in slips.items()}
        self._han = other | names.han
        self._lengths = lengths_by_first(self._han)
        self._cities: set[str] = set()
        self._one_off: dict[str, set[Places]] = {}
        for name, places in self._han.items():
            cities = tuple(place for place in places if place.kind == "city")
            if cities and len(name) > 1:
                self._cities.add(name)
                for pattern in _with_gap(name):
                    self._one_off.setdefault(pattern, set()).add(cities)

    def find(self, text: str) -> list[Draft]:
        folded = text.translate(self._names.variants)
        found: list[Draft] = []
        index = 0
        while index < len(folded):
            draft = self._longest(folded, index)
            if draft:
                found.append(draft)
            index = draft.end if draft else index + 1
        covered = {i for draft in found for i in range(draft.start, draft.end)}
        return found + [draft for draft in self._misspelt(folded) if draft.start not in covered]

    def _longest(self, text: str, index: int) -> Draft | None:
        for length in self._lengths.get(text[index], ()):
            name = text[index : index + length]
            if name in self._han and (draft := self._read(text, index, name)):
                return draft
        return None

    def _read(self, text: str, start: int, name: str) -> Draft | None:
        """The name as a place, None where it is a word or needs a suffix that is not there."""
        places = self._han[name]
        end = start + len(name)
        follows = text[end : end + 1]
        fitting = tuple(place for place in places if place.suffix and place.suffix == follows)
        if fitting and not text.startswith("町村", end):
            return Draft(start, end + 1, name, fitting, "japanese", _SUFFIXES[follows])
        if len(name) == 1:
            return _single(text, start, places)
        if name in self._words and follows not in _SUFFIXES:
            return None
        if name in self._phrases and not _PLACE_FOLLOWS.match(text, end):
            return None
        is_member = any(self._names.member(place) and place.kind in ("city", "town") for place in places)
        if is_member and follows == _SLIP:
            return Draft(start, end + 1, name, places, "japanese", "city")
        if _PERSON.match(text, end):
            return Draft(start, end, name, places, "japanese", role="person")
        if all(place.kind == "district" for place in places) and _KANJI.match(text[start - 1 : start]):
            return None
        is_long = _LONG.fullmatch(name) is not None
        known = tuple(
            p for p in places if p.kind in _BARE or is_long or (is_member and self._names.member(p))
        )
        if not known:
            return None
        if follows in ("町", "村"):
            return Draft(start, end + 1, name, known, "japanese", "district")
        kind = "city" if _CITY_IN_KANA.match(text, end) else _SUFFIXES.get(follows, "")
        return Draft(start, end + bool(kind), name, known, "japanese", kind)

    def _misspelt(self, text: str) -> Iterator[Draft]:
        """Cities that no list has, one kanji away from one member only: 総杜市."""
        for match in _CITY.finditer(text):
            if match[1] in self._cities:
                continue
            near = {places for pattern in _with_gap(match[1]) for places in self._one_off.get(pattern, ())}
            places = near.pop() if len(near) == 1 else ()
            if any(self._names.member(place) for place in places):
                yield Draft(*match.span(), places[0].id, places, "typo", "city", distance=1.0)


def _single(text: str, start: int, places: Places) -> Draft | None:
    """A city of one kanji (津, 堺) where no other kanji touches it and what follows a place does."""
    cities: tuple[Municipality, ...] = tuple(place for place in places if place.kind == "city")
    is_free = not _KANJI.match(text[start - 1 : start]) and _PLACE_FOLLOWS_SINGLE.match(text, start + 1)
    return Draft(start, start + 1, text[start], cities, "japanese") if cities and is_free else None


def _with_gap(word: str) -> list[str]:
    """The word with a gap for each letter: two words that differ in one letter share one of these."""
    return [f"{word[:i]}?{word[i + 1 :]}" for i in range(len(word))]
