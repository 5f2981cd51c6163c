"""Proving from the bet history what happened to a submitted leg."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.changes import LegChange, LegWaiting
from bot.domain.lifecycle import UNDECIDED
from bot.domain.money import Money
from bot.domain.pair import Leg, LegState, Role
from bot.domain.placement import HistoryReading, HistoryRow
from bot.domain.proof import absence, proof, vanished
from bot.engine.baselines import SPAN
from bot.engine.pair_book import PairBook
from bot.engine.site_health import SiteHealth
from bot.errors import BookmakerError
from bot.ports.bookmaker import Bookmakers
from bot.ports.clock import Clock, LedgerClock
from bot.ports.pairs import StoredPair

_LOOK_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Prover:
    """Searches bet histories for proof. The caller holds the account's lane."""

    bookmakers: Bookmakers
    book: PairBook
    health: SiteHealth
    clock: Clock
    ledger_clock: LedgerClock
    look_again_s: float = _LOOK_AGAIN_S

    async def seek(self, stored: StoredPair, role: Role, within_s: float) -> StoredPair:
        """Look into the bet history until it proves what happened to a submitted leg, or the time is up.

        The time decides nothing: without proof the leg stays waiting or unknown.
        """
        end = self.clock.monotonic_s() + within_s
        while True:
            stored = await self._look(stored, role)
            is_decided = stored.pair.leg(role).state not in UNDECIDED
            if is_decided or self.clock.monotonic_s() + self.look_again_s > end:
                return stored
            await self.clock.sleep(self.look_again_s)

    async def row_of(self, leg: Leg) -> HistoryRow | None:
        """Return the history's row of an accepted bet, or None if it shows none; raises BookmakerError."""
        bookmaker = await self.bookmakers.session(leg.bet.account)
        since = leg.baseline.taken_at if leg.baseline else await self.ledger_clock.now()
        reading = await bookmaker.history(since - SPAN, frozenset({leg.ticket} if leg.ticket else ()))
        return reading.row(leg.ticket) if leg.ticket else None

    async def _look(self, stored: StoredPair, role: Role) -> StoredPair:
        leg = stored.pair.leg(role)
        if leg.baseline is None:
            return stored
        wanted = frozenset({leg.ticket} if leg.ticket else ())
        try:
            bookmaker = await self.bookmakers.session(leg.bet.account)
            reading = await bookmaker.history(leg.baseline.taken_at - SPAN, wanted)
            balance = await bookmaker.balance()
        except BookmakerError as error:
            await self.health.failed(leg.bet.account, error)
            return stored
        await self.health.succeeded(leg.bet.account)
        claimed = await self.book.pairs.claimed_tickets(leg.bet.account)
        return await self.book.decide(stored, lambda pair: _learnt(pair.leg(role), reading, claimed, balance))


def _learnt(
    leg: Leg, reading: HistoryReading, claimed: Collection[str], balance: Money | None
) -> tuple[LegChange, ...]:
    if leg.state not in UNDECIDED:
        return ()
    change = proof(leg, reading, claimed)
    if change is None:
        change = absence(leg, reading, balance) if leg.state is LegState.UNKNOWN else vanished(leg, reading)
    if change is None or (isinstance(change, LegWaiting) and leg.state is LegState.WAITING):
        return ()
    return (change,)
