"""Time of this process and of the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class LedgerClock(Protocol):
    """The ledger's own time, the only clock that workers share."""

    async def now(self) -> datetime:
        """Return the ledger's current time."""


class Clock(Protocol):
    """Monotonic time and sleep, so that days of watching can be tested in seconds."""

    def monotonic_s(self) -> float:
        """Return seconds from an arbitrary start."""

    async def sleep(self, seconds: float) -> None:
        """Wait for this long."""
