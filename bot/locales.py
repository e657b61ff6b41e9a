"""What the bot says: whole sentences per language from locales/*.yaml, with holes for names and links."""

from __future__ import annotations

import string
from dataclasses import dataclass
from pathlib import Path

from bot.problems import BadData, Problem
from bot.yamlfile import read_yaml

#: The file whose keys and holes every other one must have.
REFERENCE = "en"
PHRASES_FILE = "japanese-phrases.yaml"


class Locale:
    """The sentences of one language, by dotted key ("find_class.page_one")."""

    def __init__(self, code: str, sentences: dict[str, str]) -> None:
        self.code = code
        self._sentences = sentences

    def __call__(self, key: str, **holes: str) -> str:
        """The sentence with its holes filled. KeyError on a key or hole that the locale does not have."""
        return self._sentences[key].format_map(holes) if holes else self._sentences[key]

    @property
    def name(self) -> str:
        """The language's name in itself: Português."""
        return self._sentences["name"]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._sentences)

    def items(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._sentences.items())


@dataclass(frozen=True, slots=True)
class Locales:
    """Every language the bot answers in, and the Japanese phrases that all of them share."""

    by_code: dict[str, Locale]
    phrases: Locale

    def get(self, code: str) -> Locale:
        """The locale of that language, or English: the code may be an IETF tag such as pt-BR."""
        return (
            self.by_code.get(code) or self.by_code.get(code.split("-")[0].lower()) or self.by_code[REFERENCE]
        )

    @property
    def default(self) -> str:
        """The language for whoever gives no hint of theirs."""
        return REFERENCE

    def has(self, code: str) -> bool:
        return code in self.by_code


def holes_of(sentence: str) -> frozenset[str]:
    """The names in braces. ValueError where a brace is not closed."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def load_locales(folder: Path) -> Locales:
    """Every locales/xx.yaml. Raises BadData where a file lacks a key or hole, or has one too many."""
    files = sorted(path for path in folder.glob("*.yaml") if path.name != PHRASES_FILE)
    if folder / f"{REFERENCE}.yaml" not in files:
        raise BadData([Problem(f"{REFERENCE}.yaml", "", "is missing from the locales folder.")])
    problems: list[Problem] = []
    sentences = {path.stem: _flatten(path, problems) for path in files}
    for code, own in sentences.items():
        problems += _compare(f"{code}.yaml", own, sentences[REFERENCE])
        if own.get("code", code) != code:
            problems.append(Problem(f"{code}.yaml", "code", f"must be “{code}”, as the file's name says."))
    phrases = _flatten(folder / PHRASES_FILE, problems)
    if problems:
        raise BadData(problems)
    return Locales({code: Locale(code, own) for code, own in sentences.items()}, Locale("ja", phrases))


def _flatten(path: Path, problems: list[Problem]) -> dict[str, str]:
    flat: dict[str, str] = {}

    def walk(prefix: str, value: object) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(f"{prefix}.{key}" if prefix else str(key), inner)
        elif isinstance(value, str):
            flat[prefix] = value
        else:
            problems.append(Problem(path.name, prefix, "must be a text.", "Put it in quotation marks."))

    walk("", read_yaml(path))
    return flat


def _compare(file: str, own: dict[str, str], reference: dict[str, str]) -> list[Problem]:
    problems = []
    for key, sentence in reference.items():
        if key not in own:
            problems.append(Problem(file, key, "is missing.", f"In {REFERENCE}.yaml it says “{sentence}”."))
    for key, sentence in own.items():
        if key not in reference:
            problems.append(Problem(file, key, f"is a key that {REFERENCE}.yaml does not have."))
            continue
        try:
            holes, wanted = holes_of(sentence), holes_of(reference[key])
        except ValueError:
            problems.append(Problem(file, key, "has a brace that is not closed."))
            continue
        if holes != wanted:
            names = " ".join(f"{{{name}}}" for name in sorted(wanted)) or "no holes"
            problems.append(Problem(file, key, f"must have {names}."))
    return problems
