"""The words of the intent matcher: what goes in (a context) and what comes out (an understanding)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PlaceKind = Literal["member", "prefecture", "elsewhere", "unknown"]

#: Intents that ask something about Japanese classes; only these carry over to the next message.
ABOUT_CLASSES = frozenset({"find_class", "find_contact", "class_details", "list_places"})

INTENTS = (
    "find_class",
    "find_contact",
    "class_details",
    "list_places",
    "greet",
    "thanks",
    "goodbye",
    "help",
    "about",
    "change_language",
    "out_of_scope",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a message asks about.

    `id` is the member's id of data/places.yaml, a prefecture in lower-case romaji, or elsewhere the
    municipality in lower-case romaji ("ota-ku" is the ward in Tokyo); "" for an unknown place.
    `code` is the five-digit JIS municipality code (two digits for a prefecture), "" where there is none.
    `text` is the name as the user wrote it. `sure` is False where the bot should ask before answering,
    and `rivals` then holds the other readings, best first.
    """

    kind: PlaceKind
    id: str
    code: str = ""
    text: str = ""
    sure: bool = True
    rivals: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What a conversation remembers for the matcher. Empty for a first message.

    `intent`, `topics` and `places` are those of the last answer about classes (a question for the city
    keeps its intent, so that a bare place name completes it). `listed` holds the places of the last answer
    that showed several, in the order shown ("the second one"); `recent` every place asked about, newest
    first ("both"); `nearest` the nearest members that the last answer offered, nearest first. `doubtful` is the
    place of the last "Did you mean ...?" and the other readings that it offered, best first.
    """

    language: str = ""
    intent: str = ""
    topics: frozenset[str] = frozenset()
    places: tuple[Place, ...] = ()
    listed: tuple[Place, ...] = ()
    recent: tuple[Place, ...] = ()
    nearest: tuple[Place, ...] = ()
    doubtful: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one message asks, in its conversation.

    `places` are those to answer about, carried over from the context where the message names none but
    points there. `language` is the message's own ("" where it does not tell: a bare place, an emoji) and
    `language_sure` whether it is clear enough to leave the language of the conversation.
    `score` is in 0..1. `topics` says what about the classes is asked: price, schedule, level, children,
    online, registration, childcare, phone, write, show. `target_language` (ISO 639-1) goes with
    change_language, "" where none is named. `mentioned` are the places named in a message that is out of scope.
    """

    intent: str
    places: tuple[Place, ...] = ()
    language: str = ""
    language_sure: bool = False
    score: float = 1.0
    topics: frozenset[str] = frozenset()
    target_language: str = ""
    mentioned: tuple[Place, ...] = ()
