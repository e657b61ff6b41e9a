"""Telegram's network half against the fake: what is sent, and what becomes of it when things fail."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from telegram import Bot
from telegram.error import TelegramError

from bot.channels.aiohttp_request import AiohttpRequest
from bot.channels.errors import ChannelRefused, OtherPoller
from bot.channels.telegram_http import TelegramHttp
from bot.channels.telegram_pace import Pace
from bot.model import AskLocation, Delivery, Say
from tests.fakes.telegram import NAME, TOKEN, USERNAME, FakeTelegram
from tests.fakes.telegram_faults import Fault
from tests.telegram_bot import ANA, GROUP, asked, asynchronous, cards, on_telegram, says

SECRET = "what only Ana and the bot know"


@asynchronous
async def test_it_knows_itself() -> None:
    async with on_telegram() as (_, api):
        await api.identify()
        assert (api.username, api.name) == (USERNAME, NAME)


@asynchronous
async def test_an_answer() -> None:
    async with on_telegram() as (telegram, api):
        assert await api.send(asked(), says("Hi & bye", Say("Ueda", "Ueda"))) is Delivery.SENT
        (call,) = telegram.called("sendMessage")
        assert call == {
            "chat_id": ANA,
            "text": "Hi &amp; bye",
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {"inline_keyboard": [[{"text": "Ueda", "callback_data": "Ueda"}]]},
        }


@asynchronous
async def test_in_groups_the_first_message_quotes_the_question() -> None:
    async with on_telegram() as (telegram, api):
        await api.send(asked(31, chat_id=GROUP, thread_id=17), cards("Komaki", "Ueda"))
        first, second = telegram.called("sendMessage")
        assert first["reply_parameters"] == {"message_id": 31, "allow_sending_without_reply": True}
        assert "reply_parameters" not in second
        assert first["message_thread_id"] == second["message_thread_id"] == 17


@asynchronous
async def test_an_inline_query() -> None:
    async with on_telegram() as (telegram, api):
        assert await api.send(asked(inline_id="42"), cards("Komaki", "Ueda")) is Delivery.SENT
        (call,) = telegram.called("answerInlineQuery")
        assert [result["title"] for result in call["results"]] == ["Komaki", "Ueda"]
        assert call["is_personal"] is True
        assert not telegram.called("sendMessage")


@asynchronous
async def test_a_button_is_released_once() -> None:
    async with on_telegram() as (telegram, api):
        telegram.know_callback("99")
        telegram.fail(Fault(500, times=3), "sendMessage")
        pressed = asked(0, callback_id="99")
        assert await api.send(pressed, says("Hi")) is Delivery.FAILED
        assert await api.send(pressed, says("Hi")) is Delivery.SENT
        await api.acknowledge(pressed)
        assert telegram.called("answerCallbackQuery") == [{"callback_query_id": "99"}]
        assert not telegram.refused()


@asynchronous
@pytest.mark.parametrize("fault", [Fault(403), Fault(400), Fault(500, times=9)])
async def test_a_button_is_released_though_the_answer_fails(fault: Fault) -> None:
    async with on_telegram() as (telegram, api):
        telegram.know_callback("99")
        telegram.fail(fault, "sendMessage")
        assert await api.send(asked(0, callback_id="99"), says("Hi")) is not Delivery.SENT
        assert len(telegram.called("answerCallbackQuery")) == 1


@asynchronous
async def test_a_button_that_cannot_be_released_spoils_no_answer() -> None:
    async with on_telegram() as (telegram, api):
        assert await api.send(asked(0, callback_id="too old"), says("Hi")) is Delivery.SENT
        telegram.fail(Fault(500, times=2), "answerCallbackQuery")
        telegram.know_callback("99")
        pressed = asked(0, callback_id="99")
        assert await api.send(pressed, says("Hi")) is Delivery.SENT
        assert not telegram.called("answerCallbackQuery")
        await api.acknowledge(pressed)
        assert len(telegram.called("answerCallbackQuery")) == 1


@asynchronous
async def test_a_proxy_is_gone_through() -> None:
    async with FakeTelegram() as telegram:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("http_proxy", telegram.url)
            http = TelegramHttp(f"http://telegram.invalid/bot{TOKEN}")
        await http.open()
        assert await http.call("deleteWebhook", {}) is True
        await http.close()
        assert telegram.called("deleteWebhook")


# Edited questions


@asynchronous
async def test_an_edited_question_edits_its_answer() -> None:
    async with on_telegram() as (telegram, api):
        await api.send(asked(1), says("Komaki"))
        await api.send(asked(2), says("Other"))
        assert await api.send(asked(1, edited=True), says("Ueda", Say("x", "x"))) is Delivery.SENT
        assert await api.send(asked(1, edited=True), says("Ueda", Say("x", "x"))) is Delivery.SENT
        assert telegram.texts(ANA) == ["Ueda", "Other"]
        assert len(telegram.called("sendMessage")) == 2


@asynchronous
async def test_an_edited_answer_may_grow_and_shrink() -> None:
    async with on_telegram() as (telegram, api):
        await api.send(asked(1), cards("Komaki"))
        await api.send(asked(1, edited=True), cards("Ueda", "Ise", "Suzuka"))
        assert telegram.texts(ANA) == ["Ueda", "Ise", "Suzuka"]
        await api.send(asked(1, edited=True), cards("Komaki", "Toyota"))
        assert telegram.texts(ANA) == ["Komaki", "Toyota"]
        assert len(telegram.called("sendMessage")) == 3


@asynchronous
async def test_a_message_that_cannot_be_edited_is_replaced() -> None:
    async with on_telegram() as (telegram, api):
        where = says("Where?", AskLocation("Near me"))
        await api.send(asked(1), where)
        await api.send(asked(1, edited=True), says("Komaki"))
        assert telegram.texts(ANA) == ["Komaki"]
        await api.send(asked(1, edited=True), where)
        assert telegram.texts(ANA) == ["Where?"]
        telegram.messages.clear()
        await api.send(asked(1, edited=True), says("Ueda"))
        assert telegram.texts(ANA) == ["Ueda"]


@asynchronous
async def test_an_edited_question_without_a_known_answer_gets_a_new_one_that_quotes_it() -> None:
    async with on_telegram() as (telegram, api):
        await api.send(asked(31, edited=True), says("Komaki"))
        (call,) = telegram.called("sendMessage")
        assert call["reply_parameters"]["message_id"] == 31


# Faults


@asynchronous
@pytest.mark.parametrize(
    ("fault", "delivery", "tries"),
    [
        (Fault(403), Delivery.GONE, 1),
        (Fault(400), Delivery.REFUSED, 1),
        (Fault(500, times=2), Delivery.SENT, 3),
        (Fault(500, times=9), Delivery.FAILED, 3),
        (Fault(502, page="<html>Bad Gateway</html>"), Delivery.SENT, 2),
        (Fault(200, page="<html>Log in to this wifi</html>"), Delivery.FAILED, 1),
        (Fault(429, times=2), Delivery.SENT, 3),
        (Fault(drop=True), Delivery.SENT, 2),
        (Fault(drop=True, times=9), Delivery.FAILED, 3),
        (Fault(hang=6), Delivery.UNCERTAIN, 1),
    ],
    ids=str,
)
async def test_faults(fault: Fault, delivery: Delivery, tries: int) -> None:
    async with on_telegram() as (telegram, api):
        armed = fault.times
        telegram.fail(fault, "sendMessage")
        assert await api.send(asked(), says("Hi")) is delivery
        struck = armed - fault.times
        assert struck + len(telegram.called("sendMessage")) == tries
        assert telegram.texts(ANA) == (["Hi"] if delivery is Delivery.SENT else [])


@asynchronous
async def test_what_was_sent_before_a_silence_is_not_sent_twice() -> None:
    async with on_telegram() as (telegram, api):
        telegram.fail(Fault(hang=6, after=True), "sendMessage")
        assert await api.send(asked(), says("Hi")) is Delivery.UNCERTAIN
        assert telegram.texts(ANA) == ["Hi"]


@asynchronous
@pytest.mark.parametrize(
    "fault",
    [
        *map(Fault, (400, 401, 403, 404, 409, 418, 429, 500)),
        Fault(429, retry_after=7),
        Fault(migrate_to=-100777),
        Fault(502, page="<html>Bad Gateway</html>"),
        Fault(drop=True),
        Fault(hang=1),
    ],
    ids=str,
)
@pytest.mark.parametrize("is_long", [False, True])
async def test_errors_are_the_ones_that_the_library_would_raise(fault: Fault, is_long: bool) -> None:
    async with FakeTelegram() as telegram:
        http = TelegramHttp(f"{telegram.url}/bot{TOKEN}", read=0.1, connect=0.1, is_long=is_long)
        await http.open()
        request = AiohttpRequest(http)
        bot = Bot(TOKEN, f"{telegram.url}/bot", request=request, get_updates_request=request)
        fault.times = 2
        telegram.fail(fault, "sendMessage")
        errors = []
        for call in (
            http.call("sendMessage", {"chat_id": ANA, "text": "Hi"}),
            bot.send_message(ANA, "Hi"),
        ):
            with pytest.raises(TelegramError) as caught:
                await call
            errors.append(caught.value)
        ours, theirs = errors
        assert type(ours) is type(theirs)
        assert vars(ours) == vars(theirs)
        if not fault.page:
            assert str(ours) == str(theirs)
        await http.close()


@asynchronous
async def test_flood_control_is_obeyed() -> None:
    errors: list[str] = []
    async with on_telegram(on_error=errors.append) as (telegram, api):
        telegram.fail(Fault(429, retry_after=1), "sendMessage")
        assert await api.send(asked(), says("Hi")) is Delivery.SENT
        refused, sent = telegram.calls
        assert sent.time - refused.time >= 1.0
        assert errors == ["RetryAfter"]


@asynchronous
async def test_flood_control_beyond_all_patience_fails_at_once() -> None:
    async with on_telegram(longest_wait=10) as (telegram, api):
        telegram.fail(Fault(429, retry_after=3600), "sendMessage")
        assert await api.send(asked(), says("Hi")) is Delivery.FAILED
        assert len(telegram.calls) == 1


@asynchronous
async def test_a_group_that_became_a_supergroup_is_followed() -> None:
    async with on_telegram() as (telegram, api):
        telegram.fail(Fault(migrate_to=-100777, times=1), "sendMessage", chat_id=-5)
        assert await api.send(asked(chat_id=-5), cards("Komaki", "Ueda")) is Delivery.SENT
        assert telegram.texts(-100777) == ["Komaki", "Ueda"]
        await api.send(asked(chat_id=-5), says("Ise"))
        assert telegram.texts(-100777) == ["Komaki", "Ueda", "Ise"]


@asynchronous
async def test_a_group_that_moves_in_circles_is_given_up() -> None:
    async with on_telegram() as (telegram, api):
        telegram.fail(Fault(migrate_to=-5, times=-1), "sendMessage")
        assert await api.send(asked(chat_id=-5), says("Ise")) is Delivery.FAILED


@asynchronous
async def test_a_failed_answer_goes_on_where_it_stopped() -> None:
    async with on_telegram() as (telegram, api):
        question, answer = asked(), cards("Komaki", "Ueda")
        sending = asyncio.create_task(api.send(question, answer))
        await telegram.until_called("sendMessage")
        telegram.fail(Fault(500, times=3), "sendMessage")
        assert await sending is Delivery.FAILED
        assert telegram.texts(ANA) == ["Komaki"]
        assert await api.send(question, answer) is Delivery.SENT
        assert await api.send(question, answer) is Delivery.ALREADY
        assert telegram.texts(ANA) == ["Komaki", "Ueda"]


@asynchronous
@pytest.mark.parametrize("token", ["123456:wrong", "nonsense"])
async def test_a_wrong_token_stops_with_a_clear_message(token: str) -> None:
    async with on_telegram(token) as (_, api):
        for call in (api.identify(), api.send(asked(), says("Hi")), api.get_updates(None, 0)):
            with pytest.raises(ChannelRefused, match="TELEGRAM_BOT_TOKEN") as caught:
                await call
            assert token not in "".join(traceback.format_exception(caught.value))


@asynchronous
async def test_another_poller_is_named() -> None:
    async with on_telegram() as (telegram, api):
        telegram.fail(Fault(409), "getUpdates")
        with pytest.raises(OtherPoller, match="another process"):
            await api.get_updates(None, 0)
        await api.set_webhook("https://example.org/hook", "secret")
        with pytest.raises(OtherPoller):
            await api.get_updates(None, 0)


@asynchronous
async def test_neither_log_nor_error_holds_the_token_or_a_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    written = []
    async with on_telegram() as (telegram, api):
        telegram.say(SECRET)
        calls: list[Callable[[], Awaitable[object]]] = [
            lambda: api.get_updates(None, 0),
            lambda: api.bot.send_message(ANA, SECRET),
            api.identify,
        ]
        await calls[0]()
        page = Fault(502, page=f"<html>{SECRET}")
        for fault in (Fault(), Fault(500), page, Fault(drop=True), Fault(403), Fault(400)):
            fault.times = len(calls)
            telegram.fail(fault)
            for call in calls:
                with pytest.raises(TelegramError) as caught:
                    await call()
                assert TOKEN not in "".join(traceback.format_exception(caught.value))
        for fault in (Fault(500, times=3), Fault(401)):
            telegram.fail(fault)
            with suppress(ChannelRefused):
                await api.send(asked(), says(SECRET))
    for call in calls:  # Nobody is there any more.
        with pytest.raises(TelegramError) as caught:
            await call()
        written += traceback.format_exception(caught.value)
    written += [logging.Formatter().format(record) for record in caplog.records]
    everything = "".join(written)
    assert "NetworkError" in everything
    assert TOKEN.partition(":")[2] not in everything
    assert SECRET not in everything


# Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def paced(overall: int = 30) -> tuple[Clock, Pace]:
    clock = Clock()
    return clock, Pace(overall, clock=lambda: clock.now, sleep=clock.sleep)


@asynchronous
async def test_a_chat_takes_one_message_a_second_on_average_and_delays_no_other() -> None:
    clock, pace = paced()
    for _ in range(9):
        await pace.wait(ANA)
    assert clock.slept == [3.0, 3.0, 3.0, 6.0, 6.0, 6.0]
    clock.slept.clear()
    await pace.wait(8)
    assert clock.slept == []


@asynchronous
async def test_a_group_takes_twenty_messages_a_minute() -> None:
    clock, pace = paced()
    for _ in range(20):
        await pace.wait(GROUP)
        clock.now += 1.0
    assert clock.slept == []
    await pace.wait(GROUP)
    assert clock.slept == [40.0]


@asynchronous
async def test_all_chats_together_take_thirty_messages_a_second() -> None:
    clock, pace = paced()
    for chat in range(1, 62):
        await pace.wait(chat)
    assert clock.slept == [1.0] * 30 + [2.0]


@asynchronous
async def test_a_crowded_chat_does_not_keep_others_waiting() -> None:
    async with on_telegram(pace=Pace()) as (telegram, api):
        crowd = [asyncio.create_task(api.send(asked(n), says("Hi"))) for n in range(8)]
        other = asyncio.create_task(api.send(asked(chat_id=8), says("Hi")))
        await asyncio.wait_for(other, 1.0)
        await telegram.until_called("sendMessage", 4)
        assert len(telegram.texts(ANA)) == 3
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
