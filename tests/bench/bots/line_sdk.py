"""The line-bot-sdk way: its parser reads the webhook, its models make the reply, its client sends it.

The answers are ours. There is no claim, no memory of conversations and there are no metrics.
"""

from __future__ import annotations

import asyncio
import os

import uvloop
from aiohttp import web
from linebot.v3 import WebhookParser
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApi, Configuration, ReplyMessageRequest
from linebot.v3.webhooks import MessageEvent, TextMessageContent

from bot.channels.line_render import render
from tests.bench.bots import answering


async def main() -> None:
    conversation = answering.conversation()
    configuration = Configuration(
        access_token=os.environ["LINE_CHANNEL_ACCESS_TOKEN"], host=os.environ["LINE_API_URL"]
    )
    client = AsyncApiClient(configuration)
    line = AsyncMessagingApi(client)
    parser = WebhookParser(os.environ["LINE_CHANNEL_SECRET"])

    async def webhook(request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        try:
            events = parser.parse(body, request.headers["x-line-signature"])
        except InvalidSignatureError:
            return web.Response(status=401)
        for event in events:
            if isinstance(event, MessageEvent) and isinstance(event.message, TextMessageContent):
                reply = answering.answer(conversation, "line", event.source.user_id, event.message.text)
                wished = {"replyToken": event.reply_token, "messages": render(reply)}
                await line.reply_message(ReplyMessageRequest.from_dict(wished))
        return web.Response()

    await answering.serve("/webhook/line", webhook)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
