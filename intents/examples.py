"""The labelled sentences to learn from: those of intents/*.yaml and those of tests/utterances/open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from intents.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled message: one or several right intents, and its language ("" for any)."""

    text: str
    intents: tuple[str, ...]
    language: str


def from_phrases(phrases: Mapping[str, Phrases]) -> list[Example]:
    """The example sentences of the language files."""
    return [
        Example(sentence, (intent,), language)
        for language, own in phrases.items()
        for intent, sentences in own.examples.items()
        for sentence in sentences
    ]


def from_messages(folder: Path, languages: Iterable[str]) -> list[Example]:
    """The labelled messages of the .tsv files in a folder; see tests/utterances/LABELS.md."""
    known = set(languages)
    found: dict[str, Example] = {}
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            spoken, text, intents, *_ = line.split("\t")
            spoken = next((code for code in spoken.split("|") if code in known), "")
            text = text.replace("\\n", "\n")
            found[text] = Example(text, tuple(intents.split("|")), spoken)
    return list(found.values())
