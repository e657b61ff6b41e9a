"""What LINE refuses in a message, a rich menu or a picture of one: the limits of its reference text, most of
which stand neither in its OpenAPI file nor in the SDK's models. Written apart from the bot's own limits.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Generator, Iterator
from typing import Any

import regex

URI = re.compile(r"(https?://|line://|tel:)[\x21-\x7e]+")
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")
ALIAS = re.compile(r"[a-z0-9_-]{1,32}")
KEYWORD_SIZES = ["xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl"]
BUBBLE_SIZES = ["nano", "micro", "deca", "hecto", "kilo", "mega", "giga"]
SPACINGS = ["none", "xs", "sm", "md", "lg", "xl", "xxl"]

#: The properties of each kind of object that the bot may use; anything else counts as a misspelling.
PROPERTIES = {
    "message": {"text": "text quoteToken", "flex": "altText contents"},
    "container": {"bubble": "size header body footer styles", "carousel": "contents"},
    "component": {
        "box": "layout contents spacing margin backgroundColor cornerRadius paddingAll action",
        "text": "text size color weight wrap scaling align margin decoration action maxLines lineSpacing",
        "button": "style color height margin scaling adjustMode action",
        "separator": "margin color",
    },
    "action": {
        "message": "text",
        "uri": "uri",
        "clipboard": "clipboardText",
        "postback": "data displayText inputOption fillInText",
        "location": "",
        "richmenuswitch": "richMenuAliasId data",
    },
}

Found = Iterator[str]


def graphemes(text: str) -> int:
    return len(regex.findall(r"\X", text))


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def size(value: object) -> int:
    """Bytes of JSON, as UTF-8."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def reply_problems(body: Any) -> list[str]:
    """Why LINE would refuse this body of a reply; empty if it would not."""
    return list(_reply(body))


def _reply(body: Any) -> Found:
    if not isinstance(body, dict):
        yield "the body is not an object"
        return
    yield from _only(body, "", "replyToken messages notificationDisabled")
    if not isinstance(body.get("replyToken"), str) or not body["replyToken"]:
        yield "replyToken: may not be empty"
    messages = body.get("messages")
    if not isinstance(messages, list) or not 1 <= len(messages) <= 5:
        yield "messages: size must be between 1 and 5"
        return
    for i, message in enumerate(messages):
        yield from _message(message, f"messages[{i}]")


def _message(message: Any, at: str) -> Found:
    kind = yield from _kind(message, at, "message", also="quickReply")
    if not kind:
        return
    if kind == "text":
        yield from _length(message, at, "text", 5000, units)
    elif kind == "flex":
        yield from _length(message, at, "altText", 1500, units)
        yield from _container(message.get("contents"), f"{at}.contents")
    if "quickReply" in message:
        yield from _quick_reply(message["quickReply"], f"{at}.quickReply")


