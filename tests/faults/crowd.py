"""Many people who ask at once, on each platform, and the count of their answers."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence

from tests.fakes import line_events
from tests.fakes.line import FakeLine
from tests.fakes.line_events import Event
from tests.fakes.telegram import FakeTelegram

#: Places that each get an answer in one message, which begins with their name.
PLACES = ("Komaki", "Ueda", "Hamamatsu", "Toyota", "Ota")


class LineCrowd:
    """`people` who ask one after the other until there are `events` in all, redelivered until taken.

    `pace` is events a second, all together.
    """

    def __init__(self, line: FakeLine, events: int, people: int, pace: float, first: int = 0) -> None:
        self._line = line
        self._pace = pace
        self._people = [
            [line_events.text(random.choice(PLACES), user=line_events.user_id(first + person)) for _ in asked]  # noqa: S311
            for person, asked in enumerate(_shares(events, people))
        ]
        self.events = [event for asked in self._people for event in asked]
        self.not_taken = 0

    async def ask(self) -> None:
        """Returns when every event was taken, or given up after two minutes."""
        began = time.monotonic()
        await asyncio.gather(*(self._ask(person, began) for person in range(len(self._people))))

    async def _ask(self, person: int, began: float) -> None:
        for turn, event in enumerate(self._people[person]):
            due = began + (turn * len(self._people) + person) / self._pace
            await asyncio.sleep(due - time.monotonic())
            if not await self._taken(event):
                self.not_taken += 1

    async def _taken(self, event: Event) -> bool:
        end = time.monotonic() + 120
        while await self._line.deliver(event) != 200:
            if time.monotonic() > end:
                return False
            await asyncio.sleep(random.uniform(0.2, 0.5))  # noqa: S311
        return True

    async def counted(self, within: float = 15.0) -> tuple[int, int]:
        """How many events were not answered, and how many more than once."""
        wanted = {event["webhookEventId"] for event in self.events}
        end = time.monotonic() + within
        while True:
            answers = Counter(sent.event for sent in self._line.replies if sent.event in wanted)
            if len(answers) == len(wanted) or time.monotonic() > end:
                return len(wanted) - len(answers), sum(count > 1 for count in answers.values())
            await asyncio.sleep(0.1)


class TelegramCrowd:
    """`people` who ask about every place once, `pace` updates a second, all together."""

    def __init__(
        self, telegram: FakeTelegram, people: int, pace: float, places: Sequence[str] = PLACES, first: int = 1
    ) -> None:
        self._telegram = telegram
        self._pace = pace
        self._asked = [(first + person, place) for place in places for person in range(people)]

    @property
    def events(self) -> int:
        return len(self._asked)

    async def ask(self) -> None:
        """Returns when Telegram has been told that each update is done with, or after two minutes more."""
        began = time.monotonic()
        for number, (chat, place) in enumerate(self._asked):
            await asyncio.sleep(began + number / self._pace - time.monotonic())
            self._telegram.say(place, chat_id=chat, message_id=number + 1)
        end = time.monotonic() + 120
        while self._telegram.pending and time.monotonic() < end:  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    def answers(self) -> Counter[tuple[int, str]]:
        """How often each question was answered."""
        return Counter(
            (chat, params["text"].removeprefix("<b>").partition(" ")[0])
            for (chat, _), params in self._telegram.messages.items()
        )

    async def counted(self, within: float = 15.0) -> tuple[int, int]:
        """How many questions were not answered, and how many more than once."""
        end = time.monotonic() + within
        while True:
            answers = self.answers()
            lost = sum(answers[asked] == 0 for asked in self._asked)
            if not lost or time.monotonic() > end:
                return lost, sum(answers[asked] > 1 for asked in self._asked)
            await asyncio.sleep(0.1)


def _shares(events: int, people: int) -> list[range]:
    return [range(events // people + (person < events % people)) for person in range(people)]
