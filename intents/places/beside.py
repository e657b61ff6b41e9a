"""Whether a name stands beside its prefecture, or behind another place of a list: the strongest evidence."""

from __future__ import annotations

from collections.abc import Mapping

from intents.places.cues import BIT, KIND_BEFORE
from intents.places.evidence import CERTAIN, LIKELY, Surroundings, surroundings
from intents.places.message import COMMA, Message
from intents.places.names import Names, Places
from intents.places.phonetics import key
from intents.places.scene import Scene

#: Two places are listed when not more than this stands between them.
_LISTED_WITHIN = 8
_LIST_SIGNS = frozenset(",/&+")
#: The most little words between a place and its prefecture ("Ida, up in the prefecture of Nagano").
_FILLERS = 5
_BINDS = BIT["at"] | BIT["to"] | BIT["filler"] | sum(KIND_BEFORE.values())


def listed(message: Message, end: int, start: int) -> int:
    """The evidence for a name at `start` of the text by another that ends at `end`: a list may go on."""
    if start - end >= _LISTED_WITHIN:
        return 0
    return CERTAIN if message.plain[end:start].strip() in _LIST_SIGNS else LIKELY


class Beside:
    """`exonyms` maps other spellings of a prefecture to its key."""

    def __init__(self, names: Names, exonyms: Mapping[str, str]) -> None:
        self._exonyms = exonyms
        self._prefectures = {key(p.id): p.code for p in names.gazetteer if p.kind == "prefecture"}

    def surroundings(self, scene: Scene, first: int, last: int, places: Places, listed: int) -> Surroundings:
        """The surroundings of the words `first` .. `last` - 1, read as one of the places."""
        around = surroundings(scene, first, last, listed)
        if around.evidence <= CERTAIN and self._has_prefecture(scene, around.end, places):
            return around._replace(evidence=CERTAIN + 1)
        return around

    def _has_prefecture(self, scene: Scene, index: int, places: Places) -> bool:
        """Whether the prefecture of one of the places begins here or behind some little words."""
        message = scene.message
        for _ in range(_FILLERS):
            if index >= len(message) or message.gaps[index] > COMMA:
                return False
            word = message.words[index]
            if code := self._prefectures.get(key(self._exonyms.get(word, word))):
                return any(place.prefecture == code and place.kind != "prefecture" for place in places)
            steps = [end for end, bits in scene.marks.starting.get(index, ()) if bits & _BINDS]
            if not steps:
                return False
            index = max(steps)
        return False
