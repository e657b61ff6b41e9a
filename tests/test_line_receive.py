"""LINE's webhooks as recorded, one file a case: what the bot makes of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linebot.v3 import SignatureValidator
from linebot.v3.models import UnknownEvent
from linebot.v3.webhook import WebhookParser

from bot.channels.line import LineAddress, receive, verify
from bot.model import Incoming, Kind, Location
from tests.fakes import line_events

PAYLOADS = Path(__file__).parent / "payloads" / "line"
NAMES = ("Nihongo Doko", "Doko")
SECRET = "a-channel-secret"

USER = "user:U8189cf6745fc0d808977bdb0b9f22995"
SECOND_USER = "user:Ue5a1f6f4c1bd0a34b9a5f7a6cf5a2b11"
GROUP = "group:Ca56f94637cc4347f90a25382909b24b9"
ROOM = "room:Ra8dbf4673c4c812cd491258042226c99"

Seen = tuple[Kind, str, str]


def text(words: str, chat: str = USER) -> list[Seen]:
    return [(Kind.TEXT, words, chat)]


UNREADABLE = [(Kind.UNREADABLE, "", USER)]
NOTHING: list[Seen] = []

EXPECTED: dict[str, list[Seen]] = {
    "verify_without_events": NOTHING,
    "verify_with_dummy_tokens": NOTHING,
    "text": text("Where can I learn Japanese in Hamamatsu?"),
    "text_vietnamese": text("học tiếng Nhật ở Ueda"),
    "text_quoting": text("and the price?"),
    "text_with_line_emoji": text("Komaki   class"),
    "text_with_half_an_emoji": text("Komaki \ufffd"),
    "text_redelivered": text("Komaki"),
    "text_on_standby": NOTHING,
    "text_in_unknown_mode": text("Komaki"),
    "text_without_delivery_context": text("Komaki"),
    "text_without_event_id": text("Komaki"),
    "text_without_reply_token": NOTHING,
    "text_without_source": NOTHING,
    "text_from_unknown_kind_of_source": NOTHING,
    "message_without_text": UNREADABLE,
    "location": [(Kind.LOCATION, "", USER)],
    "location_without_coordinates": UNREADABLE,
    "location_off_the_globe": UNREADABLE,
    "sticker": UNREADABLE,
    "sticker_of_unknown_kind": UNREADABLE,
    "image": UNREADABLE,
    "video": UNREADABLE,
    "audio": UNREADABLE,
    "file": UNREADABLE,
    "unknown_kind_of_message": UNREADABLE,
    "follow": [(Kind.STARTED, "", USER)],
    "follow_unblocked": [(Kind.STARTED, "", USER)],
    "follow_without_details": [(Kind.STARTED, "", USER)],
    "unfollow": [(Kind.GONE, "", USER)],
    "unsend": [(Kind.FORGET, "", USER)],
    "unsend_in_group": [(Kind.FORGET, "", GROUP)],
    "postback": text("contact Komaki"),
    "postback_in_group": text("contact Komaki", GROUP),
    "join_group": [(Kind.ADDED, "", GROUP)],
    "join_room": [(Kind.ADDED, "", ROOM)],
    "leave_group": [(Kind.GONE, "", GROUP)],
    "text_in_group": NOTHING,
    "mention_in_group": text("Komaki please", GROUP),
    "mention_after_emoji_in_group": text("👨‍👩‍👧 𠮷野   Komaki", GROUP),
    "mentions_of_others_and_the_bot_in_group": text("@Hana 🌸   where is Ota?", GROUP),
    "mention_of_another_in_group": NOTHING,
    "mention_of_everybody_in_group": NOTHING,
    "mention_alone_in_group": text("", GROUP),
    "mention_outside_of_the_text_in_group": text("Komaki", GROUP),
    "mention_by_somebody_unnamed_in_group": text("Toyota", GROUP),
    "mention_in_room": text("Suzuka", ROOM),
    "name_first_in_group": text("Japanese class in Ueda", GROUP),
    "name_within_a_word_in_group": NOTHING,
    "sticker_in_group": NOTHING,
    "image_in_group": NOTHING,
    "location_in_group": NOTHING,
    "message_edited_in_group": text("Ueda", GROUP),
    "message_edited_without_reply_token": NOTHING,
    "member_joined": NOTHING,
    "member_left": NOTHING,
    "beacon": NOTHING,
    "account_link": NOTHING,
    "video_play_complete": NOTHING,
    "membership": NOTHING,
    "unknown_event": NOTHING,
    "event_without_type": NOTHING,
    "mixed_batch": [
        *text("Komaki"),
        *UNREADABLE,
        *text("Ueda", SECOND_USER),
        (Kind.UNREADABLE, "", SECOND_USER),
        (Kind.GONE, "", "user:U" + "0a" * 16),
    ],
    "batch_of_two_users": [*text("Komaki"), *text("Toyota", SECOND_USER)],
}

#: Payloads for which line-bot-sdk's parser raises and loses the whole batch.
SDK_RAISES = {
    "text_in_unknown_mode",
    "text_without_delivery_context",
    "text_without_event_id",
    "event_without_type",
    "mixed_batch",
}
#: Payloads in which it finds an event that it does not know, and so neither message nor reply token.
SDK_UNKNOWN = {
    "text_from_unknown_kind_of_source",
    "message_without_text",
    "location_without_coordinates",
    "sticker_of_unknown_kind",
    "unknown_kind_of_message",
    "follow_without_details",
    "unknown_event",
}


def payload(case: str) -> bytes:
    return (PAYLOADS / f"{case}.json").read_bytes()


def received(case: str) -> tuple[Incoming, ...]:
    return receive(payload(case), NAMES)


def test_every_recorded_payload_has_an_expectation() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == EXPECTED.keys()


@pytest.mark.parametrize("case", EXPECTED)
def test_payload_is_read_as_expected(case: str) -> None:
    seen = [(incoming.kind, incoming.text, incoming.chat) for incoming in received(case)]
    assert seen == EXPECTED[case]


@pytest.mark.parametrize("case", EXPECTED)
def test_what_can_be_answered_carries_a_reply_token(case: str) -> None:
    for incoming in received(case):
        assert isinstance(incoming.address, LineAddress)
        assert bool(incoming.address.reply_token) == (incoming.kind not in (Kind.GONE, Kind.FORGET))
        assert incoming.event
        assert incoming.channel == "line"
        assert incoming.group == (not incoming.chat.startswith("user:"))


@pytest.mark.parametrize("case", sorted(EXPECTED.keys() - SDK_RAISES))
def test_payload_is_what_the_sdk_takes_for_a_webhook(case: str) -> None:
    body = payload(case)
    events = WebhookParser(SECRET).parse(body.decode(), line_events.signature(SECRET, body))
    assert len(events) == len(json.loads(body)["events"])
    assert any(isinstance(event, UnknownEvent) for event in events) == (case in SDK_UNKNOWN)


def test_location_keeps_its_coordinates() -> None:
    assert received("location")[0].location == Location(34.7108, 137.7261)


def test_redelivery_and_edits_are_marked() -> None:
    (redelivered,), (edited,) = received("text_redelivered"), received("message_edited_in_group")
    assert isinstance(redelivered.address, LineAddress)
    assert redelivered.address.redelivered
    assert edited.edited


def test_events_have_different_ids_and_a_redelivery_the_same() -> None:
    body = json.loads(payload("text_without_event_id"))
    first = receive(json.dumps(body).encode())[0].event
    body["events"][0]["deliveryContext"]["isRedelivery"] = True
    assert receive(json.dumps(body).encode())[0].event == first
    body["events"][0]["message"]["id"] += "1"
    assert receive(json.dumps(body).encode())[0].event != first


def test_without_its_names_a_group_hears_the_bot_on_mentions_only() -> None:
    assert receive(payload("name_first_in_group")) == ()
    assert receive(payload("mention_in_group"))


@pytest.mark.parametrize(
    "said",
    ["Nihongo Doko: Komaki", "@doko Komaki", "DOKO、Komaki", "nihongo doko Komaki", "  Doko\n Komaki"],
)
def test_the_name_first_is_cut_off(said: str) -> None:
    body = line_events.body([{**line_events.text(said, group="C1"), "replyToken": "t"}])
    assert [incoming.text for incoming in receive(body, NAMES)] == ["Komaki"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b"null",
        b'{"events": {}}',
        b"{}",
        b"\xff\xfe\xfd",
        b"[" * 100_000,
        b'{"events":1}',
    ],
)
def test_a_body_that_is_no_webhook_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match="."):
        receive(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def damaged_events(draw: st.DrawFn) -> object:
    """A recorded event in which some properties, at any depth, are missing or something else."""
    case = draw(st.sampled_from(sorted(EXPECTED)))
    events = json.loads(payload(case))["events"]
    event: object = draw(st.sampled_from(events)) if events else {}
    for _ in range(draw(st.integers(1, 3))):
        place = event
        while isinstance(place, dict) and place:
            key = draw(st.sampled_from(sorted(place)))
            if isinstance(place[key], dict) and draw(st.booleans()):
                place = place[key]
            elif draw(st.booleans()):
                del place[key]
                break
            else:
                place[key] = draw(json_values)
                break
    return event


@given(damaged_events())
def test_a_damaged_event_costs_the_others_nothing(damaged: object) -> None:
    whole = json.loads(payload("text"))["events"][0]
    body = json.dumps({"events": [whole, damaged, whole]}).encode()
    texts = [incoming.text for incoming in receive(body, NAMES)]
    assert texts[0] == texts[-1] == whole["message"]["text"]
    assert 2 <= len(texts) <= 3


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40))
def test_signatures_agree_with_the_sdk(body: bytes, secret: str) -> None:
    signature = line_events.signature(secret, body)
    assert verify(secret, body, signature)
    assert SignatureValidator(secret).validate(body.decode("latin-1"), signature) == verify(
        secret, body.decode("latin-1").encode(), signature
    )


@pytest.mark.parametrize("wrong", [None, "", "é", "A" * 44, " "])
def test_a_wrong_or_missing_signature_is_refused(wrong: str | None) -> None:
    assert not verify(SECRET, payload("text"), wrong)


def test_a_changed_body_or_secret_is_refused() -> None:
    body = payload("text")
    signature = line_events.signature(SECRET, body)
    assert verify(SECRET, body, signature)
    assert not verify(SECRET, body + b" ", signature)
    assert not verify("another", body, signature)
    assert not verify("", body, line_events.signature("", body))
