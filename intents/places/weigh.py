"""Which of several places is asked about: "my sister has a class in A, is there one in B?"

Reads what each clause says of its place: whether something is wanted there, now or once, by the writer or by
others. Two places that say the same of themselves are both asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from intents.places.cues import BIT
from intents.places.draft import Draft
from intents.places.evidence import stands_alone
from intents.places.message import COMMA, SOFT, STOP, Message
from intents.places.scene import Scene

_WANT, _LIVE, _TO, _BOTH, _NOW, _HERE = (BIT[cue] for cue in ("want", "live", "to", "both", "now", "here"))
_OTHERS, _WORK, _NEAR_HOME, _NEAR_WORK = (BIT[cue] for cue in ("others", "work", "near_home", "near_work"))
#: What makes a story of a place: it was, it is full, it is known already.
_TROUBLE = BIT["trouble"]
_STORY = BIT["past"] | _TROUBLE | BIT["known"]
#: A place with a preposition is more than a name dropped ("my wife is an Iida").
_PLACED = BIT["at"] | BIT["near"] | BIT["work"]

#: Behind hiragana a space only parts words, as beginners write them.
_SIGN = re.compile("[。！？、,.!?\n]|(?<![ぁ-ゖ]) ")

#: A place that was, or where there is nothing to find; somebody else's place; the writer's own.
_PASSED, _TOLD, _TRUE = 0, 1, 2
#: How much is wanted at a place: by the very words beside it, in its clause, in its sentence.
_DIRECTLY, _IN_CLAUSE, _IN_QUESTION = 3, 2, 1
#: "Something from Toyota" behind another place: a landmark, whatever the something is; a place to be; a home.
_BY_THE_WAY, _STAYED, _LIVED = -1, 1, 2


class Claim(NamedTuple):
    """What a message says of one place; the bigger claim wins, the first field before the second."""

    truth: int
    wanted: int
    lived: int


def weigh(scene: Scene, groups: Sequence[Sequence[Draft]]) -> None:
    """Marks the places that are only told about. A group are names joined by "and" or a comma."""
    everything = scene.everything()
    if len(groups) < 2 or everything & _BOTH:
        return
    drafts = [draft for group in groups for draft in group]
    if _keep_side(scene, drafts, everything):
        return
    claims: dict[str, Claim] = {}
    for draft in drafts:
        claim = _claim(scene, draft, [other for other in drafts if other is not draft])
        claims[_place(draft)] = max(claims.get(_place(draft), claim), claim)
    best = max(claims.values())
    for number, group in enumerate(groups):
        rest = (*groups[:number], *groups[number + 1 :])
        elsewhere = {_place(draft) for other in rest for draft in other}
        # A list stays together, unless one of its places is taken up again: "between A and B; A is nearer".
        together = not elsewhere.intersection(map(_place, group))
        for draft in group:
            claim = max(claims[_place(d)] for d in group) if together else claims[_place(draft)]
            if _is_weaker(claim, best, is_here=bool(everything & _HERE)):
                draft.role = "told"


def _keep_side(scene: Scene, drafts: Sequence[Draft], everything: int) -> bool:
    """Where home and work are told and one of them is chosen ("near my flat"), marks the other places as told
    and returns True.
    """
    near_home, near_work = bool(everything & _NEAR_HOME), bool(everything & _NEAR_WORK)
    if near_home == near_work:
        return False
    sides = [_side(scene, draft, drafts) for draft in drafts]
    wanted, other = (_LIVE, _WORK) if near_home else (_WORK, _LIVE)
    if set(sides) != {wanted, other}:
        return False
    for draft, side in zip(drafts, sides, strict=True):
        if side == other:
            draft.role = "told"
    return True


def _side(scene: Scene, draft: Draft, drafts: Sequence[Draft]) -> int:
    """_WORK or _LIVE by the clause that leads up to a name, or else by what stands right behind it; 0 for
    neither. Words for living are often but prepositions, so work is the stronger.
    """
    if not draft.is_latin:
        return 0
    clause = max([scene.message.clause_start(draft.first, COMMA), *_ends_before(draft, drafts)])
    before = scene.marks.between(clause, draft.first) & (_LIVE | _WORK)
    cues = before or draft.cues_after & (_LIVE | _WORK)
    return cues & _WORK or cues & _LIVE


def _is_weaker(claim: Claim, best: Claim, is_here: bool) -> bool:
    """Whether a place is left behind by the best one.

    Home and work stand side by side, unless the message asks for something "here": that is at home.
    """
    if claim.truth < best.truth:
        return True
    if best.wanted:
        return best.wanted > claim.wanted
    return best.lived > claim.lived and (is_here or claim.lived < _STAYED)


def _place(draft: Draft) -> str:
    return (draft.reading.parent or draft.reading.code) if draft.reading else draft.name


def _claim(scene: Scene, draft: Draft, others: Sequence[Draft]) -> Claim:
    if draft.how == "postal":
        return Claim(_TRUE, _DIRECTLY, _LIVED)
    return _spaced_claim(scene, draft, others) if draft.is_latin else _unspaced_claim(scene, draft, others)


def _spaced_claim(scene: Scene, draft: Draft, others: Sequence[Draft]) -> Claim:
    message, marks = scene.message, scene.marks
    first, last = draft.first, draft.last
    ends = _ends_before(draft, others)
    sentence = max([message.clause_start(first, STOP), *ends])
    clause = max([message.clause_start(first, COMMA), *ends])
    starts = [d.first for d in others if d.is_latin and d.first >= last]
    before = marks.between(clause, first)
    after = marks.between(last, _clause_end(message, last, min(starts, default=len(message))))
    if clause in ends and marks.starting_at(clause) & _WANT:
        before &= ~_WANT  # "the Komaki lesson": it belongs to the name before.
    if clause in ends:
        before &= ~_TROUBLE  # "the one in Beppu is full so Oita"
    is_theirs = _is_of_others(scene, sentence, first)
    truth = _PASSED if (before | after) & _STORY else _TOLD if is_theirs else _TRUE
    return Claim(truth, _wanted(scene, draft, before | after), _lived(message, draft, bool(ends)))


def _ends_before(draft: Draft, drafts: Sequence[Draft]) -> list[int]:
    """Where the names before this one end: a clause does not reach beyond them."""
    return [d.last for d in drafts if d.is_latin and d.last <= draft.first]


def _wanted(scene: Scene, draft: Draft, cues: int) -> int:
    message = scene.message
    if draft.cues_before & _WANT:
        return _DIRECTLY
    if message.gaps[draft.last] == SOFT and scene.marks.starting_at(draft.last) & _WANT:
        return _DIRECTLY
    if cues & (_WANT | _NOW):
        return _IN_CLAUSE
    return _IN_QUESTION if _asks(message, draft.last) else 0


def _lived(message: Message, draft: Draft, is_second: bool) -> int:
    if draft.cues_before & _LIVE:
        return _LIVED
    if draft.cues_before & _PLACED or stands_alone(message, draft.first, draft.last):
        return _STAYED
    return _BY_THE_WAY if is_second and draft.cues_before & _TO else 0


def _unspaced_claim(scene: Scene, draft: Draft, others: Sequence[Draft]) -> Claim:
    """The claim of a name in Japanese text, where a clause ends at a sign or at the next name."""
    text, within = scene.message.text, scene.table.within
    begin = max([_last_sign(text, draft.start), *(d.end for d in others if d.end <= draft.start)])
    sign = _SIGN.search(text, draft.end + 1)
    stop = min([sign.start() if sign else len(text), *(d.start for d in others if d.start >= draft.end)])
    before, after = within(text[begin : draft.start]), within(text[draft.end : stop])
    # Between two names, what was belongs to the first and what is now to the second.
    if any(d.end == begin for d in others):
        before &= ~_STORY
    if any(d.start == stop for d in others):
        after &= ~_NOW
    cues = before | after
    truth = _PASSED if cues & _STORY else _TOLD if cues & _OTHERS else _TRUE
    return Claim(truth, _IN_CLAUSE if cues & (_WANT | _NOW) else 0, _LIVED if cues & _LIVE else _STAYED)


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


def _is_of_others(scene: Scene, start: int, end: int) -> bool:
    """Whether the words are about somebody else, and not for somebody else ("for my brother in Soja")."""
    marks = scene.marks
    people = (index for index in range(start, end) if marks.starting_at(index) & _OTHERS)
    return any(not any(bits & _TO for _, bits in marks.ending.get(index, ())) for index in people)
