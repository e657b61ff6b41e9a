"""What LINE gets to see of an answer: within every limit, readable, and with nothing lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.flex import bubble
from bot.channels.line import render
from bot.channels.line_actions import uri
from bot.channels.line_render import Renderer
from bot.channels.made import Made
from bot.model import AskLocation, Block, Card, Copy, Line, Open, Reply, Say
from tests.fakes.line_oracles import sdk_problems, spec_problems
from tests.fakes.line_rules import reply_problems
from tests.replies import CHOICES, KOMAKI, THREE_CARDS, links, replies


def problems(messages: list[dict[str, object]]) -> list[str]:
    body = {"replyToken": "t" * 32, "messages": messages}
    return [*reply_problems(body), *sdk_problems(body), *spec_problems(body)]


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def lost(reply: Reply, messages: list[dict[str, object]]) -> list[str]:
    seen = list(strings(messages))
    return [link for link in links(reply) if not any(link in text for text in seen)]


def say(text: str, **more: Any) -> Reply:
    return Reply("en", (Block((Line(text),)),), **more)


def card(number: int, blocks: int = 1) -> Card:
    line = Line(f"http://example.jp/{number}", "link")
    return Card("x", f"City {number}", (Block((Line("Page"), line)),) * blocks, (Say("Contact", "contact"),))


def flex_texts(value: object, background: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Each text component of a bubble, and the background that it stands on."""
    if isinstance(value, dict):
        background = value.get("backgroundColor", background)
        if value.get("type") == "text":
            yield value, background
        for item in value.values():
            yield from flex_texts(item, background)
    elif isinstance(value, list):
        for item in value:
            yield from flex_texts(item, background)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(replies, st.booleans())
def test_any_reply_stays_within_the_limits_and_keeps_its_links(reply: Reply, group: bool) -> None:
    messages = render(reply, group=group)
    if messages:
        assert problems(messages) == []
    else:
        assert not reply.text.strip()
    assert lost(reply, messages) == []


def test_lead_cards_and_tail_become_messages_in_order() -> None:
    lead, cards, tail = render(THREE_CARDS)
    assert lead == {"type": "text", "text": "Here is what I found."}
    assert cards["altText"] == THREE_CARDS.text[:1499].rstrip() + "…" or cards["altText"] == THREE_CARDS.text
    assert [b["type"] for b in cards["contents"]["contents"]] == ["bubble"] * 3  # type: ignore[index]
    assert tail["text"] == "Another city?"


def test_one_card_is_a_bubble_and_not_a_carousel() -> None:
    (message,) = render(Reply("en", cards=(KOMAKI,)))
    assert message["contents"]["type"] == "bubble"  # type: ignore[index]


def test_choices_stand_on_the_last_message_only() -> None:
    messages = render(THREE_CARDS)
    assert ["quickReply" in message for message in messages] == [False, False, True]
    actions = [item["action"] for item in messages[-1]["quickReply"]["items"]]  # type: ignore[index]
    assert actions == [
        {"type": "message", "label": "Komaki", "text": "Komaki"},
        {"type": "message", "label": "Cities", "text": "cities"},
        {"type": "location", "label": "Near me"},
    ]


def test_in_a_group_words_are_postbacks_and_no_location_is_asked() -> None:
    (message,) = render(say("Which city?", choices=CHOICES), group=True)
    actions = [item["action"] for item in message["quickReply"]["items"]]  # type: ignore[index]
    assert actions[0] == {"type": "postback", "label": "Komaki", "data": "Komaki", "displayText": "Komaki"}
    assert [action["type"] for action in actions] == ["postback", "postback"]


def test_each_kind_of_choice_has_its_action() -> None:
    choices = (Open("Page", "https://example.jp/"), Copy("Copy", "はじめまして"), AskLocation("Near me"))
    (message,) = render(say("Hello", choices=choices))
    actions = [item["action"] for item in message["quickReply"]["items"]]  # type: ignore[index]
    assert actions == [
        {"type": "uri", "label": "Page", "uri": "https://example.jp/"},
        {"type": "clipboard", "label": "Copy", "clipboardText": "はじめまして"},
        {"type": "location", "label": "Near me"},
    ]


def test_choices_beyond_thirteen_are_said_in_the_text() -> None:
    choices = tuple(Say(f"City {i}", f"city {i}") for i in range(15))
    (*_, message) = render(say("Which?", choices=choices))
    assert len(message["quickReply"]["items"]) == 13  # type: ignore[index]
    assert str(message["text"]).endswith("city 13\ncity 14")


def test_links_open_and_addresses_copy_on_a_tap() -> None:
    taps = {text["text"]: text["action"] for text, _ in flex_texts(bubble(KOMAKI)) if "action" in text}
    assert taps["http://www.komakikia.jp/"] == {"type": "uri", "uri": "http://www.komakikia.jp/"}
    address = "tabunka@city.komaki.lg.jp"
    assert taps[address] == {"type": "clipboard", "clipboardText": address}


def test_every_text_of_a_card_is_readable_large_and_has_contrast() -> None:
    styles = ["", "heading", "note", "link", "email", "japanese"]
    lines = tuple(Line(f"{style} text", style) for style in styles)
    made = bubble(Card("x", "Title", (Block(lines),), KOMAKI.actions))
    texts = list(flex_texts(made))
    assert len(texts) == 1 + len(styles) + len(KOMAKI.actions)
    for text, ground in texts:
        assert text["wrap"]
        assert text["scaling"]
        assert contrast(text["color"], ground) >= 4.5, text["text"]


