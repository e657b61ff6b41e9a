"""Renders an answer as LINE messages within LINE's limits, losing nothing of it. Knows no network and no
addressee.

Texts and cards become text messages and Flex bubbles. What does not fit its form falls back to a plainer one:
a card to text, the whole answer to text, and at the very end to its titles, links and e-mail addresses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from bot.channels.flex import bubble
from bot.channels.limits import cut_utf16, split_utf16
from bot.channels.line_actions import Json, action, holds, spelled
from bot.channels.made import Made
from bot.model import Action, Block, Card, Reply

# LINE Messaging API reference; checked 2026-08-07.
MESSAGES_LIMIT = 5
TEXT_LIMIT = 5000  # UTF-16 units
ALT_TEXT_LIMIT = 1500
BUBBLE_LIMIT = 30 * 1024  # bytes of JSON
CAROUSEL_LIMIT = 50 * 1024
CAROUSEL_BUBBLES = 12
QUICK_REPLIES = 13
QUICK_LABEL_LIMIT = 20  # grapheme clusters

_GAP = "\n\n"
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_CAROUSEL_FRAME = 64  # bytes around and between the bubbles, generously


class Renderer:
    """Renders answers as the JSON of their messages; that of an answer which is kept is kept with it."""

    def __init__(self) -> None:
        self._made: Made[Reply, bytes] = Made()
        self._made_for_groups: Made[Reply, bytes] = Made()

    def json(self, reply: Reply, *, group: bool = False) -> bytes:
        """What `render` makes, as a JSON array in UTF-8."""
        made = self._made_for_groups if group else self._made
        found = made.get(reply)
        if found is None:
            found = to_json(render(reply, group=group))
            made.put(reply, found)
        return found


def to_json(value: object) -> bytes:
    """Compact JSON in UTF-8; halves of surrogate pairs, which that cannot hold, become question marks."""
    return _compact(value).encode("utf-8", "replace")


def render(reply: Reply, *, group: bool = False) -> list[Json]:
    """One to five message objects; none for a reply that says nothing.

    Every URL and e-mail address stands in them byte for byte, as long as text of 25,000 UTF-16 units can
    hold those. `group` is whether the chat is one.
    """
    choices, spilled = _quick_replies(reply.choices, group)
    lead, tail = _texts(reply.lead), _joined([_texts(reply.tail), spilled])
    messages = _messages(reply, lead, tail, group)
    if len(messages) > MESSAGES_LIMIT:
        whole = _joined([lead, *map(_as_text, reply.cards), tail])
        messages = _text_messages(whole)
        if len(messages) > MESSAGES_LIMIT:
            messages = _text_messages(_essence(reply.cards, whole))[:MESSAGES_LIMIT]
    if choices and not messages:
        messages = _text_messages("\n".join(map(spelled, reply.choices)))
    if choices and messages:
        messages[-1]["quickReply"] = {"items": choices}
    return messages


def _messages(reply: Reply, lead: str, tail: str, group: bool) -> list[Json]:
    """The messages in their best form, however many."""
    messages: list[Json] = []
    text = [lead]
    bubbles: list[tuple[Json, int]] = []
    for card in reply.cards:
        made = bubble(card, group=group)
        size = len(to_json(made))
        if made and size <= BUBBLE_LIMIT:
            messages += _text_messages(_joined(text))
            text = []
            bubbles.append((made, size))
        else:
            messages += _flex_messages(bubbles, reply)
            bubbles = []
            text.append(_as_text(card))
    messages += _flex_messages(bubbles, reply)
    return messages + _text_messages(_joined([*text, tail]))


def _text_messages(text: str) -> list[Json]:
    return [{"type": "text", "text": piece} for piece in split_utf16(text, TEXT_LIMIT)]


def _flex_messages(bubbles: Sequence[tuple[Json, int]], reply: Reply) -> list[Json]:
    """The bubbles (with their sizes in bytes) in as few messages as they fit into."""
    messages: list[list[Json]] = []
    room = 0
    for made, size in bubbles:
        if size + 1 > room or len(messages[-1]) == CAROUSEL_BUBBLES:
            messages.append([])
            room = CAROUSEL_LIMIT - _CAROUSEL_FRAME
        messages[-1].append(made)
        room -= size + 1
    if not messages:
        return []
    alt = cut_utf16(reply.text.strip(), ALT_TEXT_LIMIT) or "…"
    return [{"type": "flex", "altText": alt, "contents": _container(group)} for group in messages]


def _container(bubbles: list[Json]) -> Json:
    return bubbles[0] if len(bubbles) == 1 else {"type": "carousel", "contents": bubbles}


def _quick_replies(choices: Iterable[Action], group: bool) -> tuple[list[Json], str]:
    """The quick replies, and as text what could not become one."""
    items: list[Json] = []
    spilled = []
    for choice in choices:
        made = action(choice, QUICK_LABEL_LIMIT, group=group)
        if made and group and made["type"] == "location":
            continue  # a location sent in a group is not addressed to the bot
        room = len(items) < QUICK_REPLIES
        if made and room:
            items.append({"type": "action", "action": made})
        if not (room and holds(made, choice)):
            spilled.append(spelled(choice))
    return items, "\n".join(spilled)


def _as_text(card: Card) -> str:
    """The card as text, with what its buttons hold and its text does not."""
    text = card.text.strip("\n")
    return _joined([text, "\n".join(held for held in map(spelled, card.actions) if held not in text)])


def _essence(cards: Iterable[Card], text: str) -> str:
    """The lines that nobody can do without: titles, links, e-mail addresses."""
    titles = {card.title for card in cards}
    lines = (line for line in text.split("\n") if line in titles or "://" in line or "@" in line)
    return "\n".join(dict.fromkeys(lines))


def _texts(blocks: Iterable[Block]) -> str:
    return _joined(block.text for block in blocks)


def _joined(texts: Iterable[str]) -> str:
    return _GAP.join(text for text in texts if text.strip())
