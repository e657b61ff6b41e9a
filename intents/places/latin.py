"""Finds names in Latin letters: exact, glued, spelled by ear, misspelt, or cut into pieces ("hama matsu")."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import product

from intents.places.cues import BIT, KIND_BEFORE, Marks
from intents.places.draft import Draft
from intents.places.evidence import CERTAIN, HINTED, LIKELY, Surroundings, surroundings
from intents.places.message import COMMA, SOFT, Message
from intents.places.names import BIG, Names, Places
from intents.places.phonetics import key, skeleton
from intents.places.spelling import FITS, Speller, Spelling
from intents.places.words import PlaceWords
from intents.text import fold

_LONGEST_JOIN = 5
_LONGEST_NAME = 20
#: What the big towns and the small ones need before they are believed, by the length of the name.
_SHORT, _MEDIUM, _LONG = 4, 6, 8
#: Two places are listed when not more than this stands between them.
_LISTED_WITHIN = 8
#: The most little words between a place and its prefecture ("Ida, up in the prefecture of Nagano").
_FILLERS = 5
_NEVER = 9
#: Accents that no romanisation of Japanese has.
_LOCAL_ACCENT = re.compile("[áàãảạéèẽẻẹíìĩỉịóòõỏọúùũủụýçñ]")
_BINDS = BIT["at"] | BIT["to"] | BIT["filler"] | sum(KIND_BEFORE.values())


def _listed(message: Message, end: int, start: int) -> int:
    """How much a name `start`s like the next of a list behind a place that `end`s."""
    if start - end >= _LISTED_WITHIN:
        return 0
    return CERTAIN if message.plain[end:start].strip() in (",", "/", "&", "+") else LIKELY


class Language:
    """What one language's lists say about single words."""

    def __init__(self, own: Iterable[PlaceWords]) -> None:
        own = tuple(own)
        listed = Counter(word for words in own for word in words.ordinary)
        self.ordinary = frozenset(word for word, times in listed.items() if times > 1 or len(own) == 1)
        self.not_typos = frozenset().union(*(words.not_typos for words in own))
        self.not_places = frozenset(
            fold(name) for words in own for name in words.not_places
        )
        self.sounds: tuple[tuple[tuple[str, str], ...], ...] = tuple(
            tuple(zip(words.sounds, chosen, strict=True))
            for words in own
            if words.sounds
            for chosen in product(*words.sounds.values())
        )

    def respelt(self, word: str) -> list[str]:
        """The word with the sounds that this language writes by other letters."""
        found = []
        for sounds in self.sounds:
            other = word
            for letters, sound in sounds:
                other = other.replace(letters, sound)
            if other != word:
                found.append(other)
        return found