def test_the_measure_of_contrast_is_right() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://www.komakikia.jp/", "http://www.komakikia.jp/"),
        ("https://e.jp/a_b~(c)?d=%E3%81%82&e[]=1#f", "https://e.jp/a_b~(c)?d=%E3%81%82&e[]=1#f"),
        ("https://e.jp/日本 語", "https://e.jp/%E6%97%A5%E6%9C%AC%20%E8%AA%9E"),
        ("tel:+81-568-76-1000", "tel:+81-568-76-1000"),
        ("https://例え.jp/", None),
        ("https://e.jp/%zz", None),
        ("https://e.jp/a\nb", None),
        ("mailto:a@b.jp", None),
        ("javascript:alert(1)", None),
        ("www.komakikia.jp", None),
        ("https://", None),
        ("", None),
        ("https://e.jp/" + "x" * 987, "https://e.jp/" + "x" * 987),
        ("https://e.jp/" + "x" * 988, None),
    ],
)
def test_urls_become_actions_only_as_line_takes_them(url: str, expected: str | None) -> None:
    assert uri(url) == expected


@pytest.mark.parametrize(
    ("text", "fits"), [("x" * 1000, True), ("x" * 1001, False), ("😀" * 500 + "x", False)]
)
def test_what_is_too_long_for_the_clipboard_is_said_in_the_text(text: str, fits: bool) -> None:
    (message,) = render(say("Copy this", choices=(Copy("Copy", text),)))
    assert ("quickReply" in message) == fits
    assert (text in str(message["text"])) == (not fits)
    assert ("footer" in (bubble(Card("x", "Ueda", (), (Copy("Copy", text),))) or {})) == fits


def test_a_url_that_line_refuses_stays_as_text_without_a_button() -> None:
    url = "http://例え.jp/教室"
    made = bubble(Card("x", "Ueda", (Block((Line(url, "link"),)),), (Open("Class page", url),)))
    assert made is not None
    assert "footer" not in made
    assert [text["text"] for text, _ in flex_texts(made)] == ["Ueda", url]


def test_a_url_that_had_to_be_encoded_stands_beside_its_button() -> None:
    url = "https://e.jp/教室"
    made = bubble(Card("x", "Ueda", (), (Open("Page", url),)))
    assert [text["text"] for text, _ in flex_texts(made)] == ["Ueda", url, "Page"]


def test_more_than_twelve_cards_become_two_carousels() -> None:
    messages = render(Reply("en", cards=tuple(card(i) for i in range(14))))
    assert [len(m["contents"].get("contents", [m])) for m in messages] == [12, 2]  # type: ignore[attr-defined]
    assert problems(messages) == []


def test_a_carousel_over_fifty_kilobytes_is_parted() -> None:
    reply = Reply("en", cards=tuple(card(i, blocks=25) for i in range(8)))
    messages = render(reply)
    assert {message["type"] for message in messages} == {"flex"}
    assert len(messages) == 2
    assert problems(messages) == []


def test_a_card_too_long_for_a_bubble_is_said_as_text_in_its_place() -> None:
    reply = Reply("en", cards=(card(1), card(2, blocks=150), card(3)))
    messages = render(reply)
    assert [message["type"] for message in messages] == ["flex", "text", "flex"]
    assert "City 2" in str(messages[1]["text"])
    assert "contact" in str(messages[1]["text"])
    assert problems(messages) == []


@pytest.mark.parametrize("letter", ["x", "漢", "\n."])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_bubbles_and_carousels_fill_their_limits_and_no_more(letter: str, count: int) -> None:
    kinds = set()
    for size in range(18_000 // count, 53_000 // count, 500):
        text = letter * (size // len(letter.encode()))
        cards = tuple(Card("x", f"City {i}", (Block((Line(text),)),)) for i in range(count))
        messages = render(Reply("en", cards=cards))
        assert reply_problems({"replyToken": "t", "messages": messages}) == []
        kinds.add("+".join(str(message["type"]) for message in messages))
    assert "flex" in kinds
    assert len(kinds) > 1


def test_an_answer_too_long_for_five_messages_keeps_titles_links_and_addresses() -> None:
    filler = Block((Line("word " * 900),))
    cards = tuple(Card("x", f"City {i}", (*card(i).blocks, filler)) for i in range(8))
    reply = Reply("en", (filler,) * 5, cards, (filler, Block((Line("a@b.jp", "email"),))), CHOICES)
    messages = render(reply)
    assert problems(messages) == []
    assert lost(reply, messages) == []
    assert all(any(f"City {i}" in text for text in strings(messages)) for i in range(8))
    assert "quickReply" in messages[-1]


def test_a_reply_that_says_nothing_makes_no_message() -> None:
    assert render(Reply("en")) == []
    assert render(Reply("en", (Block((Line(""),)), Block(())), (Card("x", " ", ()),))) == []


def test_choices_alone_are_said_as_well() -> None:
    (message,) = render(Reply("en", choices=CHOICES))
    assert message["text"] == "Komaki\ncities"
    assert "quickReply" in message


def test_an_answer_that_is_kept_is_rendered_once() -> None:
    renderer = Renderer()
    first = renderer.json(THREE_CARDS)
    assert json.loads(first) == render(THREE_CARDS)
    assert renderer.json(THREE_CARDS) is first
    assert json.loads(renderer.json(THREE_CARDS, group=True)) == render(THREE_CARDS, group=True)


def test_what_was_made_of_an_object_goes_with_it() -> None:
    made: Made[Reply, str] = Made()
    one, same = Reply("en"), Reply("en")
    made.put(one, "one")
    made.put(same, "same")
    made.put(same, "again")
    assert (made.get(one), made.get(same)) == ("one", "again")
    del one
    assert (len(made), made.get(same), made.get(Reply("en"))) == (1, "again", None)
    del same
    assert len(made) == 0
