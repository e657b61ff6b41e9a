"""What one Latin word can be, before any context: a name, a name with its suffix glued on, or a misspelt one.

Answers are cached, for messages are made of the same words. Knows no sentences and no language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from intents.places.names import BIG, Names, Places
from intents.places.phonetics import hepburn, key, skeleton
from intents.places.typos import Typo, Typos

#: Kinds of places that a suffix fits.
FITS: Mapping[str, frozenset[str]] = {
    "city": frozenset({"city"}),
    "prefecture": frozenset({"prefecture"}),
    "ward": frozenset({"tokyo_ward", "ward"}),
    "town": frozenset({"town"}),
    "village": frozenset({"village"}),
    "district": frozenset({"district"}),
    "station": frozenset({"city", "district", "tokyo_ward", "town"}),
    "county": frozenset(),
}

_CACHE = 1024
_DOUBLED = re.compile(r"(.)\1")
#: Names of cities from this length on are also recognised by their sound.
_HEARD_LENGTH = 5
#: Shorter words, and names of towns, are words of other languages before they are kunrei (tu, sinto).
_KUNREI_LENGTH, _KUNREI_KINDS = 4, frozenset({"city", "prefecture", "tokyo_ward"})


@dataclass(frozen=True, slots=True)
class Spelling:
    """`places` where the word (without `suffix`, a kind of FITS) is a name.

    Else `heard` is the one name that sounds like it.
    """

    key: str
    places: Places = ()
    suffix: str = ""
    heard: str = ""


class Speller:
    """Reads single words. `suffixes` are the words that may be glued to a name ("shi") with their kinds."""

    def __init__(
        self,
        names: Names,
        suffixes: Mapping[str, str],
        by_ear: Iterable[str],
        never: Iterable[str],
        exonyms: Iterable[str],
    ) -> None:
        """`by_ear` are other spellings of the city's suffix, for members only; `never` are no names."""
        self._names = names
        self._prefixes = names.prefixes | {key(name)[:end] for name in exonyms for end in range(1, len(name))}
        self._suffixes = tuple(sorted(suffixes.items(), key=lambda item: -len(item[0])))
        self._by_ear = tuple(by_ear)
        self._never = frozenset(never)
        self.members = {key(member): member for member in names.gazetteer.members()}
        cities = [name for name, places in names.latin.items() if _is_known(places)]
        prefectures = [key(p.id) for p in names.gazetteer if p.kind == "prefecture"]
        self._typos = Typos(self.members, cities, prefectures)
        self._heard = {skeleton(name): name for name in cities if len(name) >= _HEARD_LENGTH}
        self._heard |= {skeleton(name): name for name in self.members}
        self.member_sounds = {skeleton(name): name for name in self.members}
        self.sound_prefixes = frozenset(
            sound[:end] for sound in self.member_sounds for end in range(1, len(sound))
        )
        self.read = lru_cache(maxsize=_CACHE)(self._read)
        self.near = lru_cache(maxsize=_CACHE)(self._near)

    def _read(self, word: str) -> Spelling:
        """What a word in lower case without accents can be."""
        spelled = key(word)
        if len(spelled) < 2:
            return Spelling(spelled)
        if places := self._names.latin.get(spelled):
            return Spelling(spelled, places)
        if word in self._never:
            return Spelling(spelled)
        if glued := self._glued(spelled):
            return glued
        respelt = key(hepburn(word)) if len(word) > _KUNREI_LENGTH else spelled
        if respelt != spelled and (places := self._kunrei(respelt)):
            return Spelling(respelt, places)
        return Spelling(spelled, heard=self.heard(spelled))

    def _kunrei(self, respelt: str) -> Places:
        return tuple(p for p in self._names.latin.get(respelt, ()) if p.kind in _KUNREI_KINDS)

    def _near(self, word: str) -> tuple[Typo, ...]:
        """The names a few letters away from a word that `read` makes nothing of.

        Taken as it stands and by its key, for folding may eat a letter that matters (toyohsi).
        """
        spelled = key(word)
        if len(spelled) < 2 or word in self._never:
            return ()
        found = self._typos.near(spelled)
        if word == spelled:
            return found
        best: dict[str, float] = {}
        for distance, name in (*found, *self._typos.near(word)):
            best[name] = min(distance, best.get(name, distance))
        return tuple(sorted(Typo(distance, name) for name, distance in best.items()))

    def opens(self, text: str) -> bool:
        """Whether a name may begin with these letters, as spelled or as heard."""
        spelled = key(text)
        # The sign keeps the rules for the end of a word out.
        if spelled in self._prefixes or _DOUBLED.sub(r"\1", spelled) in self._prefixes:
            return True
        return skeleton(spelled + "_")[:-1] in self.sound_prefixes

    def heard(self, spelled: str) -> str:
        """The name that sounds like a key, "" for none."""
        return self._heard.get(skeleton(spelled), "") if len(spelled) > 2 else ""

    def typos(self, spelled: str) -> tuple[Typo, ...]:
        return self._typos.near(spelled)

    def _glued(self, spelled: str) -> Spelling | None:
        for suffix in self._by_ear:
            base = spelled.removesuffix(suffix)
            if base != spelled and base in self.members:
                return Spelling(base, self._names.latin[base], "city")
        for suffix, kind in self._suffixes:
            base = spelled.removesuffix(suffix)
            if base == spelled or len(base) < 3:
                continue
            if places := tuple(p for p in self._names.latin.get(base, ()) if p.kind in FITS[kind]):
                return Spelling(base, places, kind)
            heard = self.heard(base) if len(base) > 3 or base in self.members else ""
            if heard in self.members and self._fits_member(heard, kind):
                return Spelling(base, suffix=kind, heard=heard)
        return None

    def _fits_member(self, name: str, kind: str) -> bool:
        return any(p.kind in FITS[kind] and self._names.member(p) for p in self._names.latin[name])


def _is_known(places: Places) -> bool:
    """Whether the name is a prefecture's, a Tokyo ward's or a city's that is big or long."""
    return any(
        p.kind in ("prefecture", "tokyo_ward") or (p.kind == "city" and (p.population > BIG or len(p.id) > 6))
        for p in places
    )
