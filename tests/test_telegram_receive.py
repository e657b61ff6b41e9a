"""Telegram's receiving half: each recorded update, and whatever else may come."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.channels.telegram import TelegramAddress, receive, verify
from bot.model import Incoming, Kind, Location
from tests.fakes.telegram import NAME, USERNAME

PAYLOADS = sorted((Path(__file__).parent / "payloads" / "telegram").glob("*.json"))

ANA, MINH = 700100200, 5588776655
GROUP, SMALL_GROUP = -1001987654321, -4123456789
QUESTION = 4242
CALLBACK = "3007013461893465771"

PRIVATE = TelegramAddress(ANA, private=True, message_id=QUESTION)
IN_GROUP = TelegramAddress(GROUP, private=False, message_id=QUESTION)
IN_SMALL_GROUP = TelegramAddress(SMALL_GROUP, private=False, message_id=QUESTION)


@dataclass(frozen=True)
class Heard:
    """What a recorded update means; most are Ana's, in private or in the group."""

    kind: Kind
    text: str = ""
    chat: str = str(ANA)
    hint: str = "pt-br"
    address: TelegramAddress = PRIVATE
    location: Location | None = None
    edited: bool = False
    command: str = ""


def in_group(kind: Kind, text: str = "", command: str = "", edited: bool = False) -> Heard:
    return Heard(kind, text, str(GROUP), address=IN_GROUP, command=command, edited=edited)


def in_small_group(kind: Kind, command: str) -> Heard:
    return Heard(kind, chat=str(SMALL_GROUP), address=IN_SMALL_GROUP, command=command)


UNREADABLE = Heard(Kind.UNREADABLE)

EXPECTED: dict[str, Heard | None] = {
    "text_in_private": Heard(Kind.TEXT, "Onde posso aprender japonês em Komaki?"),
    "text_with_link_in_private": Heard(
        Kind.TEXT,
        "http://www.komakikia.jp/ là gì?",
        str(MINH),
        "vi",
        TelegramAddress(MINH, private=True, message_id=QUESTION),
    ),
    "text_without_language": Heard(Kind.TEXT, "Ueda", hint=""),
    "half_surrogate_in_text": Heard(Kind.TEXT, "Komaki ??"),
    "start_command": Heard(Kind.STARTED, command="start"),
    "start_deep_link": Heard(Kind.TEXT, "hamamatsu"),
    "start_deep_link_with_language": Heard(Kind.TEXT, "hamamatsu", hint="vi"),
    "start_link_with_language_only": Heard(Kind.STARTED, hint="vi", command="start"),
    "help_command": Heard(Kind.TEXT, command="help"),
    "cities_command": Heard(Kind.TEXT, command="cities"),
    "language_command": Heard(Kind.TEXT, command="language"),
    "language_command_with_choice": Heard(Kind.TEXT, "pt", command="language"),
    "forget_command": Heard(Kind.FORGET, command="forget"),
    "unknown_command": Heard(Kind.TEXT, "komaki price"),
    "location_shared": Heard(Kind.LOCATION, location=Location(35.2911, 136.9122)),
    "venue_shared": Heard(Kind.LOCATION, location=Location(34.7108, 137.7261)),
    "location_off_the_map": None,
    "sticker": UNREADABLE,
    "photo": UNREADABLE,
    "photo_with_caption": Heard(Kind.TEXT, "Que escola é esta em Toyota?"),
    "voice": UNREADABLE,
    "video": UNREADABLE,
    "document": UNREADABLE,
    "contact": UNREADABLE,
    "poll": UNREADABLE,
    "dice": UNREADABLE,
    "edited_text": Heard(Kind.TEXT, "Onde aprender japonês em Ueda?", edited=True),
    "edited_live_location": None,
    "button_pressed": Heard(
        Kind.TEXT, "Contato Komaki", address=TelegramAddress(ANA, private=True, callback_id=CALLBACK)
    ),
    "button_pressed_in_topic": Heard(
        Kind.TEXT,
        "Komaki",
        f"{GROUP}:17",
        address=TelegramAddress(GROUP, private=False, thread_id=17, callback_id=CALLBACK),
    ),
    "button_of_old_message": Heard(
        Kind.TEXT, "Komaki", address=TelegramAddress(ANA, private=True, callback_id=CALLBACK)
    ),
    "button_of_inline_message": Heard(
        Kind.TEXT, "Komaki", address=TelegramAddress(ANA, private=True, callback_id=CALLBACK)
    ),
    "inline_query": Heard(
        Kind.INLINE,
        "komaki",
        f"inline:{MINH}",
        "vi",
        TelegramAddress(MINH, private=True, inline_id="3007013461893465999"),
    ),
    "blocked_by_user": Heard(Kind.GONE, address=TelegramAddress(ANA, private=True)),
    "unblocked_by_user": None,
    "added_to_group": Heard(Kind.ADDED, chat=str(GROUP), address=TelegramAddress(GROUP, private=False)),
    "removed_from_group": Heard(Kind.GONE, chat=str(GROUP), address=TelegramAddress(GROUP, private=False)),
    "promoted_in_group": None,
    "added_to_channel": None,
    "text_in_group": None,
    "mention_in_group": in_group(Kind.TEXT, "aula em Komaki?"),
    "mention_after_emoji_in_group": in_group(Kind.TEXT, "👨‍👩‍👧 oi aula em Ueda?"),
    "mention_in_other_case_in_group": in_group(Kind.TEXT, "aula em Ueda"),
    "mention_only_in_group": in_group(Kind.STARTED, command="start"),
    "mention_of_other_in_group": None,
    "text_mention_in_group": in_group(Kind.TEXT, "aula em Ueda?"),
    "mention_with_broken_offset_in_group": in_group(Kind.TEXT, "Ueda"),
    "mention_in_topic": Heard(
        Kind.TEXT,
        "Komaki",
        f"{GROUP}:17",
        address=TelegramAddress(GROUP, private=False, message_id=QUESTION, thread_id=17),
    ),
    "reply_to_bot_in_group": in_group(Kind.TEXT, "e em Toyota?"),
    "reply_to_other_in_group": None,
    "name_first_in_group": in_group(Kind.TEXT, "onde tem aula em Ise?"),
    "name_inside_word_in_group": None,
    "command_in_group": in_small_group(Kind.TEXT, "cities"),
    "plain_command_in_group": in_small_group(Kind.TEXT, "help"),
    "command_for_other_bot_in_group": None,
    "unknown_command_in_group": None,
    "forget_command_in_group": in_small_group(Kind.FORGET, "forget"),
    "sticker_in_group": None,
    "sticker_reply_to_bot_in_group": in_group(Kind.UNREADABLE),
    "caption_mention_in_group": in_group(Kind.TEXT, "Suzuka"),
    "anonymous_admin_in_group": Heard(Kind.TEXT, "Komaki", str(GROUP), hint="", address=IN_GROUP),
    "channel_forward_in_group": None,
    "other_bot_in_group": None,
    "card_shared_in_group": None,
    "member_joined_in_group": None,
    "group_became_supergroup": None,
    "supergroup_was_group": None,
    "edited_mention_in_group": in_group(Kind.TEXT, "Ueda", edited=True),
    "channel_post": None,
    "unknown_update": None,
    "unknown_message": None,
}


