"""Keeps everything in one SQLite file (WAL), which several processes of one machine may share.

Calls are synchronous inside: one takes some tens of microseconds, less than handing it to a thread. A commit
survives the death of the process; the last ones before a power failure may be lost (synchronous = NORMAL).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

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

#: The step of an event, as the column `step` holds it.
_TAKEN, _MAY_HAVE_LEFT = 0, 1

#: Seconds for which a call waits for another process that writes; milliseconds are usual.
_WAIT = 1.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (chat TEXT PRIMARY KEY, state TEXT NOT NULL, seen REAL NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event (event TEXT PRIMARY KEY, step INTEGER NOT NULL, owner TEXT NOT NULL,
    since REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS turn (chat TEXT PRIMARY KEY, minute INTEGER NOT NULL, count INTEGER NOT NULL,
    owner TEXT NOT NULL, since REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS asked (day TEXT, channel TEXT, language TEXT, intent TEXT, place TEXT,
    count INTEGER NOT NULL, PRIMARY KEY (day, channel, language, intent, place)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS misunderstood (day TEXT NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS event_since ON event (since);
CREATE INDEX IF NOT EXISTS state_seen ON state (seen);
"""

_TAKE = """
INSERT INTO event VALUES (:event, 0, :owner, :now)
ON CONFLICT (event) DO UPDATE SET owner = :owner, since = :now
    WHERE step = 0 AND abs(:now - since) >= :expires
RETURNING 1
"""

_TURN = """
INSERT INTO turn VALUES (:chat, :minute, 1, :owner, :now)
ON CONFLICT (chat) DO UPDATE SET count = CASE minute WHEN :minute THEN count + 1 ELSE 1 END, minute = :minute,
    owner = :owner, since = :now
    WHERE owner IN ('', :owner) OR abs(:now - since) >= :expires
RETURNING count
"""

_END_TURN = "UPDATE turn SET owner = '' WHERE chat = ? AND owner = ?"

_LEAVING = """
INSERT INTO event VALUES (:event, 1, :owner, :now)
ON CONFLICT (event) DO UPDATE SET step = 1, since = :now WHERE step = 0 AND owner = :owner
RETURNING 1
"""

_COUNT = """
INSERT INTO asked VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (day, channel, language, intent, place) DO UPDATE SET count = count + excluded.count
"""


class SqliteStore:
    """See `bot.stores.Store`. The file is readable by its owner only."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    async def take(self, event: str, chat: str, owner: str, now: float) -> Taken:
        values = {
            "event": event,
            "chat": chat,
            "owner": owner,
            "now": now,
            "minute": int(now // 60),
            "expires": CLAIM_EXPIRES_AFTER,
        }
        with self._writing() as connection:
            if connection.execute(_TAKE, values).fetchone() is None:
                (step,) = connection.execute("SELECT step FROM event WHERE event = ?", (event,)).fetchone()
                return Taken(Claim.BUSY if step == _TAKEN else Claim.ANSWERED)
            turn = connection.execute(_TURN, values).fetchone()
            if turn is None:
                connection.execute("DELETE FROM event WHERE event = ?", (event,))
                return Taken(Claim.LATER)
            row = connection.execute("SELECT state FROM state WHERE chat = ?", (chat,)).fetchone()
        return Taken(Claim.OURS, row[0] if row else None, turn[0])

    async def leaving(self, event: str, owner: str, now: float) -> bool:
        values = {"event": event, "owner": owner, "now": now}
        with self._writing() as connection:
            return connection.execute(_LEAVING, values).fetchone() is not None

    async def not_left(self, event: str, owner: str, now: float) -> None:
        with self._writing() as connection:
            connection.execute(
                "UPDATE event SET step = ?, since = ? WHERE event = ? AND owner = ?",
                (_TAKEN, now, event, owner),
            )

    async def answered(self, event: str, chat: str, owner: str, state: str | None, now: float) -> None:
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO event VALUES (?, ?, '', ?)", (event, _MAY_HAVE_LEFT, now)
            )
            if state is None:
                connection.execute("DELETE FROM state WHERE chat = ?", (chat,))
            else:
                connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", (chat, state, now))
            connection.execute(_END_TURN, (chat, owner))

    async def give_back(self, event: str, chat: str, owner: str) -> None:
        with self._writing() as connection:
            connection.execute("DELETE FROM event WHERE event = ? AND owner = ?", (event, owner))
            connection.execute(_END_TURN, (chat, owner))

    async def count(self, entries: Mapping[JournalEntry, int]) -> None:
        with self._writing() as connection:
            connection.executemany(_COUNT, [(*entry, n) for entry, n in entries.items()])

    async def counts(self, first_day: str, last_day: str) -> list[tuple[JournalEntry, int]]:
        query = "SELECT * FROM asked WHERE day BETWEEN ? AND ? ORDER BY 1, 2, 3, 4, 5"
        with self._reading() as connection:
            rows = connection.execute(query, (first_day, last_day)).fetchall()
        return [(JournalEntry(*row[:5]), row[5]) for row in rows]

    async def keep_misunderstood(self, texts: Sequence[Misunderstood]) -> None:
        with self._writing() as connection:
            connection.executemany("INSERT INTO misunderstood VALUES (?, ?, ?)", texts)

    async def misunderstood(self, first_day: str, last_day: str) -> list[Misunderstood]:
        query = "SELECT * FROM misunderstood WHERE day BETWEEN ? AND ? ORDER BY day, rowid"
        with self._reading() as connection:
            return [Misunderstood(*row) for row in connection.execute(query, (first_day, last_day))]

    async def sweep(self, now: float) -> None:
        days = first_days_kept(now)
        with self._writing() as connection:
            connection.execute("DELETE FROM event WHERE since < ?", (now - ANSWERED_KEPT_FOR,))
            connection.execute("DELETE FROM state WHERE seen < ?", (now - STATE_KEPT_FOR,))
            connection.execute("DELETE FROM turn WHERE minute < ?", (int(now // 60),))
            connection.execute("DELETE FROM asked WHERE day < ?", (days.counts,))
            connection.execute("DELETE FROM misunderstood WHERE day < ?", (days.texts,))

    async def ping(self) -> None:
        """Also that it can be written: a full disk still reads."""
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO turn VALUES ('', 0, 0, '', 0)")

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, so that several statements cost one commit."""
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """The connection. After an error it is closed, and opened anew the next time."""
        try:
            if self._connection is None:
                self._connection = _connect(self._path)
            yield self._connection
        except (sqlite3.Error, OSError) as error:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            raise StoreDownError(type(error).__name__) from error


def _connect(path: str) -> sqlite3.Connection:
    file = Path(path)
    file.touch(mode=0o600)
    file.chmod(0o600)  # A file that was there before may have been open to others.
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_SCHEMA)
    except sqlite3.Error:
        connection.close()
        raise
    return connection
