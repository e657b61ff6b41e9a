"""Finds a new row's city or town in the gazetteer, so that nobody has to look up its code and coordinates."""

from __future__ import annotations

import re

from intents.gazetteer import Gazetteer, Municipality
from intents.text import fold, normalise

_COUNTY = re.compile(r"^[a-z]+[- ](?:gun|county)\b[\s,]*")
_KIND_BEHIND = re.compile(r"[\s-]+(?P<word>city|shi|town|machi|cho|village|mura|son|ward|ku)\.?$")
_KIND_BEFORE = re.compile(r"^(?P<word>city|town|village|ward) of ")
_KINDS = {
    # The wards of Tokyo call themselves cities in English.
    "city": ("city", "tokyo_ward"),
    "shi": ("city",),
    "town": ("town",),
    "machi": ("town",),
    "cho": ("town",),
    "village": ("village",),
    "mura": ("village",),
    "son": ("village",),
    "ward": ("tokyo_ward",),
    "ku": ("tokyo_ward",),
}
_ANY_KIND = ("city", "town", "village", "tokyo_ward")


def find_prefecture(name: str, gazetteer: Gazetteer) -> Municipality | None:
    """The prefecture of that English name, in whatever case."""
    return gazetteer.prefecture(name.casefold())


def find_place(name: str, prefecture: Municipality, gazetteer: Gazetteer) -> Municipality | None:
    """What the table can mean by “Minokamo City” in this prefecture; None unless it is just one place."""
    kinds, bare = _kinds_and_name(name)
    found = [
        place
        for place in gazetteer
        if place.kind in kinds
        and place.prefecture == prefecture.code
        and (place.japanese == name or _short(place.romaji) == _short(bare))
    ]
    return found[0] if len(found) == 1 else None


def bare_name(name: str) -> str:
    """The name without its kind, in lower case and without accents: “minokamo”."""
    return _kinds_and_name(name)[1]


def _kinds_and_name(name: str) -> tuple[tuple[str, ...], str]:
    bare = _COUNTY.sub("", fold(normalise(name)).strip())
    found = _KIND_BEHIND.search(bare) or _KIND_BEFORE.search(bare)
    if found is None:
        return _ANY_KIND, bare
    return _KINDS[found["word"]], (bare[: found.start()] + bare[found.end() :]).strip()


def _short(romaji: str) -> str:
    """Without the marks and letters of a long vowel (Ohta, Oota, Ota) and what stands between syllables."""
    letters = re.sub("[^a-z]", "", romaji)
    letters = re.sub("oh(?![aeiou])|ou|oo", "o", letters)
    return letters.replace("uu", "u")
