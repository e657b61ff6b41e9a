"""The place finder: a message in, the places it asks about out. Ties the parts of this package together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from intents.gazetteer import Gazetteer, Municipality
from intents.model import Place
from intents.places import japan
from intents.places.belief import Belief
from intents.places.choose import Chooser
from intents.places.cues import CueTable
from intents.places.decide import Decider
from intents.places.draft import Draft
from intents.places.everyday import Everyday
from intents.places.evidence import add_cues
from intents.places.findings import Findings, Mention
from intents.places.foreign import ForeignFinder
from intents.places.geography import Geography
from intents.places.japanese import JapaneseFinder
from intents.places.latin import LatinFinder
from intents.places.meanings import Meanings
from intents.places.message import Message
from intents.places.names import Names, load_names
from intents.places.people import People
from intents.places.phonetics import key
from intents.places.postal import PostalCodes
from intents.places.roles import Roles
from intents.places.scene import Scene
from intents.places.spelling import Speller
from intents.places.words import PlaceWords
from intents.text import fold

#: Typos of shorter names may be other names; shorter ones still cannot be told by ear.
_CLEAR, _HEARD_CLEARLY = 6, 4
#: So many letters away, any name is doubtful.
_FAR = 2

#: A message of more names than these is no question; it bounds the cost.
_MOST_NAMES = 40


class PlaceFinder:
    """Made once with `load`; `find` keeps no state and may be called from several threads."""

    def __init__(
        self,
        names: Names,
        tables: Mapping[str, tuple[CueTable, Everyday]],
        finders: tuple[LatinFinder, JapaneseFinder, PostalCodes, ForeignFinder],
        decider: Decider,
    ) -> None:
        """`tables` has the cues and words of each language, and under "" those of all together."""
        self._names = names
        self._tables = tables
        self._latin, self._japanese, self._postal, self._foreign = finders
        self._chooser = Chooser(names)
        self._decider = decider

    @classmethod
    def load(
        cls,
        data_dir: Path,
        words: Mapping[str, PlaceWords],
        gazetteer: Gazetteer | None = None,
    ) -> PlaceFinder:
        """Reads the data files. `words` maps languages to their `places:` sections (see words.parse).

        Raises OSError, or ValueError with the file, where the data is missing or wrong.
        """
        names = load_names(data_dir, gazetteer or Gazetteer.load(data_dir))
        known = japan.load(data_dir / "japan.yaml")
        every = list(words.values())
        tables = {
            code: (CueTable([own], [other for other in every if other is not own]), Everyday([own]))
            for code, own in words.items()
        }
        tables[""] = (CueTable(every, []), Everyday(every))
        exonyms = _exonyms(known, every)
        common = known.words | tables[""][1].not_places | tables[""][0].vocabulary
        belief = Belief(names, known, common)
        speller = Speller(names, _suffixes(every), known.by_ear, known.words, exonyms)
        finders = (
            LatinFinder(names, speller, belief, exonyms, known.doubtful),
            JapaneseFinder(names, known),
            PostalCodes.load(data_dir, names.gazetteer),
            ForeignFinder.load(data_dir, names.latin, common),
        )
        decider = Decider(
            Geography(names), Roles(People(known, frozenset(speller.members), common)), Meanings(every)
        )
        return cls(names, tables, finders, decider)

    @property
    def gazetteer(self) -> Gazetteer:
        """The places of Japan whose names it knows."""
        return self._names.gazetteer

    def find(self, text: str, language: str = "") -> Findings:
        """The places of a normalised text; `language` is a guess, "" where there is none."""
        message = Message(text)
        table, everyday = self._tables.get(language) or self._tables[""]
        scene = Scene(message, table.mark(message), table, everyday)
        drafts = [draft for draft in self._drafts(scene) if not self._foreign.is_longer(message, draft)]
        self._chooser.choose(drafts)
        corrects = self._decider.decide(scene, drafts)
        self._foreign.mark_namesakes(message, drafts)
        is_asked = any(draft.role == "asked" for draft in drafts)
        if abroad := None if is_asked else self._foreign.find(scene, drafts):
            drafts = sorted([*drafts, abroad], key=lambda draft: draft.start)
        return self._findings(message.text, drafts, corrects)

    def _drafts(self, scene: Scene) -> list[Draft]:
        """Every name in the text, from left to right; of overlapping ones the first, then the longest."""
        text = scene.message.text
        found = self._latin.find(scene)
        if not text.isascii():
            found += self._japanese.find(scene.message)
        found += self._postal.find(text)
        if len(found) > 1:
            found.sort(key=lambda draft: (draft.start, -draft.end))
        kept: list[Draft] = []
        for draft in found[:_MOST_NAMES]:
            if not kept or draft.start >= kept[-1].end:
                kept.append(draft)
                if not draft.is_latin:
                    add_cues(scene, draft)
        return kept

    def _findings(self, text: str, drafts: list[Draft], corrects: bool) -> Findings:
        mentions = tuple(Mention(d.start, d.end, self._place(text, d), d.role, d.how) for d in drafts)
        asked = [m.place for m in mentions if m.role == "asked"]
        negated = [m.place for m in mentions if m.role in ("negated", "corrected")]
        return Findings(mentions, _once(asked), _once(negated), corrects)

    def _place(self, text: str, draft: Draft) -> Place:
        written = text[draft.start : draft.end]
        if draft.foreign or draft.reading is None:
            return Place("unknown", "", "", written)
        reading = self.place_of(draft.reading, written)
        rivals = tuple(self.place_of(self._biggest(name), written) for name in draft.rivals)
        is_far = len(draft.name) < _CLEAR or draft.distance >= _FAR or bool(rivals)
        is_doubtful = draft.how == "typo" and is_far
        is_unclear = draft.how == "sound" and len(draft.name) < _HEARD_CLEARLY
        return Place(reading.kind, reading.id, reading.code, written, not (is_doubtful or is_unclear), rivals)

    def _biggest(self, name: str) -> Municipality:
        """The place that a name most likely means: a member, else the biggest."""
        return min(self._names.latin[name], key=lambda p: (not self._names.member(p), -p.population))

    def place_of(self, municipality: Municipality, text: str = "") -> Place:
        """The place to answer about: the municipality around a ward or district. `text` is as written."""
        whole = self._names.municipality(municipality)
        if member := self._names.member(whole):
            return Place("member", member, whole.code, text)
        if whole.kind == "prefecture":
            return Place("prefecture", whole.id, whole.code, text)
        return Place("elsewhere", whole.id, whole.code, text)


def _once(places: list[Place]) -> tuple[Place, ...]:
    """Each place once, in the order said."""
    found: dict[tuple[str, str, str], Place] = {}
    for place in places:
        found.setdefault((place.kind, place.id, "" if place.id else place.text), place)
    return tuple(found.values())


def _exonyms(known: japan.Japan, languages: list[PlaceWords]) -> dict[str, str]:
    """Other spellings of names, without accents, spaces and hyphens, and the keys of those names."""
    spellings = dict(known.aliases)
    for words in languages:
        spellings |= words.exonyms
    return {fold(name).replace(" ", "").replace("-", ""): key(romaji) for name, romaji in spellings.items()}


def _suffixes(languages: list[PlaceWords]) -> dict[str, str]:
    """The words that are also written glued to a name (otashi, toyotacity), with their kinds."""
    return {
        suffix: kind
        for words in languages
        for kind in ("city", "prefecture", "ward", "town", "village")
        for suffix in words.kind_after.get(kind, ())
        if suffix.isascii() and suffix.isalpha() and len(suffix) > 1
    }
