"""A Reply as Telegram messages: HTML within the limits, keyboards below it, cards for inline mode. Pure.

Limits: https://core.telegram.org/bots/api. Every link and e-mail address stays whole, as bare text.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.channels.limits import cut_graphemes, split_utf16, utf16_length
from bot.channels.telegram_json import Json
from bot.channels.telegram_keyboard import button_label, inline_keyboard, location_keyboard
from bot.channels.telegram_text import clean, is_visible
from bot.model import Action, AskLocation, Block, Card, Line, Open, Reply, Say

MAX_TEXT = 4096  # UTF-16 units, after entities are parsed
MAX_INLINE_RESULTS = 50
MAX_RESULT_ID = 64  # bytes

#: How every text is sent.
AS_HTML: Json = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}

#: Up to so many cards have a message each, and so their own buttons: Telegram frowns upon more than one
#: message a second in a chat, and so does the reader.
_OWN_MESSAGES = 3

#: A tap on <code> or <pre> copies it.
_TAGS = {"heading": "b", "note": "i", "japanese": "code"}


@dataclass(frozen=True, slots=True)
class TelegramMessage:
    """One message: its text in Telegram's HTML and its keyboard, an InlineKeyboardMarkup or, to ask for the
    location, a ReplyKeyboardMarkup.
    """

    html: str
    markup: Json | None = None


def render(reply: Reply, private: bool) -> tuple[TelegramMessage, ...]:
    """The messages of an answer, in order; none where it says nothing.

    Only private chats may be asked for their location, by a keyboard that excludes the other one: where the
    last message has buttons already, the question for the location is a message of its own.
    """
    messages: list[TelegramMessage] = []
    for blocks, actions in _parts(reply):
        pages = html_pages(blocks)
        messages += [TelegramMessage(page) for page in pages[:-1]]
        messages += [TelegramMessage(page, inline_keyboard(actions)) for page in pages[-1:]]
    label = next((action.label for action in _actions(reply) if isinstance(action, AskLocation)), "")
    if not (private and messages and is_visible(label)):
        return tuple(messages)
    keyboard = location_keyboard(label)
    if messages[-1].markup is None:
        messages[-1] = replace(messages[-1], markup=keyboard)
    else:
        messages.append(TelegramMessage(_escape(button_label(label)), keyboard))
    return tuple(messages)


def render_inline(reply: Reply) -> list[Json]:
    """An InlineQueryResultArticle a card, to be shared in any chat. Buttons that speak to the bot have no
    place there.
    """
    results: dict[str, Json] = {}
    for card in reply.cards:
        pages, name = html_pages(_card_blocks(card)), _result_id(card)
        if pages and is_visible(card.title) and name not in results:
            markup = inline_keyboard(action for action in card.actions if isinstance(action, Open))
            results[name] = {
                "type": "article",
                "id": name,
                "title": cut_graphemes(clean(card.title), 100),
                "description": cut_graphemes(_summary(card), 100),
                "input_message_content": {"message_text": pages[0], **AS_HTML},
                **({"reply_markup": markup} if markup else {}),
            }
    return list(results.values())[:MAX_INLINE_RESULTS]


def html_pages(blocks: Iterable[Block]) -> list[str]:
    """The blocks as HTML, divided between blocks, or else between lines or words, where one message is too
    short for them.
    """
    pages: list[str] = []
    room = 0
    for markup, size in _pieces(blocks):
        if pages and size + 2 <= room:
            pages[-1] += "\n\n" + markup
            room -= size + 2
        else:
            pages.append(markup)
            room = MAX_TEXT - size
    return pages


def _parts(reply: Reply) -> list[tuple[list[Block], list[Action]]]:
    """What belongs into one message each, text and buttons."""
    if not 1 <= len(reply.cards) <= _OWN_MESSAGES:
        blocks = [*reply.lead, *(block for card in reply.cards for block in _card_blocks(card)), *reply.tail]
        words = [action for card in reply.cards for action in card.actions if isinstance(action, Say)]
        return [(blocks, [*words, *reply.choices])]
    parts = [(_card_blocks(card), list(card.actions)) for card in reply.cards]
    parts[0][0][:0] = reply.lead
    parts[-1][0].extend(reply.tail)
    parts[-1][1].extend(reply.choices)
    return parts


def _actions(reply: Reply) -> Iterator[Action]:
    for card in reply.cards:
        yield from card.actions
    yield from reply.choices


def _card_blocks(card: Card) -> list[Block]:
    return [Block((Line(card.title, "heading"),)), *card.blocks]


def _summary(card: Card) -> str:
    lines = (line.text for block in card.blocks for line in block.lines)
    return " ".join(clean(" ".join(lines)).split())


def _result_id(card: Card) -> str:
    return clean(card.id).encode()[:MAX_RESULT_ID].decode(errors="ignore") or "card"


def _pieces(blocks: Iterable[Block]) -> Iterator[tuple[str, int]]:
    """Blocks as HTML that fits into one message, and its size in UTF-16 units. Blank lines are left out."""
    for block in blocks:
        lines: list[str] = []
        size = 0
        for line in block.lines:
            for text in split_utf16(clean(line.text), MAX_TEXT):
                if not is_visible(text):
                    continue
                length = utf16_length(text)
                if lines and size + 1 + length > MAX_TEXT:
                    yield "\n".join(lines), size
                    lines = []
                size = size + 1 + length if lines else length
                lines.append(_line_html(text, line.style))
        if lines:
            yield "\n".join(lines), size


def _line_html(text: str, style: str) -> str:
    tag = _TAGS.get(style)
    if tag == "code" and "\n" in text:
        tag = "pre"
    markup = _escape(text)
    return f"<{tag}>{markup}</{tag}>" if tag else markup


def _escape(text: str) -> str:
    return html.escape(text, quote=False).replace('"', "&quot;")
