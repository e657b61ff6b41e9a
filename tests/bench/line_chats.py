"""LINE and its users, as fast as can be: signed webhooks out, replies in. Checks nothing but that each event
is answered once; the tests' fake LINE checks what is in an answer.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import re
import time
from collections.abc import Callable, Sequence

from tests.bench.load import ignore
from tests.bench.messages import drawn
from tests.bench.wire import Answered, Platform, Pool

SECRET = "bench-line-secret"
TOKEN = "bench-line-token"

_REPLY_TOKEN = re.compile(rb'"replyToken": ?"([0-9a-f]{32})"')
_SENT = b'{"sentMessages":[{"id":"461230966842064897","quoteToken":"q"}]}'
_INFO = json.dumps(
    {
        "userId": "U" + "b" * 32,
        "basicId": "@doko",
        "displayName": "Nihongo Doko",
        "chatMode": "bot",
        "markAsReadMode": "auto",
    }
).encode()


class LineChats:
    """`users` people who ask `texts`, drawn at random. `replies` counts the answers, `twice` those beyond the first."""

    def __init__(self, texts: Sequence[str], users: int) -> None:
        self._texts = drawn(texts)
        self._users = users
        self._numbers = itertools.count(1)
        self._pool: Pool | None = None
        self._unanswered: set[int] = set()
        self.on_reply: Callable[[int], None] = ignore
        self.replies = 0
        self.twice = 0
        self.reply_bytes = 0
        self.flex = 0
        self.platform = Platform(self._answer)

    def variables(self) -> dict[str, str]:
        """The environment of a program that is to serve these chats."""
        return {
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_URL": self.platform.url,
        }

    def use(self, pool: Pool | None) -> None:
        """Sends to the program that these connections lead to."""
        self._pool = pool
        self._unanswered.clear()

    def next_number(self) -> int:
        return next(self._numbers)

    def send(self, number: int, done: Callable[[int, int], None]) -> None:
        assert self._pool is not None
        self._unanswered.add(number)
        self._pool.ask(self.request(number), _with_number(number, done))

    def request(self, number: int) -> bytes:
        """One signed webhook with one text message."""
        body = (
            b'{"destination":"Ubbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","events":[{"type":"message","mode":"active",'
            b'"timestamp":%d,"source":{"type":"user","userId":"U%032x"},"webhookEventId":"01BENCH%020d",'
            b'"deliveryContext":{"isRedelivery":false},"replyToken":"%032x","message":{"type":"text",'
            b'"id":"5%017d","quoteToken":"q","text":%b}}]}'
        ) % (
            int(time.time() * 1000),
            number % self._users,
            number,
            number,
            number,
            self._texts[number % len(self._texts)],
        )
        signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256))
        head = (
            b"POST /webhook/line HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json; charset=utf-8\r\n"
            b"User-Agent: LineBotWebhook/2.0\r\nx-line-signature: %b\r\nContent-Length: %d\r\n\r\n"
        ) % (signature, len(body))
        return head + body

    def _answer(self, path: bytes, body: bytes, answer: Callable[[bytes], None]) -> None:
        answer(_SENT if path == b"/v2/bot/message/reply" else _INFO)
        found = _REPLY_TOKEN.search(body)
        if found is None:
            return
        number = int(found[1], 16)
        if number not in self._unanswered:
            self.twice += 1
            return
        self._unanswered.discard(number)
        self.replies += 1
        self.reply_bytes += len(body)
        self.flex += b'"flex"' in body
        self.on_reply(number)


def _with_number(number: int, done: Callable[[int, int], None]) -> Answered:
    return lambda status: done(number, status)
