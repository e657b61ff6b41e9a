"""The place words of one language: the `places:` section of intents/*.yaml, checked and typed.

Knows what may stand in the section, not what the words do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from intents.places.checks import BadWords, lists, mapping, names, phrases

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
    "no",
    "correction",
    "wrote",
    "left",
    "moved_to",
    "past",
    "now",
    "others",
    "known",
    "trouble",
    "here",
    "near_home",
    "near_work",
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

_OTHER_KEYS = frozenset(
    (
        "kind_before",
        "kind_after",
        "exonyms",
        "other_meanings",
        "sounds",
        "ordinary",
        "not_typos",
        "not_places",
    )
)


@dataclass(frozen=True, slots=True)
class OtherMeaning:
    """What shows that a name is an ordinary word here: soja beside "molho de" or "beans"."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """One language's words. `cues` has a list for each of CUES, the kinds one for each of KINDS.

    `exonyms` maps this language's own name of a place to its romaji; `ordinary` are words that are spelled
    like a name, `not_typos` words that are close to one, `not_places` words that follow "in" with a capital
    letter and are no places. `sounds` are letters that stand for others where a name is written by ear.
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
    where = f"{source}: places"
    found = mapping(section, where)
    for key in found:
        if key not in _OTHER_KEYS and key not in CUES:
            raise BadWords(f"{where}.{key}: no such list")
    return PlaceWords(
        language=language,
        cues={cue: phrases(found.get(cue), f"{where}.{cue}") for cue in CUES},
        kind_before=_kinds(found.get("kind_before"), f"{where}.kind_before"),
        kind_after=_kinds(found.get("kind_after"), f"{where}.kind_after"),
        exonyms=names(found.get("exonyms"), f"{where}.exonyms"),
        other_meanings=_meanings(found.get("other_meanings"), f"{where}.other_meanings"),
        ordinary=frozenset(phrases(found.get("ordinary"), f"{where}.ordinary")),
        not_typos=frozenset(phrases(found.get("not_typos"), f"{where}.not_typos")),
        not_places=frozenset(phrases(found.get("not_places"), f"{where}.not_places")),
        sounds=lists(found.get("sounds"), f"{where}.sounds"),
    )


def _kinds(value: object, where: str) -> dict[str, tuple[str, ...]]:
    found = lists(value, where)
    for kind in found:
        if kind not in KINDS:
            raise BadWords(f"{where}.{kind}: no such kind of place")
    return found


def _meanings(value: object, where: str) -> dict[str, OtherMeaning]:
    meanings = {}
    for name, value_of_name in mapping(value, where).items():
        sides = lists(value_of_name, f"{where}.{name}")
        if not sides.keys() <= {"before", "after"}:
            raise BadWords(f"{where}.{name}: only before and after")
        meanings[name] = OtherMeaning(sides.get("before", ()), sides.get("after", ()))
    return meanings
