"""Checks calls against the machine-readable Bot API, where TELEGRAM_BOT_API_SPEC names its file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

Specification = Mapping[str, Any]

_PLAIN: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
    "True": (bool,),
    "InputFile": (str,),
}


def spec_errors(method: str, params: Mapping[str, Any]) -> list[str]:
    """What is wrong with a call; nothing where there is no specification."""
    path = os.environ.get("TELEGRAM_BOT_API_SPEC")
    if not path:
        return []
    spec = _load(path)
    if method not in spec["methods"]:
        return [f"{method}: no such method"]
    return list(_object_errors(spec, method, spec["methods"][method].get("fields", []), params))


@cache
def _load(path: str) -> Specification:
    spec: Specification = json.loads(Path(path).read_text())
    return spec


def _object_errors(
    spec: Specification, where: str, fields: Iterable[Mapping[str, Any]], value: Mapping[str, Any]
) -> Iterable[str]:
    known = {field["name"]: field for field in fields}
    for name, field in known.items():
        if field["required"] and name not in value:
            yield f"{where}.{name}: required"
    for name, part in value.items():
        if name not in known:
            yield f"{where}.{name}: unknown"
        else:
            yield from _value_errors(spec, f"{where}.{name}", known[name]["types"], part)


def _value_errors(spec: Specification, where: str, types: Iterable[str], value: Any) -> list[str]:
    """The complaints of the type that fits best."""
    complaints = [_type_errors(spec, where, type_, value) for type_ in types]
    return min(complaints, key=len)


def _type_errors(spec: Specification, where: str, type_: str, value: Any) -> list[str]:
    if type_.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where}: not a list"]
        inner = [type_.removeprefix("Array of ")]
        return [
            error
            for i, part in enumerate(value)
            for error in _value_errors(spec, f"{where}[{i}]", inner, part)
        ]
    if type_ in _PLAIN:
        is_flag = isinstance(value, bool)
        fits = isinstance(value, _PLAIN[type_]) and (not is_flag or bool in _PLAIN[type_])
        return [] if fits else [f"{where}: not {type_}"]
    definition = spec["types"][type_]
    if definition.get("subtypes"):
        return _value_errors(spec, where, definition["subtypes"], value)
    if not isinstance(value, Mapping):
        return [f"{where}: not {type_}"]
    return list(_object_errors(spec, where, definition.get("fields", []), value))
