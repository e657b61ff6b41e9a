"""Finds names in kanji: the longest name at each letter, old and Chinese forms folded into ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from intents.places.draft import Draft
from intents.places.names import Names, Places

#: What a letter after a name makes of it.
SUFFIXES: Mapping[str, str] = {
    "市": "city",
    "県": "prefecture",
    "府": "prefecture",
    "都": "prefecture",
    "区": "ward",
    "町": "town",
    "村": "village",
    "郡": "county",
    "駅": "station",
    "し": "city",
    "シ": "city",
}
#: 氏 after these is a slip for 市: nobody is called Mr Hamamatsu in a question for classes.
_SLIP = "氏"
_BEFORE_SHI = re.compile("[しシ](?![ぁ-ゖ])|し(?=[のにでへはを])")
_PERSON = re.compile("さん|様|さま|氏|君|くん|ちゃん|先生|課長|部長|社長|店長|主任|係長|班長|工場長|せんせい")
#: Names that are also words: 大分 is "largely" unless a particle or a place word follows.
_WORDS = frozenset("中央 本部 大和 平和 日本 大学 国語 中国 東北 関 栄 原 境 森 東 西 南 北 中 光 泉 旭 緑 港 神田 本郷".split())
_OITA_AFTER = re.compile(r"[市県駅でにのはへをとか、。・,.!?！？/\s（(大在内周弁出方って]|[^ぁ-ん一-鿿]|$")
_AFTER_SINGLE = re.compile("で|に(?!す)|と|や|か(?!ら)|の(?:日本語|教室|市役所)|[、。,.!?！？・/\\s]|$")
_CITY = re.compile("(?<![一-鿿])([一-鿿]{2,3})市")
_KANJI = re.compile("[一-鿿]")


class HanFinder:
    """`slips` maps wrongly converted names to members' places."""

    def __init__(self, names: Names, slips: Mapping[str, Places]) -> None:
        self._names = names
        self._han: dict[str, Places] = dict(names.han)
        for spelling, places in slips.items():
            self._han.setdefault(spelling.translate(names.variants), places)
        lengths: dict[str, set[int]] = {}
        for name in self._han:
            lengths.setdefault(name[0], set()).add(len(name))
        self._cities = {
            name: tuple(p for p in ps if p.kind == "city")
            for name, ps in self._han.items()
            if len(name) > 1 and any(p.kind == "city" for p in ps)
        }
        self._lengths = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}

    def find(self, text: str) -> list[Draft]:
        folded = text.translate(self._names.variants)
        found: list[Draft] = []
        index = 0
        while index < len(folded):
            draft = None
            for length in self._lengths.get(folded[index], ()):
                name = folded[index : index + length]
                if name in self._han and (draft := self._read(folded, index, name)):
                    break
            if draft:
                found.append(draft)
                index = draft.end
            else:
                index += 1
        covered = {i for draft in found for i in range(draft.start, draft.end)}
        return found + [draft for draft in self._misspelt(folded) if draft.start not in covered]

    @staticmethod
    def _single(text: str, start: int, places: Places) -> Draft | None:
        """A city of one kanji (津, 堺) where no other kanji touches it and a place's particle follows."""
        cities = tuple(p for p in places if p.kind == "city")
        free = not _KANJI.match(text[start - 1 : start]) and _AFTER_SINGLE.match(text, start + 1)
        return Draft(start, start + 1, text[start], cities, "japanese") if cities and free else None

    def _misspelt(self, text: str) -> list[Draft]:
        """A city that no list has, one kanji away from one member only: 総杜市."""
        found = []
        for match in _CITY.finditer(text):
            word = match[1]
            near = {ps for name, ps in self._cities.items() if _one_letter_off(word, name)}
            places = near.pop() if len(near) == 1 else ()
            if word not in self._cities and any(self._names.member(p) for p in places):
                found.append(Draft(*match.span(), places[0].id, places, "typo", "city", distance=1.0))
        return found

    def _read(self, text: str, start: int, name: str) -> Draft | None:
        places = self._han[name]
        end = start + len(name)
        follows = text[end : end + 1]
        fitting = tuple(p for p in places if p.suffix and p.suffix == follows)
        if fitting and text[end : end + 2] != "町村":
            return Draft(start, end + 1, name, fitting, "japanese", SUFFIXES[follows])
        if len(name) == 1:
            return self._single(text, start, places)
        if name in _WORDS and follows not in ("市", "県", "区", "町", "村", "駅"):
            return None
        is_member = any(self._names.member(p) and p.kind in ("city", "town") for p in places)
        if follows == _SLIP and is_member:
            return Draft(start, end + 1, name, places, "japanese", "city")
        if _PERSON.match(text, end):
            return Draft(start, end, name, places, "japanese", role="person")
        if name == "大分" and not _OITA_AFTER.match(text, end):
            return None
        if _KANJI.match(text[start - 1 : start]) and all(p.kind == "district" for p in places):
            return None
        known = tuple(p for p in places if _needs_no_suffix(p) or is_member and self._names.member(p))
        if not known:
            return None
        if follows in ("町", "村"):
            return Draft(start, end + 1, name, known, "japanese", "district")
        if _BEFORE_SHI.match(text, end):
            return Draft(start, end + 1, name, known, "japanese", "city")
        if follows in SUFFIXES and follows not in ("し", "シ"):
            return Draft(start, end + 1, name, known, "japanese", SUFFIXES[follows])
        return Draft(start, end, name, known, "japanese")


def _one_letter_off(word: str, name: str) -> bool:
    return len(word) == len(name) and sum(a != b for a, b in zip(word, name, strict=True)) == 1


def _needs_no_suffix(place: object) -> bool:
    kind = getattr(place, "kind", "")
    return kind in ("prefecture", "city", "tokyo_ward", "district")


def slip_places(names: Names, slips: Mapping[str, Iterable[str]]) -> dict[str, Places]:
    """Wrong conversions with the places of the member that was meant."""
    codes = names.gazetteer.members()
    found: dict[str, Places] = {}
    for member, spellings in slips.items():
        place = names.gazetteer.by_code(codes[member])
        if place:
            found.update(dict.fromkeys(spellings, (place,)))
    return found
