"""Telegram's HTML, read as its servers read it: the visible text and its entities, or an error."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.fakes.telegram_refusal import Refusal

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}
_TAG = re.compile(r"<(/?)([^\s<>/]*)((?:\s[^<>]*)?)>")
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


@dataclass(frozen=True)
class Entity:
    """A range of the visible text, in UTF-16 units."""

    type: str
    offset: int
    length: int


@dataclass(frozen=True)
class Parsed:
    text: str
    entities: tuple[Entity, ...]

    def marked(self, type_: str) -> list[str]:
        """The parts of the text that have this kind of entity."""
        units = self.text.encode("utf-16-le")
        spans = [(e.offset * 2, (e.offset + e.length) * 2) for e in self.entities if e.type == type_]
        return [units[start:end].decode("utf-16-le") for start, end in spans]


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def parse_html(source: str) -> Parsed:
    """Raises Refusal with Telegram's complaint."""
    text, position = "", 0
    entities: list[Entity] = []
    stack: list[tuple[str, int]] = []
    while position < len(source):
        letter = source[position]
        if letter == "&" and (reference := _REFERENCE.match(source, position)):
            text += _character(reference)
            position = reference.end()
        elif letter == "<":
            tag = _TAG.match(source, position)
            if tag is None:
                raise _unparsable(f'Unsupported start tag "{source[position : position + 8]}"')
            closing, name, _ = tag.groups()
            name = name.lower()
            if closing:
                if not stack or (name and stack[-1][0] != name):
                    raise _unparsable(f'Unmatched end tag "{name}"')
                opened, start = stack.pop()
                if utf16(text) > start:
                    entities.append(Entity(_TAGS[opened], start, utf16(text) - start))
            elif name not in _TAGS:
                raise _unparsable(f'Unsupported start tag "{name}"')
            else:
                stack.append((name, utf16(text)))
            position = tag.end()
        else:
            text += letter
            position += 1
    if stack:
        raise _unparsable(f"Can't find end tag corresponding to start tag {stack[-1][0]}")
    return Parsed(text, tuple(entities))


def _character(reference: re.Match[str]) -> str:
    name, decimal, hexadecimal = reference.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else reference.group()


def _unparsable(complaint: str) -> Refusal:
    return Refusal(400, f"Bad Request: can't parse entities: {complaint}")
