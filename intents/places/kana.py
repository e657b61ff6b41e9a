"""Finds names in hiragana and katakana, where nothing parts the words of a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from intents.places.draft import Draft
from intents.places.japan import Japan
from intents.places.names import BIG, Names, Places, fold_kana, lengths_by_first

_RUN = re.compile("[ぁ-ゖァ-ヺー]+")
_SPACED = re.compile("(?<=[ぁ-ゖァ-ヺー]) +(?=[ぁ-ゖァ-ヺー])")
_KANJI = re.compile("[一-鿿]")

_SUFFIXES = (
    (
        "city",
        "市",
        re.compile("し(?![ぁ-ゖ])|し(?=じゃ|やくしょ|ちか|から|まで|[でのにはがへかとをやも])|市"),
    ),
    ("prefecture", "県府都", re.compile("けん|県")),
    ("ward", "区", re.compile("く(?![ぁ-ゖ])|く(?=[にでのはがへ])|区")),
    ("town", "町", re.compile("まち|ちょう|ちょー|町")),
    ("station", "市", re.compile("えき|駅")),
)
_PERSON = re.compile("さん|せんせい|くん|ちゃん|さま|先生")
_COMPANY = re.compile("自動車|紡織|車体|の車|のくるま|系|グループ")
#: What may follow a name that says nothing by itself.
_PARTICLE = re.compile("[でにのとはへもをかやがだ]|ちか|まで|ある|って|しゃ|えき|[^ぁ-ゖ]|$")
#: What follows a name that is also a phrase: only what follows a place.
_PLACE_PARTICLE = re.compile(
    "し(?![ぁ-ゖ]|よう)|し(?=[でのにはへ])|で(?!す|し)|に|の(?![はがか])|から|へ|まで|えき|[^ぁ-ゖ]|$"
)
#: What follows a misspelt name: its suffix or a place's particle.
_TYPO_AFTER = re.compile(r"(し(?![ぁ-ゖ])|し(?=[でにのは])|市|)(?=で(?!す|し)|に[すいほ日あ]|の|まで|\s|$)")
#: In front of a name within a run only what ends a word.
_BEFORE = frozenset("のはがにでもをとへや")
_SHORT, _CLEAR = 2, 4


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring kana: their letters without long marks, where each stands in the text, and the end."""

    letters: str
    positions: list[int]


