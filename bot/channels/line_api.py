"""LINE, the network half: sends free replies, and asks for the little else that serving needs. There is no push
here. Knows no answers and no languages.

Nothing that it logs or raises holds the access token, a reply token, a user's id or a text.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from bot.channels.errors import ChannelRefused
from bot.channels.http_answer import HttpAnswer
from bot.channels.http_calls import HttpCalls, NoAnswer, NoConnection
from bot.channels.line import LineAddress
from bot.channels.line_actions import Json
from bot.channels.line_render import to_json
from bot.model import Delivery

BASE_URL: Final = "https://api.line.me"

_USED_TOKEN = "Invalid reply token"  # noqa: S105  (LINE's message, for a used or an expired one)
_FIRST_PAUSE = 0.4  # seconds before the second attempt; doubled for each further one
_LONGEST_PAUSE = 8.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BotInfo:
    """The bot as LINE shows it. `basic_id` begins with "@"."""

    user_id: str
    basic_id: str
    name: str


class _Answer:
    """What LINE answered; its parts are read when they are asked for, and of a reply that was taken nobody asks."""

    def __init__(self, answer: HttpAnswer) -> None:
        self._answer = answer
        self.status = answer.status

    @property
    def content(self) -> dict[str, object]:
        """Empty unless it is a JSON object."""
        return _json_object(self._answer.body)

    @property
    def request_id(self) -> str:
        return self._answer.headers.get("x-line-request-id", "")

    @property
    def retry_after(self) -> float:
        return _seconds(self._answer.headers.get("retry-after", ""))


def menu_alias(language: str) -> str:
    """The name under which the rich menu of a language is found, whatever its id."""
    return f"doko-{language}"


class LineApi:
    """LINE's Messaging API. Make it inside a running loop, and close it.

    `patience` (seconds) bounds all attempts to send one reply and stays below the minute that a reply token
    lives; `timeout` bounds one attempt. `on_error` hears the kind of every failed attempt, for counting.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        patience: float = 40.0,
        timeout: float = 8.0,
        on_error: Callable[[str], None] = lambda kind: None,
    ) -> None:
        self._calls = HttpCalls(base_url, {"Authorization": f"Bearer {token}"})
        self._patience = patience
        self._timeout = timeout
        self._on_error = on_error
        self._menus: dict[str, str] = {}  # ids by language

    def close(self) -> None:
        self._calls.close()

    async def reply(self, address: LineAddress, messages: bytes) -> Delivery:
        """Sends the messages (a JSON array) as the one reply to an event, and tries again while its token lives.

        An attempt without an answer may have arrived all the same; if LINE then calls the token used, it did.
        An event without a token (unsend, unfollow) cannot be answered: GONE, without a call. Raises
        ChannelRefused if LINE refuses the access token.
        """
        if not address.reply_token:
            return Delivery.GONE
        request = b'{"replyToken":%b,"messages":%b}' % (to_json(address.reply_token), messages)
        deadline = asyncio.get_running_loop().time() + self._patience
        perhaps_sent = False
        pause = _FIRST_PAUSE
        while True:
            wait = pause * random.uniform(0.75, 1.25)  # noqa: S311  (spreads retries, guards nothing)
            try:
                answer = await self._call("POST", "/v2/bot/message/reply", request)
            except (NoAnswer, NoConnection) as error:
                perhaps_sent |= isinstance(error, NoAnswer)
                self._on_error(type(error).__name__)
                _log.warning("LINE did not answer a reply: %s", type(error).__name__)
            else:
                if answer.status >= 400:
                    self._on_error(str(answer.status))
                delivery = _delivery(answer, perhaps_sent=perhaps_sent)
                if delivery is not None:
                    return delivery
                perhaps_sent |= answer.status >= 500
                wait = max(wait, answer.retry_after)
            if asyncio.get_running_loop().time() + wait >= deadline:
                return Delivery.FAILED
            await asyncio.sleep(wait)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def profile_language(self, user_id: str) -> str:
        """The language of the user's LINE (IETF tag); "" if LINE does not tell."""
        answer = await self._ask("GET", f"/v2/bot/profile/{quote(user_id, safe='')}")
        language = answer.content.get("language") if answer else None
        return language if isinstance(language, str) else ""

    async def loading(self, user_id: str, seconds: int = 20) -> None:
        """Shows that an answer is being made, in a one-on-one chat; 5 to 60 seconds in steps of 5."""
        await self._ask("POST", "/v2/bot/chat/loading/start", {"chatId": user_id, "loadingSeconds": seconds})

    async def show_menu(self, user_id: str, language: str) -> bool:
        """Shows the user the rich menu of a language from now on; False if there is none or LINE did not."""
        menu = self._menus.get(language) or await self._find_menu(language)
        if not menu:
            return False
        path = f"/v2/bot/user/{quote(user_id, safe='')}/richmenu/{quote(menu, safe='')}"
        answer = await self._ask("POST", path)
        if answer is None or answer.status != 200:
            self._menus.pop(language, None)  # it may have been made anew under another id
            return False
        return True

    async def _find_menu(self, language: str) -> str:
        answer = await self._ask("GET", f"/v2/bot/richmenu/alias/{menu_alias(language)}")
        menu = answer.content.get("richMenuId") if answer else None
        if not isinstance(menu, str):
            return ""
        self._menus[language] = menu
        return menu

    async def bot_info(self) -> BotInfo | None:
        """The bot's ids and name; None if LINE cannot be reached. Raises ChannelRefused on a wrong token."""
        answer = await self._ask("GET", "/v2/bot/info")
        if answer is None:
            return None
        if answer.status in (401, 403):
            raise _refused(answer)
        content = answer.content
        user_id, basic_id, name = (content.get(key) for key in ("userId", "basicId", "displayName"))
        if not (isinstance(user_id, str) and isinstance(basic_id, str) and isinstance(name, str)):
            return None
        return BotInfo(user_id, basic_id, name)

    async def _ask(self, method: str, path: str, request: Json | None = None) -> _Answer | None:
        """One attempt at a call that an answer can do without; None if LINE did not answer."""
        try:
            return await self._call(method, path, None if request is None else to_json(request))
        except (NoAnswer, NoConnection) as error:
            _log.info("LINE did not answer: %s", type(error).__name__)
            return None

    async def _call(self, method: str, path: str, body: bytes | None = None) -> _Answer:
        return _Answer(await self._calls.call(method, path, body, self._timeout))


