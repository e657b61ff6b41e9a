"""The contract of every channel: what goes in comes out as an event, and a reply loses nothing on its way.

A new channel adds itself to CHANNELS, with how its platform sends a text, a press of a button and so on.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from bot.channels import console, line, line_render, telegram, telegram_html
from bot.model import Incoming, Kind, Reply, Say
from intents.model import Understanding
from tests.facts import EVERY_MEMBER, LANGUAGES, answers, member
from tests.fakes import line_events


@dataclass(frozen=True)
class Channel:
    """`text`, `press`, `sticker` and `location` give the event that the platform's own payload is read as;
    None where it has no such thing. `shown` is all that a reply shows there, as text.
    """

    text: Callable[[str], Incoming | None]
    press: Callable[[Say], Incoming | None]
    shown: Callable[[Reply], str]
    sticker: Callable[[], Incoming | None] | None = None
    location: Callable[[float, float], Incoming | None] | None = None


def _from_line(event: line_events.Event) -> Incoming | None:
    event.setdefault("replyToken", "a" * 32)
    return next(iter(line.receive(line_events.body([event]))), None)


def _from_telegram(**content: object) -> Incoming | None:
    return telegram.receive({"update_id": 1, **content}, "doko_bot", "Doko")


_PERSON = {"id": 7, "is_bot": False, "first_name": "Ana", "language_code": "vi"}


def _telegram_message(**content: object) -> Incoming | None:
    chat = {"id": 7, "type": "private", "first_name": "Ana"}
    return _from_telegram(message={"message_id": 1, "date": 1, "from": _PERSON, "chat": chat, **content})


def _with(button: Say) -> Reply:
    return replace(answers().note("thanks", "en"), choices=(button,))


def _press_on_telegram(button: Say) -> Incoming | None:
    shown = telegram_html.render(_with(button), private=True)
    (data,) = [b["callback_data"] for m in shown for row in m.markup["inline_keyboard"] for b in row]  # type: ignore
    message = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private", "first_name": "Ana"}}
    query = {"id": "5", "from": _PERSON, "chat_instance": "1", "message": message, "data": data}
    return _from_telegram(callback_query=query)


def _press_on_line(button: Say) -> Incoming | None:
    (message,) = line_render.render(_with(button))
    action = message["quickReply"]["items"][0]["action"]  # type: ignore[index]
    assert action["type"] == "message"
    return _from_line(line_events.text(action["text"]))


def _press_in_terminal(button: Say) -> Incoming:
    return console.receive("1\n", 1, (button,))


CHANNELS = {
    "terminal": Channel(lambda text: console.receive(text, 1, ()), _press_in_terminal, console.render),
    "line": Channel(
        lambda text: _from_line(line_events.text(text)),
        _press_on_line,
        lambda reply: json.dumps(line_render.render(reply), ensure_ascii=False),
        lambda: _from_line(line_events.sticker()),
        lambda lat, lon: _from_line(line_events.location(lat, lon)),
    ),
    "telegram": Channel(
        lambda text: _telegram_message(text=text),
        _press_on_telegram,
        lambda reply: html.unescape("\n".join(m.html for m in telegram_html.render(reply, private=True))),
        lambda: _telegram_message(sticker={"file_id": "x"}),
        lambda lat, lon: _telegram_message(location={"latitude": lat, "longitude": lon}),
    ),
}
every_channel = pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)


@every_channel
@pytest.mark.parametrize(
    "words", ["Komaki", "học tiếng Nhật ở đâu", "<b>&amp; *x* _y_", "小牧市 🙏", "a" * 4000]
)
def test_a_text_arrives_as_it_was_written(channel: Channel, words: str) -> None:
    incoming = channel.text(words)
    assert incoming is not None
    assert (incoming.kind, incoming.text, incoming.group) == (Kind.TEXT, words, False)
    assert incoming.chat


@every_channel
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("member_id", EVERY_MEMBER)
def test_a_button_says_its_words(channel: Channel, member_id: str, language: str) -> None:
    answer = answers().answer(Understanding("find_class", (member(member_id),)), language).reply
    buttons = [action for action in answer.choices if isinstance(action, Say)]
    assert buttons
    for button in buttons:
        incoming = channel.press(button)
        assert incoming is not None
        assert (incoming.kind, incoming.text) == (Kind.TEXT, button.words)


@pytest.mark.parametrize("name", [name for name, channel in CHANNELS.items() if channel.sticker])
def test_what_cannot_be_read_is_said_to_be_so_and_a_place_on_the_map_is_one(name: str) -> None:
    channel = CHANNELS[name]
    assert channel.sticker is not None
    assert channel.location is not None
    sticker, place = channel.sticker(), channel.location(34.7, 137.7)
    assert sticker is not None
    assert sticker.kind is Kind.UNREADABLE
    assert place is not None
    assert place.kind is Kind.LOCATION
    assert place.location is not None
    assert (place.location.lat, place.location.lon) == (34.7, 137.7)


@every_channel
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_answer_arrives_whole(channel: Channel, language: str) -> None:
    """Word for word: each line of the reply's plain text is shown."""
    asked = [
        Understanding("find_class"),
        Understanding("find_class", (member("komaki"),)),
        Understanding("find_class", (member("suzuka"), member("ota"))),
        Understanding("find_contact", (member("hamamatsu"),), topics=frozenset({"write"})),
        Understanding("class_details", (member("ueda"),), topics=frozenset({"price", "level"})),
        Understanding("list_places"),
        Understanding("about"),
        Understanding("out_of_scope"),
    ]
    for understood in asked:
        reply = answers().answer(understood, language).reply
        shown = channel.shown(reply)
        for line_of_text in filter(None, reply.text.split("\n")):
            assert line_of_text in shown.replace('\\"', '"'), line_of_text
