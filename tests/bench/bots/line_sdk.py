"""The line-bot-sdk way: its parser reads the webhook, its models make the reply, its client sends it.

The answers are ours. There is no claim, no memory of conversations and there are no metrics.
"""

from __future__ import annotations

import uvloop
from linebot.v3.messaging import ReplyMessageRequest

from bot.channels.line_render import render
from tests.bench.bots import answering
from tests.bench.bots.line_webhook import answer_all


async def main() -> None:
    conversation = answering.conversation()

    def answer(user: str, reply_token: str, text: str) -> ReplyMessageRequest:
        reply = answering.answer(conversation, "line", user, text)
        return ReplyMessageRequest.from_dict({"replyToken": reply_token, "messages": render(reply)})

    await answer_all(answer)


if __name__ == "__main__":
    uvloop.run(main())
