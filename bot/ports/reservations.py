"""The exclusive hold on a pair's arbitrage and accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.limits import NO_LIMITS, Limits
from bot.domain.pair import Account, Pair, Role
from bot.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Reservation:
    """Exclusive hold on an arbitrage and its two accounts. ``token`` proves it; it must be renewed before it lapses.

    ``fences`` belong to the leases under which it was made. A worker that lost such a lease and has it again clicks
    nothing under this hold, since another worker may have acted in between.
    """

    token: str
    arb_id: str
    bet_pair_id: str
    accounts: tuple[Account, Account]
    fences: Mapping[Account, str]


@dataclass(frozen=True, slots=True)
class ReservationRefused:
    """Why a pair may not be taken now: lock, cooldown, halt, review, account busy or leased elsewhere, a limit."""

    reason: Reason
    detail: str
    remaining_s: int | None = None


class Reservations(Protocol):
    """Exclusive holds on an arbitrage and its two accounts. Methods raise LedgerUnavailable."""

    async def reserve(
        self, pair: Pair, to_bet: Sequence[Role], limits: Limits = NO_LIMITS
    ) -> Reservation | ReservationRefused:
        """Take the arbitrage lock and both accounts in one step, or return why not.

        The caller must hold the leases of both accounts. It then displaces at once what a worker that lost such a
        lease had reserved, what a pair whose placing has ended left behind, and an earlier hold of the same pair.

        Only the accounts of the legs ``to_bet`` must be out of cooldown. If the positive leg is to be bet, the pair is
        new: it must keep the limits, and both stakes are counted in the same step. Later changes of the pair correct
        the count, to zero for a bet that was not placed. Raises LedgerConflict if a new pair has changed since it was
        received.
        """

    async def renew(self, reservation: Reservation) -> bool:
        """Extend a reservation; False means that it is lost."""

    async def release(self, reservation: Reservation) -> None:
        """Release a reservation; does nothing if it is no longer ours."""
