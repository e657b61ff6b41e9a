"""Keeps everything in this process, within bounds; what is oldest goes first. For trials and for tests."""

from __future__ import annotations

from collections import OrderedDict

from bot.stores import ANSWERED_KEPT_FOR, CLAIM_EXPIRES_AFTER, Claim

_STATES_AT_MOST = 50_000
_CLAIMS_AT_MOST = 100_000


class MemoryStore:
    """See `bot.stores.Store`."""

    def __init__(self) -> None:
        self._states: OrderedDict[str, str] = OrderedDict()
        self._claims: OrderedDict[str, tuple[bool, float]] = OrderedDict()
        self._spent: OrderedDict[str, tuple[int, int]] = OrderedDict()

    async def load(self, key: str) -> str | None:
        return self._states.get(key)

    async def save(self, key: str, state: str, now: float) -> None:
        self._states[key] = state
        self._states.move_to_end(key)
        if len(self._states) > _STATES_AT_MOST:
            self._states.popitem(last=False)

    async def forget(self, key: str) -> None:
        self._states.pop(key, None)
        self._spent.pop(key, None)

    async def claim(self, event: str, now: float) -> Claim:
        answered, since = self._claims.get(event, (False, float("-inf")))
        if answered and now - since < ANSWERED_KEPT_FOR:
            return Claim.ANSWERED
        if not answered and now - since < CLAIM_EXPIRES_AFTER:
            return Claim.BUSY
        self._claims[event] = (False, now)
        self._claims.move_to_end(event)
        if len(self._claims) > _CLAIMS_AT_MOST:
            self._claims.popitem(last=False)
        return Claim.OURS

    async def answered(self, event: str, now: float) -> None:
        self._claims[event] = (True, now)

    async def release(self, event: str) -> None:
        self._claims.pop(event, None)

    async def spend(self, key: str, now: float) -> int:
        minute, count = self._spent.get(key, (0, 0))
        count = count + 1 if minute == int(now // 60) else 1
        self._spent[key] = (int(now // 60), count)
        self._spent.move_to_end(key)
        if len(self._spent) > _STATES_AT_MOST:
            self._spent.popitem(last=False)
        return count

    async def ping(self) -> None:
        return None

    async def close(self) -> None:
        return None
