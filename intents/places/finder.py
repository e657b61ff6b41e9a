"""The place finder: a message in, the places it asks about out. Ties the parts of this package together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from intents.gazetteer import Gazetteer, Municipality
from intents.model import Place
from intents.places.choose import Chooser
from intents.places.cues import CueTable, Marks
from intents.places.decide import Decider
from intents.places.draft import Draft
from intents.places.evidence import add_cues
from intents.places.findings import Findings, Mention
from intents.places.foreign import ForeignFinder
from intents.places.han import HanFinder, slip_places
from intents.places.kana import KanaFinder
from intents.places.latin import Language, LatinFinder
from intents.places.meanings import Meanings
from intents.places.message import Message
from intents.places.names import Names, load_names
from intents.places.phonetics import key
from intents.places.postal import PostalCodes
from intents.places.scripts import ScriptFinder
from intents.places.spelling import Speller
from intents.places.words import PlaceWords
from intents.text import fold


#: Typos of shorter names may be other names; shorter ones still cannot be told by ear.
_CLEAR, _HEARD_CLEARLY = 6, 4


def _yaml(path: Path) -> dict[str, object]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    facts = yaml.load(path.read_text(encoding="utf-8"), loader)
    if not isinstance(facts, dict):
        raise ValueError(f"{path}: must be a mapping")
    return facts


class PlaceFinder:
    """Made once with `load`; `find` keeps no state and may be called from several threads."""

    def __init__(
        self, names: Names, data_dir: Path, words: Mapping[str, PlaceWords], vocabulary: frozenset[str]
    ) -> None:
        japan = _yaml(data_dir / "japan.yaml")
        self.names = names
        every = tuple(words.values())
        self._tables = {code: CueTable([own], [w for w in every if w is not own]) for code, own in words.items()}
        self._tables[""] = CueTable(every, [])
        self._languages = {code: Language([own]) for code, own in words.items()}
        self._languages[""] = Language(every)
        suffixes = {
            fold(suffix).replace(" ", ""): kind
            for own in every
            for kind, listed in own.kind_after.items()
            for suffix in listed
            if kind not in ("station", "district", "county") and suffix.isascii() and len(suffix) > 1
        }
        exonyms = {fold(name).replace("-", ""): key(str(to)) for name, to in japan["aliases"].items()}
        for own in every:
            exonyms |= {fold(name).replace(" ", "").replace("-", ""): key(to) for name, to in own.exonyms.items()}
        romaji = frozenset(japan["words"])
        speller = Speller(names, suffixes, japan["city_suffix_by_ear"], romaji, exonyms)
        not_places = frozenset(fold(name) for own in every for name in own.not_places)
        common = romaji | not_places | self._tables[""].vocabulary | vocabulary
        members = frozenset(names.gazetteer.members())
        self._latin = LatinFinder(
            names,
            speller,
            exonyms,
            japan["doubtful"],
            common - members,
            frozenset(japan["directions"]),
            frozenset(japan["surnames"]),
        )
        slips = slip_places(names, japan["slips"])
        self._han = HanFinder(names, slips)
        self._kana = KanaFinder(names, slips)
        self._scripts = ScriptFinder(names, japan["scripts"])
        self._postal = PostalCodes.load(data_dir, names.gazetteer)
        self._foreign = ForeignFinder.load(data_dir, _yaml(data_dir / "foreign_places.yaml"), names.latin, common)
        self._chooser = Chooser(names)
        self._decider = Decider(names, frozenset(japan["surnames"]), common, Meanings(every))

    @classmethod
    def load(
        cls,
        data_dir: Path,
        words: Mapping[str, PlaceWords],
        gazetteer: Gazetteer | None = None,
        vocabulary: frozenset[str] = frozenset(),
    ) -> PlaceFinder:
        """Reads the data files. `words` maps languages to their `places:` sections (see words.parse), and
        `vocabulary` are words (lower case, no accents) that are no misspelt places, from any source."""
        names = load_names(data_dir, gazetteer or Gazetteer.load(data_dir))
        return cls(names, data_dir, words, vocabulary)

    def find(self, text: str, language: str = "") -> Findings:
        """The places of a normalised text; `language` is a guess, "" where there is none."""
        message = Message(text)
        table = self._tables.get(language) or self._tables[""]
        marks = table.mark(message)
        spoken = self._languages.get(language) or self._languages[""]
        drafts = self._drafts(message, marks, spoken)
        for draft in drafts:
            if not draft.is_latin:
                add_cues(message, marks, table, draft)
        self._chooser.choose(drafts)
        correction = self._decider.decide(message, marks, table, drafts)
        self._foreign.mark_abroad(message, drafts)
        if not any(d.role == "asked" for d in drafts) and (
            draft := self._foreign.find(message, marks, drafts, spoken.not_places)
        ):
            drafts.append(draft)
        return self._findings(message, drafts, correction)

    def _drafts(self, message: Message, marks: Marks, language: Language) -> list[Draft]:
        found = self._latin.find(message, marks, language)
        if not message.text.isascii():
            found += self._han.find(message.text)
            found += self._kana.find(message.text)
            found += self._scripts.find(message.text)
        if any(letter.isdigit() for letter in message.text):
            found += self._postal.find(message.text)
        found.sort(key=lambda draft: (draft.start, -draft.end))
        kept: list[Draft] = []
        for draft in found:
            if not kept or draft.start >= kept[-1].end:
                kept.append(draft)
        return kept

    def _findings(self, message: Message, drafts: list[Draft], correction: bool) -> Findings:
        drafts.sort(key=lambda draft: draft.start)
        mentions = tuple(Mention(d.start, d.end, self._place(message, d), d.role, d.how) for d in drafts)
        places: dict[tuple[str, str, str], Place] = {}
        negated: dict[tuple[str, str, str], Place] = {}
        for mention in mentions:
            place = mention.place
            identity = (place.kind, place.id, place.text if place.kind == "unknown" else "")
            if mention.role == "asked":
                places.setdefault(identity, place)
            elif mention.role in ("negated", "corrected"):
                negated.setdefault(identity, place)
        return Findings(mentions, tuple(places.values()), tuple(negated.values()), correction)

    def _place(self, message: Message, draft: Draft) -> Place:
        text = message.text[draft.start : draft.end]
        if draft.foreign or draft.reading is None:
            return Place("unknown", "", "", text)
        reading = self.place_of(draft.reading, text)
        rivals = tuple(
            self.place_of(self._best_named(name), text) for name in draft.rivals if name in self.names.latin
        )
        doubtful = draft.how == "typo" and (len(draft.name) < _CLEAR or draft.distance >= 2 or bool(rivals))
        sure = not (doubtful or (draft.how == "sound" and len(draft.name) < _HEARD_CLEARLY))
        return Place(reading.kind, reading.id, reading.code, text, sure, rivals)

    def _best_named(self, name: str) -> Municipality:
        return min(self.names.latin[name], key=lambda p: (not self.names.member(p), -p.population))

    def place_of(self, municipality: Municipality, text: str = "") -> Place:
        """The place to answer about: the municipality around a ward or district."""
        whole = self.names.municipality(municipality)
        if member := self.names.gazetteer.member(whole.code):
            return Place("member", member, whole.code, text)
        kind = "prefecture" if whole.kind == "prefecture" else "elsewhere"
        return Place("prefecture" if kind == "prefecture" else "elsewhere", whole.id, whole.code, text)
