"""The SQLite file behind one practice site; amounts, odds and lines are exact TEXT."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    username TEXT PRIMARY KEY, whitelabel TEXT NOT NULL, currency TEXT NOT NULL, balance TEXT NOT NULL,
    settings TEXT NOT NULL, salt BLOB NOT NULL, password_hash BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, home TEXT NOT NULL, away TEXT NOT NULL,
    league TEXT NOT NULL, sport TEXT NOT NULL, starts_at TEXT, score TEXT
);
CREATE TABLE IF NOT EXISTS finished_events (event_id TEXT PRIMARY KEY REFERENCES events (id));
CREATE TABLE IF NOT EXISTS markets (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, event_id TEXT NOT NULL REFERENCES events (id),
    kind TEXT NOT NULL, line TEXT
);
CREATE TABLE IF NOT EXISTS selections (
    position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, market_id TEXT NOT NULL REFERENCES markets (id),
    event_id TEXT NOT NULL REFERENCES events (id), kind TEXT NOT NULL, outcome TEXT NOT NULL, line TEXT,
    odds TEXT NOT NULL, status TEXT NOT NULL, max_stake TEXT, min_stake TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS bets (
    number INTEGER PRIMARY KEY AUTOINCREMENT, ticket TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (username), whitelabel TEXT NOT NULL, currency TEXT NOT NULL,
    selection TEXT NOT NULL REFERENCES selections (id), event_id TEXT NOT NULL, event TEXT NOT NULL,
    market TEXT NOT NULL, outcome TEXT NOT NULL, line TEXT, score TEXT, odds TEXT NOT NULL,
    stake TEXT NOT NULL, potential_return TEXT NOT NULL, requested_odds TEXT NOT NULL,
    requested_stake TEXT NOT NULL, status TEXT NOT NULL, verdict TEXT, outcome_result TEXT, payout TEXT,
    reject_reason TEXT, placed_at TEXT NOT NULL, settled_at TEXT
);
CREATE INDEX IF NOT EXISTS bets_by_account ON bets (account, status, number);
CREATE INDEX IF NOT EXISTS bets_by_selection ON bets (selection, status);
CREATE TABLE IF NOT EXISTS referrals (
    ticket TEXT PRIMARY KEY REFERENCES bets (ticket) ON DELETE CASCADE, stake TEXT NOT NULL, status TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS settlements (
    number INTEGER PRIMARY KEY AUTOINCREMENT, ticket TEXT NOT NULL REFERENCES bets (ticket) ON DELETE CASCADE,
    result TEXT NOT NULL, payout TEXT NOT NULL, settled_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS settlements_by_ticket ON settlements (ticket, number);
CREATE TABLE IF NOT EXISTS journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT, received_at TEXT NOT NULL, answered_at TEXT, account TEXT NOT NULL,
    asked TEXT NOT NULL, result TEXT, ticket TEXT
);
"""


class Database:
    """Hold one connection; every change is a transaction, so the data survives a killed process."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything inside the block, or nothing if it raises."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Return all rows of a query."""
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[object] = ()) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """Execute a change and return the last inserted row id."""
        return self._connection.execute(sql, values).lastrowid or 0

    def insert(self, table: str, columns: Mapping[str, object]) -> int:
        """Insert one row; table and column names must come from this program, never from a request."""
        names = ", ".join(columns)
        marks = ", ".join("?" for _ in columns)
        return self.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(columns.values()))  # noqa: S608

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def decimal_or_none(text: str | None) -> Decimal | None:
    """Read an optional exact number from its TEXT column."""
    return None if text is None else Decimal(text)


def text_or_none(number: Decimal | None) -> str | None:
    """Write an optional exact number for its TEXT column."""
    return None if number is None else str(number)
