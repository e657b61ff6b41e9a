"""How much the words around a Latin name say that it is meant as a place. Knows cues, not what names exist."""

from __future__ import annotations

import bisect
from typing import NamedTuple

from intents.places.cues import ANY_KIND_AFTER, ANY_KIND_BEFORE, BIT, KIND_AFTER, KIND_BEFORE, CueTable, Marks
from intents.places.draft import Draft
from intents.places.message import COMMA, SOFT, STOP, Message

#: Nothing but this word makes it a place; a place is likely; it can hardly be anything else.
HINTED, LIKELY, CERTAIN = 1, 2, 3

_AT, _TO, _LIVE, _WANT = BIT["at"], BIT["to"], BIT["live"], BIT["want"]
_FOLLOW_UP, _AT_AFTER, _NEAR, _LEFT = BIT["follow_up"], BIT["at_after"], BIT["near"], BIT["left"]
_CORRECTION, _JOIN = BIT["correction"], BIT["join"]
_NEAR_AFTER = BIT["near"] | BIT["part_of"]
_NOT_AFTER, _PERSON_BEFORE = BIT["not_after"], BIT["person_before"]
_STATIONS = KIND_BEFORE["station"] | KIND_AFTER["station"]
_STEPS = 7
_FEW_WORDS = 3
_SPACES = " \u3000\"'「」『』()（）"
_SHORT_DENIAL = 4


class Surroundings(NamedTuple):
    """`before` and `after` are all cues that lead up to the name and follow it, `touching` those right before it; `kind` what a suffix makes of it, `end` its last word
    (excluded, suffix included); `evidence` is 0 or HINTED and up."""

    before: int
    touching: int
    after: int
    kind: str
    end: int
    evidence: int


def cues_before(message: Message, marks: Marks, first: int, touches: bool = False) -> tuple[int, int]:
    """All cues, and those of the last phrase only, of the phrases that lead up to word `first` without a gap: "don't | live | in" Toyota.

    What is wanted ends the walk, and so does a correction: "no classes in Toyota" denies the classes, and "no, I
    mean Toyota" another place.
    """
    mask, touching = 0, 0
    at = first
    for step in range(_STEPS):
        parted = at == len(message) or message.gaps[at] != SOFT
        if at not in marks.ending or (parted and not touches and not _after_title(message, marks, at)):
            break
        touches = False
        start = min(start for start, _ in marks.ending[at])
        bits = 0
        for begin, found in marks.ending[at]:
            bits |= found if begin == start else found & (_AT | _TO)
        if mask & (_AT | _LIVE | _WANT):
            bits &= ~ANY_KIND_BEFORE
        mask |= bits
        if step == 0:
            touching = bits
        at = start
        if bits & (_WANT | _CORRECTION):
            break
    return mask, touching


def _after_title(message: Message, marks: Marks, at: int) -> bool:
    """Whether the full stop before a word belongs to a short title: "Mr. Ota"."""
    return message.plain[message.ends[at - 1] : message.starts[at]] == ". " and any(
        bits & _PERSON_BEFORE and start == at - 1 for start, bits in marks.ending[at]
    )


def _as_suffix(mask: int) -> int:
    """The kinds named in brackets behind a name, "Oita (prefecture)", as if they were its suffix."""
    for kind, bit in KIND_BEFORE.items():
        if mask & bit:
            mask |= KIND_AFTER[kind]
    return mask & ANY_KIND_AFTER


def _following(message: Message, marks: Marks, index: int, placed: bool, touches: bool = False) -> int:
    """The cues that begin at a word behind a name; short ones of denial only with a sign behind them ("Ota, no,"),
    or at the end where no preposition makes a whole sentence of it (`placed`)."""
    mask = 0
    for stop, bits in marks.starting.get(index, ()):
        short = message.ends[stop - 1] - message.starts[index] <= _SHORT_DENIAL
        if bits & _NOT_AFTER and short and (message.gaps[stop] == SOFT if stop < len(message) else placed):
            bits &= ~_NOT_AFTER
        if message.gaps[index] != SOFT and not touches:
            bits &= _NOT_AFTER | _NEAR_AFTER
        mask |= bits
    return mask


def kind_of(before: int, after: int) -> str:
    """The kind of place that the cues around a name make of it, "" for none; a suffix behind it is stronger."""
    for kind, bit in KIND_AFTER.items():
        if after & bit:
            return kind
    for kind, bit in KIND_BEFORE.items():
        if before & bit:
            return kind
    return ""


def surroundings(message: Message, marks: Marks, first: int, last: int, listed: int) -> Surroundings:
    """What stands around the words `first` .. `last` - 1. `listed` is the evidence that a list of places goes on."""
    before, touching = cues_before(message, marks, first)
    end, suffix = last, 0
    if message.gaps[last] == SOFT and last < len(message):
        for stop, bits in marks.starting.get(last, ()):
            if bits & ANY_KIND_AFTER:
                suffix |= bits
                end = max(end, stop)
    if not suffix and message.plain[message.ends[last - 1] :][:3].lstrip() .startswith("("):
        suffix = _as_suffix(marks.starting_at(last))
    after = suffix
    if message.words[end : end + 1] == ["s"] and message.plain[message.ends[end - 1]] == "'":
        end += 1
    if message.gaps[end] != STOP and end < len(message):
        after |= _following(message, marks, end, bool(before & _AT))
    kind = kind_of(before, suffix)
    evidence = 0
    if kind and kind != "station":
        evidence = CERTAIN
    elif touching & _LIVE or (before & _LIVE and before & (_AT | _TO)) or (listed and touching & _JOIN):
        evidence = CERTAIN
    elif before & (_AT | _FOLLOW_UP | _NEAR | _LEFT) or touching & _CORRECTION or after & _NEAR_AFTER or kind:
        evidence = LIKELY
    elif listed:
        evidence = listed
    elif before & _TO or after & _AT_AFTER:
        evidence = HINTED
    if evidence <= LIKELY and stands_alone(message, first, end):
        evidence = CERTAIN if after & _NEAR_AFTER else LIKELY
    opens = message.opens_sentence(message.starts[first])
    if message.mixed_case and message.is_capital(first) and not opens:
        evidence += 1
    elif evidence == 0 and opens and (message.is_capital(first) or (first == 0 and not message.mixed_case)):
        evidence = HINTED
    return Surroundings(before, touching, after, kind, end, evidence)


def add_cues(message: Message, marks: Marks, table: CueTable, draft: Draft) -> None:
    """Gives a name in another script the cues beside it: "not 豊田, 豊橋", "中央線の豊田"."""
    _, unspaced = table.before(message.text, draft.start)
    draft.kind = draft.kind or kind_of(unspaced, 0)
    index = bisect.bisect_left(message.starts, draft.start)
    if index and not message.plain[message.ends[index - 1] : draft.start].strip(_SPACES):
        draft.cues_before, draft.touching = cues_before(message, marks, index, touches=True)
        draft.kind = draft.kind or kind_of(draft.cues_before, 0)
    after = bisect.bisect_left(message.starts, draft.end)
    if after < len(message) and not message.plain[draft.end : message.starts[after]].strip(_SPACES):
        draft.cues_after = _following(message, marks, after, placed=False, touches=True)


def stands_alone(message: Message, first: int, end: int) -> bool:
    """Whether the name is a message or a phrase of its own: "Ueda?", "Ueda: ...", "..., Ueda"."""
    if len(message) <= _FEW_WORDS:
        return True
    opens = first == 0 or message.gaps[first] >= COMMA
    closes = end == len(message) or message.gaps[end] >= COMMA
    return opens and closes
