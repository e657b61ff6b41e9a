"""A minimal echo bot of line-bot-sdk, as its own aiohttp example has it: for start and memory."""

from __future__ import annotations

import asyncio
import os

from aiohttp import web
from linebot.v3 import WebhookParser
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import (
    AsyncApiClient,
    AsyncMessagingApi,
    Configuration,
    ReplyMessageRequest,
    TextMessage,
)
from linebot.v3.webhooks import MessageEvent, TextMessageContent


async def main() -> None:
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
                echo = TextMessage(text=event.message.text)
                await line.reply_message(ReplyMessageRequest(replyToken=event.reply_token, messages=[echo]))
        return web.Response()

    app = web.Application()
    app.router.add_post("/webhook/line", webhook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, os.environ["HOST"], int(os.environ["PORT"])).start()
    print(f"listens on http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
