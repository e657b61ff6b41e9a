"""`chat` and `ask`: conversations without a platform, in the terminal and as JSON lines."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from typing import TextIO

from bot.channels import console
from bot.conversation import Conversation, Turn
from bot.model import Action, Card, Incoming, Kind, Location, Reply, Say
from bot.state import UserState


def chat(conversation: Conversation, lines: TextIO, out: TextIO, language: str = "") -> None:
    """Talks until the end of the input. A prompt appears only where a person sits."""
    prompt = "> " if lines.isatty() else ""
    state = UserState()
    choices: tuple[Action, ...] = ()
    if prompt:
        hello = Incoming("console", "console", "0", Kind.STARTED, hint=language)
        turn = conversation.turn(hello, state, time.time())
        choices = _show(turn, out)
    out.write(prompt)
    out.flush()
    for number, line in enumerate(lines, start=1):
        incoming = console.receive(line, number, choices, language)
        turn = conversation.turn(incoming, state, time.time())
        state = turn.state or UserState()
        choices = _show(turn, out)
        out.write(prompt)
        out.flush()


def _show(turn: Turn, out: TextIO) -> tuple[Action, ...]:
    if turn.reply is None:
        return ()
    out.write(console.render(turn.reply) + "\n")
    return turn.reply.choices


def ask(conversation: Conversation, text: str, out: TextIO) -> None:
    """One question, one answer."""
    incoming = Incoming("console", "console", "1", Kind.TEXT, text)
    _show(conversation.turn(incoming, UserState(), time.time()), out)


def ask_jsonl(conversation: Conversation, lines: Iterable[str], out: TextIO) -> None:
    """One JSON line out for each line in, in order, flushed line by line; a bad line gets an error line."""
    states: dict[str, UserState] = {}
    for line in lines:
        if not line.strip():
            continue
        try:
            incoming = _read(line)
        except ValueError as error:
            answer: dict[str, object] = {"error": str(error)}
        else:
            state = states.get(incoming.chat, UserState()) if incoming.chat else UserState()
            turn = conversation.turn(incoming, state, time.time())
            if incoming.chat:
                states[incoming.chat] = turn.state or UserState()
            answer = _write(incoming, turn)
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()


def _read(line: str) -> Incoming:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("not a JSON line") from None
    if not isinstance(content, dict):
        raise ValueError("not a JSON object")
    text, where = content.get("text", ""), content.get("location")
    chat, hint = content.get("chat", ""), content.get("hint", "")
    if not isinstance(text, str) or ("text" not in content and where is None):
        raise ValueError("“text” must be a string")
    if not isinstance(hint, str):
        raise ValueError("“hint” must be a string")
    if where is None:
        return Incoming("console", str(chat), "", Kind.TEXT, text, hint=hint)
    return Incoming("console", str(chat), "", Kind.LOCATION, text, _location(where), hint)


def _location(where: object) -> Location:
    try:
        lat, lon = float(where["lat"]), float(where["lon"])  # type: ignore[index]
    except (TypeError, KeyError, ValueError):
        raise ValueError("“location” must hold the numbers “lat” and “lon”") from None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError("“location” is not on the globe")
    return Location(lat, lon)


def _write(incoming: Incoming, turn: Turn) -> dict[str, object]:
    understood, reply = turn.understood, turn.reply
    return {
        "text": incoming.text,
        "language": _language(turn),
        "intent": understood.intent if understood else "help",
        "places": [{"kind": place.kind, "id": place.id} for place in understood.places] if understood else [],
        "score": round(understood.score, 3) if understood else 1.0,
        "reply": _reply(reply) if reply else None,
    }


def _language(turn: Turn) -> str:
    """The language of the reply. Who asks for another language is answered in that one, but asked in their
    own, and it is that which the labels of tests/utterances/LABELS.md give.
    """
    understood = turn.understood
    if understood and understood.intent == "change_language" and understood.language:
        return understood.language
    return turn.reply.language if turn.reply else ""


def _reply(reply: Reply) -> dict[str, object]:
    return {
        "text": reply.text,
        "cards": [_card(card) for card in reply.cards],
        "choices": list(_words(reply.choices)),
    }


def _card(card: Card) -> dict[str, object]:
    lines = [{"text": line.text, "style": line.style} for block in card.blocks for line in block.lines]
    return {"id": card.id, "title": card.title, "lines": lines, "choices": list(_words(card.actions))}


def _words(actions: Iterable[Action]) -> Iterator[str]:
    return (action.words for action in actions if isinstance(action, Say))
