"""What carries over in a conversation: the place, the question, "the second one", "the nearest".

Pure functions over Context and Understanding; knows no words, only concepts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from intents.model import ABOUT_CLASSES, Context, Place, Understanding
from intents.replies import YesNo

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

#: Topics that ask for words in Japanese, and all topics that say what the answer holds rather than what
#: is asked about the classes.
_WANTED_WORDS = frozenset({"write", "show"})
_OF_THE_ANSWER = _WANTED_WORDS | {"phone"}

#: How to find a place that is only pointed at, by concept.
_CHOICES: dict[str, Callable[[Context], Sequence[Place]]] = {
    "first": lambda context: context.listed[:1],
    "second": lambda context: context.listed[1:2],
    "third": lambda context: context.listed[2:3],
    "last_one": lambda context: context.listed[-1:],
    "nearest": lambda context: context.nearest[:1],
    "all_of_them": lambda context: _others(context),
    "both": lambda context: context.places if len(context.places) > 1 else context.recent[1::-1],
    "other_one": lambda context: [place for place in _others(context) if place not in context.places][:1],
}


def _others(context: Context) -> Sequence[Place]:
    return context.listed or context.recent


class Said(NamedTuple):
    """What a message says by itself: its intent, the places it asks about, the concepts it speaks of.

    `correction` is True where it mends an earlier message; `short` where it is a few words only. `score`
    is how sure the intent is, in 0..1. `answer` is a mere yes or no, `number` a mere number (0 for none).
    `denied` are the places that it rules out or mends.
    """

    intent: str
    places: tuple[Place, ...]
    concepts: frozenset[str]
    correction: bool = False
    short: bool = False
    score: float = 1.0
    answer: YesNo = ""
    number: int = 0
    denied: tuple[Place, ...] = ()


def resolve(said: Said, context: Context) -> tuple[str, tuple[Place, ...]]:
    """Intent and places of a message in its conversation."""
    if _settles(said, context):
        return _open_question(context), _settled(said, context)
    places = said.places or _chosen(said, context) or _denied(said, context)
    intent = said.intent
    if context.intent and places and _continues(said):
        intent = _open_question(context)
    if intent not in ABOUT_CLASSES:
        return intent, ()
    if intent == "list_places":  # "only Komaki, or which others?"
        return intent, tuple(place for place in places if place.kind not in ("member", "unknown"))
    if not places and _carries(intent, said, context):
        places = context.places
    return intent, places


def topics(
    own: frozenset[str], said: Said, understood: tuple[str, tuple[Place, ...]], context: Context
) -> frozenset[str]:
    """What is asked about the classes: the message's `own` topics, or those of the question that it continues.
    A wish for words in Japanese takes along what was just asked about the same place.
    """
    intent, places = understood
    if own and own <= _WANTED_WORDS and intent in ABOUT_CLASSES and _same(places, context.places):
        return own | (context.topics - _OF_THE_ANSWER)
    continued = intent != said.intent or _settles(said, context)
    return own or (context.topics if continued and intent == _open_question(context) else frozenset())


def _same(places: Sequence[Place], others: Sequence[Place]) -> bool:
    return {(place.kind, place.id) for place in places} == {(place.kind, place.id) for place in others}


def _open_question(context: Context) -> str:
    """The intent of the last question, for another place."""
    return "find_class" if context.intent == "list_places" else context.intent


def _settles(said: Said, context: Context) -> bool:
    """Whether a message answers "Did you mean ...?"."""
    return bool(said.answer and context.doubtful)


def _settled(said: Said, context: Context) -> tuple[Place, ...]:
    """The places asked about once the doubtful one is taken, or its best rival in its place."""
    if said.answer == "yes":
        return context.places
    offered, rivals = context.doubtful[0], context.doubtful[1:2]
    return tuple(taken for place in context.places for taken in (rivals if place == offered else (place,)))


def _chosen(said: Said, context: Context) -> tuple[Place, ...]:
    """The places that a number, an ordinal, "both" or "the nearest" stands for."""
    if said.number:
        return context.listed[said.number - 1 : said.number]
    for concept, choose in _CHOICES.items():
        if concept in said.concepts and (found := tuple(choose(context))):
            return found
    return ()


def _denied(said: Said, context: Context) -> tuple[Place, ...]:
    """With no talk before, it is something else that is denied: "I do nothing in Oizumi, where can I learn?" """
    return () if context.intent or said.intent == "list_places" else said.denied


def _continues(said: Said) -> bool:
    """Whether a message with a place asks the last question again, for that place."""
    if said.concepts & _OWN_QUESTION:
        return False
    if said.intent in ABOUT_CLASSES:
        return True
    pointing = said.correction or said.number or said.concepts & _POINTING or said.concepts & _CHOICES.keys()
    return said.short and (bool(pointing) or said.score < _DOUBTFUL)


def _carries(intent: str, said: Said, context: Context) -> bool:
    """Whether a message without a place means the place of the conversation."""
    if intent in ("find_contact", "class_details"):
        return True
    return intent == "find_class" and bool(context.intent)


def after(
    context: Context,
    understanding: Understanding,
    listed: Sequence[Place] = (),
    nearest: Sequence[Place] = (),
) -> Context:
    """The context once the message is answered. `listed` are the places that the answer offered as choices, in
    the order shown, and `nearest` those of them that it offered by their distance.
    """
    known = understanding.language_sure or not context.language
    language = (understanding.language if known else "") or context.language
    if understanding.intent not in ABOUT_CLASSES:
        return replace(context, language=understanding.target_language or language)
    places = tuple(map(_without_doubt, understanding.places))
    unsure = next((place for place in understanding.places if not place.sure), None)
    doubtful = tuple(map(_without_doubt, (unsure, *unsure.rivals))) if unsure else ()
    readings = doubtful if len(doubtful) > 1 else ()
    several = readings or (places if len(places) > 1 else tuple(listed or nearest))
    return Context(
        language=language,
        intent=understanding.intent,
        topics=understanding.topics,
        places=places,
        listed=several or context.listed,
        recent=tuple(dict.fromkeys([*reversed(places), *context.recent]))[:_REMEMBERED],
        nearest=tuple(nearest),
        doubtful=doubtful,
    )


def _without_doubt(place: Place) -> Place:
    return replace(place, sure=True, rivals=())
