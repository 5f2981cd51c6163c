"""Starts and resumes pairs: a new pair is reserved and placed, a known one continues from its state in the ledger.

Every decision here is based on the ledger, so ``resume`` follows the same rules wherever a pair was interrupted.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from loguru import logger

from bot.domain.changes import PairBlocked, PairFailed
from bot.domain.lifecycle import NOT_SUBMITTED, PLACING, UNDECIDED, UNPLACED
from bot.domain.limits import ControlRefusal
from bot.domain.pair import Pair, PairState, Role
from bot.domain.reasons import Reason
from bot.domain.risk import refusal_of_stale
from bot.domain.rounding import rounded_stakes, with_steps
from bot.engine.hedging import Hedging
from bot.engine.lanes import Lanes, Priority
from bot.engine.pair_book import PairBook
from bot.engine.placing import PairPlacer, PlacingRules, change_for
from bot.engine.stopwatch import Stopwatches
from bot.engine.tasks import to_the_end
from bot.ports.clock import Clock, LedgerClock
from bot.ports.leases import Leases
from bot.ports.pairs import PairStore, StoredPair
from bot.ports.reservations import Reservation, ReservationRefused, Reservations

_BOTH = (Role.POSITIVE, Role.HEDGE)


@dataclass(frozen=True, slots=True)
class Resumed:
    """A pair after it was resumed, or unchanged because another worker holds its accounts."""

    stored: StoredPair
    was_ours: bool


@dataclass
class Executor:
    """Takes pairs from job to hedged, or to the reason why not."""

    pairs: PairStore
    reservations: Reservations
    leases: Leases
    ledger_clock: LedgerClock
    placer: PairPlacer
    hedging: Hedging
    book: PairBook
    lanes: Lanes
    clock: Clock
    stopwatches: Stopwatches
    rules: PlacingRules
    _in_hand: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary, init=False)

    async def execute(self, pair: Pair) -> StoredPair:
        """Place a pair once. A pair that the ledger already knows is resumed, never started again.

        While another worker acts on a known pair, this waits for its result. Raises LedgerError when the ledger does
        not answer or refuses; the ledger then has the pair's progress.
        """
        async with self._hand_on(pair.bet_pair_id):
            with self.stopwatches.running(pair.bet_pair_id, self.clock):
                stored, is_new = await self.pairs.receive(with_steps(pair, self.rules.limits))
                if is_new:
                    return await self._begin(stored)
        while (resumed := await self.resume(pair.bet_pair_id)) and _is_anothers(resumed):
            await self.clock.sleep(self.rules.look_again_s)
        return resumed.stored if resumed else stored

    async def resume(self, bet_pair_id: str) -> Resumed | None:
        """Resume a pair from its state in the ledger; None when there is no such pair.

        A pair whose accounts another worker holds is left alone.
        """
        async with self._hand_on(bet_pair_id):
            stored = await self.pairs.load(bet_pair_id)
            if stored is None:
                return None
            if not await self.leases.holds(stored.pair.accounts):
                return Resumed(stored, was_ours=False)
            return Resumed(await self._go_on(stored), was_ours=True)

    def has_in_hand(self, bet_pair_id: str) -> bool:
        """Say whether this worker is busy with a pair right now."""
        return bet_pair_id in self._in_hand

    def _hand_on(self, bet_pair_id: str) -> asyncio.Lock:
        return self._in_hand.setdefault(bet_pair_id, asyncio.Lock())

    async def _begin(self, stored: StoredPair) -> StoredPair:
        limits = self.rules.limits
        stale = refusal_of_stale(stored.pair, limits, await self.ledger_clock.now())
        rounded = stale or rounded_stakes(stored.pair, limits)
        if isinstance(rounded, ControlRefusal):
            return await self.book.change(stored, change_for(rounded))
        if rounded is not None:
            stored = await self.book.change(stored, rounded)
        reservation = await self.reservations.reserve(stored.pair, _BOTH, limits)
        if isinstance(reservation, ReservationRefused):
            change = PairBlocked(reservation.reason, reservation.detail, reservation.remaining_s)
            return await self.book.change(stored, change)
        async with self._kept(reservation), self.lanes.turns_to_place(stored.pair.accounts):
            return await self.placer.place(stored, reservation)

    async def _go_on(self, stored: StoredPair) -> StoredPair:
        pair = stored.pair
        if pair.state in NOT_SUBMITTED:
            return await self.book.change(stored, PairFailed(Reason.INTERRUPTED, "the worker stopped before any click"))
        if pair.state not in PLACING:
            return stored
        async with self.lanes.turns(pair.accounts, Priority.PROOF):
            role = Role.POSITIVE if pair.state is PairState.PLACING_POSITIVE else Role.HEDGE
            stored = await self.placer.resolved(stored, role, within_s=0)
        return await self._go_on_to_hedge(stored)

    async def _go_on_to_hedge(self, stored: StoredPair) -> StoredPair:
        pair = stored.pair
        if pair.state is not PairState.PLACING_HEDGE or pair.hedge.state in UNDECIDED:
            return stored
        if self.hedging.too_late(pair, await self.ledger_clock.now()):
            return await self.hedging.give_up(
                stored, Reason.HEDGE_TOO_LATE, "interrupted for longer than resume_within_s"
            )
        reservation = await self.reservations.reserve(pair, [Role.HEDGE])
        if isinstance(reservation, Reservation):
            async with self._kept(reservation), self.lanes.turns_to_place(pair.accounts):
                return await self.hedging.hedge(stored, reservation, None)
        if reservation.reason.forbids_hedge:
            return await self.hedging.give_up(stored, reservation.reason, reservation.detail)
        logger.warning("pair {}: the hedge waits: {}", pair.bet_pair_id, reservation.detail)
        return stored

    @asynccontextmanager
    async def _kept(self, reservation: Reservation) -> AsyncIterator[None]:
        renewal = asyncio.create_task(self._renew(reservation), name=f"renew {reservation.bet_pair_id}")
        try:
            yield
        finally:
            renewal.cancel()
            await to_the_end(self.reservations.release(reservation))

    async def _renew(self, reservation: Reservation) -> None:
        while True:
            await asyncio.sleep(self.rules.renew_every_s)
            if not await self.reservations.renew(reservation):
                logger.error("pair {}: the reservation is lost; no further click", reservation.bet_pair_id)
                return


def _is_anothers(resumed: Resumed) -> bool:
    return not resumed.was_ours and resumed.stored.pair.state in UNPLACED
