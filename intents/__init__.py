"""The intent matcher: text in, Understanding out. Knows nothing of chats, users or networks."""

from __future__ import annotations

from pathlib import Path

from intents.matcher import Matcher, load
from intents.model import Context, Place, Understanding

__all__ = ["Context", "Matcher", "Place", "Understanding", "load", "understand"]

_HERE = Path(__file__).resolve().parent


def understand(
    text: str,
    context: Context = Context(),  # noqa: B008 - frozen
    matcher: Matcher | None = None,
) -> Understanding:
    """What one message asks; without a matcher, one is made anew from the shipped files."""
    return (matcher or load(_HERE, _HERE.parent / "data")).understand(text, context)
