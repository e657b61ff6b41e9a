"""Keeps everything in one SQLite file (WAL), which several processes of one machine may share.

Calls are synchronous inside: one takes some tens of microseconds, less than handing it to a thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.stores import ANSWERED_KEPT_FOR, CLAIM_EXPIRES_AFTER, STATE_KEPT_FOR, Claim, StoreDownError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, state TEXT NOT NULL, seen REAL NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claim (event TEXT PRIMARY KEY, answered INTEGER NOT NULL, since REAL NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spent (key TEXT PRIMARY KEY, minute INTEGER NOT NULL, count INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS claim_since ON claim (since);
CREATE INDEX IF NOT EXISTS state_seen ON state (seen);
"""

_CLAIM = """
INSERT INTO claim (event, answered, since) VALUES (:event, 0, :now)
ON CONFLICT (event) DO UPDATE SET answered = 0, since = :now
    WHERE (answered = 1 AND since <= :now - :kept) OR (answered = 0 AND since <= :now - :expires)
RETURNING event
"""

_SPEND = """
INSERT INTO spent (key, minute, count) VALUES (:key, :minute, 1)
ON CONFLICT (key) DO UPDATE SET count = CASE minute WHEN :minute THEN count + 1 ELSE 1 END, minute = :minute
RETURNING count
"""

#: A claim in so many also sweeps out what has grown too old.
_SWEEP_EVERY = 1000
_SWEEP_AT_MOST = 5000


class SqliteStore:
    """See `bot.stores.Store`. The file is readable by its owner only."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._claims = 0
        with _down_as_our_error():
            self._open()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            Path(self._path).touch(mode=0o600)
            connection = sqlite3.connect(self._path, timeout=1.0, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
            self._connection = connection
        return self._connection

    async def load(self, key: str) -> str | None:
        with _down_as_our_error():
            row = self._open().execute("SELECT state FROM state WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    async def save(self, key: str, state: str, now: float) -> None:
        with _down_as_our_error():
            self._open().execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", (key, state, now))

    async def forget(self, key: str) -> None:
        with _down_as_our_error():
            for table in ("state", "spent"):
                self._open().execute(f"DELETE FROM {table} WHERE key = ?", (key,))  # noqa: S608

    async def claim(self, event: str, now: float) -> Claim:
        values = {"event": event, "now": now, "kept": ANSWERED_KEPT_FOR, "expires": CLAIM_EXPIRES_AFTER}
        with _down_as_our_error():
            connection = self._open()
            ours = connection.execute(_CLAIM, values).fetchone()
            if ours is None:
                row = connection.execute("SELECT answered FROM claim WHERE event = ?", (event,)).fetchone()
                return Claim.ANSWERED if row and row[0] else Claim.BUSY
            self._claims += 1
            if self._claims % _SWEEP_EVERY == 0:
                self._sweep(connection, now)
        return Claim.OURS

    def _sweep(self, connection: sqlite3.Connection, now: float) -> None:
        limit = _SWEEP_AT_MOST
        connection.execute(
            "DELETE FROM claim WHERE event IN (SELECT event FROM claim WHERE since < ? LIMIT ?)",
            (now - ANSWERED_KEPT_FOR, limit),
        )
        connection.execute(
            "DELETE FROM state WHERE key IN (SELECT key FROM state WHERE seen < ? LIMIT ?)",
            (now - STATE_KEPT_FOR, limit),
        )
        connection.execute("DELETE FROM spent WHERE minute < ?", (int(now // 60) - 1,))

    async def answered(self, event: str, now: float) -> None:
        with _down_as_our_error():
            self._open().execute("INSERT OR REPLACE INTO claim VALUES (?, 1, ?)", (event, now))

    async def release(self, event: str) -> None:
        with _down_as_our_error():
            self._open().execute("DELETE FROM claim WHERE event = ? AND answered = 0", (event,))

    async def spend(self, key: str, now: float) -> int:
        with _down_as_our_error():
            row = self._open().execute(_SPEND, {"key": key, "minute": int(now // 60)}).fetchone()
        return int(row[0])

    async def ping(self) -> None:
        with _down_as_our_error():
            self._open().execute("SELECT 1 FROM state LIMIT 1").fetchone()

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def _down_as_our_error() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreDownError(type(error).__name__) from error