def test_every_payload_has_its_meaning_here() -> None:
    assert {path.stem for path in PAYLOADS} == set(EXPECTED)


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_payload(path: Path) -> None:
    body = path.read_bytes()
    expected = EXPECTED[path.stem]
    incoming = receive(body, USERNAME, NAME)
    assert incoming == receive(json.loads(body), USERNAME, NAME)
    if expected is None:
        assert incoming is None
        return
    assert incoming == Incoming(
        channel="telegram",
        event=str(json.loads(body)["update_id"]),
        group=not expected.address.private,
        kind=expected.kind,
        text=expected.text,
        chat=expected.chat,
        hint=expected.hint,
        address=expected.address,
        location=expected.location,
        edited=expected.edited,
        command=expected.command,
    )


@pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: path.stem)
def test_payloads_are_such_as_the_library_reads(path: Path) -> None:
    assert Update.de_json(json.loads(path.read_bytes()), None).update_id > 0


def test_a_group_hears_nothing_but_commands_before_the_bot_knows_its_name() -> None:
    def heard(name: str) -> Incoming | None:
        return receive(next(path for path in PAYLOADS if path.stem == name).read_bytes())

    assert heard("mention_in_group") is None
    assert heard("reply_to_bot_in_group") is None
    assert heard("plain_command_in_group") is not None


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"a":' * 100_000])
def test_a_body_that_is_no_object_is_an_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        receive(body)


NAMES = sorted(
    {
        "update_id",
        "message",
        "edited_message",
        "callback_query",
        "inline_query",
        "my_chat_member",
        "chat",
        "id",
    }
    | {"from", "text", "entities", "offset", "length", "type", "location", "latitude", "longitude", "sticker"}
    | {"language_code", "is_bot", "reply_to_message", "message_thread_id", "is_topic_message", "data", "user"}
    | {
        "id",
        "new_chat_member",
        "old_chat_member",
        "status",
        "query",
        "username",
        "venue",
        "sender_chat",
        "via_bot",
    }
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.floats(),
    st.text(),
    st.sampled_from(["private", "supergroup", "mention", "kicked", "/start vi_", "/", f"@{USERNAME}", NAME]),
)
OBJECTS = st.recursive(
    VALUES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=30,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(NAMES), OBJECTS, max_size=4), st.integers(0, 2**53))
def test_no_object_makes_it_fail(update: dict[str, object], number: int) -> None:
    incoming = receive(update | {"update_id": number}, USERNAME, NAME)
    assert incoming is None or incoming.event == str(number)


@given(st.sampled_from(PAYLOADS), st.data())
def test_no_damaged_payload_makes_it_fail(path: Path, data: st.DataObject) -> None:
    update = json.loads(path.read_bytes())
    node, key = update, data.draw(st.sampled_from(sorted(update)))
    while isinstance(node[key], dict) and node[key] and data.draw(st.booleans()):
        node = node[key]
        key = data.draw(st.sampled_from(sorted(node)))
    node[key] = data.draw(OBJECTS)
    receive(update, USERNAME, NAME)


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_mention_is_cut_whatever_stands_around_it(before: str, after: str) -> None:
    mention = f"@{USERNAME}"
    entity = {"type": "mention", "offset": len(before.encode("utf-16-le")) // 2, "length": len(mention)}
    message = {
        "message_id": 1,
        "from": {"id": 1, "is_bot": False},
        "chat": {"id": -5, "type": "group"},
        "text": f"{before}{mention}{after}",
        "entities": [entity],
    }
    incoming = receive({"update_id": 1, "message": message}, USERNAME)
    assert incoming is None or mention not in incoming.text
    if before.isalnum() and after.isalnum():
        assert incoming is not None
        assert incoming.text == f"{before} {after}"


def test_verify() -> None:
    assert verify("s3cret", "s3cret")
    assert not verify("s3cret", "s3creT")
    assert not verify("s3cret", "")
    assert not verify("s3cret", None)
    assert not verify("s3cret", "s3cret\udcff")
    assert not verify("", "")
    assert not verify("", None)
