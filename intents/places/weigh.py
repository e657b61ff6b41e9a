"""Which of several places is asked about: "my sister has a class in A, is there one in B?"

Weighs what each clause says: whether something is wanted there, now or once, by the writer or by others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from intents.places.cues import BIT, CueTable, Marks
from intents.places.draft import Draft
from intents.places.message import COMMA, STOP, Message

_WANT, _LIVE, _TO, _BOTH = BIT["want"], BIT["live"], BIT["to"], BIT["both"]
_WORK, _TROUBLE = BIT["work"], BIT["trouble"]
_OTHERS, _KNOWN, _PAST, _NOW = BIT["others"], BIT["known"], BIT["past"], BIT["now"]

_CLAUSE = re.compile("[。！？、,.!?\n]")

#: A place this much lighter than the heaviest is only told about.
_MARGIN = 1
#: A postal code is nobody's story: it is where the writer lives.
_ADDRESS = 4


def weigh(message: Message, marks: Marks, table: CueTable, groups: Sequence[Sequence[Draft]]) -> None:
    """Marks the lighter groups as told. A group are names joined by "and" or a comma: asked about together."""
    if len(groups) < 2 or marks.between(0, len(message)) & _BOTH:
        return
    if not message.text.isascii() and table.within(message.text) & _BOTH:
        return
    weights = [max(_weight(message, marks, table, draft, groups) for draft in group) for group in groups]
    by_place: dict[str, int] = {}
    for group, weight in zip(groups, weights, strict=True):
        for draft in group:
            by_place[_place(draft)] = max(by_place.get(_place(draft), weight), weight)
    heaviest = max(by_place.values())
    for group in groups:
        if max(by_place[_place(draft)] for draft in group) <= heaviest - _MARGIN:
            for draft in group:
                draft.role = "told"


def _place(draft: Draft) -> str:
    return (draft.reading.parent or draft.reading.code) if draft.reading else draft.name


def _weight(
    message: Message, marks: Marks, table: CueTable, draft: Draft, groups: Sequence[Sequence[Draft]]
) -> int:
    if draft.how == "postal":
        return _ADDRESS
    if not draft.is_latin:
        return _unspaced_weight(message, table, draft, groups)
    first, last = draft.first, draft.last
    clause = message.clause_start(first, COMMA)
    sentence = message.clause_start(first, STOP)
    taken = [d.first for group in groups for d in group if d.is_latin]
    clause = max([clause, *(other for other in taken if other < first)])
    end = _clause_end(message, last, min([other for other in taken if other > first], default=len(message)))
    before, after = marks.between(clause, first), marks.between(last, end)
    weight = 0
    if draft.cues_before & _WANT:
        weight += 3
    elif before & _WANT:
        weight += 2
    elif after & _WANT:
        weight += 1
    if draft.cues_before & _LIVE:
        weight += 1
    if message.gaps[first] == STOP or first == 0:
        weight += 1
    if (before | after) & _NOW:
        weight += 2
    if (before | after) & _PAST:
        weight -= 3
    if (before | after) & _TROUBLE:
        weight -= 3
    if (before | after) & _WORK and not (before | after) & _WANT:
        weight -= 1
    if before & _KNOWN:
        weight -= 5
    if _of_others(message, marks, max([sentence, *(o for o in taken if o < first)]), first):
        weight -= 3
    if sentence > 0 or any(gap == STOP for gap in message.gaps[last : len(message)]):
        weight += _asks(message, last)
    return weight


def _unspaced_weight(
    message: Message, table: CueTable, draft: Draft, groups: Sequence[Sequence[Draft]]
) -> int:
    """The same for a name in Japanese text, where a clause ends at a sign or at the next name."""
    text = message.text
    others = [d for group in groups for d in group if d is not draft]
    begin = max([_last_sign(text, draft.start), *(d.end for d in others if d.end <= draft.start)])
    end = _CLAUSE.search(text, draft.end)
    stop = min([end.start() if end else len(text), *(d.start for d in others if d.start >= draft.end)])
    before, after = table.within(text[begin : draft.start]), table.within(text[draft.end : stop])
    # Between two names, what was belongs to the first and what is now to the second.
    if any(d.end == begin for d in others):
        before &= ~_PAST
    if any(d.start == stop for d in others):
        after &= ~_NOW
    cues = before | after
    weight = 2 if cues & _WANT else 0
    weight += bool(cues & _LIVE) + 2 * bool(cues & _NOW)
    weight -= 3 * bool(cues & (_PAST | _KNOWN | _TROUBLE)) + 3 * bool(before & _OTHERS)
    return weight


def _last_sign(text: str, limit: int) -> int:
    return max(text.rfind(sign, 0, limit) + 1 for sign in "。！？、,.!?\n ")


def _asks(message: Message, index: int) -> bool:
    """Whether the sentence that goes on at this word is a question."""
    end = _clause_end(message, index, len(message), STOP)
    stop = message.starts[end] if end < len(message) else len(message.text)
    return "?" in message.text[message.ends[end - 1] : stop]


def _clause_end(message: Message, index: int, limit: int, boundary: int = COMMA) -> int:
    while index < limit and message.gaps[index] < boundary:
        index += 1
    return index


def _of_others(message: Message, marks: Marks, start: int, end: int) -> bool:
    """Whether the words are about somebody else, and not for somebody else ("for my brother in Soja")."""
    for index in range(start, end):
        if marks.starting_at(index) & _OTHERS and not any(
            bits & _TO for _, bits in marks.ending.get(index, ())
        ):
            return True
    return False
