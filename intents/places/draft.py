"""A name found in the text while its reading and its role are still open."""

from __future__ import annotations

from dataclasses import dataclass

from intents.gazetteer import Municipality
from intents.places.findings import How, Role
from intents.places.names import Places


@dataclass(slots=True)
class Draft:
    """`start` to `end` in the text (suffix included); `name` is the key it was found by.

    `places` are the possible readings and `reading` the chosen one, None where its suffix makes it a place
    that no list has. `kind` is what a suffix says. `first` and `last` are its Latin words (end excluded),
    -1 for other scripts. `cues_before` and `cues_after` are the cues that lead up to it and follow it,
    `touching` those right before it; `evidence` is how much they say for a place. `rivals` are other names
    that a typo may mean; `listed` is whether "or" joins it to a place inside it, `foreign` whether it is
    abroad.
    """

    start: int
    end: int
    name: str
    places: Places
    how: How
    kind: str = ""
    first: int = -1
    last: int = -1
    distance: float = 0.0
    evidence: int = 0
    rivals: tuple[str, ...] = ()
    cues_before: int = 0
    touching: int = 0
    cues_after: int = 0
    reading: Municipality | None = None
    role: Role = "asked"
    listed: bool = False
    foreign: bool = False

    @property
    def is_latin(self) -> bool:
        return self.first >= 0