def _quick_reply(quick: Any, at: str) -> Found:
    items = quick.get("items") if isinstance(quick, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= 13:
        yield f"{at}.items: size must be between 1 and 13"
        return
    for i, item in enumerate(items):
        place = f"{at}.items[{i}]"
        if not isinstance(item, dict) or item.get("type") != "action":
            yield f"{place}.type: must be action"
            continue
        yield from _only(item, place, "type action imageUrl")
        yield from _action(item.get("action"), f"{place}.action", 20, required=True, quick=True)


def _container(container: Any, at: str) -> Found:
    kind = yield from _kind(container, at, "container")
    if kind == "bubble":
        yield from _bubble(container, at)
    elif kind == "carousel":
        bubbles = container.get("contents")
        if not isinstance(bubbles, list) or not 1 <= len(bubbles) <= 12:
            yield f"{at}.contents: size must be between 1 and 12"
            return
        if size(container) > 50 * 1024:
            yield f"{at}: larger than 50 KB"
        if len({bubble.get("size") for bubble in bubbles if isinstance(bubble, dict)}) > 1:
            yield f"{at}: bubbles of different sizes"
        for i, bubble in enumerate(bubbles):
            if (yield from _kind(bubble, f"{at}.contents[{i}]", "container")) == "bubble":
                yield from _bubble(bubble, f"{at}.contents[{i}]")


def _bubble(bubble: Any, at: str) -> Found:
    if size(bubble) > 30 * 1024:
        yield f"{at}: larger than 30 KB"
    if bubble.get("size", "mega") not in BUBBLE_SIZES:
        yield f"{at}.size: unknown"
    blocks = [name for name in ("header", "body", "footer") if name in bubble]
    if not blocks:
        yield f"{at}: at least one block must be specified"
    for name in blocks:
        yield from _component(bubble[name], f"{at}.{name}")


def _component(component: Any, at: str) -> Found:
    kind = yield from _kind(component, at, "component")
    if not kind:
        return
    for name in ("color", "backgroundColor"):
        if name in component and not COLOUR.fullmatch(component[name]):
            yield f"{at}.{name}: invalid colour"
    for name in ("margin", "spacing", "paddingAll", "cornerRadius"):
        if name in component and component[name] not in SPACINGS:
            yield f"{at}.{name}: unknown"
    if kind == "text":
        if not component.get("text"):
            yield f"{at}.text: must be non-empty text"
        if component.get("size", "md") not in KEYWORD_SIZES:
            yield f"{at}.size: unknown"
    if kind == "box":
        if component.get("layout") not in ("vertical", "horizontal", "baseline"):
            yield f"{at}.layout: unknown"
        contents = component.get("contents")
        if not isinstance(contents, list):
            yield f"{at}.contents: must be an array"
            return
        for i, child in enumerate(contents):
            yield from _component(child, f"{at}.contents[{i}]")
    if kind == "button" or "action" in component:
        yield from _action(component.get("action"), f"{at}.action", 40, required=kind == "button")


def _action(action: Any, at: str, label: int, *, required: bool, quick: bool = False) -> Found:
    kind = yield from _kind(action, at, "action", also="label")
    if not kind:
        return
    if required or "label" in action:
        yield from _length(action, at, "label", label, graphemes)
    if kind == "message":
        yield from _length(action, at, "text", 300, graphemes)
    elif kind == "uri":
        yield from _length(action, at, "uri", 1000, len)
        if not URI.fullmatch(str(action.get("uri"))):
            yield f"{at}.uri: invalid uri scheme or characters"
    elif kind == "clipboard":
        yield from _length(action, at, "clipboardText", 1000, units)
    elif kind == "postback":
        yield from _length(action, at, "data", 300, units)
        if "displayText" in action:
            yield from _length(action, at, "displayText", 300, graphemes)
    elif kind == "location" and not quick:
        yield f"{at}: location actions stand in quick replies only"
    elif kind == "richmenuswitch":
        yield from _length(action, at, "data", 300, units)
        if not ALIAS.fullmatch(str(action.get("richMenuAliasId"))):
            yield f"{at}.richMenuAliasId: invalid"


def menu_problems(menu: Any) -> list[str]:
    """Why LINE would refuse to create this rich menu."""
    return list(_menu(menu))


def _menu(menu: Any) -> Found:
    if not isinstance(menu, dict):
        yield "the body is not an object"
        return
    yield from _only(menu, "", "size selected name chatBarText areas")
    bounds = menu.get("size") or {}
    width, height = bounds.get("width", 0), bounds.get("height", 0)
    if not (800 <= width <= 2500 and height >= 250 and width / height >= 1.45):
        yield "size: invalid"
    yield from _length(menu, "menu", "name", 300, units)
    yield from _length(menu, "menu", "chatBarText", 14, graphemes)
    if not isinstance(menu.get("selected"), bool):
        yield "selected: must be a boolean"
    areas = menu.get("areas")
    if not isinstance(areas, list) or len(areas) > 20:
        yield "areas: size must be between 0 and 20"
        return
    for i, area in enumerate(areas):
        box = area.get("bounds") or {}
        right, bottom = box.get("x", -1) + box.get("width", 0), box.get("y", -1) + box.get("height", 0)
        if min(box.get("x", -1), box.get("y", -1)) < 0 or right > width or bottom > height:
            yield f"areas[{i}].bounds: outside of the picture"
        yield from _action(area.get("action"), f"areas[{i}].action", 20, required=False)


def picture_problems(content: bytes, content_type: str) -> list[str]:
    """Why LINE would refuse this picture of a rich menu. Reads PNG only."""
    if content_type != "image/png" or not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return ["the picture is no PNG"]
    width, height = struct.unpack(">II", content[16:24])
    if len(content) > 1024 * 1024:
        return ["the picture is larger than 1 MB"]
    if not (800 <= width <= 2500 and height >= 250 and width / height >= 1.45):
        return ["the picture has a wrong size"]
    return []


def _kind(value: Any, at: str, family: str, also: str = "") -> Generator[str, None, str]:
    """Yields what is wrong with the object's type and the names of its properties; returns a known type, else
    an empty string.
    """
    known = PROPERTIES[family]
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in known:
        yield f"{at}.type: unknown {family}"
        return ""
    yield from _only(value, at, f"type {known[kind]} {also}")
    return kind


def _only(value: dict[str, Any], at: str, names: str) -> Found:
    for name in value.keys() - set(names.split()):
        yield f"{at}.{name}: unknown property"


def _length(value: dict[str, Any], at: str, name: str, most: int, measure: Callable[[str], int]) -> Found:
    text = value.get(name)
    if not isinstance(text, str) or not text.strip():
        yield f"{at}.{name}: may not be empty"
    elif measure(text) > most:
        yield f"{at}.{name}: longer than {most}"
