"""LINE, the pure half: verifies and reads webhook bodies (`verify`, `receive`) and renders answers (`render`,
from line_render). Knows no network.

LINE adds event types, properties and values without notice, so each event is read by itself and leniently:
what cannot be understood is passed over and costs the others nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.channels.limits import utf16_length, utf16_slice
from bot.channels.line_render import render
from bot.model import Incoming, Kind, Location

__all__ = ["CHANNEL", "LineAddress", "receive", "render", "verify"]

CHANNEL = "line"

_WITHOUT_ANSWER = {
    "unsend": Kind.FORGET,
    "unfollow": Kind.GONE,
    "leave": Kind.GONE,
}
_AFTER_NAME = " \t\n\u3000,;:.!?、，。：；！？"


@dataclass(frozen=True, slots=True)
class LineAddress:
    """Where an answer goes. `user_id` is "" when LINE does not tell who wrote."""

    reply_token: str
    user_id: str
    redelivered: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """Who speaks where. `chat` is the conversation's key."""

    chat: str
    user_id: str
    group: bool


def verify(secret: str, body: bytes, signature: str | None) -> bool:
    """Whether the raw body carries LINE's signature (x-line-signature), compared in constant time."""
    if not signature or not secret:
        return False
    digest = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256))
    return hmac.compare_digest(digest, signature.encode("utf-8", "replace"))


def receive(body: bytes, bot_names: Sequence[str] = ()) -> tuple[Incoming, ...]:
    """The events of a webhook body that concern the bot, in order; ValueError if it is not such a body.

    In groups and rooms only what mentions the bot counts, or begins with one of `bot_names`.
    """
    try:
        content = json.loads(body)
    except RecursionError:
        raise ValueError("the body is nested too deeply") from None
    events = _object(content).get("events")
    if not isinstance(events, list):
        raise ValueError("the body holds no list of events")
    read = (_read(_object(event), bot_names) for event in events)
    return tuple(incoming for incoming in read if incoming is not None)


def _read(event: dict[str, object], bot_names: Sequence[str]) -> Incoming | None:
    source = _source(_object(event.get("source")))
    if source is None or event.get("mode") == "standby":
        return None
    token = _string(event.get("replyToken"))
    address = LineAddress(
        reply_token=token,
        user_id=source.user_id,
        redelivered=_object(event.get("deliveryContext")).get("isRedelivery") is True,
    )
    kind = event.get("type")
    if isinstance(kind, str) and kind in _WITHOUT_ANSWER:
        return _incoming(event, source, address, _WITHOUT_ANSWER[kind])
    if not token or _is_dummy(token):
        return None
    match kind:
        case "message" | "messageEdited":
            return _message(event, source, address, bot_names)
        case "postback":
            words = _string(_object(event.get("postback")).get("data"))
            return _incoming(event, source, address, Kind.TEXT, words)
        case "follow":
            return _incoming(event, source, address, Kind.STARTED)
        case "join":
            return _incoming(event, source, address, Kind.ADDED)
    return None


def _message(
    event: dict[str, object], source: _Source, address: LineAddress, bot_names: Sequence[str]
) -> Incoming | None:
    edited = event.get("type") == "messageEdited"
    message = _object(event.get("message"))
    text = message.get("text")
    if message.get("type") == "text" and isinstance(text, str):
        words = _for_the_bot(text, message, bot_names) if source.group else _without(text, _emojis(message))
        return None if words is None else _incoming(event, source, address, Kind.TEXT, words, edited=edited)
    if source.group or edited:
        return None
    location = _location(message) if message.get("type") == "location" else None
    kind = Kind.LOCATION if location else Kind.UNREADABLE
    return _incoming(event, source, address, kind, location=location)


def _incoming(
    event: dict[str, object],
    source: _Source,
    address: LineAddress,
    kind: Kind,
    text: str = "",
    *,
    location: Location | None = None,
    edited: bool = False,
) -> Incoming:
    return Incoming(
        channel=CHANNEL,
        chat=source.chat,
        event=_event_id(event),
        kind=kind,
        text=_sound(text).strip(),
        location=location,
        group=source.group,
        edited=edited,
        address=address,
    )


def _for_the_bot(text: str, message: dict[str, object], bot_names: Sequence[str]) -> str | None:
    """What a group's text says to the bot, without its name; None if it speaks to others."""
    mentions = _spans(_object(message.get("mention")).get("mentionees"), own=True)
    if mentions is not None:
        return _without(text, [*mentions, *_emojis(message)])
    words = _without(text, _emojis(message)).lstrip(" \u3000@")
    for name in bot_names:
        rest = words[len(name) :]
        if name and words[: len(name)].casefold() == name.casefold() and not rest[:1].isalnum():
            return rest.lstrip(_AFTER_NAME)
    return None


def _emojis(message: dict[str, object]) -> list[tuple[int, int]]:
    """Where LINE's own emoji stand in the text, as words in parentheses that the user never typed."""
    return _spans(message.get("emojis")) or []


def _spans(items: object, *, own: bool = False) -> list[tuple[int, int]] | None:
    """Start and length, in UTF-16 units, of the mentions or emoji; None if there are none.

    With `own`, of mentions of the bot only.
    """
    found = [_object(item) for item in items] if isinstance(items, list) else []
    if own:
        found = [item for item in found if item.get("isSelf") is True]
    spans = []
    for item in found:
        start, length = item.get("index"), item.get("length")
        if isinstance(start, int) and isinstance(length, int) and start >= 0 and length > 0:
            spans.append((start, length))
    return spans if found else None


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with a space in place of each span (UTF-16 units) that lies within it."""
    length = utf16_length(text)
    for start, size in sorted(spans, reverse=True):
        if start + size <= length:
            text = f"{utf16_slice(text, 0, start)} {utf16_slice(text, start + size)}"
            length = start
    return text


def _source(source: dict[str, object]) -> _Source | None:
    """The source; None if it names nobody. A kind of source that is not known is taken for a group."""
    user = _string(source.get("userId"))
    kind = _string(source.get("type"))
    for key, prefix in (("groupId", "group"), ("roomId", "room")):
        name = _string(source.get(key))
        if name:
            return _Source(f"{prefix}:{name}", user, group=True)
    if not user:
        return None
    return _Source(f"user:{user}", user, group=kind not in ("user", ""))


def _location(message: dict[str, object]) -> Location | None:
    lat, lon = _number(message.get("latitude")), _number(message.get("longitude"))
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return Location(lat, lon)


def _event_id(event: dict[str, object]) -> str:
    """LINE's id of the event; where it lacks, a digest of what a redelivery repeats."""
    given = _string(event.get("webhookEventId"))
    if given:
        return given
    lasting = {key: value for key, value in event.items() if key != "deliveryContext"}
    return hashlib.sha256(json.dumps(lasting, sort_keys=True).encode()).hexdigest()


def _is_dummy(token: str) -> bool:
    """Whether it is one of the reply tokens that LINE's console sends on Verify."""
    return not token.strip("0") or not token.strip("f")


def _sound(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can hold and UTF-8 cannot."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
