"""Placing a reserved pair: arm both slips, apply the risk controls, click the positive, then the hedge."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.domain.changes import Change, LegUnknown, PairArmed, PairBlocked, PairFailed
from bot.domain.lifecycle import UNDECIDED
from bot.domain.limits import NO_LIMITS, ControlRefusal, Limits
from bot.domain.pair import Leg, LegState, Pair, PairState, Role
from bot.domain.policies import PlacingPolicy, ReservationPolicy
from bot.domain.reasons import Reason, page_unusable
from bot.domain.risk import ArmedPair, refusal_of_new, refusal_of_stale
from bot.engine.arming import LegArmer, PreparedLeg
from bot.engine.evidence import EvidenceKeeper
from bot.engine.hedging import Hedging
from bot.engine.pair_book import PairBook
from bot.engine.proving import Prover
from bot.engine.site_health import SiteHealth
from bot.engine.slip_hold import SlipHold, prepared_together
from bot.engine.stopwatch import Step, Stopwatches
from bot.engine.submission import LegSubmitter
from bot.engine.tasks import end
from bot.errors import BookmakerError, CannotArm, ClickForbidden, LeaseLost, LedgerConflict
from bot.ports.clock import Clock, LedgerClock
from bot.ports.pairs import StoredPair
from bot.ports.reservations import Reservation

_BOTH = (Role.POSITIVE, Role.HEDGE)


@dataclass(frozen=True, slots=True)
class PlacingRules:
    """How pairs are placed. ``clicks`` is False in a dry run: everything but the click.

    A slip that has been armed for ``slip_max_age_s`` is armed again. Snapshots of the slips are kept when both clicks
    are answered, or ``evidence_waits_s`` after the first click. A reservation is renewed every ``renew_every_s``.
    """

    clicks: bool = True
    acceptance_wait_s: float = PlacingPolicy().acceptance_wait_s
    renew_every_s: float = ReservationPolicy().lock_s / 5
    look_again_s: float = 1
    slip_max_age_s: float = PlacingPolicy().slip_s
    evidence_waits_s: float = 0.5
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class PairPlacer:
    """Places pairs. The caller holds both lanes and the reservation."""

    armer: LegArmer
    submitter: LegSubmitter
    prover: Prover
    hedging: Hedging
    evidence: EvidenceKeeper
    book: PairBook
    health: SiteHealth
    stopwatches: Stopwatches
    clock: Clock
    ledger_clock: LedgerClock
    rules: PlacingRules

    async def place(self, stored: StoredPair, reservation: Reservation) -> StoredPair:
        """Take a received pair to hedged, or to the reason why not."""
        arming = [self._armed(stored.pair, leg) for leg in stored.pair.legs]
        results = await prepared_together(self.armer, self.clock, arming, self.rules.slip_max_age_s)
        prepared = [result for result in results if isinstance(result, PreparedLeg)]
        for leg, result in zip(stored.pair.legs, results, strict=True):
            if isinstance(result, BaseException):
                await self.armer.disarm(*prepared)
                return await self._could_not_arm(stored, leg.role, result)
        positive, hedge = prepared
        refusal = await self._refusal(stored.pair, positive, hedge)
        if refusal is not None:
            await self.armer.disarm(positive, hedge)
            return await self.book.change(stored, refusal)
        return await self._place_armed(stored, reservation, positive, hedge)

    async def resolved(self, stored: StoredPair, role: Role, within_s: float) -> StoredPair:
        """Seek proof of a submitted leg; one that was interrupted around its click is unknown first."""
        if stored.pair.leg(role).state is LegState.SUBMITTING:
            stored = await self.book.change(stored, LegUnknown(role, "interrupted around the click"))
        if stored.pair.leg(role).state in UNDECIDED:
            stored = await self.prover.seek(stored, role, within_s)
        return stored

    async def _armed(self, pair: Pair, leg: Leg) -> PreparedLeg:
        prepared = await self.armer.arm(leg.bet)
        self.stopwatches.mark(pair.bet_pair_id, Step.ARMED, leg.role)
        return prepared

    async def _could_not_arm(self, stored: StoredPair, role: Role, error: BaseException) -> StoredPair:
        if not isinstance(error, BookmakerError):
            raise error
        if isinstance(error, CannotArm):
            return await self.book.change(stored, PairFailed(error.reason, f"{role.value}: {error}"))
        await self.health.failed(stored.pair.leg(role).bet.account, error)
        return await self.book.change(stored, PairFailed(page_unusable(role.value), str(error)))

    async def _refusal(self, pair: Pair, positive: PreparedLeg, hedge: PreparedLeg) -> PairBlocked | PairFailed | None:
        armed, limits = ArmedPair(pair, positive.armed(pair.positive), hedge.armed(pair.hedge)), self.rules.limits
        refusal = refusal_of_new(armed, limits) or refusal_of_stale(pair, limits, await self.ledger_clock.now())
        if refusal is not None:
            return change_for(refusal)
        return (
            None if self.rules.clicks else PairBlocked(Reason.DRY_RUN, "both slips were armed; a dry run never clicks")
        )

    async def _place_armed(
        self, stored: StoredPair, reservation: Reservation, positive: PreparedLeg, hedge: PreparedLeg
    ) -> StoredPair:
        armed = PairArmed(positive.baseline, hedge.baseline)
        before = (armed, *self.stopwatches.timed(stored.pair.bet_pair_id))
        shown = [await self.armer.with_snapshot(leg) for leg in (positive, hedge)]
        clicking = asyncio.create_task(self._click_both(stored, before, reservation, *shown))
        try:
            stored, _ = await asyncio.gather(clicking, self._keep_slips(stored.pair, clicking, *shown))
        finally:
            await end({clicking})  # cancelled or not, a click is written down before the reservation is released
        return stored

    async def _click_both(
        self,
        stored: StoredPair,
        before: Sequence[Change],
        reservation: Reservation,
        positive: PreparedLeg,
        hedge: PreparedLeg,
    ) -> StoredPair:
        async with SlipHold(self.armer, self.clock, hedge, self.rules.slip_max_age_s) as held:
            try:
                follow = partial(self._hedge_to_follow, held)
                stored = await self.submitter.submit_in_turn(stored, before, positive, reservation, follow)
            except (LeaseLost, ClickForbidden, LedgerConflict) as error:
                await held.end()
                await self.armer.disarm(positive, hedge)
                return await self.book.change(stored, PairFailed(Reason.CLICK_NOT_ALLOWED, str(error)))
            stored = await self.resolved(stored, Role.POSITIVE, self.rules.acceptance_wait_s)
        if stored.pair.hedge.attempt > 0:
            stored = await self.hedging.go_on(stored, reservation)
        elif stored.pair.state is PairState.PLACING_HEDGE:
            stored = await self.hedging.hedge(stored, reservation, held.last)
        else:
            await self.armer.disarm(hedge)
        await self._keep_receipts(stored.pair, positive, hedge)
        await self.armer.disarm(*_accepted(stored.pair, positive, hedge))
        return stored

    async def _hedge_to_follow(self, held: SlipHold, pair: Pair) -> PreparedLeg | None:
        """Return the held hedge if it can be clicked as it is, with the positive bet as in ``pair``."""
        if pair.state is not PairState.PLACING_HEDGE:
            return None
        await asyncio.sleep(0)  # the watch of the slip first gets what the page has reported by now
        hedge = held.let_go()
        return hedge if hedge is not None and self.hedging.fits(pair, hedge) else None

    async def _keep_slips(self, pair: Pair, clicking: asyncio.Task[StoredPair], *prepared: PreparedLeg) -> None:
        """Keep the snapshots of the slips, but not in the moments around the clicks."""
        await asyncio.wait({clicking}, timeout=self.rules.evidence_waits_s)
        legs = zip(_BOTH, prepared, strict=True)
        await asyncio.gather(*(self.evidence.keep(pair, role, "slip", leg, leg.snapshot) for role, leg in legs))

    async def _keep_receipts(self, pair: Pair, *prepared: PreparedLeg) -> None:
        legs = zip(_BOTH, prepared, strict=True)
        await asyncio.gather(*(self.evidence.keep(pair, role, "receipt", leg) for role, leg in legs))


def change_for(refusal: ControlRefusal) -> PairBlocked | PairFailed:
    """Return the change that records a refusal by a risk control."""
    change = PairFailed if refusal.price_is_gone else PairBlocked
    return change(refusal.control, str(refusal))


def _accepted(pair: Pair, *prepared: PreparedLeg) -> list[PreparedLeg]:
    """Return the legs whose receipts are kept and may be cleared; an unknown answer stays on its page."""
    return [ready for leg, ready in zip(pair.legs, prepared, strict=True) if leg.state is LegState.ACCEPTED]
