"""How much the words around a Latin name say that it is meant as a place. Knows cues, not what names exist."""

from __future__ import annotations

from typing import NamedTuple

from intents.places.cues import ANY_KIND_AFTER, ANY_KIND_BEFORE, BIT, KIND_AFTER, KIND_BEFORE, Marks
from intents.places.message import COMMA, SOFT, Message

#: Nothing but this word makes it a place; a place is likely; it can hardly be anything else.
HINTED, LIKELY, CERTAIN = 1, 2, 3

_AT, _TO, _LIVE, _WANT = BIT["at"], BIT["to"], BIT["live"], BIT["want"]
_FOLLOW_UP, _AT_AFTER, _NEAR, _LEFT = BIT["follow_up"], BIT["at_after"], BIT["near"], BIT["left"]
_STATIONS = KIND_BEFORE["station"] | KIND_AFTER["station"]
_STEPS = 7
_FEW_WORDS = 3


class Surroundings(NamedTuple):
    """`before` and `after` are all cues that touch the name; `kind` what a suffix makes of it, `end` its last word
    (excluded, suffix included); `evidence` is 0 or HINTED and up."""

    before: int
    after: int
    kind: str
    end: int
    evidence: int


def cues_before(message: Message, marks: Marks, first: int) -> int:
    """The cues of the phrases that lead up to word `first` without a gap: "don't | live | in" Toyota.

    A phrase of what is wanted ends the walk: "no classes in Toyota" denies the classes, not Toyota.
    """
    mask = 0
    at = first
    for _ in range(_STEPS):
        if message.gaps[at] != SOFT or at not in marks.ending:
            break
        start = min(start for start, _ in marks.ending[at])
        bits = 0
        for begin, found in marks.ending[at]:
            if begin == start:
                bits |= found
        mask |= bits
        at = start
        if bits & _WANT:
            break
    return mask


def kind_of(mask: int) -> str:
    """The kind of place that the cues around a name make of it, "" for none; a suffix behind it is stronger."""
    for kind, bit in KIND_AFTER.items():
        if mask & bit:
            return kind
    for kind, bit in KIND_BEFORE.items():
        if mask & bit:
            return kind
    return ""


def surroundings(message: Message, marks: Marks, first: int, last: int, beside_place: bool) -> Surroundings:
    """What stands around the words `first` .. `last` - 1. `beside_place` is whether a place was listed before it."""
    before = cues_before(message, marks, first)
    end, after = last, 0
    if message.gaps[last] == SOFT and last < len(message):
        for stop, bits in marks.starting.get(last, ()):
            after |= bits
            if bits & ANY_KIND_AFTER:
                end = max(end, stop)
    if end > last and message.gaps[end] == SOFT:
        after |= marks.starting_at(end)
    kind = kind_of(after) or kind_of(before)
    evidence = 0
    if kind and kind != "station":
        evidence = CERTAIN
    elif before & _LIVE and before & (_AT | _TO):
        evidence = CERTAIN
    elif before & (_AT | _FOLLOW_UP | _NEAR | _LEFT) or kind or beside_place:
        evidence = LIKELY
    elif before & _TO or after & _AT_AFTER:
        evidence = HINTED
    if evidence < LIKELY and stands_alone(message, first, end):
        evidence = LIKELY
    if message.mixed_case and message.is_capital(first) and not message.opens_sentence(message.starts[first]):
        evidence += 1
    return Surroundings(before, after, kind, end, evidence)


def stands_alone(message: Message, first: int, end: int) -> bool:
    """Whether the name is a message or a phrase of its own: "Ueda?", "Ueda: ...", "..., Ueda"."""
    if len(message) <= _FEW_WORDS:
        return True
    opens = first == 0 or message.gaps[first] >= COMMA
    closes = end == len(message) or message.gaps[end] >= COMMA
    return opens and closes
