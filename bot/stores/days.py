"""The days of the journal, dates of Japan such as 2026-11-24, and from which day on it is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from bot.stores import COUNTS_KEPT_FOR, TEXTS_KEPT_FOR

_JAPAN = timedelta(hours=9)


class FirstDays(NamedTuple):
    """The oldest day of each kind that may still be there."""

    counts: str
    texts: str


def day_of(now: float) -> str:
    """The date in Japan at this moment (Unix seconds)."""
    return _date(now).isoformat()


def first_days_kept(now: float) -> FirstDays:
    """`now` is in Unix seconds."""
    today = _date(now)
    return FirstDays(
        counts=(today - timedelta(days=COUNTS_KEPT_FOR)).isoformat(),
        texts=(today - timedelta(days=TEXTS_KEPT_FOR)).isoformat(),
    )


def _date(now: float) -> date:
    return (datetime.fromtimestamp(now, UTC) + _JAPAN).date()