def _delivery(answer: _Answer, *, perhaps_sent: bool) -> Delivery | None:
    """What an answer says of the reply; None if another attempt is worthwhile."""
    if 200 <= answer.status < 300:
        return Delivery.SENT
    if answer.status == 400 and answer.content.get("message") == _USED_TOKEN:
        return Delivery.SENT if perhaps_sent else Delivery.ALREADY
    if answer.status in (401, 403):
        raise _refused(answer)
    _log.warning(
        "LINE answered a reply with %d (request %s)%s", answer.status, answer.request_id, _complaints(answer)
    )
    if answer.status in (408, 429) or answer.status >= 500:
        return None
    return Delivery.REFUSED


def _refused(answer: _Answer) -> ChannelRefused:
    return ChannelRefused(
        f"LINE refuses the channel access token ({answer.status}): check LINE_CHANNEL_ACCESS_TOKEN"
    )


def _complaints(answer: _Answer) -> str:
    """The names of the properties that LINE complains of, never their values."""
    details = answer.content.get("details")
    if not isinstance(details, list):
        return ""
    names = [
        str(detail["property"]) for detail in details if isinstance(detail, dict) and "property" in detail
    ]
    return f": {', '.join(names)}" if names else ""


def _json_object(body: bytes) -> dict[str, object]:
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _seconds(retry_after: str) -> float:
    """The header's seconds; 0 for its other form, a date, which LINE does not use."""
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0.0
