"""A LINE on loopback: takes the bot's calls and refuses what LINE refuses, issues reply tokens, sends signed
webhooks, and fails on demand.

In a test: `async with FakeLine() as line: ...`, with the bot's LINE_API_URL set to `line.url`. By hand:
`python -m tests.fakes.line --port N --webhook URL`, which sends each line of standard input as a user's text
and prints each reply as a line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.fakes import line_events
from tests.fakes.line_events import Event
from tests.fakes.line_faults import REPLY_PATH, Fault
from tests.fakes.line_menus import Menus
from tests.fakes.line_oracles import sdk_problems, spec_problems
from tests.fakes.line_rules import reply_problems

TOKEN_LIFE = 60.0  # seconds
REDELIVERED_TOKEN_LIFE = 20 * 60.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Call:
    """One call that the bot made, and how it was answered."""

    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True)
class Sent:
    """One reply that reached the user, with the id of the event that it answers."""

    event: str
    messages: list[dict[str, Any]]
    at: float


@dataclass(slots=True)
class _Token:
    event: str
    dies: float
    used: bool = False


@dataclass
class FakeLine:
    """`webhook` is where the bot listens, `endpoint` the https URL that it registered, which is never called.
    `replies` are those that were accepted, `refusals` what was wrong with the others, `calls` everything.
    """

    secret: str = "line-secret"
    token: str = "line-token"
    port: int = 0
    webhook: str = ""
    endpoint: str = ""
    oracle: bool = True  # also have line-bot-sdk read each reply
    clock: Callable[[], float] = time.monotonic
    languages: dict[str, str] = field(default_factory=dict)  # of users' profiles
    faults: deque[Fault] = field(default_factory=deque)
    calls: list[Call] = field(default_factory=list)
    replies: list[Sent] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    loadings: list[str] = field(default_factory=list)
    menus: Menus = field(default_factory=Menus)
    tokens: dict[str, _Token] = field(default_factory=dict)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._guard], client_max_size=2 << 20)
        app.router.add_post(REPLY_PATH, self._reply)
        app.router.add_get("/v2/bot/info", self._info)
        app.router.add_get("/v2/bot/profile/{user}", self._profile)
        app.router.add_post("/v2/bot/chat/loading/start", self._loading)
        app.router.add_get("/v2/bot/channel/webhook/endpoint", self._get_webhook)
        app.router.add_put("/v2/bot/channel/webhook/endpoint", self._put_webhook)
        app.router.add_post("/v2/bot/channel/webhook/test", self._test_webhook)
        self.menus.add_routes(app.router)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._runner.cleanup()

    # What LINE does to the bot.

    async def deliver(self, *events: Event, signature: str | None = None) -> int:
        """Sends the events in one webhook, each with a new reply token; returns the bot's HTTP status.

        An event that was sent before is sent again as LINE redelivers it, with its first token.
        """
        for event in events:
            self.issue(event)
        content = line_events.body(list(events))
        return await self.deliver_raw(content, signature or line_events.signature(self.secret, content))

    async def deliver_raw(self, content: bytes, signature: str | None) -> int:
        """Posts these bytes to the webhook; 0 if nobody answers."""
        if not self.webhook:
            return 0
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "LineBotWebhook/2.0"}
        if signature is not None:
            headers["x-line-signature"] = signature
        try:
            async with self._session.post(self.webhook, data=content, headers=headers) as response:
                return response.status
        except aiohttp.ClientError:
            return 0

    async def replies_to(self, event: Event, *, within: float = 5.0) -> list[Sent]:
        """The replies to the event, as soon as there is one; empty if there is none in time (seconds)."""
        deadline = time.monotonic() + within
        while True:
            found = [sent for sent in self.replies if sent.event == event["webhookEventId"]]
            left = deadline - time.monotonic()
            if found or left <= 0:
                return found
            self.answered.clear()
            try:
                await asyncio.wait_for(self.answered.wait(), left)
            except TimeoutError:
                continue

    def issue(self, event: Event) -> None:
        """Gives the event a reply token, if its kind has one; marks an event that had one as redelivered."""
        if event["type"] in ("unfollow", "leave", "unsend") or event["mode"] == "standby":
            return
        name = event.get("replyToken")
        if name is None:
            event["replyToken"] = uuid.uuid4().hex
            self.tokens[event["replyToken"]] = _Token(event["webhookEventId"], self.clock() + TOKEN_LIFE)
        elif name in self.tokens:
            event["deliveryContext"] = {"isRedelivery": True}
            self.redeliverable(name)

    def redeliverable(self, token: str) -> None:
        """Lets the token live as long as that of a redelivered event."""
        self.tokens[token].dies = self.clock() + REDELIVERED_TOKEN_LIFE

    # What the bot asks of LINE.

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = self._fault(request.path)
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            answer: web.StreamResponse = refusal(401, "Authentication failed due to an invalid token.")
        elif fault and not fault.late:
            answer = await self._fail(request, fault)
        else:
            answer = await handler(request)
            if fault:
                answer = await self._fail(request, fault)
        answer.headers["x-line-request-id"] = str(uuid.uuid4())
        self.calls.append(Call(request.method, request.path, answer.status))
        return answer

    def _fault(self, path: str) -> Fault | None:
        return self.faults.popleft() if self.faults and self.faults[0].path == path else None

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        await request.read()
        if fault.hang:
            await asyncio.sleep(fault.hang)
        if fault.drop and request.transport:
            request.transport.abort()
        answer = refusal(fault.status or 500, fault.message)
        if fault.retry_after:
            answer.headers["Retry-After"] = fault.retry_after
        return answer

    async def _reply(self, request: web.Request) -> web.Response:
        if "X-Line-Retry-Key" in request.headers:
            return self._refuse(["X-Line-Retry-Key is not for replies"])
        if request.content_type != "application/json":
            return refusal(415, "Unsupported media type")
        try:
            asked = json.loads(await request.read())
        except ValueError:
            return self._refuse(["the body is no JSON"])
        problems = [*reply_problems(asked), *self._further_problems(asked)]
        if problems:
            return self._refuse(problems)
        token = self.tokens.get(asked["replyToken"])
        if token is None or token.used or self.clock() > token.dies:
            return refusal(400, "Invalid reply token")
        token.used = True
        self.replies.append(Sent(token.event, asked["messages"], time.monotonic()))
        self.answered.set()
        names = [
            {"id": str(len(self.replies) * 10 + i), "quoteToken": "q"} for i in range(len(asked["messages"]))
        ]
        return web.json_response({"sentMessages": names})

    def _further_problems(self, asked: Any) -> list[str]:
        return [*spec_problems(asked), *(sdk_problems(asked) if self.oracle else [])]

    def _refuse(self, problems: list[str]) -> web.Response:
        self.refusals += problems
        details = [{"message": problem, "property": problem.split(":")[0]} for problem in problems]
        return refusal(400, f"The request body has {len(problems)} error(s)", details)

    async def _info(self, request: web.Request) -> web.Response:
        names = {"userId": line_events.BOT_ID, "basicId": "@doko", "displayName": "Nihongo Doko"}
        return web.json_response({**names, "chatMode": "bot", "markAsReadMode": "auto"})

    async def _profile(self, request: web.Request) -> web.Response:
        user = request.match_info["user"]
        if user not in self.languages:
            return refusal(404, "Not found")
        language = {"language": self.languages[user]} if self.languages[user] else {}
        return web.json_response({"userId": user, "displayName": "Hanako", **language})

    async def _loading(self, request: web.Request) -> web.Response:
        asked = await request.json()
        seconds = asked.get("loadingSeconds", 20)
        if not str(asked.get("chatId", "")).startswith("U") or seconds not in range(5, 61, 5):
            return refusal(400, "The request body has 1 error(s)")
        self.loadings.append(asked["chatId"])
        return web.json_response({}, status=202)

    async def _get_webhook(self, request: web.Request) -> web.Response:
        if not self.endpoint:
            return refusal(404, "Webhook endpoint not found")
        return web.json_response({"endpoint": self.endpoint, "active": True})

    async def _put_webhook(self, request: web.Request) -> web.Response:
        endpoint = str((await request.json()).get("endpoint", ""))
        if not endpoint.startswith("https://") or len(endpoint) > 500:
            return refusal(400, "Invalid webhook endpoint URL")
        self.endpoint = endpoint
        return web.json_response({})

    async def _test_webhook(self, request: web.Request) -> web.Response:
        content = line_events.body([])
        status = await self.deliver_raw(content, line_events.signature(self.secret, content))
        outcome = {
            "success": status == 200,
            "statusCode": status,
            "reason": "OK" if status else "COULD_NOT_CONNECT",
        }
        return web.json_response({**outcome, "timestamp": "2026-11-24T00:00:00Z", "detail": str(status)})


def refusal(status: int, message: str, details: list[dict[str, str]] | None = None) -> web.Response:
    """An error as LINE words it."""
    return web.json_response({"message": message, **({"details": details} if details else {})}, status=status)


async def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.line", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--secret", default="line-secret")
    parser.add_argument("--token", default="line-token")
    parser.add_argument("--webhook", required=True, help="where the bot listens, with /webhook/line")
    options = parser.parse_args()
    async with FakeLine(options.secret, options.token, options.port, options.webhook) as line:
        print(line.url, file=sys.stderr, flush=True)
        while words := await asyncio.to_thread(sys.stdin.readline):
            event = line_events.text(words.strip())
            status = await line.deliver(event)
            sent = await line.replies_to(event) if status == 200 else []
            print(json.dumps({"status": status, "replies": [one.messages for one in sent]}), flush=True)


if __name__ == "__main__":
    asyncio.run(_main())
