"""How the concepts of a message belong together: what is to be learnt, who offers, what is asked.

Turns hits into named facts, which the model weighs; decides nothing itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations, groupby, pairwise

from intents.concepts import Hit
from intents.reading import Reading

#: What can be learnt or taught, and the words that have such an object.
OBJECTS = frozenset({"japanese", "other_language", "other_skill"})
HEADS = frozenset({"learn", "class", "teach", "teacher"})

#: After these a language is the means, not the aim: "explained in English", "fala português".
MEANS = "by_means_of"

#: A sentence with one of these asks or wishes; the others tell.
ASKING = frozenset({"where", "want", "please", "question", "contact", "price", "schedule"})

_LENGTHS = (1, 2, 4, 8, 16, 32)


def demote_means(hits: Sequence[Hit], text: str) -> list[Hit]:
    """Renames a language that is only the means of teaching or speaking: it is not the aim."""
    if MEANS not in [hit.concept for hit in hits]:
        return list(hits)
    result: list[Hit] = []
    for i, hit in enumerate(hits):
        if hit.concept == "other_language":
            before = result[-1] if result else None
            after = hits[i + 1] if i + 1 < len(hits) else None
            if (before and before.concept == MEANS and hit.start - before.end <= 1) or (
                after and after.concept == MEANS and after.start == hit.end
            ):
                hit = hit._replace(concept="means_language")
        result.append(hit)
    return result


def facts(hits: Sequence[Hit], reading: Reading) -> list[str]:
    """The names of all facts that hold in the message, without repetition."""
    found = dict.fromkeys(_of_stretch(hits, ""))
    length = len(reading.text.rstrip())
    ends = [end for end in reading.sentence_ends if end < length]
    if ends:
        found.update(dict.fromkeys(_of_stretch(_asking_sentence(hits, ends), "asked ")))
    words = len(reading.words)
    known = len({hit.start for hit in hits})  # words with a concept
    found[f"length {bisect_left(_LENGTHS, words)}"] = None
    found[f"unknown {int(4 * max(0, words - known) / max(1, words))}"] = None
    found[f"sentences {min(len(ends), 3)}"] = None
    return list(found)


def _asking_sentence(hits: Sequence[Hit], ends: Sequence[int]) -> Sequence[Hit]:
    """The hits of the sentence that asks most; of the last one among equals."""
    sentences: list[list[Hit]] = [[] for _ in range(len(ends) + 1)]
    index = 0
    for hit in hits:
        while index < len(ends) and hit.start >= ends[index]:
            index += 1
        sentences[index].append(hit)
    best: Sequence[Hit] = ()
    best_weight = -1
    for sentence in sentences:
        weight = sum(2 if hit.concept == "question" else 1 for hit in sentence if hit.concept in ASKING)
        if sentence and weight >= best_weight:
            best, best_weight = sentence, weight
    return best


def _of_stretch(hits: Sequence[Hit], mark: str) -> Iterable[str]:
    sequence = [concept for concept, _ in groupby([hit.concept for hit in hits])]
    present = sorted(set(sequence))
    framed = ["^", *sequence, "$"]
    if mark:
        return chain(
            [mark + concept for concept in present],
            map(" > ".join, zip([mark + concept for concept in framed], framed[1:], strict=False)),
            _of_objects(hits, mark),
        )
    return chain(
        present,
        map(" > ".join, pairwise(framed)),
        map(" .. ".join, zip(sequence, sequence[2:], strict=False)),
        map(" .. ".join, zip(sequence, sequence[3:], strict=False)),
        map(" & ".join, combinations(present, 2)),
        _of_objects(hits, mark),
    )


def _of_objects(hits: Sequence[Hit], mark: str) -> Iterator[str]:
    objects = [hit for hit in hits if hit.concept in OBJECTS]
    heads = [hit for hit in hits if hit.concept in HEADS]
    for head in heads:
        if objects:
            aim = min(objects, key=lambda other: _distance(head, other)).concept
        else:
            aim = "the_language" if any(hit.concept == "the_language" for hit in hits) else "nothing"
        yield f"{mark}{head.concept} of {aim}"
        yield f"{mark}head of {aim}"
    if objects:
        yield f"{mark}first aim {objects[0].concept}"
        yield f"{mark}last aim {objects[-1].concept}"
        yield f"{mark}aims {len({hit.concept for hit in objects})}"
    else:
        yield f"{mark}no aim"


def _distance(head: Hit, aim: Hit) -> int:
    """Letters between the two; an aim before its head counts as a little farther."""
    return abs(aim.start - head.start) + (0 if aim.start >= head.start else 2)
