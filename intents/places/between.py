"""What stands between two neighbouring names: does it bind one to the other, or list them?"""

from __future__ import annotations

import bisect

from intents.places.cues import BIT, KIND_BEFORE, Marks
from intents.places.draft import Draft
from intents.places.scene import Scene

_JOIN, _PART_OF = BIT["join"], BIT["part_of"]
_BINDS = BIT["at"] | BIT["to"] | BIT["filler"] | BIT["into"] | sum(KIND_BEFORE.values())
#: What tells two names apart rather than binding them.
_PARTS = _JOIN | BIT["near"] | BIT["not_before"] | BIT["correction"] | BIT["left"]

_SIGNS = " ,.()-–—:/'\"「」、。・&+|\n\t"
_LIST_SIGNS = frozenset(",/&+、・|")
_OF = "の"
_FARTHEST = 40


class Between:
    """`text` and the `cues` in it.

    `is_bound` where only little words and signs stand there ("Ota, in Gunma"), `is_list` where a comma or
    "and" does. Cues are looked for only where nothing else stands there.
    """

    __slots__ = ("cues", "is_bound", "is_list", "text")

    def __init__(self, scene: Scene, left: Draft, right: Draft) -> None:
        message = scene.message
        self.text = message.plain[left.end : right.start]
        self.cues = 0
        words = self.text.strip(_SIGNS)
        self.is_bound = not words
        self.is_list = not words and not _LIST_SIGNS.isdisjoint(self.text)
        if not words or len(self.text) > _FARTHEST:
            return
        if words.isascii():
            self._read_words(scene, left, right)
        else:
            self._read_unspaced(scene, left)

    def _read_words(self, scene: Scene, left: Draft, right: Draft) -> None:
        message = scene.message
        first = bisect.bisect_left(message.starts, left.end)
        last = bisect.bisect_left(message.starts, right.start)
        if first == last:  # Nothing but signs that end a sentence.
            return
        self.cues, covered = _cover(scene.marks, first, last)
        if not covered and last - first == 1 and message.words[first] in scene.table.joins:
            self.cues, covered = _JOIN, True
        self.is_bound = covered and not self.cues & _PARTS
        self.is_list = covered and bool(self.cues & _JOIN)

    def _read_unspaced(self, scene: Scene, left: Draft) -> None:
        whole = self.text.strip()
        start = left.end + self.text.index(whole)
        phrase, cues = scene.table.after(scene.message.text, start)
        if phrase == whole:
            self.cues = cues
            self.is_list = bool(cues & _JOIN)
            self.is_bound = whole == _OF

    @property
    def is_of(self) -> bool:
        """Whether it is the Japanese の: the second lies in the first, or belongs to it."""
        return self.text.strip() == _OF


def _cover(marks: Marks, first: int, last: int) -> tuple[int, bool]:
    """The cues of the words first .. last - 1, and whether phrases that list or bind cover them all."""
    mask, index = 0, first
    while index < last:
        steps = [
            (end, bits)
            for end, bits in marks.starting.get(index, ())
            if end <= last and bits & (_BINDS | _JOIN | _PART_OF)
        ]
        if not steps:
            return mask | marks.between(index, last), False
        index, bits = max(steps)
        mask |= bits
    return mask, True
