"""Circuit breakers, the same for all workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.breaker import Breaker
from bot.domain.events import Announcement


@dataclass(frozen=True, slots=True)
class StoredBreaker:
    """A circuit breaker as it was read, with the version that a change must name."""

    breaker: Breaker
    version: int


class BreakerStore(Protocol):
    """Where circuit breakers stand, the same for all workers. Methods raise LedgerUnavailable as the ledger's do."""

    async def read(self, scopes: Sequence[str]) -> tuple[Sequence[StoredBreaker], datetime]:
        """Return the breakers of these scopes in order, and the ledger's time; one that never failed is closed."""

    async def known(self) -> tuple[Sequence[StoredBreaker], datetime]:
        """Return every breaker that ever failed, by scope, and the ledger's time."""

    async def replace(self, before: StoredBreaker, after: Breaker, announcement: Announcement | None = None) -> bool:
        """Write a breaker and announce it, or nothing; False when it is no longer as it was read."""
