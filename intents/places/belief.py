"""How much evidence a name in Latin letters needs before it is believed to be a place.

The smaller the place, the shorter the name and the more its letters differ, the more.
"""

from __future__ import annotations

import re

from intents.places.evidence import CERTAIN, HINTED, LIKELY, Surroundings
from intents.places.japan import Japan
from intents.places.message import Message
from intents.places.names import BIG, Names, Places
from intents.places.phonetics import key
from intents.places.scene import Scene
from intents.places.spelling import FITS, Spelling
from intents.places.typos import Typo

#: Lengths of names, in letters.
SHORT, MEDIUM, LONG = 4, 6, 8
#: More evidence than there can be.
NEVER = 9

#: Accents that no romanisation of Japanese has.
_LOCAL_ACCENT = re.compile("[áàãảạéèẽẻẹíìĩỉịóòõỏọúùũủụýçñ]")
_SUFFIXED = frozenset({"ward", "city", "town", "village"})


def of_size(name: str, places: Places) -> int:
    """What a name needs by the biggest place that bears it."""
    length = len(name)
    if any(p.kind == "prefecture" or (p.kind == "city" and p.population > BIG) for p in places):
        return 0 if length >= SHORT else HINTED
    if any(p.kind in ("city", "tokyo_ward") or (p.kind == "district" and not p.code) for p in places):
        return 0 if length >= MEDIUM else HINTED if length >= SHORT else LIKELY
    if all(p.kind == "ward" for p in places):
        return CERTAIN if length < LONG else LIKELY
    return HINTED if length >= MEDIUM else LIKELY


class Belief:
    """`common` are words (without accents) that are no misspelt and no cut-up names."""

    def __init__(self, names: Names, japan: Japan, common: frozenset[str]) -> None:
        self._names = names
        self._members = frozenset(key(member) for member in names.gazetteer.members())
        self._surnames = japan.surnames
        self._directions = japan.directions
        self._suffixes = frozenset(japan.by_ear)
        self.common = common - self._members

    def is_member(self, name: str) -> bool:
        return name in self._members

    def exact(self, scene: Scene, spelling: Spelling, index: int, around: Surroundings, listed: int) -> int:
        """For a name spelled right: nothing for members, much for a small town called like a word."""
        if spelling.suffix:
            return 0
        message, name, places = scene.message, spelling.key, spelling.places
        if self.is_compound(message, index, around.end, listed):
            return NEVER
        if name in self._members:
            return 0
        if len(name) < SHORT - 1:
            has_suffix = around.kind == "city" and around.end > index + 1
            return CERTAIN if has_suffix and message.typed[index].isascii() else NEVER
        if name in self._directions:
            return 0 if around.kind in _SUFFIXED else NEVER
        is_town = not any(p.kind in ("city", "prefecture") for p in places)
        if len(message) == 1 and not is_town:
            return LIKELY
        need = LIKELY if is_town and name in self._surnames else of_size(name, places)
        if name in scene.everyday.ordinary or message.words[index] in scene.everyday.ordinary:
            need = max(need, LIKELY) + 1
        if need and message.mixed_case and not message.is_capital(index):
            need += 1
        return need + bool(_LOCAL_ACCENT.search(message.typed[index]))

    def heard(self, scene: Scene, word: str, name: str) -> int:
        """For a name that is only heard in the word."""
        if self.is_word(scene, word):
            return CERTAIN
        if name in self._members:
            return 0 if len(name) > SHORT else HINTED
        return LIKELY if len(name) >= MEDIUM else CERTAIN

    def misspelt(self, scene: Scene, word: str, typo: Typo, kind: str) -> int:
        """For a name some letters away. Short ones need a place's surroundings, the shortest more."""
        name, distance = typo.name, typo.distance
        length = len(name)
        if self.is_word(scene, word):
            return NEVER
        if name not in self._members:
            if kind in FITS and not any(p.kind in FITS[kind] for p in self._names.latin[name]):
                return NEVER
            return LIKELY if length >= MEDIUM else CERTAIN if kind == "prefecture" else NEVER
        if length >= LONG and word[0] == name[0]:
            return 0
        if length >= MEDIUM:
            return 0 if distance < 2 else HINTED if length > MEDIUM else LIKELY
        return LIKELY if length >= SHORT else CERTAIN

    def is_word(self, scene: Scene, word: str) -> bool:
        """Whether a writer of this language more likely means a word of every day."""
        return word in self.common or scene.everyday.knows(word)

    def is_compound(self, message: Message, first: int, last: int, listed: int = 0) -> bool:
        """Whether hyphens make the name a piece of another one: Kai-Oizumi, Ueda-ville. Not behind another
        place that was found (`listed`): Gunma-Ota."""
        text = message.text
        is_behind = first > 0 and text[message.ends[first - 1] : message.starts[first]] == "-"
        if is_behind and not listed and message.words[first - 1] not in self.common:
            return True
        if last < len(message) and text[message.ends[last - 1] : message.starts[last]] == "-":
            after = message.words[last]
            known = after in self.common or after in self._directions or after in self._suffixes
            return not known and key(after) not in self._names.latin
        return False
