"""Lays a card out as a Flex bubble of LINE. Knows no texts and no limits of whole messages.

Everything wraps and grows with the reader's text size. Each text stands on a background that is set here,
so that its contrast (WCAG AA) does not depend on the phone's theme.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.channels.line_actions import Json, action, clipboard, holds, spelled, uri
from bot.model import Block, Card, Line, Open

LABEL_LIMIT = 40  # grapheme clusters of an action's label in Flex
BUBBLE_SIZE = "mega"  # bubbles of one carousel must agree

_PAPER = "#FFFFFF"
_BRAND = "#14532D"
_STYLES: dict[str, Json] = {
    "": {"size": "md", "color": "#1F2937"},
    "heading": {"size": "md", "color": "#14532D", "weight": "bold"},
    "note": {"size": "sm", "color": "#4B5563"},
    "link": {"size": "md", "color": "#0B4F9E", "decoration": "underline"},
    "email": {"size": "md", "color": "#0B4F9E"},
    "japanese": {"size": "lg", "color": "#111827", "weight": "bold"},
}
_TITLE: Json = {"size": "xl", "color": "#FFFFFF", "weight": "bold"}
_FIRST_BUTTON = ("#14532D", "#FFFFFF")
_OTHER_BUTTON = ("#E5EFE8", "#14532D")


def bubble(card: Card, *, group: bool = False) -> Json | None:
    """The card as a bubble; None if there is nothing on it."""
    buttons, spilled = _buttons(card, group)
    body = [*_body(card.blocks), *_lines(spilled)]
    made: Json = {"type": "bubble", "size": BUBBLE_SIZE}
    if card.title.strip():
        made["header"] = _box([_text(card.title, _TITLE)], backgroundColor=_BRAND, paddingAll="lg")
    if body:
        made["body"] = _box(body, backgroundColor=_PAPER, paddingAll="lg")
    if buttons:
        made["footer"] = _box(buttons, backgroundColor=_PAPER, paddingAll="lg", spacing="sm")
    return made if len(made) > 2 else None


def _body(blocks: Iterable[Block]) -> list[Json]:
    contents: list[Json] = []
    for block in blocks:
        contents += _lines(block.lines, apart=bool(contents))
    return contents


def _lines(lines: Iterable[Line], *, apart: bool = True) -> list[Json]:
    """The lines as texts, each with what a tap on it does; `apart` sets them off from what stands above."""
    contents: list[Json] = []
    for line in lines:
        if not line.text.strip():
            continue
        made = _text(line.text, _STYLES.get(line.style, _STYLES[""]))
        tap = _tap(line)
        if tap:
            made["action"] = tap
        made["margin"] = "sm" if contents else "xl" if apart else "none"
        contents.append(made)
    return contents


def _tap(line: Line) -> Json | None:
    if line.style == "link":
        target = uri(line.text)
        return {"type": "uri", "uri": target} if target else None
    if line.style in ("email", "japanese"):
        return clipboard(line.text)
    return None


def _buttons(card: Card, group: bool) -> tuple[list[Json], list[Line]]:
    """The buttons, and as lines what could not be put on one whole and stands nowhere else on the card.

    A bubble cannot ask for a location: LINE has that in quick replies only.
    """
    buttons: list[Json] = []
    spilled = []
    for button in card.actions:
        made = action(button, LABEL_LIMIT, group=group)
        if not holds(made, button) and spelled(button) not in card.text:
            spilled.append(Line(spelled(button), "link" if isinstance(button, Open) else ""))
        if made and made["type"] != "location":
            buttons.append(_button(made, _OTHER_BUTTON if buttons else _FIRST_BUTTON))
    return buttons, spilled


def _button(made: Json, colours: tuple[str, str]) -> Json:
    """A box rather than LINE's own button, which cuts a long label off instead of wrapping it."""
    background, ink = colours
    label = _text(str(made["label"]), {"size": "md", "color": ink, "weight": "bold", "align": "center"})
    return _box([label], action=made, backgroundColor=background, cornerRadius="md", paddingAll="md")


def _text(text: str, style: Json) -> Json:
    return {"type": "text", "text": text, "wrap": True, "scaling": True, **style}


def _box(contents: list[Json], **looks: object) -> Json:
    return {"type": "box", "layout": "vertical", "contents": contents, **looks}
