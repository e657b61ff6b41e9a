"""The python-telegram-bot way: its Application with its own requests, by webhook or by polling.

The answers are ours. There is no claim, no memory of conversations and there are no metrics, and nothing
keeps the order within a chat.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os

from aiohttp import web
from telegram import LinkPreviewOptions, Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.channels.telegram_html import render
from tests.bench.bots import answering
from tests.bench.bots.web import serve
from tests.fakes.telegram_oracles import keyboard

_AT_ONCE = 256


async def main() -> None:
    conversation = answering.conversation()

    async def handle(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is None or update.message.text is None:
            return
        reply = answering.answer(conversation, "telegram", str(update.message.chat_id), update.message.text)
        for message in render(reply, private=True):
            await update.message.reply_html(
                message.html,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=keyboard(message.markup) if message.markup else None,
            )

    application = (
        Application.builder()
        .token(os.environ["TELEGRAM_BOT_TOKEN"])
        .base_url(os.environ["TELEGRAM_API_URL"] + "/bot")
        .concurrent_updates(_AT_ONCE)
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, handle))

    async def webhook(request: web.Request) -> web.Response:
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(), os.environ["TELEGRAM_WEBHOOK_SECRET"].encode()):
            return web.Response(status=401)
        await application.process_update(Update.de_json(await request.json(), application.bot))
        return web.Response()

    async with application:
        await application.start()
        if "PUBLIC_URL" in os.environ:
            await serve("/webhook/telegram", webhook)
        assert application.updater is not None
        await application.updater.start_polling()
        print("listens on http://nowhere", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    logging.getLogger("httpx").setLevel(logging.WARNING)
    asyncio.run(main())
