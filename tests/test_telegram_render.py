"""Telegram's rendering half: every message is one that Telegram takes and holds every link and address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram_html import TelegramMessage, html_pages, render, render_inline
from bot.channels.telegram_keyboard import inline_keyboard
from bot.model import Action, AskLocation, Block, Card, Copy, Line, Open, Reply, Say
from tests.fakes import telegram_oracles
from tests.fakes.telegram_entities import Parsed, parse_html, utf16
from tests.fakes.telegram_refusal import Refusal
from tests.fakes.telegram_rules import check

#: Looks like HTML in places, and must not be read as such.
PAGE = "http://www.komakikia.jp/?a=1&lt;=<2>&amp;"
KOMAKI = Card(
    "komaki",
    "Komaki · 小牧市",
    (
        Block(
            (
                Line("Japanese class page:", "heading"),
                Line("http://www.komakikia.jp/?a=1&lt;=<2>&amp;", "link"),
            )
        ),
        Block((Line("(1) Multicultural & Symbiosis <Division>"), Line("kia@ma.ccnw.ne.jp", "email"))),
        Block((Line("日本語を勉強したいです。", "japanese"), Line("I want to study Japanese.", "note"))),
        Block((Line("日本語教室について\n教えてください", "japanese"),)),
    ),
    (Open("Class page", "http://www.komakikia.jp/"), Say("Komaki: price", "Komaki price")),
)
LEAD = (Block((Line("Here you are."),)),)
TAIL = (Block((Line("Anything else?"),)),)
CHOICES: tuple[Action, ...] = (Say("Ueda", "Ueda"), AskLocation("📍 Near me"))


def accepted(message: TelegramMessage, chat_id: int = 7) -> dict[str, Any]:
    """The call that sends the message; raises Refusal if the fake Telegram would not take it."""
    params = {"chat_id": chat_id, "text": message.html, "parse_mode": "HTML"}
    if message.markup is not None:
        params["reply_markup"] = message.markup
        assert telegram_oracles.keyboard(message.markup).to_dict() == message.markup
    check("sendMessage", params)
    return params


def shown(message: TelegramMessage) -> Parsed:
    return parse_html(message.html)


def labels(message: TelegramMessage) -> list[list[str]]:
    rows: Any = (message.markup or {}).get("inline_keyboard", [])
    return [[button["text"] for button in row] for row in rows]


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_one_card_is_one_message_with_its_own_buttons_and_those_of_the_answer() -> None:
    (message,) = render(Reply("en", LEAD, (KOMAKI,), TAIL, (Say("Ueda", "Ueda"),)), private=True)
    accepted(message)
    assert squeezed(shown(message).text) == squeezed(Reply("en", LEAD, (KOMAKI,), TAIL).text)
    assert labels(message) == [["Class page", "Komaki: price"], ["Ueda"]]


def test_titles_and_headings_are_bold_japanese_can_be_tapped_links_are_bare() -> None:
    (message,) = render(Reply("en", cards=(KOMAKI,)), private=True)
    parsed = shown(message)
    assert parsed.marked("bold") == ["Komaki · 小牧市", "Japanese class page:"]
    assert parsed.marked("code") == ["日本語を勉強したいです。"]
    assert parsed.marked("pre") == ["日本語教室について\n教えてください"]
    assert parsed.marked("italic") == ["I want to study Japanese."]
    assert f"\n{PAGE}\n" in parsed.text
    assert "\n(1) Multicultural & Symbiosis <Division>\nkia@ma.ccnw.ne.jp\n" in parsed.text


def test_up_to_three_cards_have_a_message_each_and_more_share_one() -> None:
    three = render(Reply("en", LEAD, (KOMAKI,) * 3, TAIL, (Say("Ueda", "Ueda"),)), private=False)
    assert [labels(message) for message in three] == [
        [["Class page", "Komaki: price"]],
        [["Class page", "Komaki: price"]],
        [["Class page", "Komaki: price"], ["Ueda"]],
    ]
    (four,) = render(Reply("en", LEAD, (KOMAKI,) * 4, TAIL, (Say("Ueda", "Ueda"),)), private=False)
    assert labels(four) == [["Komaki: price", "Ueda"]]
    assert shown(four).text.count("kia@ma.ccnw.ne.jp") == 4


def test_the_location_is_asked_for_where_no_other_button_stands() -> None:
    (message,) = render(Reply("en", LEAD, choices=(AskLocation("📍 Near me"),)), private=True)
    keyboard = accepted(message)["reply_markup"]["keyboard"]
    assert keyboard == [[{"text": "📍 Near me", "request_location": True}]]


def test_beside_other_buttons_the_location_is_asked_for_in_a_second_message() -> None:
    question, location = render(Reply("en", LEAD, choices=CHOICES), private=True)
    assert labels(question) == [["Ueda"]]
    assert shown(location).text == "📍 Near me"
    markup = accepted(location)["reply_markup"]
    assert markup["keyboard"] == [[{"text": "📍 Near me", "request_location": True}]]
    assert markup["one_time_keyboard"] is True


def test_groups_are_never_asked_for_their_location() -> None:
    (message,) = render(Reply("en", LEAD, choices=CHOICES), private=False)
    assert labels(message) == [["Ueda"]]
    (bare,) = render(Reply("en", LEAD, choices=(AskLocation("📍 Near me"),)), private=False)
    assert bare.markup is None


@pytest.mark.parametrize(
    "action",
    [
        Say("Too long", "ờ" * 21 + "xx"),
        Say("Empty", " "),
        Say(" ", "no label"),
        Copy("Too long", "日" * 257),
        Copy("Empty", ""),
        Open("Mail", "mailto:kia@ma.ccnw.ne.jp"),
        Open("Script", "javascript:alert(1)"),
        Open("No host", "http:///x"),
        Open("Space", "http://a b.jp/"),
        Open("Broken", "http://[::1/"),
        AskLocation("Near me"),
    ],
)
def test_buttons_that_telegram_would_refuse_are_left_out(action: Action) -> None:
    assert inline_keyboard([action]) is None


def test_buttons_at_the_very_limit_stay() -> None:
    keyboard = inline_keyboard(
        [Say("Say", "ờ" * 21 + "x"), Copy("Copy", "日" * 256), Open("Open", "http://a.jp")]
    )
    assert keyboard is not None
    accepted(TelegramMessage("x", keyboard))
    assert labels(TelegramMessage("x", keyboard)) == [["Say", "Copy", "Open"]]


def test_the_same_button_stands_there_once() -> None:
    keyboard = inline_keyboard([Say("Ueda", "Ueda"), Say("Ueda", "Ueda")])
    assert labels(TelegramMessage("x", keyboard)) == [["Ueda"]]


def test_at_most_a_hundred_buttons() -> None:
    keyboard = inline_keyboard([Say(f"Place {n}", f"Place {n}") for n in range(120)])
    message = TelegramMessage("x", keyboard)
    accepted(message)
    assert sum(map(len, labels(message))) == 100


def test_a_long_answer_is_divided_between_its_blocks() -> None:
    blocks = [Block((Line(f"Heading {n}", "heading"), Line("x" * 900))) for n in range(10)]
    pages = [parse_html(page).text for page in html_pages(blocks)]
    assert [page.count("Heading") for page in pages] == [4, 4, 2]
    assert all(page.startswith("Heading") for page in pages)


def test_a_long_block_is_divided_between_its_lines_and_a_long_line_between_its_words() -> None:
    link = "http://www.city.komaki.aichi.jp/" + "x" * 300
    lines = [Line("word " * 1000), Line(link, "link"), Line("👍🏽" * 2000), Line(link, "link")]
    pages = [parse_html(page).text for page in html_pages([Block(tuple(lines))])]
    assert all(utf16(page) <= 4096 for page in pages)
    assert sum(page.count(link) for page in pages) == 2
    assert sum(page.count("word") for page in pages) == 1000
    assert sum(page.count("👍🏽") for page in pages) == 2000


def test_an_answer_that_says_nothing_is_no_message() -> None:
    blank = (Block((Line(" \u200b\n"), Line(""))),)
    assert render(Reply("en", blank, choices=CHOICES), private=True) == ()


def test_inline_cards() -> None:
    (only,) = render_inline(Reply("en", LEAD, (KOMAKI, KOMAKI), TAIL))
    result: Mapping[str, Any] = only
    assert (result["id"], result["title"]) == ("komaki", "Komaki · 小牧市")
    assert result["description"].startswith("Japanese class page: http://www.komakikia.jp/")
    content, markup = result["input_message_content"], result["reply_markup"]
    assert labels(TelegramMessage(content["message_text"], markup)) == [["Class page"]]
    assert content["link_preview_options"] == {"is_disabled": True}
    assert telegram_oracles.article(result).to_dict() == result


def test_at_most_fifty_inline_cards() -> None:
    cards = tuple(Card(f"place{n}", f"Place {n}", ()) for n in range(60))
    assert len(render_inline(Reply("en", cards=cards))) == 50


@pytest.mark.parametrize(
    "html",
    ["<b>x", "x</b>", "<b><i>x</b></i>", "<p>x</p>", "a < b", "<b>" + "x" * 4097 + "</b>", "", " \u200b"],
)
def test_the_fake_refuses_what_telegram_refuses(html: str) -> None:
    with pytest.raises(Refusal):
        accepted(TelegramMessage(html))


#: Names as they may come: markup, Markdown, emoji, joined and combining characters, CJK, control characters.
NASTY = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "<b>&lt;",
            "</b>",
            "_*`[x](http://y)*_",
            "👨‍👩‍👧‍👦",
            "🇯🇵" * 9,
            "e" + "\u0301" * 5000,
            "浜松市" * 40,
            "\ud800",
            "\0",
        ]
        + ["\u202eabc", "Ueda\r\nIse", "x" * 5000, "ờ ế " * 1500, "&amp;", '"', "\u3164", "\U0010ffff" * 2100]
    ),
    st.lists(st.sampled_from(["Komaki ", "小牧", "👍🏽", "<", "&", "\n", "é"]), max_size=3000).map("".join),
)
PATH = st.lists(
    st.sampled_from([*"abXY01-_.~/?=&%#+,;:'()@!$*", "&lt;", "&amp;", "&#60;"]), max_size=120
).map("".join)
LINKS = PATH.map(lambda path: f"http://www.city.komaki.aichi.jp/{path}")
EMAILS = st.text("abcxyz0189._-+'&", min_size=1, max_size=30).map(lambda name: f"{name}@city.komaki.lg.jp")
LINES = st.one_of(
    st.builds(Line, NASTY, st.sampled_from(["", "heading", "note", "japanese"])),
    st.builds(Line, LINKS, st.just("link")),
    st.builds(Line, EMAILS, st.just("email")),
)
BLOCKS = st.lists(LINES, max_size=5).map(tuple).map(Block)
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(Say, NASTY, NASTY),
    st.builds(Open, NASTY, LINKS | NASTY),
    st.builds(Copy, NASTY, NASTY),
    st.builds(AskLocation, NASTY),
)
CARDS = st.builds(
    Card,
    NASTY,
    NASTY,
    st.lists(BLOCKS, max_size=4).map(tuple),
    st.lists(ACTIONS, max_size=6).map(tuple),
)
REPLIES = st.builds(
    Reply,
    st.just("en"),
    st.lists(BLOCKS, max_size=2).map(tuple),
    st.lists(CARDS, max_size=14).map(tuple),
    st.lists(BLOCKS, max_size=2).map(tuple),
    st.lists(ACTIONS, max_size=120).map(tuple),
)


def addresses(reply: Reply) -> list[str]:
    blocks = [*reply.lead, *(block for card in reply.cards for block in card.blocks), *reply.tail]
    return [line.text for block in blocks for line in block.lines if line.style in ("link", "email")]


@settings(max_examples=150, deadline=None)
@given(REPLIES, st.booleans())
def test_every_answer_is_taken_and_holds_every_address(reply: Reply, private: bool) -> None:
    messages = render(reply, private)
    for message in messages:
        accepted(message, chat_id=7 if private else -100)
    lines = [line for message in messages for line in shown(message).text.split("\n")]
    for address in addresses(reply):
        assert address in lines
        lines.remove(address)


@settings(max_examples=100, deadline=None)
@given(REPLIES)
def test_every_inline_answer_is_taken(reply: Reply) -> None:
    check("answerInlineQuery", {"inline_query_id": "1", "results": render_inline(reply)})
