"""Which of several places is asked about: "my sister has a class in A, is there one in B?"

Reads what each clause says of its place: whether something is wanted there, now or once, by the writer or by
others. Two places that say the same of themselves are both asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from intents.places.cues import BIT, CueTable, Marks
from intents.places.draft import Draft
from intents.places.evidence import stands_alone
from intents.places.message import COMMA, SOFT, STOP, Message

_WANT, _LIVE, _TO, _BOTH, _NOW, _HERE = (BIT[cue] for cue in ("want", "live", "to", "both", "now", "here"))
_OTHERS = BIT["others"]
#: What makes a story of a place: it was, it is full, it is known already.
_STORY = BIT["past"] | BIT["trouble"] | BIT["known"]
#: A place with a preposition is more than a name dropped ("my wife is an Iida").
_PLACED = BIT["at"] | BIT["near"] | BIT["work"]

_SIGN = re.compile("[。！？、,.!?\n ]")

#: A place that was, or where there is nothing to find; somebody else's place; the writer's own.
_PASSED, _TOLD, _TRUE = 0, 1, 2
#: How much is wanted at a place: by the very words before it, in its clause, in its sentence.
#: "Something from Toyota", "something of Toyota" behind another place: a landmark, whatever the something is.
_BY_THE_WAY = -1
_DIRECTLY, _IN_CLAUSE, _IN_QUESTION = 3, 2, 1


class Claim(NamedTuple):
    """What a message says of one place, the stronger claims last: how much is wanted there, how it lives there."""

    truth: int
    wanted: int
    lived: int


def weigh(message: Message, marks: Marks, table: CueTable, groups: Sequence[Sequence[Draft]]) -> None:
    """Marks the places that are only told about. A group are names joined by "and" or a comma: asked together."""
    if len(groups) < 2 or marks.between(0, len(message)) & _BOTH:
        return
    if not message.text.isascii() and table.within(message.text) & _BOTH:
        return
    claims: dict[str, Claim] = {}
    for draft in (draft for group in groups for draft in group):
        claim = _claim(message, marks, table, draft, groups)
        claims[_place(draft)] = max(claims.get(_place(draft), claim), claim)
    best = max(claims.values())
    here = marks.between(0, len(message)) & _HERE
    for number, group in enumerate(groups):
        elsewhere = {_place(draft) for other in (*groups[:number], *groups[number + 1 :]) for draft in other}
        # A list stays together, unless one of its places is taken up again: "between A and B; A is nearer".
        together = not elsewhere.intersection(map(_place, group))
        for draft in group:
            claim = max(claims[_place(d)] for d in group) if together else claims[_place(draft)]
            if _is_weaker(claim, best, bool(here)):
                draft.role = "told"


def _is_weaker(claim: Claim, best: Claim, here: bool) -> bool:
    if claim.truth < best.truth:
        return True
    if best.wanted:
        return best.wanted > claim.wanted
    return best.lived > claim.lived and (here or claim.lived < 1)


def _place(draft: Draft) -> str:
    return (draft.reading.parent or draft.reading.code) if draft.reading else draft.name


def _claim(
    message: Message, marks: Marks, table: CueTable, draft: Draft, groups: Sequence[Sequence[Draft]]
) -> Claim:
    if draft.how == "postal":
        return Claim(_TRUE, _DIRECTLY, 2)
    if not draft.is_latin:
        return _unspaced_claim(message, table, draft, groups)
    first, last = draft.first, draft.last
    others = [d for group in groups for d in group if d.is_latin and d is not draft]
    ends = [d.last for d in others if d.last <= first]
    sentence = max([message.clause_start(first, STOP), *ends])
    clause = max([message.clause_start(first, COMMA), *ends])
    stop = _clause_end(message, last, min([d.first for d in others if d.first >= last], default=len(message)))
    before, after = marks.between(clause, first), marks.between(last, stop)
    if clause in ends and marks.starting_at(clause) & _WANT:
        before &= ~_WANT  # "the Komaki lesson": it belongs to the name before
    wanted = 0
    if draft.cues_before & _WANT or (message.gaps[last] == SOFT and marks.starting_at(last) & _WANT):
        wanted = _DIRECTLY
    elif (before | after) & (_WANT | _NOW):
        wanted = _IN_CLAUSE
    elif _asks(message, last):
        wanted = _IN_QUESTION
    is_others = _of_others(message, marks, sentence, first)
    truth = _PASSED if (before | after) & _STORY else _TOLD if is_others else _TRUE
    lived = 2 if draft.cues_before & _LIVE else 1 if draft.cues_before & _PLACED else 0
    if not lived and stands_alone(message, first, last):
        lived = 1
    if not lived and draft.cues_before & _TO and ends:
        lived = _BY_THE_WAY
    return Claim(truth, wanted, lived)


def _unspaced_claim(
    message: Message, table: CueTable, draft: Draft, groups: Sequence[Sequence[Draft]]
) -> Claim:
    """The same for a name in Japanese text, where a clause ends at a sign or at the next name."""
    text = message.text
    others = [d for group in groups for d in group if d is not draft]
    begin = max([_last_sign(text, draft.start), *(d.end for d in others if d.end <= draft.start)])
    sign = _SIGN.search(text, draft.end + 1)
    stop = min([sign.start() if sign else len(text), *(d.start for d in others if d.start >= draft.end)])
    before, after = table.within(text[begin : draft.start]), table.within(text[draft.end : stop])
    # Between two names, what was belongs to the first and what is now to the second.
    if any(d.end == begin for d in others):
        before &= ~_STORY
    if any(d.start == stop for d in others):
        after &= ~_NOW
    cues = before | after
    wanted = _IN_CLAUSE if cues & (_WANT | _NOW) else 0
    truth = _PASSED if cues & _STORY else _TOLD if cues & _OTHERS else _TRUE
    return Claim(truth, wanted, 2 if cues & _LIVE else 1)


def _last_sign(text: str, limit: int) -> int:
    return max((match.end() for match in _SIGN.finditer(text, 0, limit)), default=0)


def _asks(message: Message, index: int) -> bool:
    """Whether the sentence that goes on at this word is a question, and not the only sentence."""
    end = _clause_end(message, index, len(message), STOP)
    stop = message.starts[end] if end < len(message) else len(message.text)
    return "?" in message.text[message.ends[end - 1] : stop] and STOP in message.gaps[1 : len(message)]


def _clause_end(message: Message, index: int, limit: int, boundary: int = COMMA) -> int:
    while index < limit and message.gaps[index] < boundary:
        index += 1
    return index


def _of_others(message: Message, marks: Marks, start: int, end: int) -> bool:
    """Whether the words are about somebody else, and not for somebody else ("for my brother in Soja")."""
    return any(not any(bits & _TO for _, bits in marks.ending.get(index, ())) for index in _others(marks, start, end))


def _others(marks: Marks, start: int, end: int) -> Iterator[int]:
    return (index for index in range(start, end) if marks.starting_at(index) & _OTHERS)
