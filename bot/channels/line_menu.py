"""Draws a rich menu of LINE and describes it: four buttons, two by two. Knows no network and no languages.

The picture is drawn with a font of the operator's machine that has all its letters.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bot.channels.line_actions import Json, action
from bot.channels.line_api import menu_alias
from bot.model import Action, AskLocation

# LINE Messaging API reference, "Rich menu"; checked 2026-08-07.
WIDTH, HEIGHT = 1600, 1080
LABEL_LIMIT = 20  # grapheme clusters
PICTURE_LIMIT = 1024 * 1024  # bytes
#: Opens LINE's own screen to send a location; rich menus have no location action.
LOCATION_URL = "https://line.me/R/nv/location/"

_COLUMNS = 2
_GAP = 12
_PAPER, _INK, _TILE, _FIRST_TILE, _FIRST_INK = "#FFFFFF", "#14532D", "#E5EFE8", "#14532D", "#FFFFFF"
_LARGEST, _SMALLEST = 110, 40  # pixels of the letters

_FONT_NAMES = (
    "NotoSansCJK-Bold.ttc",
    "DejaVuSans-Bold.ttf",
    "NotoSans-Bold.ttf",
    "Arial Unicode.ttf",
    "arialbd.ttf",
)
_FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)


class NoFontError(Exception):
    """No font was found that has all the letters of a menu."""


@dataclass(frozen=True)
class Menu:
    """The menu of one language. `bar` (at most 14 letters) is what opens it; it has up to four buttons."""

    language: str
    bar: str
    buttons: tuple[Action, ...]

    @cached_property
    def picture(self) -> bytes:
        """The menu as PNG. Raises NoFontError."""
        return _draw([button.label for button in self.buttons])

    @cached_property
    def name(self) -> str:
        """A name that changes with anything the user sees or taps."""
        seen = json.dumps([self.bar, self._areas()]).encode() + self.picture
        return f"{menu_alias(self.language)} {hashlib.sha256(seen).hexdigest()[:16]}"

    def description(self) -> Json:
        """The menu as LINE wants it described."""
        return {
            "size": {"width": WIDTH, "height": HEIGHT},
            "selected": True,
            "name": self.name,
            "chatBarText": self.bar,
            "areas": self._areas(),
        }

    def _areas(self) -> list[Json]:
        areas: list[Json] = []
        for button, (x, y, width, height) in zip(self.buttons, _tiles(), strict=False):
            bounds = {"x": x, "y": y, "width": width, "height": height}
            areas.append({"bounds": bounds, "action": _action(button)})
        return areas


def _action(button: Action) -> Json:
    if isinstance(button, AskLocation):
        return {"type": "uri", "label": button.label, "uri": LOCATION_URL}
    made = action(button, LABEL_LIMIT)
    if made is None:
        raise ValueError(f"LINE has no such button in a menu: {button.label}")
    return made


def _tiles() -> Iterator[tuple[int, int, int, int]]:
    """x, y, width and height of each button, row by row."""
    width, height = WIDTH // _COLUMNS, HEIGHT // 2
    for row in range(2):
        for column in range(_COLUMNS):
            yield column * width, row * height, width, height


def _draw(labels: Iterable[str]) -> bytes:
    labels = list(labels)
    font = find_font("".join(labels))
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(picture)
    for i, (label, (x, y, width, height)) in enumerate(zip(labels, _tiles(), strict=False)):
        tile, ink = (_FIRST_TILE, _FIRST_INK) if i == 0 else (_TILE, _INK)
        box = (x + _GAP, y + _GAP, x + width - _GAP, y + height - _GAP)
        pen.rounded_rectangle(box, radius=48, fill=tile)
        text, sized = _fitted(label, font, width - 8 * _GAP)
        centre = (x + width / 2, y + height / 2)
        pen.multiline_text(centre, text, fill=ink, font=sized, anchor="mm", align="center", spacing=24)
    out = io.BytesIO()
    picture.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


def _fitted(label: str, font: Path, width: int) -> tuple[str, ImageFont.FreeTypeFont]:
    """The label on one line or two, as large as the width allows."""
    pen = ImageDraw.Draw(Image.new("L", (1, 1)))
    for size in range(_LARGEST, _SMALLEST, -6):
        sized = ImageFont.truetype(font, size)
        for text in _broken(label):
            left, _, right, _ = pen.multiline_textbbox((0, 0), text, font=sized)
            if right - left <= width:
                return text, sized
    return label, ImageFont.truetype(font, _SMALLEST)


def _broken(label: str) -> Iterator[str]:
    """The label whole, and broken once at the space nearest to its middle."""
    yield label
    spaces = [i for i, c in enumerate(label) if c == " "]
    if spaces:
        middle = min(spaces, key=lambda i: abs(i - len(label) / 2))
        yield f"{label[:middle]}\n{label[middle + 1 :]}"


def find_font(letters: str) -> Path:
    """A bold font of this machine that has all the letters. Raises NoFontError."""
    for name in _FONT_NAMES:
        for folder in _FONT_FOLDERS:
            for path in sorted(Path(folder).expanduser().rglob(name)):
                if not missing_letters(path, letters):
                    return path
    raise NoFontError(f"no font of this machine ({sys.platform}) has all of these letters: {letters}")


def missing_letters(font: Path, letters: str) -> str:
    """Those letters for which the font draws its box for unknown ones."""
    sized = ImageFont.truetype(font, 40)
    unknown = bytes(sized.getmask("\U0010fffe"))
    return "".join(
        letter for letter in sorted(set(letters)) if letter != " " and bytes(sized.getmask(letter)) == unknown
    )
