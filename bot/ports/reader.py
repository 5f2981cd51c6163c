"""What people read from the ledger. Nothing here writes."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from bot.domain.audit import AuditEntry
from bot.domain.breaker import Breaker, BreakerState
from bot.domain.halt import Halt
from bot.domain.limits import Cap, Rate
from bot.domain.money import Money
from bot.domain.pair import Pair
from bot.domain.watch import Watch


@dataclass(frozen=True, slots=True)
class PairOnRecord:
    """A pair with the ledger's own times."""

    pair: Pair
    received_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NakedOnRecord:
    """A pair whose positive bet stands alone, and the ledger's time since when."""

    pair: Pair
    since: datetime


@dataclass(frozen=True, slots=True)
class EventOnRecord:
    """An event as it was announced."""

    position: str
    id: str
    type: str
    time: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BreakerOnRecord:
    """An open breaker at ``now``, a time of the ledger."""

    breaker: Breaker
    now: datetime

    @property
    def state(self) -> BreakerState:
        """Its state at that time."""
        return self.breaker.state(round(self.now.timestamp() * 1000))

    @property
    def since(self) -> datetime:
        """When it opened."""
        return _at(self.breaker.opened.since_ms) if self.breaker.opened else self.now

    @property
    def why(self) -> str:
        """The cause and reason of its last pause."""
        opened = self.breaker.opened
        return f"{opened.cause.value} {opened.reason}" if opened else ""

    @property
    def outlook(self) -> str:
        """A text that says when it is tried again."""
        return f"tried again in {self.left_s} s" if self.left_s else "being tried"

    @property
    def left_s(self) -> int:
        """Seconds until it may be tried again; 0 if it may be tried now."""
        until = _at(self.breaker.opened.until_ms) if self.breaker.opened else self.now
        return max(math.ceil((until - self.now).total_seconds()), 0)


@dataclass(frozen=True, slots=True)
class Watched:
    """Watched tickets: their number, those due next, and how late the longest due one is.

    ``now`` is the ledger's time of the reading.
    """

    total: int
    next_due: list[Watch]
    late_s: float
    now: datetime


@dataclass(frozen=True, slots=True)
class HaltOnRecord:
    """A halt and the ledger's time of its start."""

    halt: Halt
    since: datetime


class LedgerReader(Protocol):
    """Reads the ledger for people. Methods raise LedgerUnavailable when the store does not answer."""

    async def pairs(self, limit: int) -> list[PairOnRecord]:
        """Return the newest pairs, newest first."""

    async def pair(self, bet_pair_id: str) -> PairOnRecord | None:
        """Return one pair, or None."""

    async def timings(self) -> Mapping[str, Mapping[str, int]]:
        """Return how many hedged pairs are in each bucket of each histogram."""

    async def reviews(self) -> list[PairOnRecord]:
        """Return the pairs that wait for a human, oldest first."""

    async def naked(self) -> list[NakedOnRecord]:
        """Return the pairs whose positive bet stands alone now, the longest first."""

    async def exposures(self) -> list[dict[str, Any]]:
        """Return the exposure records that have not expired, oldest first."""

    async def events(self, limit: int) -> list[EventOnRecord]:
        """Return the newest events, oldest of them first."""

    async def audit_of(self, bet_pair_id: str) -> list[AuditEntry]:
        """Return a pair's audit entries, oldest first."""

    def audit(self) -> AsyncIterator[AuditEntry]:
        """Yield every audit entry, oldest first."""

    async def undelivered_events(self) -> int:
        """Return how many events no receiver has confirmed."""

    async def counted(self, cap: Cap) -> Money:
        """Return the amount that counts against a limit now: stakes, or the day's loss (a gain is negative)."""

    async def bets(self, rate: Rate) -> int:
        """Return how many bets count against a rate now."""

    async def breakers(self) -> list[BreakerOnRecord]:
        """Return the circuit breakers that are open or half-open."""

    async def cooldown_violations(self) -> dict[str, int]:
        """Return how often accounts were bet on while they cooled down from another pair; it should be empty."""

    async def watched(self, limit: int) -> Watched:
        """Return the tickets under watch that are due next, over all accounts."""

    async def halts(self) -> list[HaltOnRecord]:
        """Return what is halted, and why."""


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
