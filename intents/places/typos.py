"""Which names a misspelt word may mean, by the number of letters to change. Knows no sentences.

How far a word may be from a name grows with its length: "toyohsahi" is one thing only, "oga" could be many.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from intents.places.near import NearNames
from intents.places.phonetics import skeleton

#: The most letters to change in a member's name of this length; longer ones as the longest here.
_MEMBER_REACH = {3: 1, 4: 1, 5: 1, 6: 2}
_LONGEST_REACH = 2
#: Other names take one wrong letter, from this length on.
_CITY_LENGTH = 6
_PREFECTURE_LENGTH = 5
#: Heard alike counts as a little farther than spelled alike.
_BY_SOUND = 0.25


#: Names are also written without their vowels (hmmtsu), when at least this many letters remain.
_FEW_BONES = 4
_NO_VOWELS = dict.fromkeys(map(ord, "aeiou"))


_NONE: tuple[list[str], NearNames] = ([], NearNames((), 1))


class Typo(NamedTuple):
    """A name that a word may be meant for, and the letters to change (a quarter more by sound)."""

    distance: float
    name: str


def _consonants(word: str) -> str:
    return word.translate(_NO_VOWELS)


class Typos:
    """The names that typos are corrected to: the members, and one letter off, cities and prefectures."""

    def __init__(self, members: Iterable[str], cities: Iterable[str], prefectures: Iterable[str]) -> None:
        self._members = tuple(members)
        self._spelled = NearNames(self._members, _LONGEST_REACH)
        self._heard = NearNames(tuple(map(skeleton, self._members)), 1)
        self._bones: dict[str, list[str]] = {}
        for name in self._members:
            self._bones.setdefault(_consonants(name), []).append(name)
        by_first_letter: dict[str, list[str]] = {}  # which is always typed right
        cities = {name for name in cities if len(name) >= _CITY_LENGTH}
        for name in sorted(cities.union(prefectures)):
            if len(name) >= _PREFECTURE_LENGTH:
                by_first_letter.setdefault(name[0], []).append(name)
        self._cities = {letter: (names, NearNames(names, 1)) for letter, names in by_first_letter.items()}

    def near(self, word: str) -> tuple[Typo, ...]:
        """The names within reach of a key, nearest first, members before cities."""
        length = len(word)
        if length < 3:
            return ()
        bones = _consonants(word)
        found = []
        if len(bones) > _FEW_BONES and len(bones) >= length - 1:
            found += [Typo(1.0, name) for name in self._bones.get(bones, ())]
        all_spelled = self._spelled.within(word)
        all_heard = self._heard.within(skeleton(word))
        for index in all_spelled.keys() | all_heard.keys():
            name = self._members[index]
            reach = _MEMBER_REACH.get(len(name), _LONGEST_REACH)
            if abs(len(name) - length) > reach:
                continue
            spelled, heard = all_spelled.get(index, reach + 1), all_heard.get(index, 2)
            by_ear = heard + _BY_SOUND if heard <= 1 and len(name) >= _CITY_LENGTH else reach + 1.0
            distance = min(float(spelled), by_ear)
            if distance <= reach + _BY_SOUND and (distance < 2 or word[0] == name[0] or len(name) > 7):
                found.append(Typo(distance, name))
        found.sort()
        if length >= _PREFECTURE_LENGTH - 1 and not (found and found[0].distance < 2):
            names, near = self._cities.get(word[0], _NONE)
            found += sorted(
                Typo(1.0, names[index]) for index, changes in near.within(word).items() if changes
            )
        return tuple(found)
