"""Reads intents/*.yaml: how people ask in each language. Checks their shape; knows nothing of matching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from intents.model import INTENTS

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadPhrases(ValueError):
    """A language file that cannot be used; the message names file and key."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language file.

    `concepts` maps a concept to its words, `examples` an intent to its sentences ({place} for a place),
    `languages` an ISO 639-1 code to the names of that language. `borrows` are the languages whose words
    are used here too; where `accents_matter`, another accent makes another word.
    `telling` are words that mean nothing here but tell the language. `places` is the raw section of the
    place finder.
    """

    language: str
    concepts: Mapping[str, tuple[str, ...]]
    examples: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, tuple[str, ...]]
    borrows: tuple[str, ...]
    accents_matter: bool
    telling: tuple[str, ...]
    places: object


def load(intents_dir: Path) -> dict[str, Phrases]:
    """All language files by their language. Raises BadPhrases or OSError."""
    paths = sorted(intents_dir.glob("*.yaml"))
    if not paths:
        raise BadPhrases(f"{intents_dir}: no language file")
    found = {path.stem: _read(path) for path in paths}
    for phrases in found.values():
        for other in phrases.borrows:
            if other not in found:
                raise BadPhrases(f"{phrases.language}.yaml: borrows: there is no {other}.yaml")
    return found


def _read(path: Path) -> Phrases:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadPhrases(f"{path.name}: {error}") from error
    if not isinstance(content, dict):
        raise BadPhrases(f"{path.name}: must be a mapping")
    examples = _lists(path.name, "examples", content.get("examples"))
    for intent in examples:
        if intent not in INTENTS:
            raise BadPhrases(f"{path.name}: examples.{intent}: no such intent")
    borrows = content.get("borrows") or []
    if not isinstance(borrows, list):
        raise BadPhrases(f"{path.name}: borrows: must be a list of languages")
    return Phrases(
        language=path.stem,
        concepts=_lists(path.name, "concepts", content.get("concepts")),
        examples=examples,
        languages=_lists(path.name, "languages", content.get("languages")),
        borrows=tuple(str(language) for language in borrows),
        accents_matter=content.get("accents_matter") is True,
        telling=_lists(path.name, "telling", {"telling": content.get("telling") or []})["telling"],
        places=content.get("places"),
    )


def _lists(file: str, section: str, value: object) -> dict[str, tuple[str, ...]]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadPhrases(f"{file}: {section}: must map names to lists")
    result = {}
    for name, phrases in value.items():
        if not isinstance(phrases, list):
            raise BadPhrases(f"{file}: {section}.{name}: must be a list")
        for phrase in phrases:
            if not isinstance(phrase, str):
                raise BadPhrases(f"{file}: {section}.{name}: {phrase!r} needs quotes")
        result[str(name)] = tuple(phrases)
    return result
