"""One event from its claim to its answer: once, whatever fails on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from itertools import count

import pytest

from bot.channels.errors import ChannelRefused
from bot.handle import Handler
from bot.journal import Journal, JournalEntry, day_of, read_counts
from bot.metrics import Metrics
from bot.model import Delivery, Incoming, Kind, Leaving, Reply
from bot.stores import CLAIM_EXPIRES_AFTER, Claim
from bot.stores.memory import MemoryStore
from bot.userkeys import UserKeys
from tests.conversations import POISON, Echo

NOW = 1_800_000_000.0
_looks = count()

KEYS = UserKeys("a secret of sixteen")


def text(words: str, event: str = "e1", chat: str = "c", kind: Kind = Kind.TEXT) -> Incoming:
    return Incoming("line", chat, event, kind, words)


@dataclass
class Platform:
    """A sender that does what it is told, in turn, and then sends."""

    outcomes: list[Delivery | Exception] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    acknowledged: int = 0
    language: str = "pt-BR"
    asks_before: bool = False
    hangs: asyncio.Event | None = None

    async def hint(self, incoming: Incoming) -> str:
        if self.language == "hangs":
            await asyncio.sleep(60)
        return self.language

    async def send(self, incoming: Incoming, reply: Reply, leaving: Leaving) -> Delivery:
        if self.asks_before and not await leaving():
            return Delivery.ALREADY
        if self.hangs is not None:
            await self.hangs.wait()
        outcome = self.outcomes.pop(0) if self.outcomes else Delivery.SENT
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is Delivery.SENT:
            self.sent.append(reply.text)
        return outcome

    async def acknowledge(self, incoming: Incoming) -> None:
        self.acknowledged += 1


class Bot:
    """A handler with everything around it, in memory. `clock` is the time."""

    def __init__(self, store: MemoryStore | None = None, limit: int = 30) -> None:
        self.store = store or MemoryStore()
        self.echo = Echo()
        self.journal = Journal()
        self.metrics = Metrics()
        self.clock = NOW
        self._handler = Handler(
            self.echo.as_conversation(),
            self.store,
            KEYS,
            self.metrics,
            self.journal,
            clock=lambda: self.clock,
            limit=limit,
        )

    async def handle(self, incoming: Incoming, platform: Platform) -> bool:
        return await self._handler.handle(incoming, platform)

    async def state(self, chat: str = "c") -> str | None:
        key, look = KEYS.chat(text("", chat=chat)), f"look {next(_looks)}"
        taken = await self.store.take(look, key, "test", self.clock)
        assert taken.claim is Claim.OURS
        await self.store.give_back(look, key, "test")
        return taken.state

    def metric(self, line: str) -> bool:
        return line in self.metrics.text(0, True).decode()


def play(scene: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await scene()

    asyncio.run(whole())


def test_an_event_is_answered_once_however_often_it_comes() -> None:
    async def scene() -> None:
        bot, platform = Bot(), Platform()
        assert [await bot.handle(text("Komaki"), platform) for _ in range(3)] == [True] * 3
        assert platform.sent == ["Komaki 0"]

    play(scene)


def test_the_conversation_remembers_and_counts() -> None:
    async def scene() -> None:
        bot, platform = Bot(), Platform()
        for n in range(3):
            await bot.handle(text("hi", f"e{n}"), platform)
        assert platform.sent == ["hi 0", "hi 1", "hi 2"]
        await bot.journal.flush(bot.store)
        day = day_of(NOW)
        entry = JournalEntry(day, "line", "en", "find_class", "member:komaki")
        assert await read_counts(bot.store, day, day) == [(entry, 3)]
        assert bot.metric('doko_messages_total{channel="line",intent="find_class",language="en"} 3.0')

    play(scene)


def test_what_failed_comes_again_and_is_then_answered() -> None:
    async def scene() -> None:
        bot, platform = Bot(), Platform([Delivery.FAILED])
        assert not await bot.handle(text("Komaki"), platform)
        assert await bot.state() is None
        assert await bot.handle(text("Komaki"), platform)
        assert platform.sent == ["Komaki 0"]

    play(scene)


@pytest.mark.parametrize("outcome", [Delivery.REFUSED, Delivery.UNCERTAIN, Delivery.ALREADY, TypeError("x")])
def test_what_can_never_be_sent_again_is_done(outcome: Delivery | Exception) -> None:
    async def scene() -> None:
        bot, platform = Bot(), Platform([outcome])
        assert await bot.handle(text("Komaki"), platform)
        assert await bot.handle(text("Komaki"), platform)
        assert platform.sent == []

    play(scene)


def test_whoever_blocked_the_bot_is_forgotten() -> None:
    async def scene() -> None:
        bot, platform = Bot(), Platform([Delivery.SENT, Delivery.GONE])
        await bot.handle(text("one", "e1"), platform)
        assert await bot.state() is not None
        await bot.handle(text("two", "e2"), platform)
        assert await bot.state() is None

    play(scene)


@pytest.mark.parametrize("kind", [Kind.FORGET, Kind.GONE])
@pytest.mark.parametrize("limit", [30, 1], ids=["at leisure", "beyond the limit"])
def test_forgetting_erases_everything_at_any_time(kind: Kind, limit: int) -> None:
    async def scene() -> None:
        bot, platform = Bot(limit=limit), Platform()
        for n in range(3):
            await bot.handle(text("hi", f"e{n}"), platform)
        await bot.handle(text("", "forget", kind=kind), platform)
        assert await bot.state() is None

    play(scene)


def test_refused_credentials_reach_the_operator_and_leave_the_event_open() -> None:
    async def scene() -> None:
        bot, platform = Bot(), Platform([ChannelRefused("check the token")])
        with pytest.raises(ChannelRefused):
            await bot.handle(text("Komaki"), platform)
        assert await bot.handle(text("Komaki"), platform)
        assert platform.sent == ["Komaki 0"]

    play(scene)


def test_a_text_that_breaks_the_conversation_gets_an_answer_and_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scene() -> None:
        bot, platform = Bot(), Platform()
        assert await bot.handle(text(POISON), platform)
        assert platform.sent == ["sorry"]
        assert bot.metric('doko_failures_total{step="conversation"} 1.0')

    with caplog.at_level(logging.DEBUG):
        play(scene)
    assert "ValueError at conversations.py" in caplog.text
    assert POISON not in caplog.text


def test_a_hundred_messages_in_a_second_are_answered_politely_and_cost_others_nothing() -> None:
    async def scene() -> None:
        bot, platform = Bot(), Platform()
        for n in range(100):
            assert await bot.handle(text("hi", f"e{n}"), platform)
        await bot.handle(text("me too", "other", chat="other"), platform)
        assert platform.sent == [*(f"hi {n}" for n in range(30)), "busy", "me too 0"]
        assert platform.acknowledged == 69
        bot.clock += 60
        await bot.handle(text("again", "later"), platform)
        assert platform.sent[-1] == "again 30"

    play(scene)


def test_a_new_user_is_greeted_in_the_language_of_the_platform() -> None:
    async def scene() -> None:
        bot, platform = Bot(), Platform()
        await bot.handle(text("", kind=Kind.STARTED), platform)
        assert platform.sent == ["0 pt-BR"]
        silent = Platform(language="hangs")
        async with asyncio.timeout(3):
            await bot.handle(text("", "e2", "c2", kind=Kind.STARTED), silent)
        assert silent.sent == ["0"]

    play(scene)


def test_words_typed_into_another_chat_change_nothing() -> None:
    async def scene() -> None:
        bot, platform = Bot(), Platform()
        await bot.handle(text("hi"), platform)
        before = await bot.state()
        for n in range(50):
            await bot.handle(text("K", f"inline {n}", kind=Kind.INLINE), platform)
        assert len(platform.sent) == 51
        assert await bot.state() == before

    play(scene)


# A process that dies, seen from the next one.


async def died(bot: Bot, incoming: Incoming, platform: Platform) -> None:
    """Stops the bot in the middle of sending, as a kill would: nothing is tidied up."""
    platform.hangs = asyncio.Event()
    task = asyncio.create_task(bot.handle(incoming, platform))
    for _ in range(5):
        await asyncio.sleep(0)
    abandoned.append(task)


abandoned: list[asyncio.Task[bool]] = []


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterable[None]:
    yield
    abandoned.clear()


def test_before_its_answer_leaves_the_event_of_a_dead_process_is_taken_over() -> None:
    async def scene() -> None:
        store = MemoryStore()
        await died(Bot(store), text("Komaki"), Platform())
        second, platform = Bot(store), Platform()
        assert not await second.handle(text("Komaki"), platform), "still busy, it must come again"
        second.clock += CLAIM_EXPIRES_AFTER
        assert await second.handle(text("Komaki"), platform)
        assert platform.sent == ["Komaki 0"]

    play(scene)


def test_once_its_answer_may_have_left_it_is_never_answered_again() -> None:
    async def scene() -> None:
        store = MemoryStore()
        await died(Bot(store), text("Komaki"), Platform(asks_before=True))
        second, platform = Bot(store), Platform(asks_before=True)
        second.clock += 1000
        assert await second.handle(text("Komaki"), platform)
        assert platform.sent == []

    play(scene)


def test_what_the_platform_did_not_take_may_be_taken_over_while_it_waits_to_try_again() -> None:
    async def scene() -> None:
        store = MemoryStore()
        other, second = Bot(store), Platform(asks_before=True)
        other.clock += CLAIM_EXPIRES_AFTER

        class Flooded(Platform):
            async def send(self, incoming: Incoming, reply: Reply, leaving: Leaving) -> Delivery:
                assert await leaving()
                await leaving.undo()
                assert await other.handle(text("Komaki"), second)
                return await super().send(incoming, reply, leaving)

        first = Flooded(asks_before=True)
        assert await Bot(store).handle(text("Komaki"), first)
        assert (second.sent, first.sent) == (["Komaki 0"], [])

    play(scene)


def test_a_chat_is_answered_by_one_process_at_a_time() -> None:
    async def scene() -> None:
        store, first, second = MemoryStore(), Platform(hangs=asyncio.Event()), Platform()
        one = asyncio.create_task(Bot(store).handle(text("one", "e1"), first))
        await asyncio.sleep(0.01)
        two = asyncio.create_task(Bot(store).handle(text("two", "e2"), second))
        assert await Bot(store).handle(text("other", "e3", chat="other"), second)
        await asyncio.sleep(0.05)
        assert second.sent == ["other 0"]
        assert first.hangs is not None
        first.hangs.set()
        assert await one
        assert await two
        assert (first.sent, second.sent) == (["one 0"], ["other 0", "two 1"])

    play(scene)


def test_a_slow_process_whose_event_was_taken_over_does_not_send() -> None:
    async def scene() -> None:
        store = MemoryStore()
        slow, fast = Bot(store), Bot(store)
        key = KEYS.event(text("Komaki"))
        late = Platform(asks_before=True)
        fast.clock = slow.clock + CLAIM_EXPIRES_AFTER

        class Waits(Platform):
            async def send(self, incoming: Incoming, reply: Reply, leaving: Leaving) -> Delivery:
                await fast.handle(incoming, late)
                return await super().send(incoming, reply, leaving)

        waits = Waits(asks_before=True)
        assert await slow.handle(text("Komaki"), waits)
        assert (late.sent, waits.sent) == (["Komaki 0"], [])
        assert (await store.take(key, "c", "x", NOW)).claim is Claim.ANSWERED

    play(scene)


@pytest.mark.parametrize(("asks_before", "again"), [(False, True), (True, False)])
def test_what_is_given_up_at_the_end_comes_again_unless_it_may_have_left(
    asks_before: bool, again: bool
) -> None:
    async def scene() -> None:
        store = MemoryStore()
        first, platform = Bot(store), Platform(asks_before=asks_before, hangs=asyncio.Event())
        task = asyncio.create_task(first.handle(text("Komaki"), platform))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        second = Platform()
        assert await Bot(store).handle(text("Komaki"), second)
        assert second.sent == (["Komaki 0"] if again else [])

    play(scene)
