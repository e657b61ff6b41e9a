"""Keeps everything in this process, within bounds; what is oldest goes first. For trials, for tests, and for
the time while another store is down.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.stores import (
    ANSWERED_KEPT_FOR,
    CLAIM_EXPIRES_AFTER,
    STATE_KEPT_FOR,
    Claim,
    JournalEntry,
    Misunderstood,
    Taken,
)
from bot.stores.days import first_days_kept

_CHATS_AT_MOST = 50_000
_EVENTS_AT_MOST = 100_000
_TEXTS_AT_MOST = 10_000

T = TypeVar("T")


@dataclass(slots=True)
class _Event:
    owner: str
    since: float
    may_have_left: bool = False


@dataclass(slots=True)
class _Chat:
    """Its messages in one minute, and who has the turn."""

    minute: int
    count: int = 0
    owner: str = ""
    since: float = 0.0


class MemoryStore:
    """See `bot.stores.Store`."""

    def __init__(self) -> None:
        self._states: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._events: OrderedDict[str, _Event] = OrderedDict()
        self._chats: OrderedDict[str, _Chat] = OrderedDict()
        self._counts: Counter[JournalEntry] = Counter()
        self._texts: list[Misunderstood] = []

    async def take(self, event: str, chat: str, owner: str, now: float) -> Taken:
        known = self._events.get(event)
        if known is not None:
            if known.may_have_left:
                return Taken(Claim.ANSWERED)
            if abs(now - known.since) < CLAIM_EXPIRES_AFTER:
                return Taken(Claim.BUSY)
        turn = self._chat(chat, int(now // 60))
        if turn.owner not in ("", owner) and abs(now - turn.since) < CLAIM_EXPIRES_AFTER:
            return Taken(Claim.LATER)
        turn.owner, turn.since, turn.count = owner, now, turn.count + 1
        self._remember(event, _Event(owner, now))
        state, _ = self._states.get(chat, (None, 0.0))
        return Taken(Claim.OURS, state, turn.count)

    async def leaving(self, event: str, chat: str, owner: str, now: float) -> bool:
        known = self._events.get(event)
        if known is not None and (known.may_have_left or known.owner != owner):
            return False
        self._remember(event, _Event(owner, now, may_have_left=True))
        return True

    async def not_left(self, event: str, chat: str, owner: str, now: float) -> None:
        known = self._events.get(event)
        if known is not None and known.owner == owner:
            self._remember(event, _Event(owner, now))

    async def answered(self, event: str, chat: str, owner: str, state: str | None, now: float) -> None:
        self._remember(event, _Event("", now, may_have_left=True))
        self._end_turn(chat, owner)
        if state is None:
            self._states.pop(chat, None)
            return
        self._states[chat] = (state, now)
        self._states.move_to_end(chat)
        if len(self._states) > _CHATS_AT_MOST:
            self._states.popitem(last=False)

    async def give_back(self, event: str, chat: str, owner: str) -> None:
        known = self._events.get(event)
        if known is not None and known.owner == owner:
            del self._events[event]
        self._end_turn(chat, owner)

    async def count(self, entries: Mapping[JournalEntry, int]) -> None:
        self._counts.update(entries)

    async def counts(self, first_day: str, last_day: str) -> list[tuple[JournalEntry, int]]:
        return sorted((entry, n) for entry, n in self._counts.items() if first_day <= entry.day <= last_day)

    async def keep_misunderstood(self, texts: Sequence[Misunderstood]) -> None:
        self._texts = [*self._texts, *texts][-_TEXTS_AT_MOST:]

    async def misunderstood(self, first_day: str, last_day: str) -> list[Misunderstood]:
        return sorted(
            (text for text in self._texts if first_day <= text.day <= last_day), key=lambda text: text.day
        )

    async def sweep(self, now: float) -> None:
        _drop_older(self._events, now - ANSWERED_KEPT_FOR, lambda event: event.since)
        _drop_older(self._states, now - STATE_KEPT_FOR, lambda state: state[1])
        _drop_older(self._chats, now // 60, lambda chat: chat.minute)
        days = first_days_kept(now)
        self._counts = Counter({entry: n for entry, n in self._counts.items() if entry.day >= days.counts})
        self._texts = [text for text in self._texts if text.day >= days.texts]

    async def ping(self) -> None:
        return None

    async def close(self) -> None:
        return None

    def _remember(self, event: str, entry: _Event) -> None:
        self._events[event] = entry
        self._events.move_to_end(event)
        if len(self._events) > _EVENTS_AT_MOST:
            self._events.popitem(last=False)

    def _chat(self, chat: str, minute: int) -> _Chat:
        known = self._chats.get(chat)
        if known is None or known.minute != minute:
            owner, since = (known.owner, known.since) if known else ("", 0.0)
            known = self._chats[chat] = _Chat(minute, 0, owner, since)
            self._chats.move_to_end(chat)
            if len(self._chats) > _CHATS_AT_MOST:
                self._chats.popitem(last=False)
        return known

    def _end_turn(self, chat: str, owner: str) -> None:
        known = self._chats.get(chat)
        if known is not None and known.owner == owner:
            known.owner = ""


def _drop_older(entries: OrderedDict[str, T], moment: float, moment_of: Callable[[T], float]) -> None:
    """Entries stand in the order in which they came, so the search ends at the first that is young enough."""
    while entries and moment_of(next(iter(entries.values()))) < moment:
        entries.popitem(last=False)
