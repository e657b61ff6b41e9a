"""Makes webhook events as LINE writes them, and signs them. Knows nothing of who receives them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import time
from typing import Any

Event = dict[str, Any]

BOT_ID = "U" + "b" * 32
USER = "U" + "1" * 32
GROUP = "C" + "2" * 32

_serial = itertools.count(1)


def user_id(number: int) -> str:
    return f"U{number:032x}"


def event(kind: str, *, user: str = USER, group: str = "", **fields: Any) -> Event:
    """An event of a one-on-one chat, or of a group if there is one; without a reply token."""
    number = next(_serial)
    who = {"type": "group", "groupId": group} if group else {"type": "user"}
    return {
        "type": kind,
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "source": {**who, "userId": user},
        "webhookEventId": f"01FAKE{number:020d}",
        "deliveryContext": {"isRedelivery": False},
        **fields,
    }


def text(words: str, *, user: str = USER, group: str = "", **more: Any) -> Event:
    """A text message; `more` are further properties of the message."""
    message = {"type": "text", "id": f"5{next(_serial):017d}", "quoteToken": "q", "text": words, **more}
    return event("message", user=user, group=group, message=message)


def location(lat: float, lon: float, *, user: str = USER) -> Event:
    place = {"latitude": lat, "longitude": lon, "title": "", "address": ""}
    return event("message", user=user, message={"type": "location", "id": f"5{next(_serial):017d}", **place})


def sticker(*, user: str = USER, group: str = "") -> Event:
    kind = {"type": "sticker", "packageId": "446", "stickerId": "1988", "stickerResourceType": "STATIC"}
    message = {**kind, "id": f"5{next(_serial):017d}", "quoteToken": "q"}
    return event("message", user=user, group=group, message=message)


def body(events: list[Event]) -> bytes:
    return json.dumps({"destination": BOT_ID, "events": events}, ensure_ascii=False).encode()


def signature(secret: str, content: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode()
