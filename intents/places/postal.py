"""Finds Japanese postal codes and the municipality that each belongs to. Knows no names."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable
from pathlib import Path

from intents.gazetteer import Gazetteer, table
from intents.places.draft import Draft

_POSTAL_CODE = re.compile(r"(?<![\d+-])(?:〒\s?)?(\d{3})(?:\s?[-‐–ー－−]\s?)?(\d{4})(?![\d-])")

_THREE_DIGITS = re.compile(r"\d\d\d")


class PostalCodes:
    """Municipalities by the first code of each run of postal codes."""

    def __init__(self, runs: Iterable[tuple[str, str]], gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._first, self._codes = zip(*sorted(runs), strict=True)

    @classmethod
    def load(cls, data_dir: Path, gazetteer: Gazetteer) -> PostalCodes:
        return cls(((first, code) for _, (first, code) in table(data_dir / "postal_codes.tsv")), gazetteer)

    def municipality(self, digits: str) -> str:
        """The municipality code of seven digits, "" where no postal code begins like this."""
        run = bisect.bisect_right(self._first, digits) - 1
        return str(self._codes[run]) if run >= 0 else ""

    def find(self, text: str) -> list[Draft]:
        found: list[Draft] = []
        if not _THREE_DIGITS.search(text):
            return found
        for match in _POSTAL_CODE.finditer(text):
            digits = "".join(group for group in match.groups() if group)
            place = self._gazetteer.by_code(self.municipality(digits))
            if place:
                found.append(Draft(match.start(), match.end(), digits, (place,), "postal", "city"))
        return found
