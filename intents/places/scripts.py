"""Finds the members in scripts other than Latin and Japanese, from the lists of data/japan.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping

from intents.places.draft import Draft
from intents.places.names import Places

#: Letters beyond Latin, Greek accents and punctuation, without kana and kanji.
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\uac00-\ud7af]")


class ScriptFinder:
    """`spellings` are names in other scripts with their places; one counts wherever its letters stand."""

    def __init__(self, spellings: Mapping[str, Places]) -> None:
        self._places = {spelling.lower(): places for spelling, places in spellings.items()}
        longest_first = sorted(self._places, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def find(self, text: str) -> list[Draft]:
        lowered = text.lower()
        if len(lowered) != len(text) or not _OTHER_SCRIPT.search(lowered):
            return []
        return [
            Draft(match.start(), match.end(), match[0], self._places[match[0]], "script")
            for match in self._pattern.finditer(lowered)
        ]
