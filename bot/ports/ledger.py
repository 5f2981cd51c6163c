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


class LedgerPosition(Protocol):
    """The ledger's position. Methods raise LedgerUnavailable."""

    async def position(self) -> str:
        """Return the position of the newest audit entry. It only grows as long as nothing is lost."""


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
