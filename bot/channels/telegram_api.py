"""Telegram's network half: sends answers, fetches updates; python-telegram-bot sets the webhook.

Knows nothing of what answers say. No error or log line of it holds the token, a URL, a user or a text.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError, TimedOut

from bot.channels.aiohttp_request import AiohttpRequest
from bot.channels.recent import Recent
from bot.channels.telegram import TelegramAddress
from bot.channels.telegram_calls import Caller, Retry, Uncertain, named_refusals
from bot.channels.telegram_html import AS_HTML, TelegramMessage, render, render_inline
from bot.channels.telegram_http import TakenOver, TelegramHttp
from bot.channels.telegram_json import Json, integer
from bot.channels.telegram_pace import Pace
from bot.model import Delivery, Incoming, Leaving, Reply

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")

#: How many answers are remembered, to edit them when the question is edited and to send nothing twice.
_REMEMBERED = 10_000

#: Seconds for which Telegram may keep the cards of an inline query for one user.
_INLINE_CACHE = 60

#: For buttons and inline queries, which nobody waits for long.
_QUICK = Retry(pauses=(0.5,), longest_wait=3.0)

# The library wants to be told that durations are timedeltas, and warns as long as it is not.
os.environ["PTB_TIMEDELTA"] = "true"


class TelegramApi:
    """One bot. `open` it inside a running loop, `close` it at the end.

    `username` and `name` are the bot's own, known after `identify`. `on_error` hears the kind of every error
    of the platform ("RetryAfter", "TimedOut", ...), for counting. `bot` is the library's, for set-up.
    """

    def __init__(
        self,
        token: str,
        api_url: str = "https://api.telegram.org",
        *,
        read_timeout: float = 5.0,
        connect_timeout: float = 5.0,
        retry: Retry | None = None,
        pace: Pace | None = None,
        on_error: Callable[[str], None] = lambda kind: None,
    ) -> None:
        # Below warnings the library writes every call with its texts, and the base URL with the token.
        logging.getLogger("telegram").setLevel(logging.WARNING)
        base_url = f"{api_url.rstrip('/')}/bot"
        self._http = TelegramHttp(base_url + token, read_timeout, connect_timeout)
        self._updates = TelegramHttp(base_url + token, read_timeout, connect_timeout, is_long=True)
        request = AiohttpRequest(self._http)
        self.bot = Bot(token, base_url=base_url, get_updates_request=request, request=request)
        self.username = ""
        self.name = ""
        self._retry = retry or Retry()
        self._sending = replace(self._retry, repeatable=False)
        self._caller = Caller(pace or Pace(), on_error)
        self._sent: Recent[str, list[int]] = Recent(_REMEMBERED)  # event: its answer's messages so far
        self._answers: Recent[tuple[int, int], list[int]] = Recent(_REMEMBERED)  # (chat, question): likewise
        self._acknowledged: Recent[str, bool] = Recent(_REMEMBERED)

    async def open(self) -> None:
        await self._http.open()
        await self._updates.open()

    async def close(self) -> None:
        await self._http.close()
        await self._updates.close()

    async def identify(self) -> None:
        """Learns who the bot is. Raises ChannelRefused for a wrong token, else TelegramError on failure."""
        with named_refusals():
            user = await self.bot.get_me()
        self.username, self.name = user.username or "", user.first_name

    async def send(self, incoming: Incoming, reply: Reply, leaving: Leaving | None = None) -> Delivery:
        """Sends the answer, edits the earlier one where the question was edited, and releases the button.

        Called again for the same event after FAILED, it goes on where it stopped. Telegram knows no repeated
        message, so `leaving` is asked before each new one, when it is about to be written to its connection.
        Raises ChannelRefused for a wrong token.
        """
        address = _address(incoming)
        try:
            with named_refusals():
                if address.inline_id:
                    return await self._answer_inline(address, reply)
                if not address.callback_id:
                    return await self._answer(incoming, address, reply, leaving)
                acknowledging = asyncio.create_task(self.acknowledge(incoming))
                try:
                    return await self._answer(incoming, address, reply, leaving)
                finally:
                    await acknowledging
        except TakenOver:
            return Delivery.ALREADY
        except Uncertain:
            return Delivery.UNCERTAIN
        except Forbidden:
            return Delivery.GONE
        except BadRequest:
            return Delivery.REFUSED
        except TelegramError:
            return Delivery.FAILED

    async def hint(self, incoming: Incoming) -> str:
        """The language that Telegram told with the event."""
        return incoming.hint

    async def acknowledge(self, incoming: Incoming) -> None:
        """Releases a pressed button, once, so that it stops spinning. `send` does it by itself: call this for
        events that get no answer.
        """
        callback = _address(incoming).callback_id
        if not callback or self._acknowledged.get(callback):
            return
        self._acknowledged.put(callback, True)
        try:
            await self._caller.anywhere(
                lambda: self._http.call("answerCallbackQuery", {"callback_query_id": callback}), _QUICK
            )
        except BadRequest:
            return  # Too old: the button has stopped by itself.
        except TelegramError:
            self._acknowledged.put(callback, False)

    async def get_updates(self, offset: int | None, wait: int) -> list[Json]:
        """Raw updates from `offset` on, which confirms all before; waits so many seconds for the first.

        Raises ChannelRefused for a wrong token, OtherPoller where somebody else takes the updates,
        TelegramError for any other failure.
        """
        params: dict[str, object] = {"timeout": wait, "allowed_updates": ALLOWED_UPDATES}
        if offset is not None:
            params["offset"] = offset
        with named_refusals():
            updates = await self._updates.call("getUpdates", params, wait=wait)
        return [update for update in updates if isinstance(update, dict)] if isinstance(updates, list) else []

    async def set_webhook(self, url: str, secret: str) -> None:
        with named_refusals():
            await self.bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES)

    async def delete_webhook(self) -> None:
        with named_refusals():
            await self.bot.delete_webhook()

    async def _answer_inline(self, address: TelegramAddress, reply: Reply) -> Delivery:
        params = {
            "inline_query_id": address.inline_id,
            "results": render_inline(reply),
            "cache_time": _INLINE_CACHE,
            "is_personal": True,
        }
        await self._caller.anywhere(lambda: self._http.call("answerInlineQuery", params), _QUICK)
        return Delivery.SENT

    async def _answer(
        self, incoming: Incoming, address: TelegramAddress, reply: Reply, leaving: Leaving | None
    ) -> Delivery:
        messages = render(reply, address.private)
        sent = self._sent.get(incoming.event) or []
        if messages and len(sent) == len(messages):
            return Delivery.ALREADY
        self._sent.put(incoming.event, sent)
        question = (address.chat_id, address.message_id)
        earlier = (self._answers.get(question) or []) if incoming.edited else []
        for message in messages[len(sent) :]:
            old = earlier[len(sent)] if len(sent) < len(earlier) else 0
            quotes = not sent and not earlier and (incoming.group or incoming.edited)
            sent.append(await self._put(address, message, old, quotes, leaving))
        for surplus in earlier[len(messages) :]:
            await self._delete(address, surplus)
        if address.message_id:
            self._answers.put(question, sent)
        return Delivery.SENT

    async def _put(
        self,
        address: TelegramAddress,
        message: TelegramMessage,
        old: int,
        quotes: bool,
        leaving: Leaving | None,
    ) -> int:
        """Puts the message in the place of the old one, or sends it where that cannot be; returns its id."""
        if old:
            if await self._edit(address, message, old):
                return old
            await self._delete(address, old)
        params = _content(message)
        if address.thread_id:
            params["message_thread_id"] = address.thread_id
        if quotes and address.message_id:
            params["reply_parameters"] = {
                "message_id": address.message_id,
                "allow_sending_without_reply": True,
            }

        async def send(chat: int) -> object:
            try:
                return await self._http.call("sendMessage", {"chat_id": chat, **params}, leaving)
            except (TakenOver, TimedOut):
                raise
            except TelegramError:
                if leaving is not None:
                    await leaving.undo()
                raise

        sent = await self._caller.in_chat(address.chat_id, send, self._sending)
        return (integer(sent, "message_id") if isinstance(sent, dict) else None) or 0

    async def _edit(self, address: TelegramAddress, message: TelegramMessage, old: int) -> bool:
        """Whether the old message now says what it should; only inline keyboards can be edited."""
        if message.markup is not None and "inline_keyboard" not in message.markup:
            return False
        params = {"message_id": old, **_content(message)}
        try:
            await self._caller.in_chat(
                address.chat_id,
                lambda chat: self._http.call("editMessageText", {"chat_id": chat, **params}),
                self._retry,
            )
        except BadRequest as error:
            return "not modified" in error.message
        return True

    async def _delete(self, address: TelegramAddress, message_id: int) -> None:
        with suppress(BadRequest):  # It is gone already, or too old to be deleted.
            await self._caller.in_chat(
                address.chat_id,
                lambda chat: self._http.call("deleteMessage", {"chat_id": chat, "message_id": message_id}),
                self._retry,
            )


def _content(message: TelegramMessage) -> dict[str, object]:
    """What a new and an edited message have in common, as the API names it."""
    params: dict[str, object] = {"text": message.html, **AS_HTML}
    if message.markup is not None:
        params["reply_markup"] = message.markup
    return params


def _address(incoming: Incoming) -> TelegramAddress:
    if not isinstance(incoming.address, TelegramAddress):
        raise TypeError("not an event of Telegram")
    return incoming.address
