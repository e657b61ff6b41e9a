"""Keeps everything in one SQLite file (WAL), which several processes of one machine may share.

What events ask for in one turn of the loop is done in one transaction, and each is told once that is committed.
Calls are synchronous inside: one takes some tens of microseconds, less than handing it to a thread. A commit
survives the death of the process; the last ones before a power failure may be lost (synchronous = NORMAL).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from bot.stores import (
    ANSWERED_KEPT_FOR,
    CLAIM_EXPIRES_AFTER,
    STATE_KEPT_FOR,
    Claim,
    JournalEntry,
    Misunderstood,
    StoreDownError,
    Taken,
)
from bot.stores.days import first_days_kept
from bot.stores.sqlite_file import connect

#: Seconds for which a call waits for another process that writes, and between two tries; milliseconds are usual.
_WAIT = 1.0
_AGAIN_AFTER = 0.001
_DAY = 24 * 3600

_IS_ANSWERED = "SELECT 1 FROM answer WHERE event = ?"

_TAKE = """
INSERT INTO chat_turn VALUES (?, ?, 1, ?, ?, ?)
ON CONFLICT (chat) DO UPDATE SET count = CASE minute WHEN excluded.minute THEN count + 1 ELSE 1 END,
    minute = excluded.minute, owner = excluded.owner, since = excluded.since, event = excluded.event
    WHERE owner = '' OR (owner = excluded.owner AND event <> excluded.event)
        OR abs(excluded.since - since) >= ?
RETURNING count
"""

_HAS_TURN = "SELECT 1 FROM chat_turn WHERE chat = ? AND event = ?"

_STATE = "SELECT state, day FROM conversation WHERE chat = ?"

_LEAVING = """
INSERT INTO answer SELECT ?, ?, ?
    WHERE NOT EXISTS (SELECT 1 FROM chat_turn WHERE chat = ? AND event = ? AND owner NOT IN ('', ?))
