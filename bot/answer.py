"""One answer with what the conversation remembers of it, and how several become one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.model import Action, Reply, Say
from intents.model import Place


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply, and what the conversation remembers of it: the members that it offers in a list, the nearest
    ones that it offers, and the place that a shared location turned out to be.
    """

    reply: Reply
    nearest: tuple[Place, ...] = ()
    listed: tuple[Place, ...] = ()
    places: tuple[Place, ...] = ()


def joined(answers: list[Answer]) -> Answer:
    """Several answers as one: the cards first, then the texts; no choice twice."""
    replies = [answer.reply for answer in answers]
    reply = replace(
        replies[0],
        lead=(),
        cards=tuple(card for reply in replies for card in reply.cards),
        tail=tuple(part for reply in replies for part in reply.lead),
        choices=_no_words_twice(choice for reply in replies for choice in reply.choices),
    )
    nearest = tuple(dict.fromkeys(place for answer in answers for place in answer.nearest))
    listed = tuple(dict.fromkeys(place for answer in answers for place in answer.listed))
    return Answer(reply, nearest, listed)


def _no_words_twice(choices: Iterable[Action]) -> tuple[Action, ...]:
    return tuple({choice.words if isinstance(choice, Say) else choice: choice for choice in choices}.values())
