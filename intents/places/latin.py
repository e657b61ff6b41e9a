"""Finds names in Latin letters: exact, with a suffix glued on, spelled by ear, misspelt, or in pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from intents.places.belief import NEVER, SHORT, Belief
from intents.places.beside import Beside, listed
from intents.places.draft import Draft
from intents.places.everyday import Everyday
from intents.places.evidence import CERTAIN, Surroundings
from intents.places.joined import JoinedFinder
from intents.places.latin_draft import latin_draft
from intents.places.names import Names
from intents.places.phonetics import key
from intents.places.scene import Scene
from intents.places.spelling import Speller, Spelling
from intents.places.typos import Typo

#: What a word can do: open a longer name, be a name alone.
_OPENS, _ALONE = 1, 2

_CACHE = 12288
#: A name this little farther away than the nearest is offered beside it.
_AS_NEAR = 0.5


class LatinFinder:
    """`exonyms` maps other spellings to keys of names, `doubtful` those that are more often another word."""

    def __init__(
        self,
        names: Names,
        speller: Speller,
        belief: Belief,
        exonyms: Mapping[str, str],
        doubtful: Mapping[str, str],
    ) -> None:
        self._names = names
        self._speller = speller
        self._belief = belief
        self._beside = Beside(names, exonyms)
        self._joined = JoinedFinder(names, speller, belief, self._beside, exonyms)
        self._exonyms = exonyms
        self._doubtful = doubtful
        self._can = lru_cache(maxsize=_CACHE)(self._can_be)

    def find(self, scene: Scene) -> list[Draft]:
        """The names of the message from left to right, the longest at each word."""
        found: list[Draft] = []
        message = scene.message
        index = 0
        for position, word in enumerate(message.words):
            if position < index or not (can := self._can(scene.everyday, word)):
                continue
            after = listed(message, found[-1].end, message.starts[position]) if found else 0
            draft = self._joined.find(scene, position, after) if can & _OPENS else None
            if draft is None and can & _ALONE:
                draft = self._single(scene, position, after)
            if draft:
                found.append(draft)
                index = draft.last
        return found

    def _can_be(self, everyday: Everyday, word: str) -> int:
        """Whether a word, whatever stands around it, can open a longer name and can be one alone."""
        can = _OPENS if self._joined.opens(everyday, word) else 0
        if word in self._doubtful:
            return can | _ALONE
        spelling = self._speller.read(self._exonyms.get(word, word))
        if spelling.places or spelling.heard:
            return can | _ALONE
        if word in self._belief.common:
            return can
        if self._respelt_member(everyday, word):
            return can | _ALONE
        is_misspelt = not everyday.knows(word) and self._speller.near(self._exonyms.get(word, word))
        return can | _ALONE if is_misspelt else can

    def _single(self, scene: Scene, index: int, listed: int) -> Draft | None:
        word = scene.message.words[index]
        if word in self._doubtful:
            return self._doubted(scene, index, listed)
        spelling = self._speller.read(self._exonyms.get(word, word))
        if spelling.places:
            around = self._around(scene, index, spelling.key, listed)
            if around.evidence < self._belief.exact(scene, spelling, index, around, listed):
                return None
            places, suffix = spelling.places, spelling.suffix
            return latin_draft(scene, index, around, spelling.key, places, "exact", suffix)
        if spelling.heard:
            return self._heard(scene, index, listed, spelling)
        if typos := self._speller.near(self._exonyms.get(word, word)):
            return self._misspelt(scene, index, listed, typos)
        if name := self._respelt_member(scene.everyday, word):
            around = self._around(scene, index, name, listed)
            return latin_draft(scene, index, around, name, self._names.latin[name], "sound")
        return None

    def _around(self, scene: Scene, index: int, name: str, listed: int) -> Surroundings:
        return self._beside.surroundings(scene, index, index + 1, self._names.latin[name], listed)

    def _doubted(self, scene: Scene, index: int, listed: int) -> Draft | None:
        """A spelling that is more often another word: "ida" is Iida only with a suffix or its prefecture."""
        name = self._doubtful[scene.message.words[index]]
        around = self._around(scene, index, name, listed)
        if around.evidence < CERTAIN or around.kind not in ("", "city"):
            return None
        return latin_draft(scene, index, around, name, self._names.latin[name], "typo")

    def _heard(self, scene: Scene, index: int, listed: int, spelling: Spelling) -> Draft | None:
        name = spelling.heard
        around = self._around(scene, index, name, listed)
        need = 0 if spelling.suffix else self._belief.heard(scene, scene.message.words[index], name)
        if around.evidence < need:
            return None
        draft = latin_draft(scene, index, around, name, self._names.latin[name], "sound", spelling.suffix)
        if len(name) < SHORT:
            draft.rivals = tuple(t.name for t in self._speller.typos(spelling.key) if t.name != name)
        return draft

    def _misspelt(self, scene: Scene, index: int, listed: int, typos: Sequence[Typo]) -> Draft | None:
        nearest, *others = typos
        name = nearest.name
        around = self._around(scene, index, name, listed)
        need = self._belief.misspelt(scene, scene.message.words[index], nearest, around.kind)
        if self._belief.is_compound(scene.message, index, around.end):
            need = NEVER
        if around.evidence < need:
            return None
        draft = latin_draft(scene, index, around, name, self._names.latin[name], "typo")
        draft.distance = nearest.distance
        draft.rivals = tuple(t.name for t in others if t.distance <= nearest.distance + _AS_NEAR)
        return draft

    def _respelt_member(self, everyday: Everyday, word: str) -> str:
        """The member in letters that this language uses for other sounds (Suduca for Suzuka), "" for none."""
        if word not in self._belief.common:
            for other in everyday.respelt(word):
                name = self._speller.heard(key(other))
                if self._belief.is_member(name):
                    return name
        return ""
