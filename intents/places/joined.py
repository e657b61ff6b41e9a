"""Finds names cut into pieces by spaces or hyphens: "hama matsu", "Tô-yô-ta", "Shin-Okubo", "T O Y O T A"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from intents.places.belief import MEDIUM, SHORT, Belief, of_size
from intents.places.beside import Beside
from intents.places.draft import Draft
from intents.places.everyday import Everyday
from intents.places.evidence import CERTAIN, HINTED, LIKELY, Surroundings
from intents.places.latin_draft import latin_draft
from intents.places.message import SOFT
from intents.places.names import Names
from intents.places.phonetics import key, skeleton
from intents.places.scene import Scene
from intents.places.spelling import Speller

_CACHE = 4096
_MOST_PIECES = 5
_MOST_LETTERS = 20


class JoinedFinder:
    """`exonyms` maps other spellings to keys of names."""

    def __init__(
        self, names: Names, speller: Speller, belief: Belief, beside: Beside, exonyms: Mapping[str, str]
    ) -> None:
        self._names = names
        self._speller = speller
        self._belief = belief
        self._beside = beside
        self._exonyms = exonyms
        self._joint = lru_cache(maxsize=_CACHE)(self._read)

    def find(self, scene: Scene, index: int, listed: int) -> Draft | None:
        """The longest name that begins with word `index`, which `opens` one, and takes the next word too."""
        message = scene.message
        if index + 1 >= len(message.words) or message.gaps[index + 1] != SOFT:
            return None
        first, second = message.words[index : index + 2]
        common = self._belief.common
        if len(first) + len(second) >= MEDIUM and first in common and second in common:
            return None
        longest = self._longest(scene, index)
        if longest is None:
            return None
        end, name, is_exact = longest
        around = self._beside.surroundings(scene, index, end, self._names.latin[name], listed)
        if not self._believe(scene, index, end, name, is_exact, around):
            return None
        return latin_draft(scene, index, around, name, self._names.latin[name], "joined")

    def _longest(self, scene: Scene, index: int) -> tuple[int, str, bool] | None:
        """(end, name, whether spelled right) of the longest name from word `index` on."""
        message = scene.message
        text = message.words[index]
        most = _MOST_PIECES if len(text) > 1 else _MOST_LETTERS
        best = None
        for end in range(index + 2, min(index + most, len(message)) + 1):
            if message.gaps[end - 1] != SOFT:
                break
            text += message.words[end - 1]
            if len(text) > _MOST_LETTERS:
                break
            name, is_exact, opens = self._joint(scene.everyday, text)
            if name:
                best = (end, name, is_exact)
            if not opens:
                break
        return best

    def opens(self, everyday: Everyday, text: str) -> bool:
        """Whether a name may begin with these letters."""
        return self._speller.opens(text) or any(map(self._speller.opens, everyday.respelt(text)))

    def _read(self, everyday: Everyday, text: str) -> tuple[str, bool, bool]:
        """The name that joined pieces are, "" for none; whether it is spelled right; whether they open one."""
        name = key(self._exonyms.get(text, text))
        is_exact = name in self._names.latin
        return name if is_exact else self._heard(everyday, text), is_exact, self.opens(everyday, text)

    def _heard(self, everyday: Everyday, text: str) -> str:
        """The member that the letters sound like, "" for none."""
        for spelling in (text, *everyday.respelt(text)):
            if name := self._speller.member_sounds.get(skeleton(key(spelling))):
                return name
        return ""

    def _believe(
        self, scene: Scene, index: int, end: int, name: str, is_exact: bool, around: Surroundings
    ) -> bool:
        message, belief, latin = scene.message, self._belief, self._names.latin
        pieces = message.words[index:end]
        is_member = belief.is_member(name)
        all_common = all(belief.is_word(scene, piece) for piece in pieces)
        if all(message.text[message.starts[i] - 1] == "-" for i in range(index + 1, end)):
            syllables = len(pieces) > 2 and all(len(piece) < SHORT for piece in pieces)
            if is_member or syllables or not all_common or "".join(pieces) in self._exonyms:
                return is_exact or around.evidence >= HINTED or len(name) > SHORT
        if any(belief.is_member(key(piece)) for piece in pieces) and not (is_member and around.kind):
            return False
        if self._has_name_and_bits(pieces):
            return False
        is_whole = len(pieces) == len(message)
        is_placed = around.evidence >= LIKELY and any(p.kind == "prefecture" for p in latin[name])
        is_clear = is_whole or around.kind == "prefecture" or is_placed or (index == 0 and not all_common)
        is_big = is_exact and (len(name) >= MEDIUM or is_clear)
        if not is_member and not (is_big and of_size(name, latin[name]) <= around.evidence):
            return False
        if is_member and len(pieces) > 2 and all(len(piece) < SHORT - 1 for piece in pieces):
            in_capitals = all(message.is_capital(i) for i in range(index, end))
            is_long = len(name) >= MEDIUM or len(pieces) > 3
            return is_long or around.evidence >= LIKELY or in_capitals or (is_exact and index == 0)
        if all_common:
            return around.evidence >= CERTAIN or is_whole
        return len(name) >= MEDIUM or around.evidence >= LIKELY

    def _has_name_and_bits(self, pieces: list[str]) -> bool:
        """Whether the pieces are a whole name with little words beside it: "ở Izumi" is not Oizumi."""
        first, second, *rest = pieces
        if (
            len(first) >= SHORT - 1
            and key(first) in self._names.latin
            and all(len(piece) < SHORT - 1 for piece in (second, *rest))
        ):
            return True
        return len(first) < SHORT - 1 and len(second) >= SHORT and key(second) in self._names.latin
