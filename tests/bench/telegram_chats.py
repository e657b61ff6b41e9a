"""Telegram and its users, as fast as can be: updates out by webhook or by getUpdates, messages in. Checks
nothing; the tests' fake Telegram does.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from collections import deque
from collections.abc import Callable, Sequence

from tests.bench.load import ignore
from tests.bench.messages import drawn
from tests.bench.wire import Platform, Pool

TOKEN = "123456:AAbenchBENCHbenchBENCHbenchBENCHbench"
SECRET = "bench-telegram-secret"

#: In a form (the library's) and in JSON (ours).
_CHAT = re.compile(rb'chat_id["=: ]+(\d+)')
_OFFSET = re.compile(rb'offset["=: ]+(\d+)')
_TIMEOUT = re.compile(rb'timeout["=: ]+(\d+)')
_AT_ONCE = 100
_ME = {"id": 123456, "is_bot": True, "first_name": "Nihongo Doko", "username": "nihongo_doko_bot"}
_ME_BYTES = json.dumps({"ok": True, "result": _ME}).encode()
_YES = b'{"ok":true,"result":true}'
_MESSAGE = (
    b'{"ok":true,"result":{"message_id":%d,"date":1790000000,"chat":{"id":%b,"type":"private",'
    b'"first_name":"Ana"},"from":' + json.dumps(_ME).encode() + b',"text":"answered"}}'
)


class TelegramChats:
    """`users` people who ask `texts`, drawn at random, a message of each under way at most once. `sent` counts the
    messages of the bot; `polled` is set once it has asked for updates.
    """

    def __init__(self, texts: Sequence[str], users: int, *, by_webhook: bool) -> None:
        self._texts = drawn(texts)
        self._users = users
        self._by_webhook = by_webhook
        self._numbers = itertools.count(1)
        self._pool: Pool | None = None
        self._number_of: dict[bytes, int] = {}  # chat: its message that waits for a reply
        self._done: dict[int, Callable[[int, int], None]] = {}
        self._pending: deque[tuple[int, bytes]] = deque()
        self._poll: Callable[[bytes], None] | None = None
        self.on_reply: Callable[[int], None] = ignore
        self.sent = 0
        self.polled = asyncio.Event()
        self.platform = Platform(self._answer)

    def variables(self) -> dict[str, str]:
        """The environment of a program that is to serve these chats."""
        public = {"PUBLIC_URL": "http://127.0.0.1:1", "TELEGRAM_WEBHOOK_SECRET": SECRET}
        return {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.platform.url,
            **(public if self._by_webhook else {}),
        }

    def use(self, pool: Pool | None) -> None:
        """Sends to the program that these connections lead to; by getUpdates it comes by itself."""
        self._pool = pool
        self._poll = None
        self._pending.clear()
        self._number_of.clear()

    def next_number(self) -> int:
        return next(self._numbers)

    def send(self, number: int, done: Callable[[int, int], None]) -> None:
        chat = 1 + number % self._users
        self._number_of[b"%d" % chat] = number
        update = (
            b'{"update_id":%d,"message":{"message_id":%d,"date":%d,"from":{"id":%d,"is_bot":false,'
            b'"first_name":"Ana","language_code":"pt-br"},"chat":{"id":%d,"type":"private",'
            b'"first_name":"Ana"},"text":%b}}'
        ) % (number, number, int(time.time()), chat, chat, self._texts[number % len(self._texts)])
        if self._pool is not None:
            self._pool.ask(_webhook(update), lambda status: done(number, status))
            return
        self._done[number] = done
        self._pending.append((number, update))
        if self._poll is not None:
            poll, self._poll = self._poll, None
            self._give(poll)

    def _give(self, answer: Callable[[bytes], None]) -> None:
        updates = b",".join(update for _, update in itertools.islice(self._pending, _AT_ONCE))
        answer(b'{"ok":true,"result":[' + updates + b"]}")

    def _answer(self, path: bytes, body: bytes, answer: Callable[[bytes], None]) -> None:
        method = path.rpartition(b"/")[2]
        if method == b"sendMessage":
            self._take(body, answer)
        elif method == b"getUpdates":
            self._take_poll(body, answer)
        else:
            answer(_ME_BYTES if method == b"getMe" else _YES)

    def _take(self, body: bytes, answer: Callable[[bytes], None]) -> None:
        self.sent += 1
        found = _CHAT.search(body)
        chat = found[1] if found else b"0"
        answer(_MESSAGE % (self.sent, chat))
        number = self._number_of.pop(chat, None)
        if number is not None:
            self.on_reply(number)
            if done := self._done.pop(number, None):
                done(number, 200)

    def _take_poll(self, body: bytes, answer: Callable[[bytes], None]) -> None:
        self.polled.set()
        offset = _number(_OFFSET, body)
        while self._pending and self._pending[0][0] < offset:
            self._pending.popleft()
        if self._pending or not _number(_TIMEOUT, body):
            self._give(answer)
        else:
            self._poll = answer


def _number(parameter: re.Pattern[bytes], body: bytes) -> int:
    found = parameter.search(body)
    return int(found[1]) if found else 0


def _webhook(update: bytes) -> bytes:
    head = (
        b"POST /webhook/telegram HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n"
        b"X-Telegram-Bot-Api-Secret-Token: %b\r\nContent-Length: %d\r\n\r\n"
    ) % (SECRET.encode(), len(update))
    return head + update
