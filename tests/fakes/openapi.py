"""Checks values against the schemas of an OpenAPI file, strictly: subtypes are told apart by their
discriminator, and a property that the file does not name is a problem. Knows no platform.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_BOUNDS = (("minLength", "maxLength", str), ("minItems", "maxItems", list))


class OpenApi:
    """The schemas of one file."""

    def __init__(self, path: str | Path) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._schemas = yaml.load(Path(path).read_text("utf-8"), loader)["components"]["schemas"]  # noqa: S506

    def problems(self, name: str, value: object) -> list[str]:
        """Why the value is not what the file calls `name`; empty if it is."""
        return list(self._check(self._schemas[name], value, ""))

    def _check(self, schema: dict[str, Any], value: Any, at: str) -> Iterator[str]:
        schema = self._resolved(schema)
        if "discriminator" in schema and isinstance(value, dict):
            kinds = schema["discriminator"]["mapping"]
            kind = value.get(schema["discriminator"]["propertyName"])
            if kind not in kinds:
                yield f"{at}: unknown kind {kind!r}"
                return
            schema = self._resolved({"$ref": kinds[kind]})
        schema = self._flat(schema)
        expected = schema.get("type")
        if expected and not _is(value, expected):
            yield f"{at}: not of type {expected}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{at}: not one of {schema['enum']}"
        for least, most, kind in _BOUNDS:
            if isinstance(value, kind) and not schema.get(least, 0) <= len(value) <= schema.get(most, 1e9):
                yield f"{at}: length {len(value)}"
        if isinstance(value, dict):
            yield from self._properties(schema, value, at)
        elif isinstance(value, list):
            for i, item in enumerate(value):
                yield from self._check(schema.get("items", {}), item, f"{at}[{i}]")

    def _properties(self, schema: dict[str, Any], value: dict[str, Any], at: str) -> Iterator[str]:
        known = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                yield f"{at}.{name}: missing"
        for name, item in value.items():
            if name in known:
                yield from self._check(known[name], item, f"{at}.{name}")
            elif known and "additionalProperties" not in schema:
                yield f"{at}.{name}: unknown property"

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            schema = self._schemas[schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def _flat(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema with those that it extends (allOf) merged into it."""
        merged: dict[str, Any] = {**schema, "properties": dict(schema.get("properties", {}))}
        merged["required"] = list(schema.get("required", []))
        for part in schema.get("allOf", []):
            base = self._flat(self._resolved(part))
            merged["properties"] |= base["properties"]
            merged["required"] += base["required"]
            merged.setdefault("type", base.get("type"))
        return merged


def _is(value: object, expected: str) -> bool:
    if expected != "boolean" and isinstance(value, bool):
        return False
    return isinstance(value, _TYPES[expected])
