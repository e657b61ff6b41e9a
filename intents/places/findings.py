"""What the finder hands out: the places of a message, and every stretch of text that names one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from intents.model import Place

#: How a name was recognised.
How = Literal[
    "exact", "sound", "typo", "joined", "japanese", "kana", "script", "postal", "foreign", "invented"
]

#: What a name does in its message. Only "asked" is asked about; the others tell why one is not.
Role = Literal[
    "asked",
    "part",  # a district, or the prefecture around a place that is said
    "negated",  # "not Toyota"
    "corrected",  # "Toyota, I mean Toyohashi"
    "left",  # "I moved from Nagoya"
    "near",  # "next to Komaki"
    "far",  # "Nagoya is too far"
    "told",  # "my sister has a class in Nisshin", "I live in A and want classes in B"
    "person",  # "Mr Ota"
    "company",  # "the Toyota plant"
    "word",  # soja, the bean
]


@dataclass(frozen=True, slots=True)
class Mention:
    """One name in the text, `start` to `end` (excluded) of the normalised text, suffix included."""

    start: int
    end: int
    place: Place
    role: Role
    how: How


@dataclass(frozen=True, slots=True)
class Findings:
    """`places` are those asked about, in the order said; `negated` those that the message rules out.

    `correction` is True where it corrects an earlier place ("no, I meant ..."). Mentions never overlap.
    """

    mentions: tuple[Mention, ...] = ()
    places: tuple[Place, ...] = ()
    negated: tuple[Place, ...] = ()
    correction: bool = False
