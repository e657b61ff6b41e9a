"""What carries over in a conversation: the place, the question, "the second one", "the nearest".

Pure functions over Context and Understanding; knows no words, only concepts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from intents.model import ABOUT_CLASSES, Context, Place, Understanding

#: So many places asked about are remembered.
_REMEMBERED = 6

#: Concepts that ask something of their own, so that a message does not just continue the last question.
_OWN_QUESTION = frozenset(
    {"japanese", "learn", "class", "teach", "teacher"}
    | {"list", "contact", "email", "phone", "web", "office"}
    | {"price", "schedule", "level", "children", "childcare", "online", "registration", "details"}
)

#: Concepts that point at what was said before.
_POINTING = frozenset({"there", "also"})

#: Below this score a message without a question of its own is taken to continue the last one.
_DOUBTFUL = 0.75

#: How to find a place that is only pointed at, by concept.
_CHOICES: dict[str, Callable[[Context], Sequence[Place]]] = {
    "first": lambda context: context.listed[:1],
    "second": lambda context: context.listed[1:2],
    "third": lambda context: context.listed[2:3],
    "last_one": lambda context: context.listed[-1:],
    "nearest": lambda context: context.nearest[:1],
    "both": lambda context: context.places if len(context.places) > 1 else context.recent[1::-1],
    "all_of_them": lambda context: _others(context),
    "other_one": lambda context: [place for place in _others(context) if place not in context.places][:1],
}


def _others(context: Context) -> Sequence[Place]:
    return context.listed or context.recent


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says by itself: its intent, the places it asks about, the concepts it speaks of.

    `correction` is True where it mends an earlier message; `short` where it is a few words only. `score`
    is how sure the intent is, in 0..1.
    """

    intent: str
    places: tuple[Place, ...]
    concepts: frozenset[str]
    correction: bool = False
    short: bool = False
    score: float = 1.0


def resolve(said: Said, context: Context) -> tuple[str, tuple[Place, ...]]:
    """Intent and places of a message in its conversation."""
    places = said.places or _chosen(said, context)
    intent = said.intent
    if context.intent and places and _continues(said):
        intent = "find_class" if context.intent == "list_places" else context.intent
    if intent not in ABOUT_CLASSES:
        return intent, ()
    if not places and _carries(intent, said, context):
        places = context.places
    return intent, places


def _chosen(said: Said, context: Context) -> tuple[Place, ...]:
    """The places that an ordinal, "both" or "the nearest" stands for."""
    for concept, choose in _CHOICES.items():
        if concept in said.concepts and (found := tuple(choose(context))):
            return found
    return ()


def _continues(said: Said) -> bool:
    """Whether a message with a place asks the last question again, for that place."""
    if said.concepts & _OWN_QUESTION:
        return False
    if said.intent in ABOUT_CLASSES:
        return True
    pointing = said.correction or said.concepts & _POINTING or said.concepts & _CHOICES.keys()
    return said.short and (bool(pointing) or said.score < _DOUBTFUL)


def _carries(intent: str, said: Said, context: Context) -> bool:
    """Whether a message without a place means the place of the conversation."""
    if intent in ("find_contact", "class_details"):
        return True
    return intent == "find_class" and bool(context.intent)


def after(context: Context, understanding: Understanding, offered: Sequence[Place] = ()) -> Context:
    """The context once the message is answered. `offered` are the places that the answer offered as choices,
    in the order shown: the members of a prefecture, or the nearest ones, nearest first.
    """
    language = understanding.language or context.language
    if understanding.intent not in ABOUT_CLASSES:
        return replace(context, language=language)
    places = understanding.places
    several = places if len(places) > 1 else tuple(offered)
    return Context(
        language=language,
        intent=understanding.intent,
        topics=understanding.topics,
        places=places,
        listed=several or context.listed,
        recent=tuple(dict.fromkeys([*reversed(places), *context.recent]))[:_REMEMBERED],
        nearest=tuple(offered),
    )