ON CONFLICT (event) DO NOTHING
RETURNING 1
"""

_NOT_LEFT = "DELETE FROM answer WHERE event = ? AND owner = ?"

_GO_ON = "UPDATE chat_turn SET since = ? WHERE chat = ? AND owner = ?"

_ANSWERED = "INSERT INTO answer VALUES (?, '', ?) ON CONFLICT (event) DO UPDATE SET owner = ''"

_REMEMBER = """
INSERT INTO conversation VALUES (?, ?, ?) ON CONFLICT (chat) DO UPDATE SET state = excluded.state
"""

_STILL_IN_USE = "UPDATE conversation SET day = ? WHERE chat = ?"

_FORGET = "DELETE FROM conversation WHERE chat = ?"

_END_TURN = "UPDATE chat_turn SET owner = '' WHERE chat = ? AND owner = ?"

_SWEEP_TURNS = "DELETE FROM chat_turn WHERE minute < ? AND (owner = '' OR abs(? - since) >= ?)"

_COUNT = """
INSERT INTO asked VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (day, channel, language, intent, place) DO UPDATE SET count = count + excluded.count
"""

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
Gathered = list[tuple[Work[Any], asyncio.Future[Any]]]


class SqliteStore:
    """See `bot.stores.Store`. The file is readable by its owner only."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._gathered: Gathered = []
        self._busy_since = 0.0

    async def take(self, event: str, chat: str, owner: str, now: float) -> Taken:
        def work(connection: sqlite3.Connection) -> Taken:
            if connection.execute(_IS_ANSWERED, (event,)).fetchone():
                return Taken(Claim.ANSWERED)
            values = (chat, int(now // 60), owner, now, event, CLAIM_EXPIRES_AFTER)
            turn = connection.execute(_TAKE, values).fetchone()
            if turn is None:
                is_at_it = connection.execute(_HAS_TURN, (chat, event)).fetchone()
                return Taken(Claim.BUSY if is_at_it else Claim.LATER)
            state, day = connection.execute(_STATE, (chat,)).fetchone() or (None, 0)
            if state is not None and day != now // _DAY:
                connection.execute(_STILL_IN_USE, (int(now // _DAY), chat))
            return Taken(Claim.OURS, state, turn[0])

        return await self._together(work)

    async def leaving(self, event: str, chat: str, owner: str, now: float) -> bool:
        values = (event, owner, now, chat, event, owner)
        return await self._together(
            lambda connection: connection.execute(_LEAVING, values).fetchone() is not None
        )

    async def not_left(self, event: str, chat: str, owner: str, now: float) -> None:
        def work(connection: sqlite3.Connection) -> None:
            if connection.execute(_NOT_LEFT, (event, owner)).rowcount:
                connection.execute(_GO_ON, (now, chat, owner))

        await self._together(work)

    async def answered(self, event: str, chat: str, owner: str, state: str | None, now: float) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute(_ANSWERED, (event, now))
            if state is None:
                connection.execute(_FORGET, (chat,))
            else:
                connection.execute(_REMEMBER, (chat, state, int(now // _DAY)))
            connection.execute(_END_TURN, (chat, owner))

        await self._together(work)

    async def give_back(self, event: str, chat: str, owner: str) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute(_NOT_LEFT, (event, owner))
            connection.execute(_END_TURN, (chat, owner))

        await self._together(work)

    async def count(self, entries: Mapping[JournalEntry, int]) -> None:
        rows = [(*entry, n) for entry, n in entries.items()]
        await self._together(lambda connection: connection.executemany(_COUNT, rows))

    async def counts(self, first_day: str, last_day: str) -> list[tuple[JournalEntry, int]]:
        query = "SELECT * FROM asked WHERE day BETWEEN ? AND ? ORDER BY 1, 2, 3, 4, 5"
        rows = await self._together(
            lambda connection: connection.execute(query, (first_day, last_day)).fetchall()
        )
        return [(JournalEntry(*row[:5]), row[5]) for row in rows]

    async def keep_misunderstood(self, texts: Sequence[Misunderstood]) -> None:
        keep = "INSERT INTO misunderstood VALUES (?, ?, ?)"
        await self._together(lambda connection: connection.executemany(keep, texts))

    async def misunderstood(self, first_day: str, last_day: str) -> list[Misunderstood]:
        query = "SELECT * FROM misunderstood WHERE day BETWEEN ? AND ? ORDER BY day, rowid"
        rows = await self._together(
            lambda connection: connection.execute(query, (first_day, last_day)).fetchall()
        )
        return [Misunderstood(*row) for row in rows]

    async def sweep(self, now: float) -> None:
        days = first_days_kept(now)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM answer WHERE since < ?", (now - ANSWERED_KEPT_FOR,))
            connection.execute("DELETE FROM conversation WHERE day < ?", ((now - STATE_KEPT_FOR) / _DAY,))
            connection.execute(_SWEEP_TURNS, (int(now // 60), now, CLAIM_EXPIRES_AFTER))
            connection.execute("DELETE FROM asked WHERE day < ?", (days.counts,))
            connection.execute("DELETE FROM misunderstood WHERE day < ?", (days.texts,))

        await self._together(work)

    async def ping(self) -> None:
        """Also that it can be written: a full disk still reads."""
        mark = "INSERT OR REPLACE INTO chat_turn VALUES ('', 0, 0, '', 0, '')"
        await self._together(lambda connection: connection.execute(mark))

    async def close(self) -> None:
        while self._gathered:
            self._do_gathered()
            await asyncio.sleep(_AGAIN_AFTER if self._gathered else 0)
        self._drop()

    async def _together(self, work: Work[T]) -> T:
        """Does it in one transaction with whatever else is asked for in this turn of the loop."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        if not self._gathered:
            loop.call_soon(self._do_gathered)
        self._gathered.append((work, done))
        return await done

    def _do_gathered(self) -> None:
        gathered, self._gathered = self._gathered, []
        if gathered:
            self._do(gathered)

    def _do(self, gathered: Gathered) -> None:
        try:
            connection = self._connection = self._connection or connect(self._path)
            connection.execute("BEGIN IMMEDIATE")
        except (sqlite3.Error, OSError) as error:
            self._not_begun(gathered, error)
            return
        self._busy_since = 0.0
        try:
            results = [work(connection) for work, _ in gathered]
            connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            self._drop()  # Which undoes it; the next transaction opens the file anew.
            _fail(gathered, error)
        except Exception as error:
            connection.execute("ROLLBACK")
            if len(gathered) == 1:
                _fail(gathered, error)
            else:  # One of them cannot be done: that is no reason not to do the others.
                for one in gathered:
                    self._do([one])
        else:
            for (_, done), result in zip(gathered, results, strict=True):
                if not done.done():
                    done.set_result(result)

    def _not_begun(self, gathered: Gathered, error: sqlite3.Error | OSError) -> None:
        """While another process writes, this one does something else, and more comes together."""
        loop = asyncio.get_running_loop()
        self._busy_since = self._busy_since or loop.time()
        is_busy = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY
        if is_busy and loop.time() - self._busy_since < _WAIT:
            self._gathered = gathered + self._gathered
            loop.call_later(_AGAIN_AFTER, self._do_gathered)
            return
        self._busy_since = 0.0
        self._drop()
        _fail(gathered, error)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _fail(gathered: Gathered, error: Exception) -> None:
    if isinstance(error, sqlite3.Error | OSError):
        down = StoreDownError(type(error).__name__)
        down.__cause__ = error
        error = down
    for _, done in gathered:
        if not done.done():
            done.set_exception(error)