class LatinFinder:
    """Walks over the words of a message, longest names first."""

    def __init__(
        self,
        names: Names,
        speller: Speller,
        exonyms: Mapping[str, str],
        doubtful: Mapping[str, str],
        common: frozenset[str],
        directions: frozenset[str],
        surnames: frozenset[str],
    ) -> None:
        """`exonyms` maps other spellings to keys of names, `doubtful` those that are more often something else;
        `common` are words that are no pieces of a name, `directions` names that need their suffix (Kita-ku)."""
        self._names = names
        self._speller = speller
        self._exonyms = exonyms
        self._doubtful = doubtful
        self._common = common
        self._directions = directions
        self._surnames = surnames
        self._prefectures = {key(p.id): p.code for p in names.gazetteer if p.kind == "prefecture"}

    def find(self, message: Message, marks: Marks, language: Language) -> list[Draft]:
        found: list[Draft] = []
        index, count = 0, len(message)
        while index < count:
            listed = _listed(message, found[-1].end, message.starts[index]) if found else 0
            draft = self._joined(message, marks, language, index, listed) or self._single(
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
        self, message: Message, marks: Marks, language: Language, index: int, listed: int
    ) -> Draft | None:
        word = message.words[index]
        if word in self._doubtful:
            return self._doubted(message, marks, index, listed)
        spelling = self._speller.read(self._exonyms.get(word, word))
        if not spelling:
            return self._by_sound_of(message, marks, language, index, listed) if language.sounds else None
        name = spelling.heard or (spelling.typos[0].name if spelling.typos else spelling.key)
        around = self._around(message, marks, index, index + 1, listed, self._names.latin[name])
        if spelling.places:
            if around.evidence < self._need(spelling, message, index, language, around, listed):
                return None
            return self._draft(message, index, around, spelling.key, spelling.places, spelling.suffix)
        if spelling.heard:
            return self._heard(message, language, index, around, spelling, spelling.heard)
        return self._misspelt(message, language, index, around, spelling)

    def _around(
        self, message: Message, marks: Marks, first: int, last: int, listed: int, places: Places
    ) -> Surroundings:
        """The surroundings, with a prefecture beside the name as the strongest evidence."""
        around = surroundings(message, marks, first, last, listed)
        if around.evidence <= CERTAIN and self._has_prefecture(message, marks, around.end, places):
            around = around._replace(evidence=CERTAIN + 1)
        return around

    def _has_prefecture(self, message: Message, marks: Marks, index: int, places: Places) -> bool:
        """Whether the prefecture of one of the places follows: "Tsu, Mie", "Ida in the prefecture of Nagano"."""
        for _ in range(_FILLERS):
            if index >= len(message) or message.gaps[index] > COMMA:
                return False
            word = message.words[index]
            if code := self._prefectures.get(key(self._exonyms.get(word, word))):
                return any(place.prefecture == code and place.kind != "prefecture" for place in places)
            steps = [end for end, bits in marks.starting.get(index, ()) if bits & _BINDS]
            if not steps:
                return False
            index = max(steps)
        return False

    def _doubted(self, message: Message, marks: Marks, index: int, listed: int) -> Draft | None:
        name = self._doubtful[message.words[index]]
        places = self._names.latin[name]
        around = self._around(message, marks, index, index + 1, listed, places)
        if around.evidence < CERTAIN or (around.kind and around.kind != "city"):
            return None
        return self._draft(message, index, around, name, places, how="typo")

    def _need(
        self,
        spelling: Spelling,
        message: Message,
        index: int,
        language: Language,
        around: Surroundings,
        listed: int,
    ) -> int:
        """The evidence that an exact name needs: none for members, much for a small town called like a word."""
        if spelling.suffix:
            return 0
        name, places = spelling.key, spelling.places
        if self._is_compound(message, index, around.end, listed):
            return _NEVER
        if name in self._speller.members:
            return 0
        if len(name) < 3:
            plain = message.typed[index].isascii() and around.end > index + 1
            return CERTAIN if around.kind == "city" and plain else _NEVER
        if name in self._directions:
            return 0 if around.kind in ("ward", "city", "town", "village") else _NEVER
        need = importance_need(name, places)
        if len(message) == 1 and any(p.kind in ("city", "prefecture") for p in places):
            return LIKELY
        if name in self._surnames and not any(p.kind in ("city", "prefecture") for p in places):
            need = LIKELY
        if name in language.ordinary or message.words[index] in language.ordinary:
            need = max(need, LIKELY) + 1
        if message.mixed_case and not message.is_capital(index) and need:
            need += 1
        if _LOCAL_ACCENT.search(message.typed[index]):
            need += 1
        return need

    def _is_compound(self, message: Message, first: int, last: int, listed: int) -> bool:
        """Whether hyphens make the name a piece of another one: Kai-Oizumi, Ueda-ville. Not behind another
        place that was found (`listed`): Gunma-Ota."""
        text = message.text
        if first and text[message.ends[first - 1] : message.starts[first]] == "-":
            before = message.words[first - 1]
            if not listed and before not in self._common:
                return True
        if last < len(message) and text[message.ends[last - 1] : message.starts[last]] == "-":
            after = message.words[last]
            return not (after in self._common or after in self._directions or key(after) in self._names.latin)
        return False

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
            need = LIKELY if len(name) >= _MEDIUM else CERTAIN
        if around.evidence < need:
            return None
        draft = self._draft(message, index, around, name, self._names.latin[name], how="sound")
        if len(name) < _SHORT:
            near = (typo.name for typo in self._speller.typos(spelling.key))
            draft.rivals = tuple(other for other in near if other != name)
        return draft

    def _misspelt(
        self, message: Message, language: Language, index: int, around: Surroundings, spelling: Spelling
    ) -> Draft | None:
        word = message.words[index]
        if word in language.not_typos or word in self._common or word in language.ordinary:
            return None
        if self._is_compound(message, index, around.end, 0):
            return None
        nearest = spelling.typos[0]
        name = nearest.name
        if name in self._speller.members:
            if len(name) >= _LONG and word[0] == name[0]:
                need = 0
            elif len(name) > _MEDIUM:
                need = 0 if nearest.distance < 2 else HINTED
            elif len(name) >= _MEDIUM:
                need = 0 if nearest.distance < 2 else LIKELY
            elif len(name) > 3:
                need = LIKELY
            else:
                need = CERTAIN
        else:
            need = LIKELY if len(name) >= _MEDIUM else CERTAIN if around.kind == "prefecture" else _NEVER
        if around.evidence < need:
            return None
        draft = self._draft(message, index, around, name, self._names.latin[name], how="typo")
        draft.distance = nearest.distance
        draft.rivals = tuple(t.name for t in spelling.typos[1:] if t.distance <= nearest.distance + 0.5)
        return draft

    def _by_sound_of(
        self, message: Message, marks: Marks, language: Language, index: int, listed: int
    ) -> Draft | None:
        """Letters that this language uses for another sound (Suduca for Suzuka)."""
        word = message.words[index]
        if word in self._common:
            return None
        heard = (self._speller.heard(key(other)) for other in language.respelt(word))
        name = next((name for name in heard if name in self._speller.members), "")
        if not name:
            return None
        around = surroundings(message, marks, index, index + 1, listed)
        return self._draft(message, index, around, name, self._names.latin[name], how="sound")

    # Several words --------------------------------------------------------------------------------------

    def _joined(
        self, message: Message, marks: Marks, language: Language, index: int, listed: int
    ) -> Draft | None:
        """A name cut by spaces or hyphens: the longest exact one, else a member by its sound."""
        words, gaps = message.words, message.gaps
        text = words[index]
        if index + 1 >= len(words) or gaps[index + 1] != SOFT or not self._opens(language, text):
            return None
        best: tuple[int, str, bool] | None = None
        longest = _LONGEST_JOIN if len(text) > 1 else _LONGEST_NAME
        for end in range(index + 2, min(index + longest, len(words)) + 1):
            if gaps[end - 1] != SOFT:
                break
            text += words[end - 1]
            if len(text) > _LONGEST_NAME:
                break
            name = key(self._exonyms.get(text, text))
            if name in self._names.latin:
                best = (end, name, True)
            elif known := self._sounding(language, text):
                best = (end, known, False)
            if not self._opens(language, text):
                break
        if best is None:
            return None
        end, name, is_exact = best
        around = self._around(message, marks, index, end, listed, self._names.latin[name])
        if not self._believe_joined(message, index, end, name, is_exact, around):
            return None
        return self._draft(message, index, around, name, self._names.latin[name], how="joined")

    def _opens(self, language: Language, text: str) -> bool:
        return self._speller.opens(text) or any(self._speller.opens(other) for other in language.respelt(text))

    def _sounding(self, language: Language, text: str) -> str:
        """The member that the letters sound like, "" for none."""
        sounds = self._speller.member_sounds
        for spelling in (text, *language.respelt(text)):
            if name := sounds.get(skeleton(key(spelling))):
                return name
        return ""

    def _believe_joined(
        self, message: Message, index: int, end: int, name: str, is_exact: bool, around: Surroundings
    ) -> bool:
        pieces = message.words[index:end]
        hyphens = all(message.text[message.starts[i] - 1] == "-" for i in range(index + 1, end))
        members = self._speller.members
        foreign = "".join(pieces) in self._exonyms
        spelled_out = len(pieces) > 2 and all(len(piece) <= _SHORT - 1 for piece in pieces)
        if hyphens and (name in members or foreign or spelled_out or not all(piece in self._common for piece in pieces)):
            return is_exact or around.evidence >= HINTED or len(name) > _SHORT
        if any(key(piece) in members for piece in pieces) and not (name in members and around.kind):
            return False
        if key(pieces[0]) in self._names.latin and all(len(piece) < 3 for piece in pieces[1:]):
            return False
        if len(pieces[0]) < 3 and key(pieces[1]) in self._names.latin and len(pieces[1]) > 3:
            return False
        if name not in members:
            places = self._names.latin[name]
            if not is_exact or importance_need(name, places) > around.evidence or len(name) < _MEDIUM:
                return False
        if len(pieces) > 2 and all(len(piece) < 3 for piece in pieces) and name in members:
            capitals = all(message.text[start].isupper() for start in message.starts[index:end])
            return around.evidence >= LIKELY or len(pieces) > 3 or capitals
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
            touching=around.touching,
            cues_after=around.after,
        )


def importance_need(name: str, places: Places) -> int:
    """The evidence that a name needs by itself: the smaller the place and the shorter the name, the more."""
    length = len(name)
    if any(p.kind == "prefecture" or (p.kind == "city" and p.population > BIG) for p in places):
        return 0 if length >= _SHORT else HINTED
    if any(p.kind in ("city", "tokyo_ward") or (p.kind == "district" and not p.code) for p in places):
        return 0 if length >= _MEDIUM else HINTED if length >= _SHORT else LIKELY
    if all(p.kind == "ward" for p in places):
        return CERTAIN if length < _LONG else LIKELY
    return HINTED if length >= _MEDIUM else LIKELY


__all__ = ["FITS", "Language", "LatinFinder", "importance_need"]
