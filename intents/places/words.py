"""The place words of one language: the `places:` section of intents/*.yaml, checked and typed.

Knows what may stand in the section, not what the words do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Lists of phrases that say how a place name beside them is meant; explained in intents/en.yaml.
CUES = (
    "at",
    "at_after",
    "to",
    "join",
    "filler",
    "live",
    "work",
    "want",
    "both",
    "follow_up",
    "not_before",
    "not_after",
    "correction",
    "correction_after",
    "wrote",
    "left",
    "past",
    "now",
    "others",
    "known",
    "trouble",
    "here",
    "between",
    "near",
    "far_before",
    "far_after",
    "person_before",
    "person_after",
    "i_am",
    "company_before",
    "company_after",
    "landmark_after",
    "from",
    "into",
    "which_after",
    "thing_after",
    "part_of",
    "still",
)
#: What kind of place a word before or after a name makes of it.
KINDS = ("city", "prefecture", "ward", "town", "village", "district", "station", "county")


class BadWords(ValueError):
    """A mistake in a `places:` section; the message names file and key."""


@dataclass(frozen=True, slots=True)
class OtherMeaning:
    """What shows that a name is an ordinary word here: soja beside "molho de" or "beans"."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """One language's words. `cues` has a list for each of CUES, `kind_before` and `kind_after` for each of KINDS.

    `exonyms` maps this language's own name of a place to its romaji; `ordinary` are words that are spelled like
    a name, `not_typos` words that are close to one, `not_places` words that follow "in" with a capital letter
    and are no places. `sounds` are letters that stand for others when a Japanese name is written by ear.
    """

    language: str
    cues: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind_before: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kind_after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exonyms: Mapping[str, str] = field(default_factory=dict)
    other_meanings: Mapping[str, OtherMeaning] = field(default_factory=dict)
    ordinary: frozenset[str] = frozenset()
    not_typos: frozenset[str] = frozenset()
    not_places: frozenset[str] = frozenset()
    sounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def parse(language: str, section: object, source: str) -> PlaceWords:
    """The section as it was read from YAML; `source` is the file's name, for complaints. Raises BadWords."""
    if section is None:
        return PlaceWords(language)
    found = _mapping(section, f"{source}: places")
    known = {*CUES, "kind_before", "kind_after", "exonyms", "other_meanings", "sounds"}
    known |= {"ordinary", "not_typos", "not_places"}
    for name in found:
        if name not in known:
            raise BadWords(f"{source}: places.{name}: no such list")
    where = f"{source}: places."
    return PlaceWords(
        language=language,
        cues={cue: _phrases(found.get(cue), where + cue) for cue in CUES},
        kind_before=_kinds(found.get("kind_before"), where + "kind_before"),
        kind_after=_kinds(found.get("kind_after"), where + "kind_after"),
        exonyms=_names(found.get("exonyms"), where + "exonyms"),
        other_meanings=_meanings(found.get("other_meanings"), where + "other_meanings"),
        ordinary=frozenset(_phrases(found.get("ordinary"), where + "ordinary")),
        not_typos=frozenset(_phrases(found.get("not_typos"), where + "not_typos")),
        not_places=frozenset(_phrases(found.get("not_places"), where + "not_places")),
        sounds=_sounds(found.get("sounds"), where + "sounds"),
    )


def _mapping(value: object, where: str) -> dict[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise BadWords(f"{where}: must be a mapping of names")
    return value


def _phrases(value: object, where: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadWords(f"{where}: must be a list of words")
    for phrase in value:
        if not isinstance(phrase, str) or not phrase.strip():
            raise BadWords(f"{where}: {phrase!r} is no word (yes, no, on, off and numbers need quotes)")
    return tuple(value)


def _kinds(value: object, where: str) -> dict[str, tuple[str, ...]]:
    found = _mapping(value, where)
    for kind in found:
        if kind not in KINDS:
            raise BadWords(f"{where}.{kind}: no such kind of place")
    return {kind: _phrases(phrases, f"{where}.{kind}") for kind, phrases in found.items()}


def _names(value: object, where: str) -> dict[str, str]:
    names = {}
    for name, other in _mapping(value, where).items():
        if not isinstance(other, str):
            raise BadWords(f"{where}.{name}: {other!r} is no name")
        names[name] = other
    return names


def _sounds(value: object, where: str) -> dict[str, tuple[str, ...]]:
    return {letters: _phrases(sounds, f"{where}.{letters}") for letters, sounds in _mapping(value, where).items()}


def _meanings(value: object, where: str) -> dict[str, OtherMeaning]:
    meanings = {}
    for name, sides in _mapping(value, where).items():
        found = _mapping(sides, f"{where}.{name}")
        if not found.keys() <= {"before", "after"}:
            raise BadWords(f"{where}.{name}: only before and after")
        meanings[name] = OtherMeaning(
            _phrases(found.get("before"), f"{where}.{name}.before"),
            _phrases(found.get("after"), f"{where}.{name}.after"),
        )
    return meanings
