"""The permission for one click, durable before the click."""

from __future__ import annotations

from typing import Protocol

from bot.domain.pair import Pair, Role
from bot.ports.pairs import Commit, StoredPair
from bot.ports.reservations import Reservation


class Intents(Protocol):
    """Permissions for single clicks: an intent is durable before its click. Methods raise LedgerUnavailable."""

    async def submit(self, before: StoredPair, after: Pair, reservation: Reservation, role: Role) -> StoredPair:
        """Check that one click may happen, make its intent durable and renew the lease, all in one step.

        Before the first click of a pair the halts, breakers and reviews of both legs count; before a hedge's click only
        the halts of its own account and site, and no pause. Raises LeaseLost when lock, lease or fence is no longer
        ours, ClickForbidden for a halt, breaker, review or cooldown (ClicksFrozen for a freeze, LedgerSetBack if the
        ledger lost what this worker has seen), and LedgerConflict when the pair has moved or this attempt was submitted
        before. In each case nothing was written.
        """

    async def commit_and_submit(
        self, before: StoredPair, commit: Commit, intended: Pair, reservation: Reservation, role: Role
    ) -> StoredPair:
        """Do ``commit``, then ``submit`` on its result, in one round trip; if the first fails, so does the second."""
