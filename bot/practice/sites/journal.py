"""The journal of bet requests: what was asked, when, and what was answered."""

from __future__ import annotations

import json
from typing import Any

from bot.practice.sites.arrivals import came_ms, monotonic_ms
from bot.practice.sites.database import Database
from bot.practice.sites.records import JournalRow, as_json, utc_now


class Journal:
    """Write one row per bet request, before the request is decided.

    Arrival and answer times are also kept on the machine's monotonic clock. They stay in memory only, because that
    clock cannot be compared with an earlier run's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._received_ms: dict[int, float] = {}
        self._answered_ms: dict[int, float] = {}

    def receive(self, account: str, asked: dict[str, Any]) -> int:
        """Record a request and return the number of its row."""
        row_id = self._database.insert(
            "journal", {"received_at": utc_now(), "account": account, "asked": json.dumps(as_json(asked))}
        )
        self._received_ms[row_id] = came_ms()
        return row_id

    def note_result(self, row_id: int, result: str, ticket: str | None = None) -> None:
        """Record the result of a request."""
        self._database.run(
            "UPDATE journal SET result = ?, ticket = coalesce(?, ticket) WHERE id = ?", (result, ticket, row_id)
        )

    def note_answer(self, row_id: int) -> None:
        """Record that the answer is sent now."""
        self._database.run("UPDATE journal SET answered_at = ? WHERE id = ?", (utc_now(), row_id))
        self._answered_ms[row_id] = monotonic_ms()

    def rows(self) -> list[JournalRow]:
        """Return every row, oldest first."""
        return [
            JournalRow(
                id=row["id"],
                received_at=row["received_at"],
                answered_at=row["answered_at"],
                received_ms=self._received_ms.get(row["id"]),
                answered_ms=self._answered_ms.get(row["id"]),
                account=row["account"],
                asked=json.loads(row["asked"]),
                result=row["result"],
                ticket=row["ticket"],
            )
            for row in self._database.rows("SELECT * FROM journal ORDER BY id")
        ]
