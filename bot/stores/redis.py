"""Keeps everything in Redis or Valkey, which any number of processes on any number of machines may share.

Each step of an event is one round trip: a script, which the server runs as a whole. What is old expires by
itself, by the server's clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.stores import (
    ANSWERED_KEPT_FOR,
    CLAIM_EXPIRES_AFTER,
    COUNTS_KEPT_FOR,
    STATE_KEPT_FOR,
    TEXTS_KEPT_FOR,
    Claim,
    JournalEntry,
    Misunderstood,
    StoreDownError,
    Taken,
)

_PREFIX = "doko:"
#: Seconds that a connection and an answer may take; beyond, the store counts as down.
_PATIENCE = 1.0
_CONNECTIONS_AT_MOST = 64
_TEXTS_A_DAY = 10_000
_DAY = 24 * 3600

# An event is "t" and its owner when taken, "s" and its owner when its answer is about to leave, else "a".
_TAKE = """
if not redis.call('SET', KEYS[1], 't' .. ARGV[1], 'NX', 'PX', ARGV[2]) then
  local held = redis.call('GET', KEYS[1])
  if string.sub(held, 1, 1) == 't' then return {1} end
  return {2}
end
if not redis.call('SET', KEYS[4], ARGV[1], 'NX', 'PX', ARGV[2]) then
  if redis.call('GET', KEYS[4]) ~= ARGV[1] then
    redis.call('DEL', KEYS[1])
    return {3}
  end
  redis.call('PEXPIRE', KEYS[4], ARGV[2])
end
local count = redis.call('INCR', KEYS[3])
if count == 1 then redis.call('EXPIRE', KEYS[3], 120) end
return {0, count, redis.call('GET', KEYS[2])}
"""

_LEAVING = """
local held = redis.call('GET', KEYS[1])
if held and held ~= 't' .. ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 's' .. ARGV[1], 'PX', ARGV[2])
return 1
"""

_NOT_LEFT = """
if redis.call('GET', KEYS[1]) == 's' .. ARGV[1] then
  redis.call('SET', KEYS[1], 't' .. ARGV[1], 'PX', ARGV[2])
end
"""

_ANSWERED = """
redis.call('SET', KEYS[1], 'a', 'PX', ARGV[2])
if ARGV[3] == '' then redis.call('DEL', KEYS[2]) else redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[4]) end
if redis.call('GET', KEYS[3]) == ARGV[1] then redis.call('DEL', KEYS[3]) end
"""

_GIVE_BACK = """
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 2) == ARGV[1] then redis.call('DEL', KEYS[1]) end
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
"""

_CLAIMS = (Claim.OURS, Claim.BUSY, Claim.ANSWERED, Claim.LATER)


class RedisStore:
    """See `bot.stores.Store`. Connects when it is first used, and again whenever it has lost the server."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            max_connections=_CONNECTIONS_AT_MOST,
            retry=Retry(NoBackoff(), 0),
        )
        self._take = self._redis.register_script(_TAKE)
        self._leaving = self._redis.register_script(_LEAVING)
        self._not_left = self._redis.register_script(_NOT_LEFT)
        self._answered = self._redis.register_script(_ANSWERED)
        self._give_back = self._redis.register_script(_GIVE_BACK)

    async def take(self, event: str, chat: str, owner: str, now: float) -> Taken:
        keys = [_event(event), _state(chat), f"{_PREFIX}spent:{chat}:{int(now // 60)}", _turn(chat)]
        with _down_as_our_error():
            answer = await self._take(keys, [owner, _milliseconds(CLAIM_EXPIRES_AFTER)])
        claim = _CLAIMS[answer[0]]
        return Taken(claim, answer[2], answer[1]) if claim is Claim.OURS else Taken(claim)

    async def leaving(self, event: str, chat: str, owner: str, now: float) -> bool:
        with _down_as_our_error():
            return bool(await self._leaving([_event(event)], [owner, _milliseconds(ANSWERED_KEPT_FOR)]))

    async def not_left(self, event: str, chat: str, owner: str, now: float) -> None:
        with _down_as_our_error():
            await self._not_left([_event(event)], [owner, _milliseconds(CLAIM_EXPIRES_AFTER)])

    async def answered(self, event: str, chat: str, owner: str, state: str | None, now: float) -> None:
        values: list[str | int] = [owner, _milliseconds(ANSWERED_KEPT_FOR), state or "", int(STATE_KEPT_FOR)]
        with _down_as_our_error():
            await self._answered([_event(event), _state(chat), _turn(chat)], values)

    async def give_back(self, event: str, chat: str, owner: str) -> None:
        with _down_as_our_error():
            await self._give_back([_event(event), _turn(chat)], [owner])

    async def count(self, entries: Mapping[JournalEntry, int]) -> None:
        with _down_as_our_error():
            async with self._redis.pipeline(transaction=True) as pipe:
                for entry, n in entries.items():
                    pipe.hincrby(_asked(entry.day), json.dumps(entry[1:]), n)
                for day in {entry.day for entry in entries}:
                    pipe.expire(_asked(day), COUNTS_KEPT_FOR * _DAY)
                await pipe.execute()

    async def counts(self, first_day: str, last_day: str) -> list[tuple[JournalEntry, int]]:
        found = []
        with _down_as_our_error():
            for day in _days(first_day, last_day, COUNTS_KEPT_FOR):
                counted = await self._redis.hgetall(_asked(day))
                found += [(JournalEntry(day, *json.loads(entry)), int(n)) for entry, n in counted.items()]
        return sorted(found)

    async def keep_misunderstood(self, texts: Sequence[Misunderstood]) -> None:
        with _down_as_our_error():
            async with self._redis.pipeline(transaction=True) as pipe:
                for text in texts:
                    key = _misunderstood(text.day)
                    pipe.rpush(key, json.dumps(text[1:]))
                    pipe.ltrim(key, -_TEXTS_A_DAY, -1)
                    pipe.expire(key, TEXTS_KEPT_FOR * _DAY)
                await pipe.execute()

    async def misunderstood(self, first_day: str, last_day: str) -> list[Misunderstood]:
        found = []
        with _down_as_our_error():
            for day in _days(first_day, last_day, TEXTS_KEPT_FOR):
                kept = await self._redis.lrange(_misunderstood(day), 0, -1)
                found += [Misunderstood(day, *json.loads(text)) for text in kept]
        return found

    async def sweep(self, now: float) -> None:
        """Redis forgets by itself."""

    async def ping(self) -> None:
        """Also that it can be written: a full Redis still reads."""
        with _down_as_our_error():
            await self._redis.set(f"{_PREFIX}ping", "", px=1000)

    async def close(self) -> None:
        with _down_as_our_error():
            await self._redis.aclose()


@contextmanager
def _down_as_our_error() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise StoreDownError(type(error).__name__) from error


def _event(event: str) -> str:
    return f"{_PREFIX}event:{event}"


def _state(chat: str) -> str:
    return f"{_PREFIX}state:{chat}"


def _turn(chat: str) -> str:
    return f"{_PREFIX}turn:{chat}"


def _asked(day: str) -> str:
    return f"{_PREFIX}asked:{day}"


def _misunderstood(day: str) -> str:
    return f"{_PREFIX}misunderstood:{day}"


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def _days(first: str, last: str, at_most: int) -> Iterator[str]:
    """The days from the first to the last, but none of those before the last so many."""
    end = date.fromisoformat(last)
    day = max(date.fromisoformat(first), end - timedelta(days=at_most))
    while day <= end:
        yield day.isoformat()
        day += timedelta(days=1)
