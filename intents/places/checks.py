"""Reads YAML files of words and checks their shape, so that a mistake says where it is."""

from __future__ import annotations

from pathlib import Path

import yaml

#: The C loader reads ten times as fast where it exists; both are safe.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadWords(ValueError):
    """A mistake in a list of words; the message names file and key."""


def read(path: Path) -> dict[str, object]:
    """The mapping that a file holds. Raises OSError and BadWords."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise BadWords(f"{path.name}: {error}") from None
    return mapping(content, path.name)


def mapping(value: object, where: str) -> dict[str, object]:
    """A mapping of names; nothing at all counts as an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise BadWords(f"{where}: must be a mapping of names")
    return value


def phrases(value: object, where: str) -> tuple[str, ...]:
    """A list of words or phrases."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadWords(f"{where}: must be a list of words")
    for phrase in value:
        if not isinstance(phrase, str) or not phrase.strip():
            raise BadWords(f"{where}: {phrase!r} is no word (yes, no, on, off and numbers need quotes)")
    return tuple(value)


def lists(value: object, where: str) -> dict[str, tuple[str, ...]]:
    """A mapping of names to lists of words."""
    return {name: phrases(words, f"{where}.{name}") for name, words in mapping(value, where).items()}


def names(value: object, where: str) -> dict[str, str]:
    """A mapping of one spelling to another."""
    spellings = {}
    for name, other in mapping(value, where).items():
        if not isinstance(other, str):
            raise BadWords(f"{where}.{name}: {other!r} is no name")
        spellings[name] = other
    return spellings
