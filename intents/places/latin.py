"""Finds names in Latin letters: exact, glued, spelled by ear, misspelt, or cut into pieces ("hama matsu")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from intents.places.cues import Marks
from intents.places.draft import Draft
from intents.places.evidence import CERTAIN, HINTED, LIKELY, Surroundings, surroundings
from intents.places.message import SOFT, Message
from intents.places.names import BIG, Names, Places
from intents.places.phonetics import key, skeleton
from intents.places.spelling import FITS, Speller, Spelling
from intents.places.words import PlaceWords

_LONGEST_JOIN = 5
_LONGEST_NAME = 20
#: What the big towns and the small ones need before they are believed, by the length of the name.
_SHORT, _MEDIUM, _LONG = 4, 6, 8
#: Two places are listed when not more than this stands between them.
_LISTED_WITHIN = 8


class Language:
    """What one language's lists say about single words."""

    def __init__(self, own: Iterable[PlaceWords]) -> None:
        own = tuple(own)
        self.ordinary = frozenset().union(*(words.ordinary for words in own))
        self.not_typos = frozenset().union(*(words.not_typos for words in own))
        self.sounds: Mapping[str, str] = {k: v for words in own for k, v in words.sounds.items()}


class LatinFinder:
    """Walks over the words of a message, longest names first."""

    def __init__(self, names: Names, speller: Speller, exonyms: Mapping[str, str], common: frozenset[str]) -> None:
        """`exonyms` maps other spellings to keys of names; `common` are words that are no pieces of a name."""
        self._names = names
        self._speller = speller
        self._exonyms = exonyms
        self._common = common

    def find(self, message: Message, marks: Marks, language: Language) -> list[Draft]:
        found: list[Draft] = []
        index, count = 0, len(message)
        while index < count:
            listed = bool(found) and message.starts[index] - found[-1].end < _LISTED_WITHIN
            draft = self._joined(message, marks, index, listed) or self._single(
                message, marks, language, index, listed
            )
            if draft:
                found.append(draft)
                index = draft.last
            else:
                index += 1
        return found

    # One word ------------------------------------------------------------------------------------------

    def _single(
        self, message: Message, marks: Marks, language: Language, index: int, listed: bool
    ) -> Draft | None:
        word = message.words[index]
        spelling = self._speller.read(self._exonyms.get(word, word))
        if not spelling:
            return self._by_sound_of(message, marks, language, index, listed) if language.sounds else None
        around = surroundings(message, marks, index, index + 1, listed)
        if spelling.places:
            if around.evidence < self._need(spelling, message, index, language, around):
                return None
            return self._draft(message, index, around, spelling.key, spelling.places, spelling.suffix)
        if spelling.heard:
            return self._heard(message, language, index, around, spelling, spelling.heard)
        return self._misspelt(message, language, index, around, spelling)

    def _need(
        self, spelling: Spelling, message: Message, index: int, language: Language, around: Surroundings
    ) -> int:
        """The evidence that an exact name needs: none for members, much for a small town called like a word."""
        if spelling.suffix:
            return 0
        name, places = spelling.key, spelling.places
        if name in self._speller.members:
            return 0
        if message.gaps[index] == SOFT and index and message.text[message.starts[index] - 1] == "-":
            return CERTAIN
        need = importance_need(name, places)
        if name in language.ordinary or message.words[index] in language.ordinary:
            need = max(need, LIKELY) + 1
        if message.mixed_case and not message.is_capital(index):
            need += 1
        return need

    def _heard(
        self, message: Message, language: Language, index: int, around: Surroundings, spelling: Spelling, name: str
    ) -> Draft | None:
        word = message.words[index]
        if spelling.suffix:
            return self._draft(message, index, around, name, self._names.latin[name], spelling.suffix, "sound")
        if word in language.not_typos or word in self._common or word in language.ordinary:
            need = CERTAIN
        elif name in self._speller.members:
            need = 0 if len(name) > _SHORT else HINTED
        else:
            need = LIKELY
        if around.evidence < need:
            return None
        return self._draft(message, index, around, name, self._names.latin[name], how="sound")

    def _misspelt(
        self, message: Message, language: Language, index: int, around: Surroundings, spelling: Spelling
    ) -> Draft | None:
        word = message.words[index]
        if word in language.not_typos or word in self._common or word in language.ordinary:
            return None
        if message.gaps[index] == SOFT and index and message.text[message.starts[index] - 1] == "-":
            return None
        nearest = spelling.typos[0]
        name = nearest.name
        if name in self._speller.members:
            if len(name) >= _MEDIUM + 1:
                need = 0 if nearest.distance < 2 else HINTED
            elif len(name) >= _MEDIUM:
                need = 0 if nearest.distance < 2 else LIKELY
            elif len(name) > 3:
                need = LIKELY
            else:
                need = CERTAIN
        else:
            need = LIKELY
        if around.evidence < need:
            return None
        draft = self._draft(message, index, around, name, self._names.latin[name], how="typo")
        draft.distance = nearest.distance
        draft.rivals = tuple(t.name for t in spelling.typos[1:] if t.distance <= nearest.distance + 0.5)
        return draft

    def _by_sound_of(
        self, message: Message, marks: Marks, language: Language, index: int, listed: bool
    ) -> Draft | None:
        """Letters that this language uses for another sound (Suduca for Suzuka)."""
        word = message.words[index]
        respelt = word
        for letters, sound in language.sounds.items():
            respelt = respelt.replace(letters, sound)
        if respelt == word:
            return None
        name = self._speller.heard(key(respelt))
        if name not in self._speller.members or word in self._common:
            return None
        around = surroundings(message, marks, index, index + 1, listed)
        return self._draft(message, index, around, name, self._names.latin[name], how="sound")

    # Several words --------------------------------------------------------------------------------------

    def _joined(self, message: Message, marks: Marks, index: int, listed: bool) -> Draft | None:
        """A name cut by spaces or hyphens: the longest exact one, else a member by its sound."""
        words, gaps = message.words, message.gaps
        first = key(words[index])
        sound = skeleton(first)
        exact = first in self._names.prefixes
        heard = sound in self._speller.sound_prefixes
        if not (exact or heard) or index + 1 >= len(words) or gaps[index + 1] != SOFT:
            return None
        best: tuple[int, str, bool] | None = None
        text = words[index]
        for end in range(index + 2, min(index + _LONGEST_JOIN, len(words)) + 1):
            if gaps[end - 1] != SOFT or len(text) > _LONGEST_NAME:
                break
            text += words[end - 1]
            name = key(text)
            if name in self._names.latin:
                best = (end, name, True)
            elif (known := self._speller.member_sounds.get(skeleton(name))) and not (best and best[2]):
                best = (end, known, False)
        if best is None:
            return None
        end, name, is_exact = best
        around = surroundings(message, marks, index, end, listed)
        if not self._believe_joined(message, index, end, name, is_exact, around):
            return None
        draft = self._draft(message, index, around, name, self._names.latin[name], how="joined")
        draft.last = around.end
        return draft

    def _believe_joined(
        self, message: Message, index: int, end: int, name: str, is_exact: bool, around: Surroundings
    ) -> bool:
        pieces = message.words[index:end]
        hyphens = all(message.text[message.starts[i] - 1] == "-" for i in range(index + 1, end))
        if hyphens:
            return is_exact or around.evidence >= HINTED or len(name) > _SHORT
        members = self._speller.members
        if any(key(piece) in members for piece in pieces) and not (name in members and around.kind):
            return False
        if len(pieces[0]) < 3 and key(pieces[1]) in self._names.latin and len(pieces[1]) > 3:
            return False
        if name not in members:
            places = self._names.latin[name]
            if not is_exact or importance_need(name, places) > around.evidence or len(name) < _MEDIUM:
                return False
        if all(piece in self._common for piece in pieces):
            return around.evidence >= CERTAIN or len(pieces) == len(message)
        if len(name) < _MEDIUM:
            return around.evidence >= LIKELY
        return True

    # ---------------------------------------------------------------------------------------------------

    def _draft(
        self,
        message: Message,
        index: int,
        around: Surroundings,
        name: str,
        places: Places,
        suffix: str = "",
        how: str = "exact",
    ) -> Draft:
        return Draft(
            start=message.starts[index],
            end=message.ends[around.end - 1],
            name=name,
            places=places,
            how=how,  # type: ignore[arg-type]
            kind=suffix or around.kind,
            first=index,
            last=around.end,
            evidence=around.evidence,
            cues_before=around.before,
            cues_after=around.after,
        )


def importance_need(name: str, places: Places) -> int:
    """The evidence that a name needs by itself: the smaller the place and the shorter the name, the more."""
    length = len(name)
    if any(p.kind == "prefecture" or (p.kind == "city" and p.population > BIG) for p in places):
        return 0 if length >= _SHORT else LIKELY
    if any(p.kind in ("city", "tokyo_ward") or (p.kind == "district" and not p.code) for p in places):
        return 0 if length >= _MEDIUM else HINTED if length >= _SHORT else LIKELY
    if all(p.kind == "ward" for p in places):
        return CERTAIN if length < _LONG else LIKELY
    return HINTED if length >= _LONG else LIKELY


__all__ = ["FITS", "Language", "LatinFinder", "importance_need"]
