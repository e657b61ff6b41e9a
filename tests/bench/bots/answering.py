"""Our answers without our server, for the bots of the benchmark."""

from __future__ import annotations

import time

from bot.app import load_conversation
from bot.conversation import Conversation
from bot.model import Incoming, Kind, Reply
from bot.settings import ROOT
from bot.state import UserState


def conversation() -> Conversation:
    return load_conversation(ROOT / "data", ROOT / "locales", ROOT / "intents")


def answer(conversation: Conversation, channel: str, chat: str, text: str) -> Reply:
    """Our answer to a first message, without claim, memory or metrics."""
    turn = conversation.turn(Incoming(channel, chat, "1", Kind.TEXT, text), UserState(), time.time())
    assert turn.reply is not None
    return turn.reply
