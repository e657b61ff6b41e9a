"""Messages so plain that no model is needed: greetings, thanks, goodbyes, bare names of places and languages.

Reads concepts only.
"""

from __future__ import annotations

from collections.abc import Sequence

from intents.concepts import Hit
from intents.reading import Reading

#: Concept to intent, the one that decides first: "thanks, bye" says goodbye.
_SMALL = {"bye": "goodbye", "thanks": "thanks", "greet": "greet"}

#: Words that may stand beside without saying anything.
_AROUND = frozenset({"filler", "laugh", "exclamation"})

#: Buttons and menus say these words, and people type them.
_BARE = frozenset({"place", "question", "exclamation"})

#: Longer messages are left to the model.
_LONGEST = 7


def plain_intent(reading: Reading, hits: Sequence[Hit]) -> str:
    """The intent of a plain message, "" where the model must decide."""
    if not hits or len(reading.words) > _LONGEST:
        return ""
    concepts = {hit.concept for hit in hits}
    if "place" in concepts and all_within(reading, [hit for hit in hits if hit.concept in _BARE]):
        return "find_class"
    small = [hit for hit in hits if hit.concept in _SMALL]
    if small and "question" not in concepts and "place" not in concepts:
        around = [hit for hit in hits if hit.concept in _AROUND]
        if all_within(reading, small + around):
            return next(
                intent for concept, intent in _SMALL.items() if any(h.concept == concept for h in small)
            )
    return ""


def all_within(reading: Reading, hits: Sequence[Hit]) -> bool:
    """Whether every word of the message lies within one of these hits."""
    return all(any(hit.start <= word.start < hit.end for hit in hits) for word in reading.words)
