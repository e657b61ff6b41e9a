"""The bare floor on Telegram: checks the secret and sends one fixed message. Understands nothing."""

from __future__ import annotations

import json
import os

import aiohttp
import uvloop
from aiohttp import web

from bot.channels import telegram
from bot.channels.telegram_html import render
from tests.bench.bots import answering
from tests.bench.bots.web import serve


async def main() -> None:
    reply = answering.answer(
        answering.conversation(), "telegram", "1", "Where can I learn Japanese in Komaki?"
    )
    message = render(reply, private=True)[0]
    assert message.markup is not None
    fixed = {"text": message.html, "parse_mode": "HTML", "reply_markup": json.dumps(message.markup)}
    secret = os.environ["TELEGRAM_WEBHOOK_SECRET"]
    url = f"{os.environ['TELEGRAM_API_URL']}/bot{os.environ['TELEGRAM_BOT_TOKEN']}/sendMessage"
    session = aiohttp.ClientSession()

    async def webhook(request: web.Request) -> web.Response:
        if not telegram.verify(secret, request.headers.get("X-Telegram-Bot-Api-Secret-Token")):
            return web.Response(status=401)
        update = json.loads(await request.read())
        sent = {"chat_id": update["message"]["chat"]["id"], **fixed}
        async with session.post(url, data=sent) as response:
            await response.read()
        return web.Response()

    await serve("/webhook/telegram", webhook)


if __name__ == "__main__":
    uvloop.run(main())
