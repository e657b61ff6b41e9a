"""Finds the members in scripts other than Latin and Japanese, from the lists of data/japan.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from intents.places.draft import Draft
from intents.places.names import Names

#: Letters beyond Latin, Greek accents and punctuation, without kana and kanji.
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\uac00-\ud7af]")


class ScriptFinder:
    def __init__(self, names: Names, spellings: Mapping[str, Iterable[str]]) -> None:
        """`spellings` is member id -> names in other scripts."""
        codes = names.gazetteer.members()
        self._places = {}
        for member, forms in spellings.items():
            place = names.gazetteer.by_code(codes[member])
            if place:
                self._places.update({form.lower(): (member, place) for form in forms})
        longest_first = sorted(self._places, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def find(self, text: str) -> list[Draft]:
        if not _OTHER_SCRIPT.search(text):
            return []
        lowered = text.lower()
        if len(lowered) != len(text):
            return []
        found = []
        for match in self._pattern.finditer(lowered):
            member, place = self._places[match[0]]
            found.append(Draft(match.start(), match.end(), member, (place,), "script"))
        return found
