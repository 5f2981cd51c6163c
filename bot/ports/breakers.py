"""Circuit breakers, shared by all workers."""

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
    """Stores circuit breakers, shared by all workers. Methods raise LedgerUnavailable."""

    async def read(self, scopes: Sequence[str]) -> tuple[Sequence[StoredBreaker], datetime]:
        """Return the breakers of these scopes in order, and the ledger's time; one that never failed is closed."""

    async def known(self) -> tuple[Sequence[StoredBreaker], datetime]:
        """Return every breaker that ever failed, by scope, and the ledger's time."""

    async def replace(self, before: StoredBreaker, after: Breaker, announcement: Announcement | None = None) -> bool:
        """Write a breaker and announce it; False, and nothing written, if it has changed since it was read."""
