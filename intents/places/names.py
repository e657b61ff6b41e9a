"""The index of names: which places a spelling may mean, in Latin letters, kanji and kana.

Exact spellings only (of names as folded by phonetics.key); typos are another module's. Knows no sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from intents.gazetteer import Gazetteer, Municipality, table
from intents.places.checks import lists, read
from intents.places.phonetics import key
from intents.text import fold, hiragana

#: A city from this size on is known to everybody.
BIG = 80_000

_LONG_O_AFTER = frozenset("おこそとのほもよろごぞどぼぽょをう")

Places = tuple[Municipality, ...]


def fold_kana(text: str) -> tuple[str, list[int]]:
    """Hiragana without the marks of a long o, and the source position of each letter left and of the end."""
    letters: list[str] = []
    positions: list[int] = []
    for position, letter in enumerate(hiragana(text)):
        if letters and (letter == "ー" or (letter in "おう" and letters[-1] in _LONG_O_AFTER)):
            continue
        letters.append(letter)
        positions.append(position)
    return "".join(letters), [*positions, len(text)]


def read_variants(data_dir: Path) -> dict[int, str]:
    """Other forms of a kanji, for str.translate, which keeps the length."""
    variants = {ord(other): ours for _, (other, ours) in table(data_dir / "kanji_variants.tsv")}
    return variants | {ord("ヶ"): "ケ"}


class Names:
    """Every name of the gazetteer and of data/districts.yaml."""

    def __init__(
        self, gazetteer: Gazetteer, districts: Mapping[str, Iterable[str]], variants: dict[int, str]
    ) -> None:
        """`districts` is municipality code -> names, each in Latin letters or in Japanese."""
        self.gazetteer = gazetteer
        self.variants = variants
        latin: dict[str, list[Municipality]] = defaultdict(list)
        han: dict[str, list[Municipality]] = defaultdict(list)
        kana: dict[str, list[Municipality]] = defaultdict(list)
        for place in gazetteer:
            latin[key(place.romaji)].append(place)
            if place.kanji:
                for spelling in {place.kanji, place.kanji.replace("ヶ", "が").replace("ケ", "が")}:
                    han[spelling.translate(variants)].append(place)
            if len(place.kana) > 1 and place.kind not in ("ward", "district"):
                kana[fold_kana(place.kana)[0]].append(place)
        for code, names in districts.items():
            for name in names:
                district = self._district(code, name)
                if name.isascii():
                    latin[key(district.id)].append(district)
                elif all("ぁ" <= letter <= "ヺ" or letter == "ー" for letter in name):
                    kana[fold_kana(name)[0]].append(district)
                else:
                    han[name.translate(variants)].append(district)
        self.latin: dict[str, Places] = {name: tuple(places) for name, places in latin.items()}
        self.han: dict[str, Places] = {name: tuple(places) for name, places in han.items()}
        self.kana: dict[str, Places] = {name: tuple(places) for name, places in kana.items()}
        self.prefixes = frozenset(name[:end] for name in self.latin for end in range(1, len(name)))

    def _district(self, code: str, name: str) -> Municipality:
        parent = self.gazetteer.by_code(code)
        if parent is None:
            raise ValueError(f"districts.yaml: {code}: no municipality has this code")
        romaji = fold(name).replace("-", "").replace(" ", "") if name.isascii() else ""
        kanji = "" if name.isascii() else name
        return Municipality("", romaji, "district", kanji, "", "", parent.lat, parent.lon, 0, code)

    def member(self, place: Municipality) -> str:
        """The member that this place is or lies in, "" for none."""
        return self.gazetteer.member(self.municipality(place).code)

    def municipality(self, place: Municipality) -> Municipality:
        """The place itself, or the municipality around a ward or district."""
        return self.gazetteer.by_code(place.parent) or place


def lengths_by_first(names: Mapping[str, Places]) -> dict[str, tuple[int, ...]]:
    """The lengths of the names by first letter, longest first, for a longest match."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in names:
        lengths[name[0]].add(len(name))
    return {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}


def load_names(data_dir: Path, gazetteer: Gazetteer) -> Names:
    """Raises OSError or ValueError, with the file, where the data is missing or wrong."""
    districts = lists(read(data_dir / "districts.yaml"), "districts.yaml")
    return Names(gazetteer, districts, read_variants(data_dir))
