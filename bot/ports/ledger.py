"""The ledger as a whole, and its position."""

from __future__ import annotations

from typing import Protocol

from bot.ports.clock import LedgerClock
from bot.ports.halts import Halts
from bot.ports.intents import Intents
from bot.ports.leases import Leases
from bot.ports.naked_positives import NakedStore
from bot.ports.outbox import Announcer
from bot.ports.pairs import PairStore
from bot.ports.reservations import Reservations
from bot.ports.watches import Watches

NO_POSITION = "0-0"


class LedgerPosition(Protocol):
    """The ledger's position. Methods raise LedgerUnavailable."""

    async def position(self) -> str:
        """Return the position of the newest audit entry, ``NO_POSITION`` if there is none. It only grows."""

    async def remembers(self, position: str) -> bool:
        """Say whether the entry at a position is still there. If not, the ledger was emptied or restored."""

    def expect(self, position: str) -> None:
        """Allow no further click of this worker unless the entry at a position is there. Its own writes raise it."""


class Ledger(
    LedgerClock,
    PairStore,
    Reservations,
    Intents,
    Leases,
    NakedStore,
    Halts,
    Watches,
    Announcer,
    LedgerPosition,
    Protocol,
):
    """The one store of what happened: every port that it serves, for the wiring and for conformance tests."""


class Mark(Protocol):
    """Stores the ledger's position outside of the ledger."""

    async def read(self) -> str | None:
        """Return the position last written, or None on a first start."""

    async def write(self, position: str) -> None:
        """Store a position."""
