"""Which worker operates which account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.pair import Account


class Leases(Protocol):
    """Which worker operates which account. Methods raise LedgerUnavailable."""

    async def take_lease(self, account: Account) -> bool:
        """Take or renew the lease of an account; False while another worker holds it."""

    async def holds(self, accounts: Sequence[Account]) -> bool:
        """Say whether this worker holds the leases of these accounts at this moment."""

    async def give_up_lease(self, account: Account) -> None:
        """Give up the lease of an account, so that another worker can take it at once."""
