"""Circuit breakers in memory, with the same contract as those on Redis."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.breaker import Breaker, site_of
from bot.domain.events import Announcement
from bot.domain.pair import Account
from bot.domain.reasons import Reason
from bot.ports.breakers import StoredBreaker
from bot.ports.reservations import ReservationRefused


@dataclass
class MemoryBreakers:
    """Implements the BreakerStore port; all workers share one. ``events`` receives what is announced."""

    now: Callable[[], datetime]
    events: list[Announcement]
    standing: dict[str, StoredBreaker] = field(default_factory=dict)

    async def read(self, scopes: Sequence[str]) -> tuple[Sequence[StoredBreaker], datetime]:
        return [self._of(scope) for scope in scopes], self.now()

    async def known(self) -> tuple[Sequence[StoredBreaker], datetime]:
        return [self.standing[scope] for scope in sorted(self.standing)], self.now()

    async def replace(self, before: StoredBreaker, after: Breaker, announcement: Announcement | None = None) -> bool:
        if self._of(after.scope).version != before.version:
            return False
        self.standing[after.scope] = StoredBreaker(after, before.version + 1)
        if announcement is not None:
            self.events.append(announcement)
        return True

    def refusal(self, accounts: Collection[Account]) -> ReservationRefused | None:
        """Return the refusal by an open breaker that stops a new pair, as the ledger must."""
        for account in accounts:
            for scope in (site_of(account), str(account)):
                opened = self._of(scope).breaker.opened
                if opened is not None:
                    left_s = math.ceil(opened.until_ms / 1000 - self.now().timestamp())
                    detail = f"{scope}: {opened.cause.value} {opened.reason}"
                    return ReservationRefused(Reason.BREAKER_OPEN, detail, max(left_s, 1))
        return None

    def _of(self, scope: str) -> StoredBreaker:
        return self.standing.get(scope, StoredBreaker(Breaker(scope=scope), 0))
