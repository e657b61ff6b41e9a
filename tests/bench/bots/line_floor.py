"""The bare floor on LINE: verifies the signature and sends one fixed reply with a card. Understands nothing."""

from __future__ import annotations

import json
import os

import aiohttp
import uvloop
from aiohttp import web

from bot.channels import line
from tests.bench.bots import answering
from tests.bench.bots.web import serve


async def main() -> None:
    reply = answering.answer(answering.conversation(), "line", "1", "Where can I learn Japanese in Komaki?")
    messages = line.render(reply)
    secret, url = os.environ["LINE_CHANNEL_SECRET"], os.environ["LINE_API_URL"] + "/v2/bot/message/reply"
    headers = {
        "Authorization": f"Bearer {os.environ['LINE_CHANNEL_ACCESS_TOKEN']}",
        "Content-Type": "application/json",
    }
    session = aiohttp.ClientSession()

    async def webhook(request: web.Request) -> web.Response:
        body = await request.read()
        if not line.verify(secret, body, request.headers.get("x-line-signature")):
            return web.Response(status=401)
        for event in json.loads(body)["events"]:
            sent = {"replyToken": event["replyToken"], "messages": messages}
            async with session.post(url, data=json.dumps(sent), headers=headers) as response:
                await response.read()
        return web.Response()

    await serve("/webhook/line", webhook)


if __name__ == "__main__":
    uvloop.run(main())
