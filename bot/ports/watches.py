"""Tickets under watch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from bot.domain.pair import Account
from bot.domain.watch import Look, Watch


class Watches(Protocol):
    """Tickets under watch, and when each is due for a look. Methods raise LedgerUnavailable."""

    async def overdue_s(self, accounts: Collection[Account]) -> Mapping[Account, float]:
        """Return, for each account with watched tickets, how long its first look has been due; negative if not yet."""

    async def due_watches(self, account: Account, limit: int) -> Sequence[Watch]:
        """Return an account's watched tickets that are due for a look, the longest due first."""

    async def looked_at(self, looks: Sequence[tuple[Watch, Look]]) -> None:
        """Record looks at tickets and when the next are due; a look that was recorded before is ignored."""

    async def unwatch(self, watch: Watch) -> None:
        """Stop watching a ticket whose result is final or was given up; its stake is no longer counted as open."""
