"""Telegram's updates as Incoming: the receiving half, pure, with no network in it.

Reads the raw JSON leniently: what is unknown, malformed or not meant for the bot is None. Knows no answers
and no languages; `telegram_html` turns answers into messages.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.channels.telegram_html import TelegramMessage, render, render_inline
from bot.channels.telegram_json import Json, child, children, integer, number, parse, string
from bot.channels.telegram_speech import Command, Me, command, deep_link, speech
from bot.model import Incoming, Kind, Location

__all__ = ["TelegramAddress", "TelegramMessage", "receive", "render", "render_inline", "verify"]

CHANNEL = "telegram"

#: Commands that mean the same everywhere; the conversation has the words for them.
_COMMANDS = {"help", "cities", "language"}

#: Fields of a message that hold something a person sent and the bot cannot read.
_UNREADABLE = {
    "animation",
    "audio",
    "checklist",
    "contact",
    "dice",
    "document",
    "game",
    "live_photo",
    "paid_media",
    "photo",
    "poll",
    "sticker",
    "story",
    "video",
    "video_note",
    "voice",
}

_THERE = {"member", "administrator", "creator"}


@dataclass(frozen=True, slots=True)
class TelegramAddress:
    """Where an answer goes. `message_id` is the asking message, `thread_id` its topic, 0 if there is none;
    `callback_id` the pressed button and `inline_id` the inline query that must be answered, "" if none.
    """

    chat_id: int
    private: bool
    message_id: int = 0
    thread_id: int = 0
    callback_id: str = ""
    inline_id: str = ""


def verify(secret: str, header: str | None) -> bool:
    """Whether X-Telegram-Bot-Api-Secret-Token holds the secret; never true without one. Constant time."""
    if not secret or header is None:
        return False
    return hmac.compare_digest(secret.encode(), header.encode("utf-8", "backslashreplace"))


def receive(
    update: Mapping[str, object] | bytes | str, bot_username: str = "", bot_name: str = ""
) -> Incoming | None:
    """The event of one update, or None if it asks for nothing. In groups the bot hears commands, replies to
    itself and texts that mention it or begin with its name.

    Raises ValueError only where the body is not a JSON object.
    """
    data = parse(update) if isinstance(update, (bytes, str)) else update
    event = integer(data, "update_id")
    if event is None:
        return None
    me = Me(bot_username, bot_name)
    for field, read in _READERS.items():
        if content := child(data, field):
            return read(content, str(event), me)
    return None


def _message(message: Json, event: str, me: Me, edited: bool = False) -> Incoming | None:
    sender, chat = child(message, "from"), child(message, "chat")
    address = _address(message)
    if address is None or not _is_person(message, sender, chat):
        return None
    incoming = _incoming(address, event, sender)
    text = string(message, "text") or string(message, "caption")
    if text:
        entities = list(children(message, "entities")) + list(children(message, "caption_entities"))
        words = speech(text, entities, me)
        if asked := command(words.text):
            return _command(asked, incoming, address, me, words.named or _replies_to(message, me))
        if not (address.private or words.named or _replies_to(message, me)):
            return None
        if not words.text:
            return incoming(kind=Kind.STARTED, command="start")
        return incoming(kind=Kind.TEXT, text=words.text, edited=edited)
    if edited or not (address.private or _replies_to(message, me)):
        return None
    if point := _location(message):
        return incoming(kind=Kind.LOCATION, location=point)
    if not _UNREADABLE.isdisjoint(message):
        return incoming(kind=Kind.UNREADABLE)
    return None


def _command(
    asked: Command, incoming: partial[Incoming], address: TelegramAddress, me: Me, named: bool
) -> Incoming | None:
    """A command of ours, or any other as the words it is made of: `/komaki` asks for Komaki."""
    if asked.to and asked.to.casefold() != me.username.casefold():
        return None
    if asked.name == "start":
        language, words = deep_link(asked.rest)
        if language:
            incoming = partial(incoming, hint=language)
        return incoming(kind=Kind.TEXT, text=words) if words else incoming(kind=Kind.STARTED, command="start")
    if asked.name == "forget":
        return incoming(kind=Kind.FORGET, command="forget")
    if asked.name in _COMMANDS:
        return incoming(kind=Kind.TEXT, command=asked.name, text=asked.rest)
    if address.private or asked.to or named:
        words = asked.name.replace("_", " ")
        return incoming(kind=Kind.TEXT, text=f"{words} {asked.rest}".strip())
    return None


def _callback(query: Json, event: str, me: Me) -> Incoming | None:
    """A pressed button says its words; below a message of no chat (inline mode) it is answered in private."""
    sender = child(query, "from")
    user, address = integer(sender, "id"), _address(child(query, "message"))
    if address is None and user is not None:
        address = TelegramAddress(user, private=True)
    callback = string(query, "id")
    if address is None or not callback:
        return None
    place = TelegramAddress(address.chat_id, address.private, 0, address.thread_id, callback_id=callback)
    return _incoming(place, event, sender)(kind=Kind.TEXT, text=string(query, "data"))


def _inline(query: Json, event: str, me: Me) -> Incoming | None:
    sender = child(query, "from")
    user, inline_id = integer(sender, "id"), string(query, "id")
    if user is None or not inline_id:
        return None
    address = TelegramAddress(user, private=True, inline_id=inline_id)
    return _incoming(address, event, sender)(
        kind=Kind.INLINE, chat=f"inline:{user}", text=string(query, "query").strip()
    )


def _membership(change: Json, event: str, me: Me) -> Incoming | None:
    """The bot was blocked, removed or added. Unblocking is silent: the person's own message follows."""
    address = _address(change)
    if address is None:
        return None
    incoming = _incoming(address, event, child(change, "from"))
    was, now = _is_there(child(change, "old_chat_member")), _is_there(child(change, "new_chat_member"))
    if not now:
        return incoming(kind=Kind.GONE)
    return incoming(kind=Kind.ADDED) if not was and not address.private else None


