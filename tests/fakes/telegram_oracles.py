"""What python-telegram-bot makes of the JSON that we send: its objects know every field of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telegram import (
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
)


def keyboard(markup: Mapping[str, Any]) -> InlineKeyboardMarkup | ReplyKeyboardMarkup:
    if "inline_keyboard" in markup:
        return InlineKeyboardMarkup.de_json(dict(markup))
    rows = [[KeyboardButton(**button) for button in row] for row in markup["keyboard"]]
    return ReplyKeyboardMarkup(rows, **{name: flag for name, flag in markup.items() if name != "keyboard"})


def article(result: Mapping[str, Any]) -> InlineQueryResultArticle:
    """An article with a text; what it lacks may be missing."""
    content = dict(result["input_message_content"])
    preview = LinkPreviewOptions(**content.pop("link_preview_options"))
    return InlineQueryResultArticle(
        result["id"],
        result["title"],
        InputTextMessageContent(**content, link_preview_options=preview),
        keyboard(result["reply_markup"]) if "reply_markup" in result else None,  # type: ignore[arg-type]
        description=result["description"],
    )
