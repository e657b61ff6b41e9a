"""What Telegram's API takes and refuses, for the methods that the bot uses.

Stricter than Telegram in one thing: an unknown parameter is refused rather than ignored. Limits:
https://core.telegram.org/bots/api. Where TELEGRAM_BOT_API_SPEC names the machine-readable specification,
every call must pass that too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram_entities import parse_html, utf16
from tests.fakes.telegram_refusal import Refusal
from tests.fakes.telegram_spec import spec_errors

#: method: its parameters; those with "!" are required.
_PARAMETERS = {
    "getMe": "",
    "getUpdates": "offset limit timeout allowed_updates",
    "setWebhook": "url! allowed_updates secret_token max_connections drop_pending_updates",
    "deleteWebhook": "drop_pending_updates",
    "getWebhookInfo": "",
    "sendMessage": "chat_id! text! parse_mode link_preview_options message_thread_id reply_parameters"
    " reply_markup disable_notification",
    "editMessageText": "chat_id! message_id! text! parse_mode link_preview_options reply_markup",
    "deleteMessage": "chat_id! message_id!",
    "answerCallbackQuery": "callback_query_id! text show_alert cache_time",
    "answerInlineQuery": "inline_query_id! results! cache_time is_personal next_offset",
    "setMyCommands": "commands! language_code scope",
    "getMyCommands": "language_code scope",
    "setMyName": "name language_code",
    "getMyName": "language_code",
    "setMyDescription": "description language_code",
    "getMyDescription": "language_code",
    "setMyShortDescription": "short_description language_code",
    "getMyShortDescription": "language_code",
}
_TYPES: dict[str, type] = {
    **dict.fromkeys(("link_preview_options", "reply_parameters", "reply_markup"), dict),
    **dict.fromkeys(("results", "commands", "allowed_updates"), list),
    **dict.fromkeys(("chat_id", "message_id", "message_thread_id"), int),
    **dict.fromkeys(("offset", "limit", "timeout", "cache_time"), int),
    **dict.fromkeys(("is_personal", "show_alert", "drop_pending_updates", "disable_notification"), bool),
}
_LENGTHS = {"name": 64, "description": 512, "short_description": 120}
_BUTTON_KINDS = {"url", "callback_data", "copy_text"}

Params = Mapping[str, Any]


def check(method: str, params: Params) -> None:
    """Raises Refusal where the call would be refused."""
    if method not in _PARAMETERS:
        raise Refusal(404, "Not Found")
    names = _PARAMETERS[method].split()
    unknown = set(params) - {name.rstrip("!") for name in names}
    missing = {name[:-1] for name in names if name.endswith("!")} - set(params)
    if unknown or missing:
        raise _bad(f"unknown parameters {sorted(unknown)}, missing parameters {sorted(missing)}")
    for name, value in params.items():
        if type(value) is not _TYPES.get(name, str):
            raise _bad(f"can't parse {name}")
    if method in _CHECKS:
        _CHECKS[method](params)
    if complaints := spec_errors(method, params):
        raise _bad("; ".join(complaints[:3]))


def visible(params: Params) -> str:
    """The text of a message as it is shown. Raises Refusal where it cannot be sent."""
    text = params.get("text") or params.get("message_text") or ""
    if params.get("parse_mode") == "HTML":
        text = parse_html(text).text
    elif params.get("parse_mode"):
        raise _bad("unsupported parse_mode")
    text = text.strip()
    if not any(unicodedata.category(letter)[0] not in "CZ" for letter in text):
        raise _bad("message text is empty")
    if any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in text):
        raise _bad("control characters")
    if utf16(text) > 4096:
        raise _bad("message is too long")
    return text


def _message(params: Params) -> None:
    visible(params)
    markup = params.get("reply_markup")
    if markup is not None:
        _markup(markup, private=params["chat_id"] > 0)


def _edited(params: Params) -> None:
    _message(params)
    if "keyboard" in params.get("reply_markup", {}):
        raise _bad("inline keyboard expected")


def _markup(markup: Params, private: bool) -> None:
    if "inline_keyboard" in markup:
        rows = markup["inline_keyboard"]
        if sum(map(len, rows)) > 100 or any(not 1 <= len(row) <= 8 for row in rows):
            raise _bad("reply markup is too long")
        for row in rows:
            for button in row:
                _inline_button(button)
    elif "keyboard" in markup:
        for row in markup["keyboard"]:
            for button in row:
                if not button.get("text", "").strip():
                    raise _bad("keyboard button text must not be empty")
                if button.get("request_location") and not private:
                    raise _bad("location can be requested in private chats only")
    else:
        raise _bad("object expected as reply markup")


def _inline_button(button: Params) -> None:
    if not button.get("text", "").strip():
        raise _bad("text buttons are unallowed in the inline keyboard")
    kinds = set(button) - {"text"}
    if len(kinds) != 1 or not kinds <= _BUTTON_KINDS:
        raise _bad(f"a button needs exactly one action, not {sorted(kinds)}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise _bad("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= utf16(button["copy_text"]["text"]) <= 256:
        raise _bad("BUTTON_COPY_TEXT_INVALID")
    if "url" in button:
        parts = urlsplit(button["url"])
        if parts.scheme not in ("http", "https", "tg") or not parts.netloc or re.search(r"\s", button["url"]):
            raise _bad("BUTTON_URL_INVALID")


def _inline_results(params: Params) -> None:
    results = params["results"]
    names = [result.get("id", "") for result in results]
    if len(results) > 50:
        raise _bad("RESULTS_TOO_MUCH")
    if len(set(names)) != len(names) or any(not 1 <= len(name.encode()) <= 64 for name in names):
        raise _bad("RESULT_ID_INVALID")
    for result in results:
        if result.get("type") != "article" or not result.get("title", "").strip():
            raise _bad("ARTICLE_TITLE_EMPTY")
        visible(result["input_message_content"])
        if "reply_markup" in result:
            _markup(result["reply_markup"], private=False)


def _webhook(params: Params) -> None:
    parts = urlsplit(params["url"])
    if params["url"] and parts.scheme != "https" and parts.hostname != "127.0.0.1":
        raise _bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", params.get("secret_token", "")):
        raise _bad("secret token contains unallowed characters")


def _commands(params: Params) -> None:
    _language(params)
    if len(params["commands"]) > 100:
        raise _bad("BOT_COMMANDS_TOO_MUCH")
    for command in params["commands"]:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise _bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise _bad("BOT_COMMAND_DESCRIPTION_INVALID")


def _language(params: Params) -> None:
    if not re.fullmatch(r"([a-z]{2})?", params.get("language_code", "")):
        raise _bad("LANGUAGE_CODE_INVALID")
    for name, longest in _LENGTHS.items():
        if utf16(params.get(name, "")) > longest:
            raise _bad(f"{name} is too long")


_CHECKS: dict[str, Callable[[Params], None]] = {
    "sendMessage": _message,
    "editMessageText": _edited,
    "answerInlineQuery": _inline_results,
    "setWebhook": _webhook,
    "setMyCommands": _commands,
    **dict.fromkeys(("setMyName", "setMyDescription", "setMyShortDescription"), _language),
}


def _bad(complaint: str) -> Refusal:
    return Refusal(400, f"Bad Request: {complaint}")
