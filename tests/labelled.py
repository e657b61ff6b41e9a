"""Labelled messages and dialogues: reading them, and judging an understanding by its label (LABELS.md)."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from intents.model import ABOUT_CLASSES, Place, Understanding

MEMBER_PREFECTURES = frozenset({"gunma", "nagano", "oita", "shizuoka", "aichi", "mie", "okayama"})

_SUFFIX = re.compile(r"[-_ ](shi|ku|cho|machi|mura|son|city|ward|town|village|ken|fu|to|gun)$")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message with its label. `dialogue` names the conversation it belongs to, "" for none."""

    text: str
    intent: str
    place: str
    language: str
    file: str
    dialogue: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is right about an answer, and the two mistakes that matter most."""

    intent: bool
    place: bool
    language: bool
    wrong_member: bool
    false_answer: bool

    @property
    def exact(self) -> bool:
        return self.intent and self.place and self.language


def messages(folder: Path) -> Iterator[Labelled]:
    """All messages of the .tsv files in a folder."""
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            language, text, intent, place, *_ = line.split("\t")
            yield Labelled(text.replace("\\n", "\n"), intent, place, language, path.stem)


def dialogues(folder: Path) -> Iterator[Labelled]:
    """All turns of the dialogues in a folder, in order."""
    for path in sorted(folder.glob("*.yaml")):
        for dialogue in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            for turn in dialogue["turns"]:
                expect = {key: str(value) for key, value in turn["expect"].items()}
                yield Labelled(
                    turn["say"], expect["intent"], expect["place"], expect["lang"], path.stem, dialogue["id"]
                )


def judge(found: Understanding, label: Labelled, language: str) -> Verdict:
    """`language` is the language of the answer."""
    intents = label.intent.split("|")
    got = {_key(place.kind, place.id) for place in found.places}
    wanted = _wanted(label.place)
    place = label.place == "any" or got in wanted
    if label.place == "unknown" and not got and found.intent == "find_class":
        place = False
    members = {key for key in got if key.startswith("member:")}
    return Verdict(
        intent=found.intent in intents,
        place=place,
        language="any" in label.language.split("|") or language in label.language.split("|"),
        wrong_member=label.place != "any" and bool(members - set().union(*wanted)),
        false_answer=label.intent == "out_of_scope" and found.intent in ABOUT_CLASSES,
    )


def _wanted(label: str) -> list[set[str]]:
    """The sets of places that a label accepts."""

    def key(text: str) -> str:
        kind, _, name = text.strip().partition(":")
        return "" if kind in ("none", "language", "any") else _key(kind, name)

    accepted = [{key(part) for part in choice.split("+")} - {""} for choice in label.split("|")]
    if "|" in label and "+" in label:
        choices = ([key(one) for one in part.split("|")] for part in label.split("+"))
        accepted += [set(chosen) - {""} for chosen in itertools.product(*choices)]
    return accepted


def _key(kind: str, name: str) -> str:
    """One spelling for a place; a prefecture without members counts as elsewhere."""
    if kind == "unknown":
        return kind
    plain = _plain(name)
    if plain == "otaku" or name == "ota-ku":
        return "elsewhere:otaku"
    if kind == "prefecture" and plain not in MEMBER_PREFECTURES:
        kind = "elsewhere"
    return f"{kind}:{plain}"


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()
    bare = re.sub(r"[-_ ]", "", _SUFFIX.sub("", bare))
    return bare.replace("ou", "o").replace("oo", "o").replace("uu", "u").replace("oh", "o")


def nothing(label: Labelled) -> bool:
    """Whether the label asks for no place at all."""
    return label.place in ("none", "any") or label.place.startswith("language")


def kind_of(label: Labelled) -> str:
    """The kind of place a label asks for, for the table."""
    if nothing(label):
        return "none"
    return "several" if "+" in label.place else label.place.partition(":")[0]


def same(first: Place, second: Place) -> bool:
    """Whether two places count as one."""
    return _key(first.kind, first.id) == _key(second.kind, second.id)
