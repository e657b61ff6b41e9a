"""A LINE bot of line-bot-sdk, as its own aiohttp example has it, but for what it answers."""

from __future__ import annotations

import os
from collections.abc import Callable

from aiohttp import web
from linebot.v3 import WebhookParser
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApi, Configuration, ReplyMessageRequest
from linebot.v3.webhooks import MessageEvent, TextMessageContent

from tests.bench.bots.web import serve

#: Given the user's id, the reply token and the text.
Answer = Callable[[str, str, str], ReplyMessageRequest]


async def answer_all(answer: Answer) -> None:
    """Answers every text message, for ever."""
    configuration = Configuration(
        access_token=os.environ["LINE_CHANNEL_ACCESS_TOKEN"], host=os.environ["LINE_API_URL"]
    )
    line = AsyncMessagingApi(AsyncApiClient(configuration))
    parser = WebhookParser(os.environ["LINE_CHANNEL_SECRET"])

    async def webhook(request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        try:
            events = parser.parse(body, request.headers["x-line-signature"])
        except InvalidSignatureError:
            return web.Response(status=401)
        for event in events:
            if isinstance(event, MessageEvent) and isinstance(event.message, TextMessageContent):
                reply = answer(event.source.user_id, event.reply_token, event.message.text)
                await line.reply_message(reply)
        return web.Response()

    await serve("/webhook/line", webhook)
