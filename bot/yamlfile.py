"""Reads YAML files that people edit; a mistake names the file and the line."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

import yaml

from bot.problems import BadData, Problem, read_text

_BaseLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_BaseLoader):  # type: ignore[misc, valid-type]
    """Safe YAML in which a key that stands twice is an error: the first would be lost in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key must be a word", problem_mark=key_node.start_mark)
            if key_node.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key “{key_node.value}” stands here twice", problem_mark=key_node.start_mark
                )
            seen.add(key_node.value)
        mapping: dict[Hashable, object] = super().construct_mapping(node, deep)
        return mapping


def read_yaml(path: Path) -> dict[str, object]:
    """The mapping in a YAML file. Raises BadData that names file and line."""
    text = read_text(path)
    try:
        if line := _line_of_alias(text):
            raise BadData(
                [Problem(path.name, "", "a word that begins with * needs quotation marks.", line=line)]
            )
        content = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 (it is a safe loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        mend = "Look at the quotation marks, colons and spaces of this line and the one before."
        raise BadData([Problem(path.name, "", f"{error.problem}.", mend, line)]) from error
    except yaml.YAMLError as error:
        raise BadData([Problem(path.name, "", "holds a character that YAML does not allow.")]) from error
    except ValueError as error:
        mend = "Put dates and numbers that are words into quotation marks."
        raise BadData([Problem(path.name, "", f"holds a value that is none: {error}.", mend)]) from error
    if not isinstance(content, dict):
        raise BadData([Problem(path.name, "", "must be a list of “key: value” lines.", line=1)])
    return {str(key): value for key, value in content.items()}


def _line_of_alias(text: str) -> int:
    """The first line with a “*name”, which would repeat another part of the file, even its own; 0 if none."""
    if "*" in text:
        for event in yaml.parse(text, Loader=_BaseLoader):
            if isinstance(event, yaml.AliasEvent) and event.start_mark is not None:
                return int(event.start_mark.line) + 1
    return 0


def key_lines(path: Path) -> dict[str, int]:
    """The line (from 1) of each key of a YAML file, by dotted key: {"find_class.none": 27}. Empty if it is
    not YAML; entries of a list are counted from 0.
    """
    try:
        text = read_text(path)
        root = None if _line_of_alias(text) else yaml.compose(text, Loader=_BaseLoader)
    except (BadData, yaml.YAMLError):
        return {}
    lines: dict[str, int] = {}

    def walk(prefix: str, node: yaml.Node | None) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                dotted = f"{prefix}.{key.value}" if prefix else str(key.value)
                lines[dotted] = key.start_mark.line + 1
                walk(dotted, value)
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                lines[f"{prefix}.{index}"] = value.start_mark.line + 1
                walk(f"{prefix}.{index}", value)

    walk("", root)
    return lines
