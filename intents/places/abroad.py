"""Finds places outside Japan in Latin letters: the listed ones, and namesakes before a country's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from intents.gazetteer import table
from intents.places.checks import lists, phrases
from intents.places.cues import ANY_KIND_AFTER, BIT
from intents.places.draft import Draft
from intents.places.evidence import LIKELY, surroundings
from intents.places.message import COMMA, SOFT, STOP, Message
from intents.places.scene import Scene
from intents.text import fold

#: How readily a name is taken for a place: countries hardly, small towns with a capital letter, what
#: everybody knows anyway, what is made up gladly. "word" is a place whose name is an ordinary word too.
Sort = Literal["country", "town", "word", "known", "made_up"]

_AT, _TO, _LEFT, _STILL, _WANT = (BIT[cue] for cue in ("at", "to", "left", "still", "want"))
_PERSON = BIT["person_before"]

_MOST_WORDS = 3
#: So many letters tell of most words that no name begins with them.
_OPENING = 4
_FEW_WORDS = 3
_LONG_NAME = 6


class AbroadFinder:
    """`places` maps names (lower case, no spaces) to their sort; `common` are words of every day."""

    def __init__(self, places: Mapping[str, Sort], common: frozenset[str]) -> None:
        self._places = places
        self._openings = frozenset(name[:end] for name in places for end in range(1, _OPENING + 1))
        self._common = common

    @classmethod
    def load(
        cls, data_dir: Path, by_hand: Mapping[str, object], japan: Iterable[str], common: frozenset[str]
    ) -> AbroadFinder:
        """`by_hand` is data/foreign_places.yaml; `japan` are the names of Japan, which win over towns."""
        names = frozenset(japan)
        places: dict[str, Sort] = {
            name: "known" if mark else "town"
            for _, (name, mark) in table(data_dir / "foreign_places.tsv")
            if name not in names
        }
        where = "foreign_places.yaml"
        for region, found in lists(by_hand.get("places"), f"{where}: places").items():
            places |= dict.fromkeys(map(_joined, phrases(list(found), f"{where}: {region}")), "known")
        sorts: tuple[tuple[str, Sort], ...] = (
            ("also_words", "word"),
            ("made_up", "made_up"),
            ("countries", "country"),
        )
        for name, sort in sorts:
            places |= dict.fromkeys(map(_joined, phrases(by_hand.get(name), f"{where}: {name}")), sort)
        return cls(places, common)

    @property
    def countries(self) -> frozenset[str]:
        """The names of countries that are one word."""
        return frozenset(name for name, sort in self._places.items() if sort == "country")

    def is_longer(self, message: Message, draft: Draft) -> bool:
        """Whether the words of a name begin that of a place abroad: Sai is no village in "Sài Gòn"."""
        if not draft.is_latin:
            return False
        name = "".join(message.words[draft.first : draft.last])
        for end in range(draft.last, min(draft.first + _MOST_WORDS, len(message))):
            if message.gaps[end] != SOFT:
                return False
            name += message.words[end]
            if name in self._places:
                return True
        return False

    def mark_namesakes(self, message: Message, drafts: Sequence[Draft]) -> None:
        """Names of Japan that lie in another country here: "Ota, Ogun State, Nigeria"."""
        for draft in drafts:
            if draft.is_latin and draft.role == "asked" and self._precedes_country(message, draft.last):
                draft.foreign = True

    def _precedes_country(self, message: Message, index: int) -> bool:
        for word in range(index, min(index + _MOST_WORDS + 1, len(message))):
            if message.gaps[word] == STOP or not message.is_capital(word):
                return False
            ends = word + 1 == len(message) or message.gaps[word + 1] != SOFT
            if ends and message.gaps[word] == COMMA and self._is_country(message.words[word]):
                return True
        return False

    def _is_country(self, word: str) -> bool:
        return self._places.get(word) == "country"

    def find(self, scene: Scene, taken: frozenset[int]) -> Draft | None:
        """The first listed place that is asked about; `taken` are words that belong to names of Japan."""
        message = scene.message
        words, gaps, number = message.words, message.gaps, len(message)
        for first, word in enumerate(words):
            if word[:_OPENING] not in self._openings:
                continue
            name, found = "", (0, "")
            for end in range(first + 1, min(first + _MOST_WORDS, number) + 1):
                if end - 1 in taken or (end - 1 > first and gaps[end - 1] != SOFT):
                    break
                name += words[end - 1]
                if name in self._places:
                    found = (end, name)
            if found[1] and self._is_asked(scene, first, *found):
                start, stop = message.starts[first], message.ends[found[0] - 1]
                return Draft(start, stop, found[1], (), "foreign", first=first, last=found[0], foreign=True)
        return None

    def _is_asked(self, scene: Scene, first: int, end: int, name: str) -> bool:
        message, sort = scene.message, self._places[name]
        around = surroundings(scene, first, end)
        before = around.before
        if around.touching & (_PERSON | ANY_KIND_AFTER) and not before & _AT:
            return False
        if sort == "country":
            stays = before & _WANT or scene.marks.between(0, len(message)) & _STILL
            return len(message) < _FEW_WORDS or bool(stays and before & (_AT | _STILL))
        if len(message) <= _FEW_WORDS and end - first >= len(message) - 1:
            return sort != "town" or name not in self._common
        if before & _LEFT:
            return False
        is_capital = message.is_capital(first)
        is_beside = around.evidence >= LIKELY or self._is_country("".join(message.words[end : end + 1]))
        if sort in ("town", "word"):
            opens = first == 0 and len(name) >= _LONG_NAME
            return is_capital and (is_beside or opens) and (sort == "word" or name not in self._common)
        is_plain = not is_capital and first > 0 and not before & _AT
        if is_plain and self._common.intersection(message.words[first:end]):
            return False
        ends = end == len(message) or (is_capital and message.text.startswith("?", message.ends[end - 1]))
        is_joke = sort == "made_up" and bool(is_capital or before & (_AT | _TO))
        return is_beside or is_joke or ends or first == 0


def _joined(name: str) -> str:
    return fold(name).replace(" ", "").replace("-", "")
