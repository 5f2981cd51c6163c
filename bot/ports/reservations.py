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
        """Take the arbitrage lock and both accounts, or say why not, in one step; only legs to bet need be cool.

        Where the positive leg is to be bet, the pair is a new one: it must keep the limits, and in the same step both
        of its stakes are counted. Changes of the pair correct that, to nothing for a bet that was not placed. Raises
        LedgerConflict when such a pair is no longer as it was received.
        """

    async def renew(self, reservation: Reservation) -> bool:
        """Extend a reservation; False means that it is lost."""

    async def release(self, reservation: Reservation) -> None:
        """Give a reservation back; nothing happens to one that is no longer ours."""
