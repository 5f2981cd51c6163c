"""The ledger as a whole, and how far it has come."""

from __future__ import annotations

from typing import Protocol

from bot.ports.clock import LedgerClock
from bot.ports.halts import Halts
from bot.ports.intents import Intents
from bot.ports.leases import Leases
from bot.ports.outbox import Announcer
from bot.ports.pairs import PairStore
from bot.ports.reservations import Reservations
from bot.ports.watches import Watches


class LedgerPosition(Protocol):
    """How far the ledger has come. Methods raise LedgerUnavailable."""

    async def position(self) -> str:
        """Return how far the audit has come; positions only grow while nothing is lost."""


class Ledger(
    LedgerClock,
    PairStore,
    Reservations,
    Intents,
    Leases,
    Halts,
    Watches,
    Announcer,
    LedgerPosition,
    Protocol,
):
    """The one store of what happened: every port that it serves, for the wiring and for conformance tests."""


class Mark(Protocol):
    """Remembers, outside of the ledger, how far the ledger had come."""

    async def read(self) -> str | None:
        """Return the position last written, or None on a first start."""

    async def write(self, position: str) -> None:
        """Remember a position."""
