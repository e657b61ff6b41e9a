"""A minimal echo bot of line-bot-sdk: for start and memory."""

from __future__ import annotations

import asyncio

from linebot.v3.messaging import ReplyMessageRequest, TextMessage

from tests.bench.bots.line_webhook import answer_all


def echo(_: str, reply_token: str, text: str) -> ReplyMessageRequest:
    return ReplyMessageRequest(replyToken=reply_token, messages=[TextMessage(text=text)])


if __name__ == "__main__":
    asyncio.run(answer_all(echo))
