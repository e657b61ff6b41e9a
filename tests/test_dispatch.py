"""Queues: order within a chat, no waiting between chats, bounds, and the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.dispatch import Dispatcher, QueueFullError
from bot.model import Incoming, Kind


def event(number: int, chat: str = "c") -> Incoming:
    return Incoming("line", chat, str(number), Kind.TEXT, str(number))


class Log:
    """A handler that takes as long as it is told, and remembers what it finished."""

    def __init__(self, seconds: Callable[[Incoming], float] = lambda incoming: 0.0) -> None:
        self.finished: list[str] = []
        self.given_up: list[str] = []
        self._seconds = seconds

    async def handle(self, incoming: Incoming, sender: None) -> bool:
        try:
            await asyncio.sleep(self._seconds(incoming))
        except asyncio.CancelledError:
            self.given_up.append(incoming.event)
            raise
        self.finished.append(incoming.event)
        return True


def play(scene: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        await scene()

    asyncio.run(whole())


def test_order_is_kept_within_a_chat_however_long_each_takes() -> None:
    async def scene() -> None:
        log = Log(lambda incoming: 0.02 / int(incoming.event))
        dispatcher: Dispatcher[None] = Dispatcher(log.handle)
        await asyncio.gather(*(dispatcher.submit(event(n), None) for n in range(1, 21)))
        assert log.finished == [str(n) for n in range(1, 21)]

    play(scene)


def test_a_hanging_chat_delays_no_other() -> None:
    async def scene() -> None:
        log = Log(lambda incoming: 60.0 if incoming.chat == "hangs" else 0.0)
        dispatcher: Dispatcher[None] = Dispatcher(log.handle)
        hanging = dispatcher.submit(event(0, "hangs"), None)
        async with asyncio.timeout(2):
            await asyncio.gather(*(dispatcher.submit(event(n, f"chat {n}"), None) for n in range(1000)))
        assert not hanging.done()
        assert await dispatcher.drain(0.0) == 1

    play(scene)


def test_what_is_too_much_is_refused_at_once_and_taken_later() -> None:
    async def scene() -> None:
        log = Log(lambda incoming: 0.02)
        dispatcher: Dispatcher[None] = Dispatcher(log.handle, most_waiting=10)
        waiting = [dispatcher.submit(event(n, f"chat {n}"), None) for n in range(10)]
        with pytest.raises(QueueFullError):
            dispatcher.submit(event(10, "chat 10"), None)
        await asyncio.gather(*waiting)
        assert dispatcher.waiting == 0
        assert await dispatcher.submit(event(10, "chat 10"), None)

    play(scene)


def test_one_chat_cannot_fill_the_queue() -> None:
    async def scene() -> None:
        log = Log(lambda incoming: 60.0 if incoming.chat == "hangs" else 0.0)
        dispatcher: Dispatcher[None] = Dispatcher(log.handle, most_waiting=100, most_of_one_chat=5)
        refused = 0
        for n in range(50):
            try:
                dispatcher.submit(event(n, "hangs"), None)
            except QueueFullError:
                refused += 1
            await asyncio.sleep(0)
        assert refused == 44, "five wait and one is under way"
        assert await dispatcher.submit(event(51, "other"), None)
        await dispatcher.drain(0.0)

    play(scene)


def test_an_error_reaches_whoever_waits_and_nobody_else() -> None:
    async def handle(incoming: Incoming, sender: None) -> bool:
        if incoming.event == "1":
            raise ValueError("poison")
        return True

    async def scene() -> None:
        dispatcher: Dispatcher[None] = Dispatcher(handle)
        results = await asyncio.gather(
            *(dispatcher.submit(event(n), None) for n in range(3)), return_exceptions=True
        )
        assert results[0] is True
        assert isinstance(results[1], ValueError)
        assert results[2] is True

    play(scene)


def test_the_end_waits_for_what_is_under_way_but_not_for_ever() -> None:
    async def scene() -> None:
        log = Log(lambda incoming: 60.0 if incoming.chat == "hangs" else 0.05)
        dispatcher: Dispatcher[None] = Dispatcher(log.handle)
        quick = [dispatcher.submit(event(n, "quick"), None) for n in range(3)]
        slow = [dispatcher.submit(event(n, "hangs"), None) for n in range(10, 13)]
        assert await dispatcher.drain(0.5) == 3
        assert [future.result() for future in quick] == [True] * 3
        assert all(future.cancelled() for future in slow)
        assert log.given_up == ["10"]
        assert dispatcher.waiting == 0

    play(scene)


def test_nothing_is_left_of_chats_that_are_done() -> None:
    async def scene() -> None:
        dispatcher: Dispatcher[None] = Dispatcher(Log().handle)
        for n in range(2000):
            await dispatcher.submit(event(n, f"chat {n}"), None)
        await asyncio.sleep(0)
        assert vars(dispatcher)["_chats"] == {}
        assert vars(dispatcher)["_tasks"] == set()

    play(scene)
