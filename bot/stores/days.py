"""The days of the journal, dates of Japan such as 2026-11-24, and from which day on it is kept."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from bot.stores import COUNTS_KEPT_FOR, TEXTS_KEPT_FOR

_JAPAN = 9 * 3600  # seconds ahead of UTC, all year round
_DAY = 24 * 3600
_FIRST = date(1970, 1, 1)


class FirstDays(NamedTuple):
    """The oldest day of each kind that may still be there."""

    counts: str
    texts: str


def day_of(now: float) -> str:
    """The date in Japan at this moment (Unix seconds)."""
    return _spelt(_number(now))


def first_days_kept(now: float) -> FirstDays:
    """`now` is in Unix seconds."""
    today = _FIRST + timedelta(days=_number(now))
    return FirstDays(
        counts=(today - timedelta(days=COUNTS_KEPT_FOR)).isoformat(),
        texts=(today - timedelta(days=TEXTS_KEPT_FOR)).isoformat(),
    )


def _number(now: float) -> int:
    """The day in Japan, counted from 1970-01-01."""
    return int((now + _JAPAN) // _DAY)


@lru_cache(maxsize=4)
def _spelt(number: int) -> str:
    return (_FIRST + timedelta(days=number)).isoformat()