_READERS: dict[str, Callable[[Json, str, Me], Incoming | None]] = {
    "message": _message,
    "edited_message": partial(_message, edited=True),
    "callback_query": _callback,
    "inline_query": _inline,
    "my_chat_member": _membership,
}


def _address(message: Json) -> TelegramAddress | None:
    """None for channels and for anything that is no chat."""
    chat = child(message, "chat")
    chat_id, kind = integer(chat, "id"), chat.get("type")
    if chat_id is None or kind not in ("private", "group", "supergroup"):
        return None
    thread = integer(message, "message_thread_id") if message.get("is_topic_message") is True else None
    return TelegramAddress(chat_id, kind == "private", integer(message, "message_id") or 0, thread or 0)


def _incoming(address: TelegramAddress, event: str, sender: Json) -> partial[Incoming]:
    chat = f"{address.chat_id}:{address.thread_id}" if address.thread_id else str(address.chat_id)
    return partial(
        Incoming,
        channel=CHANNEL,
        chat=chat,
        event=event,
        hint=string(sender, "language_code"),
        group=not address.private,
        address=address,
    )


def _is_person(message: Json, sender: Json, chat: Json) -> bool:
    """Not a bot, nor something forwarded by itself or through a bot. A group's anonymous administrator, who
    writes in the group's own name, is a person.
    """
    if child(message, "via_bot") or message.get("is_automatic_forward") is True:
        return False
    anonymous = integer(child(message, "sender_chat"), "id")
    if anonymous is not None:
        return anonymous == integer(chat, "id")
    return bool(sender) and sender.get("is_bot") is not True


def _replies_to(message: Json, me: Me) -> bool:
    author = child(child(message, "reply_to_message"), "from")
    return bool(me.username) and string(author, "username").casefold() == me.username.casefold()


def _location(message: Json) -> Location | None:
    point = child(message, "location") or child(child(message, "venue"), "location")
    lat, lon = number(point, "latitude"), number(point, "longitude")
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return Location(float(lat), float(lon))


def _is_there(member: Json) -> bool:
    status = string(member, "status")
    return status in _THERE or (status == "restricted" and member.get("is_member") is True)
