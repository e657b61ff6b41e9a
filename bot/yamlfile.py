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
        content = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 (it is a safe loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        mend = "Look at the quotation marks, colons and spaces of this line and the one before."
        raise BadData([Problem(path.name, "", f"{error.problem}.", mend, line)]) from error
    except yaml.YAMLError as error:
        raise BadData([Problem(path.name, "", "holds a character that YAML does not allow.")]) from error
    if not isinstance(content, dict):
        raise BadData([Problem(path.name, "", "must be a list of “key: value” lines.", line=1)])
    return {str(key): value for key, value in content.items()}


def key_lines(path: Path) -> dict[str, int]:
    """The line (from 1) of each key of a YAML file, by dotted key: {"find_class.none": 27}. Empty if it is
    not YAML; entries of a list are counted from 0.
    """
    try:
        root = yaml.compose(read_text(path), Loader=_BaseLoader)
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
