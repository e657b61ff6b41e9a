"""What about the classes a message asks for: price, schedule, level and so on. Reads concepts only."""

from __future__ import annotations

from collections.abc import Sequence

from intents.concepts import Hit

#: Concept to topic, for words in Japanese that the user wants to have.
_WANTED_WORDS = {"counter": "show", "write_letter": "write"}

#: Concept to topic, for a question about the classes.
_OF_CLASSES = _WANTED_WORDS | {
    name: name for name in ("price", "schedule", "level", "children", "online", "registration", "childcare")
}

#: Concept to topic, for a question about whom to ask.
_OF_CONTACTS = _WANTED_WORDS | {"phone": "phone"}

#: "children" is only the setting where it is asked who looks after them.
_HIDES = {"childcare": "children"}


def topics_of(intent: str, hits: Sequence[Hit]) -> frozenset[str]:
    """The topics of a message with this intent."""
    table = {"class_details": _OF_CLASSES, "find_contact": _OF_CONTACTS}.get(intent, {})
    found = {table[hit.concept] for hit in hits if hit.concept in table}
    return frozenset(found - {hidden for topic, hidden in _HIDES.items() if topic in found})
