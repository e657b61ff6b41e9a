"""The terminal: lines in, text out; choices are numbered and a number chooses."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Action, Incoming, Kind, Reply, Say


def receive(line: str, number: int, choices: Sequence[Action], hint: str = "") -> Incoming:
    """One line of the terminal as an event; "2" means the second choice of the last answer."""
    said = [choice for choice in choices if isinstance(choice, Say)]
    text = line.rstrip("\r\n")
    if text.strip().isascii() and text.strip().isdigit() and 1 <= int(text) <= len(said):
        text = said[int(text) - 1].words
    return Incoming("console", "console", str(number), Kind.TEXT, text, hint=hint)


def render(reply: Reply) -> str:
    """The whole answer as text, with its choices numbered below it."""
    said = [choice for choice in reply.choices if isinstance(choice, Say)]
    numbered = "   ".join(f"[{number}] {choice.label}" for number, choice in enumerate(said, start=1))
    return f"{reply.text}\n\n{numbered}\n" if numbered else f"{reply.text}\n"
