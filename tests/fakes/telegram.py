"""A Telegram on loopback that refuses what Telegram refuses and fails where it is told to.

    async with FakeTelegram() as telegram:
        telegram.push(message={...})
        telegram.fail(Fault(429, retry_after=1), method="sendMessage")

Alone, with updates and faults posted to it: `python -m tests.fakes.telegram PORT`.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any

from aiohttp import web

from tests.fakes.telegram_faults import OTHER_POLLER, Fault, Faults
from tests.fakes.telegram_refusal import Refusal
from tests.fakes.telegram_rules import check, visible
from tests.fakes.telegram_webhook import Webhook

TOKEN = "123456:AAfakeFAKEfakeFAKEfakeFAKEfakeFAKE"
USERNAME = "nihongo_doko_bot"
NAME = "Nihongo Doko"


@dataclass(frozen=True)
class Call:
    method: str
    params: dict[str, Any]
    time: float
    refused: str = ""
    is_fault: bool = False


class FakeTelegram:
    def __init__(self, token: str = TOKEN, port: int = 0, redelivery: float = 0.05) -> None:
        self.token = token
        self.calls: list[Call] = []
        self.messages: dict[tuple[int, int], dict[str, Any]] = {}  # what stands in the chats, by (chat, id)
        self.settings: dict[tuple[str, str], Any] = {}  # (commands | name | ..., language): value
        self.pending: list[dict[str, Any]] = []
        self._port = port
        self._redelivery = redelivery
        self._faults = Faults()
        self._callbacks: set[str] = set()
        self._next_update = 1000
        self._next_message = 5000
        self._allowed: list[str] = []
        self._poll = 0
        self._pushed = asyncio.Event()
        self._called = asyncio.Event()
        self._webhook: Webhook | None = None
        self._runner: web.AppRunner | None = None

    # For tests

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def push(self, update_id: int | None = None, **content: Any) -> int:
        """A new update, as the API sends it; returns its id."""
        number = self._next_update if update_id is None else update_id
        self._next_update = max(self._next_update, number + 1)
        if not self._allowed or set(content) & set(self._allowed):
            if "callback_query" in content:
                self._callbacks.add(content["callback_query"]["id"])
            self.pending.append({"update_id": number, **content})
            self._pushed.set()
            if self._webhook is not None:
                self._webhook.wake()
        return number

    def say(self, text: str, chat_id: int = 7, message_id: int = 1, **more: Any) -> int:
        """A person writes in a private chat."""
        person = {"id": chat_id, "is_bot": False, "first_name": "Ana", "language_code": "pt-br"}
        chat = {"id": chat_id, "type": "private", "first_name": "Ana"}
        message = {"message_id": message_id, "date": 1790000000, "from": person, "chat": chat, "text": text}
        return self.push(message=message | more)

    def know_callback(self, callback: str) -> None:
        """A button was pressed whose update reaches the bot on another way than `push`."""
        self._callbacks.add(callback)

    def fail(self, fault: Fault, method: str = "", chat_id: int | None = None) -> None:
        self._faults.arm(fault, method, chat_id)

    def called(self, method: str) -> list[dict[str, Any]]:
        """The parameters of all accepted calls of a method."""
        return [call.params for call in self.calls if call.method == method and not call.refused]

    @property
    def deliveries(self) -> list[tuple[int, int]]:
        """By webhook: update id and status, 0 for no answer."""
        return self._webhook.deliveries if self._webhook else []

    def texts(self, chat_id: int) -> list[str]:
        """What stands in a chat by the bot, oldest first, as it is shown."""
        return [visible(params) for (chat, _), params in sorted(self.messages.items()) if chat == chat_id]

    def refused(self) -> list[str]:
        """What was wrong with the bot's own calls."""
        return [f"{call.method}: {call.refused}" for call in self.calls if call.refused and not call.is_fault]

    async def until_called(self, method: str, count: int = 1, seconds: float = 5.0) -> list[dict[str, Any]]:
        async with asyncio.timeout(seconds):
            while len(self.called(method)) < count:
                self._called.clear()
                await self._called.wait()
        return self.called(method)

    async def __aenter__(self) -> FakeTelegram:
        app = web.Application(client_max_size=2**22)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        app.router.add_post("/push", self._push_by_http)
        app.router.add_post("/fail", self._fail_by_http)
        app.router.add_get("/calls", self._calls_by_http)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_delivering()
        self._pushed.set()
        if self._runner is not None:
            await self._runner.cleanup()

    # The API

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params = await request.json()
        try:
            if request.match_info["token"] != self.token:
                raise Refusal(401 if ":" in request.match_info["token"] else 404, "Unauthorized")
            fault = self._faults.strike(method, params.get("chat_id"))
            if fault and not fault.after:
                self._record(method, params, str(fault), is_fault=True)
                return await self._fail(request, fault)
            check(method, params)
            result = await self._work(method, params)
            self._record(method, params)
            if fault:
                return await self._fail(request, fault)
            return web.json_response({"ok": True, "result": result})
        except Refusal as refusal:
            self._record(method, params, refusal.description)
            return _answer(refusal)

    def _record(self, method: str, params: dict[str, Any], refused: str = "", is_fault: bool = False) -> None:
        self.calls.append(Call(method, params, time.monotonic(), refused, is_fault))
        self._called.set()

    async def _fail(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.hang:
            await asyncio.sleep(fault.hang)
        if fault.drop or fault.hang:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if fault.page:
            return web.Response(status=fault.status, text=fault.page, content_type="text/html")
        return _answer(fault.refusal())

    async def _work(self, method: str, params: dict[str, Any]) -> Any:
        match method:
            case "getMe":
                return {"id": 123456, "is_bot": True, "first_name": NAME, "username": USERNAME}
            case "getUpdates":
                return await self._get_updates(params)
            case "setWebhook" | "deleteWebhook":
                return self._set_webhook(params)
            case "getWebhookInfo":
                return self._webhook_info()
            case "sendMessage":
                self._next_message += 1
                self.messages[params["chat_id"], self._next_message] = params
                return self._message(self._next_message, params)
            case "editMessageText":
                return self._edit(params)
            case "deleteMessage":
                if self.messages.pop((params["chat_id"], params["message_id"]), None) is None:
                    raise Refusal(400, "Bad Request: message to delete not found")
                return True
            case "answerCallbackQuery":
                if params["callback_query_id"] not in self._callbacks:
                    raise Refusal(400, "Bad Request: query is too old and response timeout expired")
                self._callbacks.remove(params["callback_query_id"])
                return True
            case "answerInlineQuery":
                return True
            case _:
                return self._setting(method, params)

    async def _get_updates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        if self._webhook is not None:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        self._poll += 1
        mine = self._poll
        self._pushed.set()  # An older request ends now, with a conflict.
        self._allowed = params.get("allowed_updates", self._allowed)
        offset = params.get("offset", 0)
        self.pending = (
            [update for update in self.pending if update["update_id"] >= offset]
            if offset >= 0
            else self.pending[offset:]
        )
        end = time.monotonic() + params.get("timeout", 0)
        while not self.pending and (left := end - time.monotonic()) > 0:
            self._pushed.clear()
            try:
                await asyncio.wait_for(self._pushed.wait(), left)
            except TimeoutError:
                break
            if mine != self._poll:
                raise Refusal(409, OTHER_POLLER)
        return sorted(self.pending, key=lambda update: int(update["update_id"]))[: params.get("limit", 100)]

    def _set_webhook(self, params: dict[str, Any]) -> bool:
        self._stop_delivering()
        self._allowed = params.get("allowed_updates", self._allowed)
        if url := params.get("url"):
            self._webhook = Webhook(url, params.get("secret_token", ""), self.pending, self._redelivery)
        return True

    def _webhook_info(self) -> dict[str, Any]:
        info = {
            "url": self._webhook.url if self._webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
            "allowed_updates": self._allowed,
        }
        failed = [status for _, status in self.deliveries if not 200 <= status < 300]
        if failed:
            info["last_error_date"] = 1790000000
            info["last_error_message"] = f"Wrong response from the webhook: {failed[-1]}"
        return info

    def _stop_delivering(self) -> None:
        if self._webhook is not None:
            self._webhook.stop()
            self._webhook = None

    def _message(self, message_id: int, params: dict[str, Any]) -> dict[str, Any]:
        chat_id = params["chat_id"]
        kind = (
            {"type": "private", "first_name": "Ana"}
            if chat_id > 0
            else {"type": "supergroup", "title": "Aula"}
        )
        author = {"id": 123456, "is_bot": True, "first_name": NAME, "username": USERNAME}
        chat = {"id": chat_id, **kind}
        return {
            "message_id": message_id,
            "date": 1790000000,
            "chat": chat,
            "from": author,
            "text": visible(params),
        }

    def _edit(self, params: dict[str, Any]) -> dict[str, Any]:
        key = (params["chat_id"], params["message_id"])
        old = self.messages.get(key)
        if old is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        if "keyboard" in old.get("reply_markup", {}):
            raise Refusal(400, "Bad Request: message can't be edited")
        if old["text"] == params["text"] and old.get("reply_markup") == params.get("reply_markup"):
            raise Refusal(400, "Bad Request: message is not modified")
        self.messages[key] = params
        return self._message(params["message_id"], params)

    def _setting(self, method: str, params: dict[str, Any]) -> Any:
        """setMyName and the like; what is not set for a language falls back to the general one."""
        what = {
            "Commands": "commands",
            "Name": "name",
            "Description": "description",
            "ShortDescription": "short_description",
        }[method[5:]]
        language = params.get("language_code", "")
        if method.startswith("set"):
            self.settings[what, language] = params.get(what, "")
            return True
        if what == "commands":
            return self.settings.get((what, language), [])
        return {what: self.settings.get((what, language)) or self.settings.get((what, ""), "")}

    # For other processes

    async def _push_by_http(self, request: web.Request) -> web.Response:
        return web.json_response({"update_id": self.push(**await request.json())})

    async def _fail_by_http(self, request: web.Request) -> web.Response:
        wish = await request.json()
        method, chat_id = wish.pop("method", ""), wish.pop("chat_id", None)
        self.fail(Fault(**wish), method, chat_id)
        return web.json_response({})

    async def _calls_by_http(self, request: web.Request) -> web.Response:
        return web.json_response([asdict(call) for call in self.calls])


def _answer(refusal: Refusal) -> web.Response:
    return web.json_response(refusal.body(), status=refusal.status)


async def _serve(port: int) -> None:
    async with FakeTelegram(port=port) as telegram:
        print(telegram.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    import sys

    asyncio.run(_serve(int(sys.argv[1])))