class KanaFinder:
    """Longest names first; members also where the writer put spaces between the letters."""

    def __init__(self, names: Names, slips: Mapping[str, Places], japan: Japan) -> None:
        """`slips` are other spellings of the members; those in kana count here."""
        self._names = names
        other = {fold_kana(name)[0]: places for name, places in slips.items() if _RUN.fullmatch(name)}
        self._kana = names.kana | other
        self._lengths = lengths_by_first(self._kana)
        self._members: dict[str, dict[str, Places]] = {}  # by their first letter
        for name, places in self._kana.items():
            if len(name) > _SHORT and any(names.member(p) and p.kind != "district" for p in places):
                self._members.setdefault(name[0], {})[name] = places
        self._words = frozenset(fold_kana(word)[0] for word in japan.kana_words)
        self._phrases = frozenset(fold_kana(phrase)[0] for phrase in japan.phrases)
        self._phrase_starts = re.compile("|".join(map(re.escape, japan.phrase_starts)))

    def find(self, text: str) -> list[Draft]:
        found = self._find(text)
        if found or not _SPACED.search(text):
            return found
        kept = [i for i in range(len(text)) if not _is_spacing(text, i)]
        return [
            Draft(kept[draft.start], kept[draft.end - 1] + 1, draft.name, draft.places, "kana", draft.kind)
            for draft in self._find("".join(text[i] for i in kept))
            if self._is_member(draft.places)
        ]

    def _find(self, text: str) -> list[Draft]:
        found: list[Draft] = []
        for match in _RUN.finditer(text):
            letters, positions = fold_kana(match[0])
            run = _Run(letters, [match.start() + position for position in positions])
            index = 0
            while index < len(letters):
                draft = self._longest(text, run, index) or (None if index else self._misspelt(text, run))
                if draft:
                    found.append(draft)
                index += 1
                while draft and index < len(letters) and run.positions[index] < draft.end:
                    index += 1
        return found

    def _is_member(self, places: Places) -> bool:
        return any(self._names.member(place) for place in places)

    def _longest(self, text: str, run: _Run, index: int) -> Draft | None:
        for length in self._lengths.get(run.letters[index], ()):
            name = run.letters[index : index + length]
            if len(name) == length and name in self._kana:
                is_inside = index > 0 and (run.letters[index - 1] not in _BEFORE or length <= _SHORT)
                start, end = run.positions[index], run.positions[index + length]
                if not is_inside and (draft := self._read(text, start, end, name)):
                    return draft
        return None

    def _read(self, text: str, start: int, end: int, name: str) -> Draft | None:
        """The name at `start` to `end` as a place, None where it is no word or no place."""
        places = self._kana[name]
        follows = end + text.startswith(" ", end)
        is_member, is_katakana = self._is_member(places), "ァ" <= text[start] <= "ヺ"
        if _COMPANY.match(text, end):
            return None
        if _PERSON.match(text, follows):
            return Draft(start, end, name, places, "kana", role="person") if is_member else None
        if self._phrase_starts.match(text, start):
            return None
        kind, stop, fitting = _suffix(text, follows, places)
        if fitting and kind != "station":
            return Draft(start, stop, name, fitting, "kana", kind)
        if name in self._words and not is_katakana:
            return None
        if name in self._phrases and not is_katakana:
            return Draft(start, end, name, places, "kana") if _PLACE_PARTICLE.match(text, follows) else None
        if not is_member and not self._is_clear(text, start, name, is_katakana):
            return None
        is_parted = (is_member or len(name) >= _CLEAR) and follows > end
        ends_katakana = is_katakana and not "ァ" <= text[follows : follows + 1] <= "ヺ"
        if not is_parted and not ends_katakana and not _PARTICLE.match(text, follows):
            return None
        return Draft(start, end, name, places, "kana", kind if fitting else "")

    def _is_clear(self, text: str, start: int, name: str, is_katakana: bool) -> bool:
        """Whether a name that is no member's is known and long enough to be no piece of a word."""
        if is_katakana:
            is_big = any(p.kind == "city" and p.population > BIG for p in self._kana[name])
            return len(name) > _SHORT + 1 - is_big and _is_known(self._kana[name], name)
        return not _KANJI.match(text[start - 1 : start]) and _is_known(self._kana[name], name)

    def _misspelt(self, text: str, run: _Run) -> Draft | None:
        """A member with one letter wrong at the start of a run, where only a place's particle follows. In short
        names the letter may only have lost or gained its voice, and the suffix must stand there: うえたし.
        """
        for name, places in self._members.get(run.letters[0], {}).items():
            for length in (len(name), len(name) - 1, len(name) + 1):
                word = run.letters[:length]
                if len(word) < length or OSA.distance(word, name) != 1:
                    continue
                is_short = len(name) < _CLEAR
                if is_short and _unvoiced(word) != _unvoiced(name):
                    continue
                match = _TYPO_AFTER.match(text, run.positions[length])
                if match and (match[1] or not is_short):
                    kind = "city" if match[1] else ""
                    return Draft(run.positions[0], match.end(1), name, places, "typo", kind, distance=1.0)
        return None


def _suffix(text: str, start: int, places: Places) -> tuple[str, int, Places]:
    """The kind that a suffix makes of a name, where it ends, and the places that take it."""
    for kind, signs, pattern in _SUFFIXES:
        if match := pattern.match(text, start):
            return kind, match.end(), tuple(p for p in places if p.suffix and p.suffix in signs)
    return "", start, ()


def _unvoiced(letters: str) -> str:
    """Hiragana without voicing marks: うえだ is うえた."""
    return unicodedata.normalize("NFD", letters).replace("\u3099", "")


def _is_known(places: Places, name: str) -> bool:
    return any(
        place.kind == "prefecture" or (place.kind == "city" and len(name) > _SHORT) or not place.code
        for place in places
    )


def _is_spacing(text: str, index: int) -> bool:
    """Whether the character is one of the spaces that a writer of kana puts between words."""
    if text[index] != " ":
        return False
    start = index - len(text[:index]) + len(text[:index].rstrip(" "))
    return _SPACED.match(text, start) is not None
