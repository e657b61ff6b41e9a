"""How much the words around a name say that it is meant as a place. Knows cues, not what names exist."""

from __future__ import annotations

import bisect
from typing import NamedTuple

from intents.places.cues import ANY_KIND_AFTER, ANY_KIND_BEFORE, BIT, KIND_AFTER, KIND_BEFORE
from intents.places.draft import Draft
from intents.places.message import COMMA, SOFT, STOP, Message
from intents.places.scene import Scene

#: A sign that it is a place; it is likely; it can hardly be anything else.
HINTED, LIKELY, CERTAIN = 1, 2, 3

_AT, _TO, _LIVE, _WANT, _JOIN = (BIT[cue] for cue in ("at", "to", "live", "want", "join"))
_PLACED = BIT["at"] | BIT["follow_up"] | BIT["near"] | BIT["left"]
_NEAR_AFTER = BIT["near"] | BIT["part_of"]
_AT_AFTER, _CORRECTION, _NOT_AFTER = BIT["at_after"], BIT["correction"], BIT["not_after"]
_PERSON_BEFORE = BIT["person_before"]

_STEPS = 7
_FEW_WORDS = 3
_SHORT_DENIAL = 4
#: The letters of a title at most (prof.).
_TITLE = 4
_SPACES = " \u3000\"'「」『』()（）"


class Surroundings(NamedTuple):
    """The cues around a name, and what they make of it.

    `before` are all cues that lead up to it, `touching` those of the last phrase, `after` those that follow.
    `kind` is what a suffix makes of it, `end` its last word (excluded, suffix included); `evidence` is 0 or
    HINTED and up.
    """

    before: int
    touching: int
    after: int
    kind: str
    end: int
    evidence: int


def surroundings(scene: Scene, first: int, last: int, listed: int = 0) -> Surroundings:
    """What stands around the words `first` .. `last` - 1; `listed` is the evidence that a list goes on."""
    message = scene.message
    before, touching = _leading(scene, first)
    end, suffix = _suffix(scene, last)
    after = suffix
    following = end + _is_possessive(message, end)
    if following < len(message) and message.gaps[following] != STOP:
        after |= _following(scene, following, is_placed=bool(before & _AT))
    kind = _kind(before, suffix)
    evidence = _weigh(before, touching, after, kind, listed)
    if evidence <= LIKELY and stands_alone(message, first, end):
        evidence = CERTAIN if after & _NEAR_AFTER else LIKELY
    evidence = _with_capital(message, first, evidence)
    return Surroundings(before, touching, after, kind, end, evidence)


def _weigh(before: int, touching: int, after: int, kind: str, listed: int) -> int:
    if kind and kind != "station":
        return CERTAIN
    if touching & _LIVE or (before & _LIVE and before & (_AT | _TO)) or (listed and touching & _JOIN):
        return CERTAIN
    if before & _PLACED or touching & _CORRECTION or after & _NEAR_AFTER or kind:
        return LIKELY
    return listed or (HINTED if before & _TO or after & _AT_AFTER else 0)


def _with_capital(message: Message, first: int, evidence: int) -> int:
    """A capital letter within a sentence is one sign more; at its start it only makes up for nothing."""
    opens = message.opens_sentence(message.starts[first])
    if message.mixed_case and message.is_capital(first) and not opens:
        return evidence + 1
    if evidence == 0 and opens and (message.is_capital(first) or (first == 0 and not message.mixed_case)):
        return HINTED
    return evidence


def stands_alone(message: Message, first: int, end: int) -> bool:
    """Whether the name is a message or a phrase of its own: "Ueda?", "Ueda: ...", "..., Ueda"."""
    if len(message) <= _FEW_WORDS:
        return True
    opens = first == 0 or message.gaps[first] >= COMMA
    closes = end == len(message) or message.gaps[end] >= COMMA
    return opens and closes


def add_cues(scene: Scene, draft: Draft) -> None:
    """Gives a name in another script the cues beside it: "not 豊田, 豊橋", "中央線の豊田"."""
    message = scene.message
    _, unspaced = scene.table.before(message.text, draft.start)
    draft.kind = draft.kind or _kind(unspaced, 0)
    index = bisect.bisect_left(message.starts, draft.start)
    if index and not message.plain[message.ends[index - 1] : draft.start].strip(_SPACES):
        draft.cues_before, draft.touching = _leading(scene, index, touches=True)
        draft.kind = draft.kind or _kind(draft.cues_before, 0)
    after = bisect.bisect_left(message.starts, draft.end)
    if after < len(message) and not message.plain[draft.end : message.starts[after]].strip(_SPACES):
        draft.cues_after = _following(scene, after, is_placed=False, touches=True)


