"""The network half of LINE against a fake one: what becomes of a reply when things go well, and when not."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import time
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from bot.channels.errors import ChannelRefused
from bot.channels.line import LineAddress, receive, render, verify
from bot.channels.line_api import BotInfo, LineApi
from bot.channels.line_render import to_json
from bot.model import Delivery
from tests.fakes import line_events
from tests.fakes.line import FakeLine
from tests.fakes.line_faults import DROPPED, RATE_LIMIT, REPLY_PATH, SERVER_ERROR, USED_TOKEN, Fault
from tests.replies import THREE_CARDS

MESSAGES = to_json([{"type": "text", "text": "words that only the user may read"}])
REFUSED_MESSAGES = to_json([{"type": "text", "text": "words" * 2000}])

Scene = Callable[[FakeLine, LineApi], Awaitable[None]]


def play(
    scene: Scene, *, patience: float = 5.0, timeout: float = 0.3, access: str = "line-token"
) -> FakeLine:
    async def run() -> FakeLine:
        async with FakeLine() as line:
            api = LineApi(line.url, access, patience=patience, timeout=timeout)
            try:
                await scene(line, api)
            finally:
                api.close()
            return line

    return asyncio.run(run())


def asked(line: FakeLine) -> LineAddress:
    """The address of a question that LINE has just delivered."""
    event = line_events.text("Komaki")
    line.issue(event)
    (incoming,) = receive(line_events.body([event]))
    assert isinstance(incoming.address, LineAddress)
    return incoming.address


def attempts(line: FakeLine) -> int:
    return sum(call.path == REPLY_PATH for call in line.calls)


def outcome(*faults: Fault, patience: float = 5.0) -> tuple[Delivery, FakeLine]:
    """What becomes of one reply when these faults come first."""
    deliveries = []

    async def scene(line: FakeLine, api: LineApi) -> None:
        line.faults.extend(faults)
        deliveries.append(await api.reply(asked(line), MESSAGES))

    line = play(scene, patience=patience)
    return deliveries[0], line


def test_a_reply_reaches_the_user_at_once() -> None:
    delivery, line = outcome()
    assert delivery is Delivery.SENT
    assert [sent.messages for sent in line.replies] == [json.loads(MESSAGES)]
    assert attempts(line) == 1


def test_a_whole_answer_is_accepted() -> None:
    async def scene(line: FakeLine, api: LineApi) -> None:
        assert await api.reply(asked(line), to_json(render(THREE_CARDS))) is Delivery.SENT

    line = play(scene, timeout=5)
    assert line.refusals == []
    assert line.replies[0].messages == render(THREE_CARDS)


@pytest.mark.parametrize("fault", [RATE_LIMIT, SERVER_ERROR, DROPPED, Fault(hang=1.0), Fault(status=503)])
def test_a_fault_that_passes_is_survived(fault: Fault) -> None:
    delivery, line = outcome(fault, fault)
    assert delivery is Delivery.SENT
    assert len(line.replies) == 1


@pytest.mark.parametrize(
    "fault", [Fault(hang=1.0, late=True), Fault(drop=True, late=True), Fault(500, late=True)]
)
def test_a_reply_that_arrived_without_an_answer_counts_as_sent(fault: Fault) -> None:
    delivery, line = outcome(fault)
    assert delivery is Delivery.SENT
    assert len(line.replies) == 1
    assert attempts(line) >= 1


def test_a_used_token_means_that_somebody_answered_before() -> None:
    delivery, line = outcome(USED_TOKEN)
    assert delivery is Delivery.ALREADY
    assert attempts(line) == 1


def test_a_rate_limit_does_not_make_a_used_token_ours() -> None:
    assert outcome(RATE_LIMIT, USED_TOKEN)[0] is Delivery.ALREADY


def test_each_token_answers_once_and_for_a_minute() -> None:
    async def scene(line: FakeLine, api: LineApi) -> None:
        now = time.monotonic()
        line.clock = lambda: now
        first, late, redelivered = asked(line), asked(line), asked(line)
        assert await api.reply(first, MESSAGES) is Delivery.SENT
        assert await api.reply(first, MESSAGES) is Delivery.ALREADY
        line.redeliverable(redelivered.reply_token)
        now += 61
        assert await api.reply(late, MESSAGES) is Delivery.ALREADY
        assert await api.reply(redelivered, MESSAGES) is Delivery.SENT

    play(scene)


def test_retry_after_is_respected() -> None:
    start = time.monotonic()
    delivery, _ = outcome(Fault(status=429, retry_after="1"))
    assert delivery is Delivery.SENT
    assert time.monotonic() - start >= 1


def test_retry_after_beyond_the_tokens_life_is_not_waited_for() -> None:
    start = time.monotonic()
    delivery, line = outcome(Fault(status=429, retry_after="600"))
    assert delivery is Delivery.FAILED
    assert attempts(line) == 1
    assert time.monotonic() - start < 3


def test_a_lasting_fault_ends_in_time_and_is_worth_a_redelivery() -> None:
    start = time.monotonic()
    delivery, line = outcome(*[SERVER_ERROR] * 50, patience=1.5)
    assert delivery is Delivery.FAILED
    assert 2 <= attempts(line) <= 4
    assert time.monotonic() - start < 3


def test_nobody_at_the_address_is_a_failure_and_no_error() -> None:
    async def scene() -> Delivery:
        async with FakeLine() as line:
            address, url = asked(line), line.url
        api = LineApi(url, "line-token", patience=0.5, timeout=0.3)
        assert await api.profile_language("U1") == ""
        assert await api.bot_info() is None
        return await api.reply(address, MESSAGES)

    assert asyncio.run(scene()) is Delivery.FAILED


def test_a_body_that_line_refuses_is_not_sent_again() -> None:
    async def scene(line: FakeLine, api: LineApi) -> None:
        assert await api.reply(asked(line), REFUSED_MESSAGES) is Delivery.REFUSED
        assert await api.reply(asked(line), b"[]") is Delivery.REFUSED

    line = play(scene)
    assert attempts(line) == 2
    assert line.replies == []


def test_an_event_without_a_token_cannot_be_answered() -> None:
    async def scene(line: FakeLine, api: LineApi) -> None:
        assert await api.reply(LineAddress("", "U1", False), MESSAGES) is Delivery.GONE

    assert play(scene).calls == []


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_stop_with_a_clear_message(status: int) -> None:
    async def scene(line: FakeLine, api: LineApi) -> None:
        line.faults.append(Fault(status=status))
        with pytest.raises(ChannelRefused, match="LINE_CHANNEL_ACCESS_TOKEN"):
            await api.reply(asked(line), MESSAGES)

    assert attempts(play(scene)) == 1


def test_a_wrong_access_token_is_told_when_the_bot_asks_who_it_is() -> None:
    async def scene(line: FakeLine, api: LineApi) -> None:
        with pytest.raises(ChannelRefused):
            await api.bot_info()

    play(scene, access="wrong")


def test_no_log_line_and_no_error_holds_a_secret_or_a_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = ["line-token", "words", line_events.USER]

    async def scene(line: FakeLine, api: LineApi) -> None:
        for fault in (RATE_LIMIT, SERVER_ERROR, DROPPED, Fault(hang=1.0), Fault(status=302)):
            address = asked(line)
            secrets.append(address.reply_token)
            line.faults.append(fault)
            await api.reply(address, MESSAGES)
        await api.reply(asked(line), REFUSED_MESSAGES)
        line.faults.append(Fault(drop=True, path=f"/v2/bot/profile/{line_events.USER}"))
        await api.profile_language(line_events.USER)
        line.faults.append(Fault(status=401))
        with pytest.raises(ChannelRefused) as caught:
            await api.reply(asked(line), MESSAGES)
        logging.getLogger("bot").error("stopped", exc_info=caught.value)

    play(scene)
    said = [record for record in caplog.records if record.name.startswith("bot")]
    assert len(said) >= 7
    written = caplog.text
    assert "messages[0].text" in written
    assert not [secret for secret in secrets if secret in written]


def test_profile_language() -> None:
    async def scene(line: FakeLine, api: LineApi) -> None:
        line.languages |= {"U1": "vi", "U2": ""}
        assert await api.profile_language("U1") == "vi"
        assert await api.profile_language("U2") == ""
        assert await api.profile_language("Ublocked") == ""
        assert await api.profile_language("../info") == ""

    play(scene)


def test_loading_and_bot_info() -> None:
    async def scene(line: FakeLine, api: LineApi) -> None:
        await api.loading(line_events.USER)
        await api.loading(line_events.USER, seconds=60)
        await api.loading(line_events.GROUP)
        assert await api.bot_info() == BotInfo(line_events.BOT_ID, "@doko", "Nihongo Doko")

    assert play(scene).loadings == [line_events.USER] * 2


def test_the_fake_delivers_signed_events_and_redelivers_them() -> None:
    """The loop that whole-process tests rely on: webhook in, reply out, redelivery with the same token."""
    received: list[tuple[bool, str]] = []

    async def webhook(request: aiohttp.web.Request) -> aiohttp.web.Response:
        body = await request.read()
        good = verify("line-secret", body, request.headers.get("x-line-signature"))
        addresses = [incoming.address for incoming in receive(body)] if good else []
        received.extend((a.redelivered, a.reply_token) for a in addresses if isinstance(a, LineAddress))
        return aiohttp.web.Response(status=200 if good else 401)

    async def scene(line: FakeLine, api: LineApi) -> None:
        app = aiohttp.web.Application()
        app.router.add_post("/webhook/line", webhook)
        runner = aiohttp.web.AppRunner(app)
        await runner.setup()
        await aiohttp.web.TCPSite(runner, "127.0.0.1", 0).start()
        line.webhook = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook/line"
        event, other = line_events.text("Komaki"), line_events.sticker(user=line_events.user_id(7))
        assert await line.deliver(event, other, line_events.event("unfollow")) == 200
        assert await line.deliver(event) == 200
        assert await line.deliver(event, signature="wrong") == 401
        assert await line.replies_to(event, within=0) == []
        (_, token), _, _, (again, same_token) = received
        assert again
        assert token == same_token
        await api.reply(LineAddress(token, "", True), MESSAGES)
        assert len(await line.replies_to(event)) == 1
        await runner.cleanup()

    play(scene)


def test_the_fake_refuses_what_line_refuses_of_a_reply() -> None:
    async def scene(line: FakeLine, api: LineApi) -> None:
        body = json.dumps({"replyToken": asked(line).reply_token, "messages": json.loads(MESSAGES)})
        headers = {"Authorization": "Bearer line-token", "Content-Type": "application/json"}
        async with aiohttp.ClientSession(line.url) as session:
            for wrong, status in (
                ({"X-Line-Retry-Key": "123e4567-e89b-12d3-a456-426614174000"}, 400),
                ({"Content-Type": "text/plain"}, 415),
                ({"Authorization": "Bearer other"}, 401),
            ):
                async with session.post(REPLY_PATH, data=body, headers=headers | wrong) as response:
                    assert response.status == status
            async with session.post(REPLY_PATH, data=b"{" * 9, headers=headers) as response:
                assert response.status == 400
            async with session.post(
                REPLY_PATH, data=io.BytesIO(b" " * (3 << 20)), headers=headers
            ) as response:
                assert response.status == 413

    assert play(scene).replies == []
