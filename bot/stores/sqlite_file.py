"""Opens the SQLite file: its tables, its rights, and what an older version left in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

#: Seconds for which opening waits for another process; milliseconds are usual.
_WAIT = 1.0

# `turn` holds who answers a chat, and which event; `answer` the events whose answer has left, or may have;
# `conversation` the states, with the day of the last message (since 1970), so that its index rarely changes.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversation (chat TEXT PRIMARY KEY, state TEXT NOT NULL, day INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answer (event TEXT PRIMARY KEY, owner TEXT NOT NULL, since REAL NOT NULL)
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chat_turn (chat TEXT PRIMARY KEY, minute INTEGER NOT NULL, count INTEGER NOT NULL,
    owner TEXT NOT NULL, since REAL NOT NULL, event TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS asked (day TEXT, channel TEXT, language TEXT, intent TEXT, place TEXT,
    count INTEGER NOT NULL, PRIMARY KEY (day, channel, language, intent, place)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS misunderstood (day TEXT NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS conversation_day ON conversation (day);
CREATE INDEX IF NOT EXISTS answer_since ON answer (since);
"""

_FROM_BEFORE = (
    "INSERT OR IGNORE INTO conversation SELECT chat, state, CAST(seen / 86400 AS INTEGER) FROM state",
    "INSERT OR IGNORE INTO answer SELECT event, '', since FROM event WHERE step = 1",
    "DROP TABLE state",
    "DROP TABLE event",
    "DROP TABLE turn",
)


def connect(path: str) -> sqlite3.Connection:
    """The connection, which makes no transactions of its own and waits for no other process. The file is readable
    by its owner only.

    Raises sqlite3.Error and OSError.
    """
    file = Path(path)
    file.touch(mode=0o600)
    file.chmod(0o600)  # A file that was there before may have been open to others.
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_SCHEMA)
        _take_over(connection)
        connection.execute("PRAGMA busy_timeout = 0")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _take_over(connection: sqlite3.Connection) -> None:
    """What version 0.1.0 kept; its tables had other columns."""
    connection.execute("BEGIN IMMEDIATE")
    tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('state', 'event', 'turn')")
    if tables.fetchone()[0] == 3:
        for statement in _FROM_BEFORE:
            connection.execute(statement)
    connection.execute("COMMIT")
