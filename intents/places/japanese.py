"""Finds names in Japanese script and in the other scripts that are not Latin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from intents.places.draft import Draft
from intents.places.han import HanFinder
from intents.places.japan import Japan
from intents.places.kana import KanaFinder
from intents.places.message import Message
from intents.places.names import Names, Places
from intents.places.scripts import ScriptFinder


class JapaneseFinder:
    def __init__(self, names: Names, japan: Japan) -> None:
        slips = member_spellings(names, japan.slips)
        self._han = HanFinder(names, slips, japan)
        self._kana = KanaFinder(names, slips, japan)
        self._scripts = ScriptFinder(member_spellings(names, japan.scripts))

    def find(self, message: Message) -> list[Draft]:
        """Names in kanji, in kana and in other scripts, which may overlap."""
        text = message.text
        found = self._scripts.find(text)
        if message.has_japanese:
            found += [*self._han.find(text), *self._kana.find(text)]
        return found


def member_spellings(names: Names, spellings: Mapping[str, Iterable[str]]) -> dict[str, Places]:
    """Other spellings of the members with the place that each means."""
    codes = names.gazetteer.members()
    found: dict[str, Places] = {}
    for member, forms in spellings.items():
        place = names.gazetteer.by_code(codes.get(member, ""))
        if place is None:
            raise ValueError(f"japan.yaml: {member} is no member")
        found.update(dict.fromkeys(forms, (place,)))
    return found
