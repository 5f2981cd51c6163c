"""Submitting a leg: record the intent, click once, record the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from loguru import logger

from bot.domain.changes import Change, LegAccepted, LegChange, LegRejected, LegSubmitted, LegUnknown, LegWaiting
from bot.domain.events import EventType, of_leg
from bot.domain.lifecycle import LEG_TRANSITIONS, UNDECIDED, apply
from bot.domain.pair import Pair, Role
from bot.domain.placement import Accepted, Placement, Rejected, Unknown, Waiting
from bot.domain.reasons import Reason
from bot.engine.arming import PreparedLeg
from bot.engine.baselines import BaselineCache
from bot.engine.evidence import EvidenceKeeper
from bot.engine.pair_book import PairBook, commit_of
from bot.engine.site_health import SiteHealth
from bot.engine.stopwatch import Step, Stopwatches
from bot.engine.tasks import to_the_end
from bot.errors import CannotArm, ClickForbidden, LeaseLost, LedgerConflict
from bot.ports.clock import Clock
from bot.ports.intents import Intents
from bot.ports.outbox import Announcer
from bot.ports.pairs import StoredPair
from bot.ports.reservations import Reservation

CLICK_WITHIN_S = 5.0
"""How long a permission to click is good for. A worker that stood still for longer may have lost the account."""

_ANSWER_WITHIN_S = 120.0

Follow = Callable[[Pair], Awaitable[PreparedLeg | None]]
"""Returns the armed hedge to submit at once when the positive bet is accepted; None if no armed hedge fits."""


@dataclass(frozen=True, slots=True)
class LegSubmitter:
    """Submits single legs. The caller holds the account's lane and the pair's reservation.

    The adapter of the site gives up well before ``answer_within_s``; this limit holds if it does not.
    """

    intents: Intents
    announcer: Announcer
    book: PairBook
    health: SiteHealth
    evidence: EvidenceKeeper
    clock: Clock
    stopwatches: Stopwatches
    baselines: BaselineCache | None = None
    click_within_s: float = CLICK_WITHIN_S
    answer_within_s: float = _ANSWER_WITHIN_S

    async def submit(
        self, stored: StoredPair, role: Role, prepared: PreparedLeg, reservation: Reservation
    ) -> StoredPair:
        """Record the intent, click once, record the answer; an answer that proves nothing is recorded as unknown.

        Raises LeaseLost, ClickForbidden or LedgerConflict when the click must not happen; then it has not happened.
        """
        asked_at_s = self.clock.monotonic_s()
        intended = apply(stored.pair, LegSubmitted(role, prepared.slip.stake))
        stored = await self.intents.submit(stored, intended, reservation, role)
        placement = await self._click(stored, role, prepared, asked_at_s)
        return await self._answered(stored, role, prepared, placement)

    async def submit_in_turn(
        self,
        stored: StoredPair,
        before: Sequence[Change],
        positive: PreparedLeg,
        reservation: Reservation,
        follow: Follow,
    ) -> StoredPair:
        """Submit the positive leg and, as soon as it is accepted, the hedge that ``follow`` returns.

        The changes ``before`` are recorded in one step with the positive's intent, and its acceptance in one step with
        the hedge's intent. If the ledger does not allow the hedge's click, or no hedge follows, the acceptance is
        recorded alone. Errors as for ``submit``, about the positive leg; the changes ``before`` may then be on record.
        """
        asked_at_s = self.clock.monotonic_s()
        intent = LegSubmitted(Role.POSITIVE, positive.slip.stake)
        stored = await intended_together(self.intents, stored, before, intent, reservation)
        placement = await self._click(stored, Role.POSITIVE, positive, asked_at_s)
        if isinstance(placement, Accepted):
            followed = await self._followed(stored, placement, reservation, follow)
            if followed is not None:
                return followed
        return await self._answered(stored, Role.POSITIVE, positive, placement)

    async def _followed(
        self, stored: StoredPair, accepted: Accepted, reservation: Reservation, follow: Follow
    ) -> StoredPair | None:
        """Submit the hedge; None if its intent was not recorded. The acceptance may have been recorded even then."""
        acceptance = _change_for(Role.POSITIVE, accepted)
        hedge = await follow(apply(stored.pair, acceptance))
        if hedge is None:
            return None
        asked_at_s = self.clock.monotonic_s()
        changes: tuple[Change, ...] = (acceptance, *self.stopwatches.timed(stored.pair.bet_pair_id))
        intent = LegSubmitted(Role.HEDGE, hedge.slip.stake)
        try:
            stored = await intended_together(self.intents, stored, changes, intent, reservation)
        except (LeaseLost, ClickForbidden, LedgerConflict) as error:
            logger.warning("pair {}: the hedge does not follow at once: {}", stored.pair.bet_pair_id, error)
            return None
        placement = await self._click(stored, Role.HEDGE, hedge, asked_at_s)
        return await self._answered(stored, Role.HEDGE, hedge, placement)

    async def _click(
        self, stored: StoredPair, role: Role, prepared: PreparedLeg, asked_at_s: float
    ) -> Placement | CannotArm:
        if self.clock.monotonic_s() - asked_at_s > self.click_within_s:
            # A worker that stood still may have lost the account in between; the permission has lapsed.
            return CannotArm(Reason.TOO_LATE, "the click was allowed too long ago")
        if self.baselines is not None:
            self.baselines.forget(prepared.bet.account)
        self.stopwatches.mark(stored.pair.bet_pair_id, Step.CLICKED, role)
        placement = await self._placement(stored, role, prepared)
        if isinstance(placement, Accepted):
            self.stopwatches.mark(stored.pair.bet_pair_id, Step.ACCEPTED, role)
        return placement

    async def _placement(self, stored: StoredPair, role: Role, prepared: PreparedLeg) -> Placement | CannotArm:
        try:
            async with asyncio.timeout(self.answer_within_s):
                return await prepared.bookmaker.submit(prepared.slip)
        except CannotArm as error:
            return error
        except asyncio.CancelledError:
            await to_the_end(self._record(stored, LegUnknown(role, "cancelled after the click")))
            raise
        except Exception as error:  # noqa: BLE001 - after any error the click may have happened
            return Unknown(f"{type(error).__name__} after the click")

    async def _answered(
        self, stored: StoredPair, role: Role, prepared: PreparedLeg, placement: Placement | CannotArm
    ) -> StoredPair:
        stored = await self._record(stored, _change_for(role, placement))
        if isinstance(placement, Unknown) and placement.trouble is not None:
            await self.health.failed(prepared.bookmaker.account, placement.trouble)
        if stored.pair.leg(role).state in UNDECIDED:
            await self.evidence.keep(stored.pair, role, "answer", prepared)
        return stored

    async def _record(self, stored: StoredPair, change: LegChange) -> StoredPair:
        """Write the answer to one attempt. It says nothing about another attempt that was made in between."""
        attempt = stored.pair.leg(change.role).attempt

        def answered(pair: Pair, answer: LegChange) -> tuple[Change, ...]:
            leg = pair.leg(change.role)
            is_news = leg.attempt == attempt and (leg.state, answer.event) in LEG_TRANSITIONS
            return (answer, *self.stopwatches.timed(pair.bet_pair_id)) if is_news else ()

        try:
            latest = await self.book.decide(stored, lambda pair: answered(pair, change))
        except LedgerConflict as error:
            unknown = LegUnknown(change.role, str(error))
            return await self.book.decide(stored, lambda pair: answered(pair, unknown))
        await self._announce_stray(latest, change)
        return latest

    async def _announce_stray(self, latest: StoredPair, change: LegChange) -> None:
        """Announce an accepted bet that cannot be recorded, since its leg has been decided otherwise."""
        leg = latest.pair.leg(change.role)
        if not isinstance(change, LegAccepted) or leg.ticket == change.ticket:
            return
        reason = f"ticket {change.ticket} was accepted, while the leg is {leg.state.value} with ticket {leg.ticket}"
        logger.error("pair {} {}: {}", latest.pair.bet_pair_id, change.role.value, reason)
        stray = of_leg(EventType.PLACEMENT_UNKNOWN, latest.pair, change.role, reason=reason, stray=change.ticket)
        await self.announcer.announce(stray, f"stray.{latest.pair.bet_pair_id}.{change.role.value}.{change.ticket}")


async def intended_together(
    intents: Intents, stored: StoredPair, changes: Sequence[Change], intent: LegSubmitted, reservation: Reservation
) -> StoredPair:
    """Write changes and then the intent of a click, in one round trip.

    Raises LedgerConflict where the pair has moved, and as ``Intents.submit``. The changes may have been written then;
    the intent has not.
    """
    commit = commit_of(stored.pair, changes)
    intended = apply(commit.after, intent)
    return await intents.commit_and_submit(stored, commit, intended, reservation, intent.role)


def _change_for(role: Role, placement: Placement | CannotArm) -> LegChange:
    match placement:
        case CannotArm(reason=reason):
            return LegRejected(role, reason, str(placement))
        case Accepted(ticket=None):
            return LegUnknown(role, "accepted without a ticket")
        case Accepted(ticket=str(ticket), stake=stake, odds=odds, referred=referred):
            return LegAccepted(role, ticket, stake, odds, referred)
        case Waiting(ticket=ticket):
            return LegWaiting(role, ticket)
        case Rejected(reason=reason, detail=detail, limit=limit):
            return LegRejected(role, reason, detail, limit)
        case Unknown(detail=detail):
            return LegUnknown(role, detail)
        case _:
            return LegUnknown(role, "an answer of an unknown kind")
