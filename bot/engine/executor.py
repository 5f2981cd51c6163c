"""Placing a pair: reserve, arm both slips, click the positive, and only when it is accepted click the hedge.

Everything that is decided here is decided on what the ledger holds, so that a pair interrupted anywhere is taken up
again by ``resume`` with the same rules.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from weakref import WeakValueDictionary

from loguru import logger

from bot.domain.changes import Change, LegUnknown, PairArmed, PairBlocked, PairFailed
from bot.domain.lifecycle import PLACING, UNPLACED
from bot.domain.limits import NO_LIMITS, Limits, Refusal
from bot.domain.pair import Leg, LegState, Pair, PairState, Role
from bot.domain.risk import ArmedPair, refusal_of_new, refusal_of_stale
from bot.domain.rounding import rounded_stakes, with_steps
from bot.engine.hedging import Hedging
from bot.engine.lanes import Lanes, Priority
from bot.engine.leg_placer import UNRESOLVED, LegPlacer, PreparedLeg
from bot.engine.slip_hold import Hold, prepared_together
from bot.engine.stopwatch import Step
from bot.errors import BookmakerError, CannotArm, ClickForbidden, LeaseLost, LedgerConflict
from bot.ports.ledger import Ledger
from bot.ports.pairs import StoredPair
from bot.ports.reservations import Reservation, ReservationRefused

_FORBIDS_HEDGE = frozenset({"halted", "review_pending"})
_BOTH = (Role.POSITIVE, Role.HEDGE)


@dataclass(frozen=True, slots=True)
class PlacingRules:
    """How placing goes. ``clicks`` is False in a dry run: everything but the click.

    A slip that has been armed for ``slip_max_age_s`` is armed anew, whatever it shows. What the slips showed is kept
    when both clicks are answered, or ``evidence_waits_s`` after the first.
    """

    clicks: bool = True
    acceptance_wait_s: float = 30
    renew_every_s: float = 60
    look_again_s: float = 1
    slip_max_age_s: float = 30
    evidence_waits_s: float = 0.5
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class Resumed:
    """A pair as it stands after it was taken up, or left alone because another worker holds its accounts."""

    stored: StoredPair
    was_ours: bool


class Executor:
    """Takes pairs from job to hedged, or to the reason why not."""

    def __init__(self, ledger: Ledger, placer: LegPlacer, hedging: Hedging, lanes: Lanes, rules: PlacingRules) -> None:
        self._ledger = ledger
        self._placer = placer
        self._book = placer.book
        self._hedging = hedging
        self._lanes = lanes
        self._rules = rules
        self._in_hand: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def execute(self, pair: Pair) -> StoredPair:
        """Place a pair once; one that the ledger knows already is never begun again, but taken up from there.

        While another worker acts on a known pair, this waits for what comes of it. Raises LedgerError when the ledger
        does not go along; the pair is then on record as far as it came.
        """
        async with self._hand_on(pair.bet_pair_id):
            with self._placer.stopwatches.running(pair.bet_pair_id, self._placer.clock):
                stored, is_new = await self._ledger.receive(with_steps(pair, self._rules.limits))
                if is_new:
                    return await self._begin(stored)
        while (resumed := await self.resume(pair.bet_pair_id)) and self._is_anothers(resumed):
            await self._placer.clock.sleep(self._rules.look_again_s)
        return resumed.stored if resumed else stored

    async def resume(self, bet_pair_id: str) -> Resumed | None:
        """Take up a pair that nobody has in hand, from what the ledger says; None when there is no such pair.

        A pair whose accounts another worker holds is left alone.
        """
        async with self._hand_on(bet_pair_id):
            stored = await self._ledger.load(bet_pair_id)
            if stored is None:
                return None
            if not await self._ledger.holds(stored.pair.accounts):
                return Resumed(stored, was_ours=False)
            return Resumed(await self._go_on(stored), was_ours=True)

    def _is_anothers(self, resumed: Resumed) -> bool:
        return not resumed.was_ours and resumed.stored.pair.state in UNPLACED

    def has_in_hand(self, bet_pair_id: str) -> bool:
        """Say whether this worker is busy with a pair right now."""
        return bet_pair_id in self._in_hand

    def _hand_on(self, bet_pair_id: str) -> asyncio.Lock:
        return self._in_hand.setdefault(bet_pair_id, asyncio.Lock())

    async def _begin(self, stored: StoredPair) -> StoredPair:
        limits = self._rules.limits
        stale = refusal_of_stale(stored.pair, limits, await self._ledger.now())
        rounded = stale or rounded_stakes(stored.pair, limits)
        if isinstance(rounded, Refusal):
            return await self._book.change(stored, _as_change(rounded))
        if rounded is not None:
            stored = await self._book.change(stored, rounded)
        reservation = await self._ledger.reserve(stored.pair, _BOTH, limits)
        if isinstance(reservation, ReservationRefused):
            change = PairBlocked(reservation.reason, reservation.detail, reservation.remaining_s)
            return await self._book.change(stored, change)
        async with self._kept(reservation), self._lanes.turns_to_place(stored.pair.accounts):
            return await self._arm_and_place(stored, reservation)

    async def _go_on(self, stored: StoredPair) -> StoredPair:
        pair = stored.pair
        if pair.state in (PairState.RECEIVED, PairState.ARMED):
            return await self._book.change(stored, PairFailed("interrupted", "the worker stopped before any click"))
        if pair.state not in PLACING:
            return stored
        async with self._lanes.turns(pair.accounts, Priority.EVIDENCE):
            role = Role.POSITIVE if pair.state is PairState.PLACING_POSITIVE else Role.HEDGE
            stored = await self._resolved(stored, role, within_s=0)
        return await self._go_on_to_hedge(stored)

    async def _resolved(self, stored: StoredPair, role: Role, within_s: float) -> StoredPair:
        if stored.pair.leg(role).state is LegState.SUBMITTING:
            stored = await self._book.change(stored, LegUnknown(role, "interrupted around the click"))
        if stored.pair.leg(role).state in UNRESOLVED:
            stored = await self._placer.seek_proof(stored, role, within_s)
        return stored

    async def _go_on_to_hedge(self, stored: StoredPair) -> StoredPair:
        pair = stored.pair
        if pair.state is not PairState.PLACING_HEDGE or pair.hedge.state in UNRESOLVED:
            return stored
        if self._hedging.too_late(pair, await self._ledger.now()):
            return await self._hedging.give_up(stored, "hedge_too_late", "interrupted for longer than resume_within_s")
        reservation = await self._ledger.reserve(pair, [Role.HEDGE])
        if isinstance(reservation, Reservation):
            async with self._kept(reservation), self._lanes.turns_to_place(pair.accounts):
                return await self._hedging.hedge(stored, reservation, None)
        if reservation.reason in _FORBIDS_HEDGE:
            return await self._hedging.give_up(stored, reservation.reason, reservation.detail)
        logger.warning("pair {}: the hedge waits: {}", pair.bet_pair_id, reservation.detail)
        return stored

    async def _arm_and_place(self, stored: StoredPair, reservation: Reservation) -> StoredPair:
        preparations = [self._prepared(stored.pair, leg) for leg in stored.pair.legs]
        results = await prepared_together(self._placer, preparations, self._rules.slip_max_age_s)
        prepared = [result for result in results if isinstance(result, PreparedLeg)]
        for leg, result in zip(stored.pair.legs, results, strict=True):
            if isinstance(result, BaseException):
                await self._placer.disarm(*prepared)
                return await self._could_not_arm(stored, leg.role, result)
        positive, hedge = prepared
        change = await self._forbidden(stored.pair, positive, hedge)
        if change is not None:
            await self._placer.disarm(positive, hedge)
            return await self._book.change(stored, change)
        armed = PairArmed(positive.baseline, hedge.baseline)
        timed = self._placer.stopwatches.timed(stored.pair.bet_pair_id)
        pictured = [await self._placer.pictured(leg) for leg in (positive, hedge)]
        placing = asyncio.create_task(self._place(stored, (armed, *timed), reservation, *pictured))
        stored, _ = await asyncio.gather(placing, self._keep_slips(stored.pair, placing, *pictured))
        return stored

    async def _prepared(self, pair: Pair, leg: Leg) -> PreparedLeg:
        prepared = await self._placer.prepare(leg.bet)
        self._placer.stopwatches.note(pair.bet_pair_id, Step.ARMED, leg.role)
        return prepared

    async def _could_not_arm(self, stored: StoredPair, role: Role, error: BaseException) -> StoredPair:
        if not isinstance(error, BookmakerError):
            raise error
        if isinstance(error, CannotArm):
            return await self._book.change(stored, PairFailed(error.reason, f"{role.value}: {error}"))
        await self._placer.health.failed(stored.pair.leg(role).bet.account, error)
        return await self._book.change(stored, PairFailed(f"{role.value}_page_unusable", str(error)))

    async def _forbidden(
        self, pair: Pair, positive: PreparedLeg, hedge: PreparedLeg
    ) -> PairBlocked | PairFailed | None:
        armed, limits = ArmedPair(pair, positive.armed(pair.positive), hedge.armed(pair.hedge)), self._rules.limits
        refusal = refusal_of_new(armed, limits) or refusal_of_stale(pair, limits, await self._ledger.now())
        if refusal is not None:
            return _as_change(refusal)
        return None if self._rules.clicks else PairBlocked("dry_run", "both slips were armed; a dry run never clicks")

    async def _place(
        self,
        stored: StoredPair,
        before: Sequence[Change],
        reservation: Reservation,
        positive: PreparedLeg,
        hedge: PreparedLeg,
    ) -> StoredPair:
        async with Hold(self._placer, hedge, self._rules.slip_max_age_s) as held:
            try:
                follow = partial(self._hedge_to_follow, held)
                stored = await self._placer.submit_in_turn(stored, before, positive, reservation, follow)
            except (LeaseLost, ClickForbidden, LedgerConflict) as error:
                await held.end()
                await self._placer.disarm(positive, hedge)
                return await self._book.change(stored, PairFailed("click_not_allowed", str(error)))
            stored = await self._resolved(stored, Role.POSITIVE, self._rules.acceptance_wait_s)
        if stored.pair.hedge.attempt > 0:
            stored = await self._hedging.go_on(stored, reservation)
        elif stored.pair.state is PairState.PLACING_HEDGE:
            stored = await self._hedging.hedge(stored, reservation, held.last)
        else:
            await self._placer.disarm(hedge)
        await self._keep_receipts(stored.pair, positive, hedge)
        await self._placer.disarm(*_answered(stored.pair, positive, hedge))
        return stored

    async def _hedge_to_follow(self, held: Hold, pair: Pair) -> PreparedLeg | None:
        """Return the held hedge where it is to be clicked as it is, now that the positive bet is as in ``pair``."""
        if pair.state is not PairState.PLACING_HEDGE:
            return None
        await asyncio.sleep(0)  # what the page has told by now is heard first
        hedge = held.let_go()
        return hedge if hedge is not None and self._hedging.fits(pair, hedge) else None

    async def _keep_slips(self, pair: Pair, placing: asyncio.Task[StoredPair], *prepared: PreparedLeg) -> None:
        """Keep what the slips showed before the click, but not in the very moments around it."""
        await asyncio.wait({placing}, timeout=self._rules.evidence_waits_s)
        keep = self._placer.keep_evidence
        legs = zip(_BOTH, prepared, strict=True)
        await asyncio.gather(*(keep(pair, role, "slip", ready, ready.snapshot) for role, ready in legs))

    async def _keep_receipts(self, pair: Pair, *prepared: PreparedLeg) -> None:
        legs = zip(_BOTH, prepared, strict=True)
        await asyncio.gather(*(self._placer.keep_evidence(pair, role, "receipt", ready) for role, ready in legs))

    @asynccontextmanager
    async def _kept(self, reservation: Reservation) -> AsyncIterator[None]:
        renewal = asyncio.create_task(self._renew(reservation), name=f"renew {reservation.bet_pair_id}")
        try:
            yield
        finally:
            renewal.cancel()
            await asyncio.shield(self._ledger.release(reservation))

    async def _renew(self, reservation: Reservation) -> None:
        while True:
            await asyncio.sleep(self._rules.renew_every_s)
            if not await self._ledger.renew(reservation):
                logger.error("pair {}: the reservation is lost; no further click", reservation.bet_pair_id)
                return


def _answered(pair: Pair, *prepared: PreparedLeg) -> list[PreparedLeg]:
    """Return the legs whose receipts are of no more use to anybody; what is unknown is left on the page."""
    return [ready for leg, ready in zip(pair.legs, prepared, strict=True) if leg.state is LegState.ACCEPTED]


def _as_change(refusal: Refusal) -> PairBlocked | PairFailed:
    change = PairFailed if refusal.price_is_gone else PairBlocked
    return change(refusal.control, str(refusal))
