"""Finds names in hiragana and katakana, where nothing parts the words of a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz.distance import OSA

from intents.gazetteer import Municipality
from intents.places.draft import Draft
from intents.places.names import Names, Places, fold_kana, lengths_by_first

_RUN = re.compile("[ぁ-ゖァ-ヺー]+")
_SPACED = re.compile("(?<=[ぁ-ゖァ-ヺー]) +(?=[ぁ-ゖァ-ヺー])")
_KANJI = re.compile("[一-鿿]")

_CITY = re.compile("し(?![ぁ-ゖ])|し(?=じゃ|で|の|に|は|が|へ|か|と|を|や|も|から|まで)|しゃ(?=にでのは)|市|し(?=やくしょ|ちかく)")
_PREFECTURE = re.compile("けん|県")
_WARD = re.compile("く(?![ぁ-ゖ])|く(?=[にでのはがへ])|区")
_TOWN = re.compile("まち|ちょう|ちょー|町")
_STATION = re.compile("えき|駅")
_SUFFIXES = ((_CITY, "city"), (_PREFECTURE, "prefecture"), (_WARD, "ward"), (_TOWN, "town"), (_STATION, "station"))

_PERSON = re.compile("さん|せんせい|くん|ちゃん|さま|先生")
_COMPANY = re.compile("自動車|紡織|車体|の車|のくるま|系|グループ")
#: What may follow a name that says nothing by itself.
_PARTICLE = re.compile(
    "で|に|の|から|と|は|へ|も|を|か|や|が|ちか|まで|ある|って|だ|です|です|しゃ|市|県|区|町|駅|在|周辺|えき|[^ぁ-ゖ]|$"
)
#: What follows a misspelt name: its suffix or a place's particle.
_TYPO_AFTER = re.compile("(し(?![ぁ-ゖ])|し(?=[でにのは])|市|)(?=で(?!す|し)|に(?:す|い|ほ|日|あ)|の|まで|\\s|$)")
_SHORT_MEMBER = 3
#: What follows a name that is also a phrase (いいだ, そうじゃ): only what follows a place.
_PLACE_PARTICLE = re.compile("し(?![ぁ-ゖ]|よう)|し(?=で|の|に|は|へ)|で(?!す|し)|に|の(?!は|が|か)|から|へ|まで|えき|[^ぁ-ゖ]|$")
#: In front of a name only what ends a word.
_BEFORE = frozenset("のはがにでもをとへや")
#: Phrases that begin like a name.
_PHRASES = re.compile("いいだろ|いいです|そうじゃな|そうじゃあ|そうじゃけ|おおいた(?=[ものこ])|うえだけ")
_SHORT = 2


class KanaFinder:
    """Longest names first; members also where the writer put spaces between the letters."""

    def __init__(self, names: Names, slips: Mapping[str, Places]) -> None:
        """`slips` are other spellings of the members; those in kana count here."""
        self._names = names
        self._kana = dict(names.kana)
        self._kana |= {fold_kana(name)[0]: places for name, places in slips.items() if _RUN.fullmatch(name)}
        self._lengths = lengths_by_first(self._kana)
        self._members = {
            name: places
            for name, places in self._kana.items()
            if len(name) > _SHORT_MEMBER and any(names.member(p) and p.kind != "district" for p in places)
        }
        self._phrases = frozenset({"いいだ", "そじゃ"})

    def find(self, text: str) -> list[Draft]:
        found = [draft for run in _RUN.finditer(text) for draft in self._run(text, run)]
        if found or not _SPACED.search(text):
            return found
        joined = _SPACED.sub("", text)
        positions = [i for i in range(len(text)) if not _SPACED.match(text, _spaces_start(text, i))]
        return [
            Draft(positions[d.start], positions[d.end - 1] + 1, d.name, d.places, "kana", d.kind)
            for run in _RUN.finditer(joined)
            for d in self._run(joined, run)
            if any(self._names.member(place) for place in d.places)
        ]

    def _run(self, text: str, run: re.Match[str]) -> list[Draft]:
        letters, positions = fold_kana(run[0])
        found: list[Draft] = []
        index = 0
        while index < len(letters):
            draft = self._at(text, run, letters, positions, index)
            if draft is None and index == 0:
                draft = self._misspelt(text, run, letters, positions)
            if draft is None:
                index += 1
                continue
            found.append(draft)
            while index < len(letters) and run.start() + positions[index] < draft.end:
                index += 1
        return found

    def _misspelt(
        self, text: str, run: re.Match[str], letters: str, positions: list[int]
    ) -> Draft | None:
        """A member with one letter wrong at the start of a run, where only a place's particle follows."""
        for name, places in self._members.items():
            for length in (len(name), len(name) - 1, len(name) + 1):
                word = letters[:length]
                if len(word) < length or word[0] != name[0] or OSA.distance(word, name) != 1:
                    continue
                end = run.start() + positions[length]
                if match := _TYPO_AFTER.match(text, end):
                    kind = "city" if match[1] else ""
                    return Draft(run.start(), match.end(1), name, places, "typo", kind, distance=1.0)
        return None

    def _at(
        self, text: str, run: re.Match[str], letters: str, positions: list[int], index: int
    ) -> Draft | None:
        for length in self._lengths.get(letters[index], ()):
            name = letters[index : index + length]
            places = self._kana.get(name)
            if places is None or len(name) < length:
                continue
            start, end = run.start() + positions[index], run.start() + positions[index + length]
            if draft := self._believe(text, start, end, name, places, index, letters):
                return draft
        return None

    def _believe(
        self,
        text: str,
        start: int,
        end: int,
        name: str,
        places: tuple[Municipality, ...],
        index: int,
        letters: str,
    ) -> Draft | None:
        katakana = "ァ" <= text[start] <= "ヺ"
        before = text[start - 1 : start]
        if index and not (letters[index - 1] in _BEFORE and len(name) > _SHORT):
            return None
        if _COMPANY.match(text, end):
            return None
        after = text[end:].lstrip(" ") if text[end : end + 1] == " " else text[end:]
        skipped = len(text) - end - len(after)
        kind, stop = "", end
        for pattern, suffix in _SUFFIXES:
            if match := pattern.match(after):
                kind, stop = suffix, end + skipped + match.end()
                break
        fitting = tuple(p for p in places if _fits(p, kind)) if kind else places
        member = any(self._names.member(p) for p in places)
        if _PERSON.match(after):
            return Draft(start, end, name, places, "kana", role="person") if member else None
        if kind in ("city", "prefecture", "ward", "town") and fitting:
            return Draft(start, stop, name, fitting, "kana", kind)
        if _PHRASES.match(text, start):
            return None
        if name in self._phrases and not katakana:
            return Draft(start, end, name, places, "kana") if _PLACE_PARTICLE.match(after) else None
        if not member:
            big = any(
                p.kind == "prefecture" or (p.kind == "city" and len(name) > _SHORT) or not p.code for p in places
            )
            if not big or (_KANJI.match(before) and not katakana) or (katakana and len(name) <= _SHORT + 1):
                return None
        spaced = member and text[end : end + 1] == " "
        if not spaced and not _PARTICLE.match(after) and not (katakana and not "ァ" <= after[:1] <= "ヺ"):
            return None
        return Draft(start, end, name, places, "kana", kind if fitting else "")


def _fits(place: Municipality, kind: str) -> bool:
    suffixes = {"city": "市", "prefecture": "県府都", "ward": "区", "town": "町", "station": "市"}
    return place.suffix in suffixes.get(kind, "") and place.suffix != ""


def _spaces_start(text: str, index: int) -> int:
    """Where the run of spaces that holds `index` begins; `index` itself for any other letter."""
    while text[index] == " " and index > 0 and text[index - 1] == " ":
        index -= 1
    return index
