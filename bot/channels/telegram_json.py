"""Reads fields of a JSON object that comes from outside: whatever is missing or of another type is empty.

Knows no message and no chat.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

Json = Mapping[str, object]


def parse(body: bytes | str) -> Json:
    """The JSON object of a request's body. Raises ValueError where it is none."""
    try:
        data = json.loads(body)
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    return data


def child(data: Json, key: str) -> Json:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def children(data: Json, key: str) -> Iterator[Json]:
    values = data.get(key)
    if isinstance(values, list):
        yield from (value for value in values if isinstance(value, Mapping))


def string(data: Json, key: str) -> str:
    """The text without halves of surrogate pairs, which JSON can spell and UTF-8 cannot."""
    value = data.get(key)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def integer(data: Json, key: str) -> int | None:
    value = data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(data: Json, key: str) -> float | int | None:
    value = data.get(key)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
