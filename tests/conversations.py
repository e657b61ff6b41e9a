"""A conversation that understands nothing, for tests of what carries events to a conversation and back."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from bot.conversation import Conversation, Turn
from bot.model import Block, Incoming, Kind, Line, Reply
from bot.state import UserState
from intents.model import Place, Understanding

#: A text that makes it fail.
POISON = "poison"


def says(text: str) -> Reply:
    return Reply("en", lead=(Block((Line(text),)),))


class Echo:
    """Repeats each text with the number of those before it, which it keeps in the state as a language."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def turn(self, incoming: Incoming, state: UserState, now: float) -> Turn:
        self.heard.append(incoming.text)
        if incoming.text == POISON:
            raise ValueError(f"cannot read {incoming.text}")
        if incoming.kind is Kind.GONE:
            return Turn(None, None)
        if incoming.kind is Kind.FORGET:
            return Turn(says("forgotten"), None)
        before = int(state.choice or 0)
        understood = Understanding("find_class", (Place("member", "komaki"),))
        reply = says(f"{incoming.text} {before} {incoming.hint}".strip())
        return Turn(reply, replace(state, choice=str(before + 1)), understood)

    def busy(self, incoming: Incoming, state: UserState) -> Reply:
        return says("busy")

    def apology(self, incoming: Incoming, state: UserState) -> Reply:
        return says("sorry")

    def as_conversation(self) -> Conversation:
        """Itself, for those who expect the real one."""
        return cast(Conversation, self)
