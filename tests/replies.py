"""Replies for tests: one as the bot gives it, and strategies for replies that no bot should give."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.model import Action, AskLocation, Block, Card, Copy, Line, Open, Reply, Say

KOMAKI = Card(
    "komaki",
    "Komaki · 小牧市",
    (
        Block(
            (
                Line("Japanese class page:", "heading"),
                Line("Komaki International Association"),
                Line("http://www.komakikia.jp/", "link"),
                Line("The page may be in Japanese.", "note"),
            )
        ),
        Block(
            (
                Line("Who to ask:", "heading"),
                Line("(1) Multicultural Symbiosis Division, Civic Life Department"),
                Line("tabunka@city.komaki.lg.jp", "email"),
                Line("http://www.city.komaki.aichi.jp", "link"),
            )
        ),
        Block(
            (
                Line("日本語を勉強したいです。日本語教室について教えてください。", "japanese"),
                Line("Prices and times are not on my list."),
            )
        ),
    ),
    (
        Open("Open class page", "http://www.komakikia.jp/"),
        Open(
            "Open translated", "https://translate.google.com/translate?sl=ja&tl=en&u=http://www.komakikia.jp/"
        ),
        Say("Write to them", "contact Komaki"),
        Copy("Copy the message", "はじめまして。\n小牧市で日本語を勉強したいと思っています。"),
    ),
)
CHOICES: tuple[Action, ...] = (Say("Komaki", "Komaki"), Say("Cities", "cities"), AskLocation("Near me"))
THREE_CARDS = Reply(
    "en",
    (Block((Line("Here is what I found."),)),),
    (KOMAKI, KOMAKI, KOMAKI),
    (Block((Line("Another city?"),)),),
    CHOICES,
)

#: Letters that are more than one code point, more than one UTF-16 unit, or more than one byte.
_ODD = [
    "👨‍👩‍👧‍👦",
    "🇻🇳",
    "👍🏽",
    "e\u0301\u0323",
    "ế",
    "漢",
    "𠮷",
    "が",
    "\u200d",
    "\r\n",
    "\n\n",
    " ",
    '"',
    "<",
    "\\",
    "\x07",
]
_letters = st.sampled_from(_ODD) | st.characters(codec="utf-8")


def texts(most: int) -> st.SearchStrategy[str]:
    """Texts of odd letters, some of them long; `most` bounds the number of repetitions."""
    short = st.lists(_letters, max_size=12).map("".join)
    return short | st.builds(lambda text, times: text * times, short, st.integers(1, most))


urls = st.builds(
    lambda scheme, host, path: f"{scheme}{host}/{path}",
    st.sampled_from(["http://", "https://", "HTTP://", "ftp://"]),
    st.sampled_from(["www.city.komaki.aichi.jp", "例え.jp", "a.example"]),
    st.sampled_from(["", "kyoshitsu_1.html", "日本語/教室", "a b", "%zz", "?q=1&r=[2]#x", "long/" * 210]),
)
emails = st.sampled_from(["tabunka@city.komaki.lg.jp", "kia@ma.ccnw.ne.jp", "日本@example.jp"])

_lines = st.one_of(
    st.builds(Line, texts(60), st.sampled_from(["", "heading", "note", "japanese", "unheard-of"])),
    st.builds(Line, urls, st.just("link")),
    st.builds(Line, emails, st.just("email")),
)
_blocks = st.lists(st.lists(_lines, max_size=4).map(lambda lines: Block(tuple(lines))), max_size=3).map(tuple)
_actions = st.one_of(
    st.builds(Say, texts(30), texts(60)),
    st.builds(Open, texts(30), urls),
    st.builds(Copy, texts(30), texts(100)),
    st.builds(AskLocation, texts(30)),
)
_cards = st.builds(Card, st.just("x"), texts(80), _blocks, st.lists(_actions, max_size=5).map(tuple))

replies = st.builds(
    Reply,
    st.sampled_from(["en", "pt", "vi"]),
    _blocks,
    st.lists(_cards, max_size=4).map(tuple),
    _blocks,
    st.lists(_actions, max_size=16).map(tuple),
)


def links(reply: Reply) -> list[str]:
    """Every URL and e-mail address of the reply."""
    blocks = [*reply.lead, *(block for card in reply.cards for block in card.blocks), *reply.tail]
    found = [line.text for block in blocks for line in block.lines if line.style in ("link", "email")]
    actions = [*reply.choices, *(action for card in reply.cards for action in card.actions)]
    return found + [action.url for action in actions if isinstance(action, Open)]
