"""One line of gazetteer.tsv, as the build scripts hand it to each other."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = ["code", "kind", "id", "kanji", "suffix", "kana", "lat", "lon", "population", "parent"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of gazetteer.tsv; `kana` is without the suffix, `parent` the city of a ward or a district."""

    code: str
    kind: str
    id: str
    kanji: str
    suffix: str
    kana: str
    lat: float | None = None
    lon: float | None = None
    population: int = 0
    parent: str = ""

    def line(self) -> str:
        cells = (getattr(self, column) for column in COLUMNS)
        return "\t".join("" if cell is None or cell == 0 else str(cell) for cell in cells)