def _leading(scene: Scene, first: int, touches: bool = False) -> tuple[int, int]:
    """The cues of the phrases that lead up to word `first` without a gap ("don't | live | in" Toyota): all of
    them, and those of the last phrase. `touches` is whether the gap before `first` does not matter.

    What is wanted ends the walk, and so does a correction: "no classes in Toyota" denies the classes, and
    "no, I mean Toyota" another place.
    """
    message, ending = scene.message, scene.marks.ending
    mask, touching = 0, 0
    at = first
    for step in range(_STEPS):
        parted = at == len(message) or message.gaps[at] != SOFT
        if at not in ending or (parted and not touches and not _is_after_title(scene, at)):
            break
        touches = False
        start = min(start for start, _ in ending[at])
        bits = 0
        for begin, found in ending[at]:
            bits |= found if begin == start else found & (_AT | _TO)
        if mask & (_AT | _LIVE | ANY_KIND_BEFORE):  # "the towns of Oita prefecture"
            bits &= ~ANY_KIND_BEFORE
        mask |= bits
        if step == 0:
            touching = bits
        if bits & (_WANT | _CORRECTION):
            break
        at = start
    return mask, touching


def _is_after_title(scene: Scene, at: int) -> bool:
    """Whether the full stop before a word belongs to a title: "Mr. Ota", but not "I am a husband. Ota"."""
    message = scene.message
    return (
        len(message.words[at - 1]) <= _TITLE
        and message.plain[message.ends[at - 1] : message.starts[at]] == ". "
        and any(bits & _PERSON_BEFORE and start == at - 1 for start, bits in scene.marks.ending[at])
    )


def _suffix(scene: Scene, last: int) -> tuple[int, int]:
    """Where the suffix behind a name ends, and its cues; in brackets any word for a kind of place will do."""
    message = scene.message
    if last == len(message):
        return last, 0
    end, mask = last, 0
    if message.gaps[last] == SOFT:
        for stop, bits in scene.marks.starting.get(last, ()):
            if bits & ANY_KIND_AFTER:
                mask |= bits
                end = max(end, stop)
    elif message.plain.startswith(("(", " ("), message.ends[last - 1]):
        mask = scene.marks.starting_at(last)
        for kind, bit in KIND_BEFORE.items():
            if mask & bit:
                mask |= KIND_AFTER[kind]
        mask &= ANY_KIND_AFTER
    return end, mask


def _is_possessive(message: Message, index: int) -> bool:
    """Whether the word is the s of "Ota's"."""
    return message.words[index : index + 1] == ["s"] and message.plain[message.starts[index] - 1] == "'"


def _following(scene: Scene, index: int, is_placed: bool, touches: bool = False) -> int:
    """The cues of the phrases that begin at a word behind a name.

    A short denial counts only with a sign behind it ("Ota, no, ...") that makes no question of it ("Ota, no?"),
    or at the end of the message where no preposition makes a sentence of it (`is_placed`). Across a comma only
    what speaks of the name itself counts, unless the sign between does not matter (`touches`).
    """
    message = scene.message
    mask = 0
    for stop, bits in scene.marks.starting.get(index, ()):
        is_short = message.ends[stop - 1] - message.starts[index] <= _SHORT_DENIAL
        runs_on = message.gaps[stop] == SOFT if stop < len(message) else is_placed
        is_tag = message.plain.startswith("?", message.ends[stop - 1])
        if is_short and (runs_on or is_tag):
            bits &= ~_NOT_AFTER
        if message.gaps[index] != SOFT and not touches:
            bits &= _NOT_AFTER | _NEAR_AFTER
        mask |= bits
    return mask


def _kind(before: int, after: int) -> str:
    """The kind of place that the cues make of a name, "" for none; a suffix behind it is stronger."""
    if after & ANY_KIND_AFTER:
        return next(kind for kind, bit in KIND_AFTER.items() if after & bit)
    if before & ANY_KIND_BEFORE:
        return next(kind for kind, bit in KIND_BEFORE.items() if before & bit)
    return ""
