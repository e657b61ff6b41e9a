"""What is remembered of one conversation, and its JSON for the stores. No message text is part of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from intents.model import Context, Place


@dataclass(frozen=True, slots=True)
class UserState:
    """`choice` is the language the user chose ("" if none), `seen` when they last wrote (Unix seconds)."""

    choice: str = ""
    context: Context = Context()
    seen: float = 0.0


def to_json(state: UserState) -> str:
    """The state as compact JSON; empty fields of places and context are left out."""
    context = {key: value for key, value in asdict(state.context).items() if value}
    if "topics" in context:
        context["topics"] = sorted(context["topics"])
    for key in _PLACE_LISTS:
        if key in context:
            context[key] = [
                [place.kind, place.id, place.code, _kept_text(place)] for place in getattr(state.context, key)
            ]
    content = {"choice": state.choice, "seen": round(state.seen), "context": context}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


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


_PLACE_LISTS = ("places", "listed", "recent", "nearest", "doubtful")
