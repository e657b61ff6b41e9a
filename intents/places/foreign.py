"""Finds what the bot must call unknown: places outside Japan, and names that no list has.

Consulted only where no place of Japan is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from intents.places.abroad import AbroadFinder
from intents.places.checks import read
from intents.places.draft import Draft
from intents.places.invented import InventedFinder
from intents.places.katakana import KatakanaFinder
from intents.places.message import Message
from intents.places.scene import Scene

#: Where a name of Japan plays one of these, the message is about that place, if only to deny it.
_ABOUT_JAPAN = frozenset({"negated", "company", "word", "corrected"})


class ForeignFinder:
    def __init__(self, abroad: AbroadFinder, invented: InventedFinder, katakana: KatakanaFinder) -> None:
        self._abroad = abroad
        self._invented = invented
        self._katakana = katakana

    @classmethod
    def load(cls, data_dir: Path, japan: Iterable[str], common: frozenset[str]) -> ForeignFinder:
        """`japan` are the names of Japan, `common` words of every day."""
        by_hand = read(data_dir / "foreign_places.yaml")
        abroad = AbroadFinder.load(data_dir, by_hand, japan, common)
        return cls(abroad, InventedFinder(common | abroad.countries), KatakanaFinder.of(by_hand))

    def is_longer(self, message: Message, draft: Draft) -> bool:
        """Whether a name of Japan only begins that of a place abroad."""
        return self._abroad.is_longer(message, draft)

    def mark_namesakes(self, message: Message, drafts: Sequence[Draft]) -> None:
        """Marks names of Japan that lie abroad here: "Ota, Ogun State, Nigeria"."""
        self._abroad.mark_namesakes(message, drafts)

    def find(self, scene: Scene, drafts: Sequence[Draft]) -> Draft | None:
        """The foreign or invented place that a message asks about; `drafts` are its names of Japan."""
        if any(draft.role in _ABOUT_JAPAN for draft in drafts):
            return None
        taken = frozenset(i for draft in drafts if draft.is_latin for i in range(draft.first, draft.last))
        found = self._abroad.find(scene, taken) or self._invented.find(scene, taken)
        text = scene.message.text
        if found or text.isascii():
            return found
        return self._katakana.abroad(text) or (None if drafts else self._katakana.invented(text))
