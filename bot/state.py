"""What is remembered of one conversation, and its JSON for the stores. No message text is part of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from intents.model import Context, Place

#: The fields of Context that hold places.
_PLACE_LISTS = ("places", "listed", "recent", "nearest", "doubtful")

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class UserState:
    """`choice` is the language the user chose ("" if none), `seen` when they last wrote (Unix seconds)."""

    choice: str = ""
    context: Context = Context()
    seen: float = 0.0


def to_json(state: UserState) -> str:
    """The state as compact JSON; empty fields of places and context are left out."""
    context = state.context
    kept: dict[str, object] = {}
    if context.language:
        kept["language"] = context.language
    if context.intent:
        kept["intent"] = context.intent
    if context.topics:
        kept["topics"] = sorted(context.topics)
    for key in _PLACE_LISTS:
        places: tuple[Place, ...] = getattr(context, key)
        if places:
            kept[key] = [(place.kind, place.id, place.code, _kept_text(place)) for place in places]
    return _encode({"choice": state.choice, "seen": round(state.seen), "context": kept})


def _kept_text(place: Place) -> str:
    """The name as it was written, unless no such place is known: then it could be anything."""
    return "" if place.kind == "unknown" else place.text


def from_json(text: str) -> UserState:
    """The inverse of `to_json`. A state that an older or newer version wrote differently is read as empty."""
    try:
        content = json.loads(text)
        context = dict(content["context"])
        context["topics"] = frozenset(context.get("topics", ()))
        for key in _PLACE_LISTS:
            context[key] = tuple(Place(*map(str, fields)) for fields in context.get(key, ()))  # type: ignore[arg-type]
        return UserState(str(content["choice"]), Context(**context), float(content["seen"]))
    except (ValueError, KeyError, TypeError):
        return UserState()
