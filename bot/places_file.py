"""Edits data/places.yaml line by line, so that comments and everything else stay as a person wrote them."""

from __future__ import annotations

import re

import yaml

_PLAIN = re.compile(r"[^\W\d_][\w .-]*")
_WORDS_OF_YAML = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})


class PlacesFile:
    """The text of places.yaml, which must be valid."""

    def __init__(self, text: str) -> None:
        self.text = text

    def add(self, section: str, entry_id: str, fields: dict[str, str]) -> None:
        """Puts an entry behind the last one of “prefectures” or “members”."""
        entries = self._entries(section)
        lines = self.text.splitlines(keepends=True)
        at = _last_line(entries[-1][1]) + 1 if entries else self._section_line(section) + 1
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        lines.insert(at, entry_line(entry_id, fields) + "\n")
        self.text = "".join(lines)

    def remove(self, section: str, entry_id: str) -> None:
        """Takes an entry out with its lines; the comments around it stay."""
        for key, value in self._entries(section):
            if key.value == entry_id:
                lines = self.text.splitlines(keepends=True)
                del lines[key.start_mark.line : _last_line(value) + 1]
                self.text = "".join(lines)

    def replace(self, section: str, entry_id: str, field: str, new: str) -> None:
        """Gives one field of an entry another value."""
        for key, value in self._entries(section):
            if key.value != entry_id or not isinstance(value, yaml.MappingNode):
                continue
            for name, old in value.value:
                if name.value == field:
                    start, end = old.start_mark.index, old.end_mark.index
                    self.text = self.text[:start] + _scalar(new) + self.text[end:]

    def _entries(self, section: str) -> list[tuple[yaml.Node, yaml.Node]]:
        value = self._section(section)[1]
        return list(value.value) if isinstance(value, yaml.MappingNode) else []

    def _section_line(self, section: str) -> int:
        line: int = self._section(section)[0].start_mark.line
        return line

    def _section(self, section: str) -> tuple[yaml.Node, yaml.Node]:
        # The pure Python loader: only its marks hold the index in the text.
        root = yaml.compose(self.text, Loader=yaml.SafeLoader)
        for key, value in root.value if isinstance(root, yaml.MappingNode) else []:
            if key.value == section:
                return key, value
        raise KeyError(section)


def entry_line(entry_id: str, fields: dict[str, str]) -> str:
    """One entry in one line: `  komaki: {table: Komaki City, ...}`; what is unknown stays empty."""
    pairs = ", ".join(f"{name}: {_scalar(value)}" for name, value in fields.items())
    return f"  {entry_id}: {{{pairs}}}"


def _scalar(value: str) -> str:
    """A value as YAML reads it back as the same text; numbers with a point stay numbers."""
    if re.fullmatch(r"-?\d+\.\d+", value):
        return value
    if _PLAIN.fullmatch(value) and value.casefold() not in _WORDS_OF_YAML and value == value.strip():
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _last_line(node: yaml.Node) -> int:
    """The line (from 0) on which an entry ends; a block's own mark lies behind the blank lines after it."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1][1])
    line: int = node.end_mark.line
    return line
