"""One leg at one bookmaker: make it ready, click once, find out what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from loguru import logger

from bot.domain.changes import Change, LegAccepted, LegChange, LegRejected, LegSubmitted, LegUnknown, LegWaiting
from bot.domain.events import EventType, of_leg
from bot.domain.lifecycle import LEG_TRANSITIONS, apply
from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.pair import Baseline, Bet, Leg, LegState, Pair, Role
from bot.domain.placement import Accepted, ArmedSlip, HistoryReading, HistoryRow, Placement, Rejected, Unknown, Waiting
from bot.domain.proof import absence, proof, vanished
from bot.domain.risk import ArmedLeg
from bot.engine.baselines import SPAN, HistoryNotes, Note, noted
from bot.engine.pair_book import PairBook, commit_of
from bot.engine.site_health import SiteHealth
from bot.engine.stopwatch import Step, Stopwatches
from bot.errors import BookmakerError, CannotArm, ClickForbidden, LeaseLost, LedgerConflict, LedgerError
from bot.ports.bookmaker import Bookmaker, Bookmakers, PageSnapshot
from bot.ports.clock import Clock
from bot.ports.evidence import Evidence
from bot.ports.intents import Intents
from bot.ports.ledger import Ledger
from bot.ports.pairs import AuditNote, StoredPair
from bot.ports.reservations import Reservation

_T = TypeVar("_T")

UNRESOLVED = frozenset({LegState.WAITING, LegState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class PreparedLeg:
    """A leg whose slip, armed for ``bet``, waits for one click, at a session that the caller has to itself.

    ``snapshot`` is the page with the slip, where it was taken at once.
    """

    bookmaker: Bookmaker
    bet: Bet
    slip: ArmedSlip
    baseline: Baseline
    snapshot: PageSnapshot | None = None

    def armed(self, leg: Leg) -> ArmedLeg:
        """Return what the risk controls look at."""
        return ArmedLeg(leg, self.slip, self.baseline.balance)


Follow = Callable[[Pair], Awaitable[PreparedLeg | None]]
"""Which armed hedge is to be submitted at once, now that the positive bet is accepted; None for none that fits."""


@dataclass(frozen=True, slots=True)
class LegPlacer:
    """Prepares, submits and proves single legs. The caller holds the account's lane and, to submit, a reservation."""

    ledger: Ledger
    bookmakers: Bookmakers
    evidence: Evidence
    clock: Clock
    book: PairBook
    health: SiteHealth
    proof_interval_s: float = 1
    click_within_s: float = 5
    answer_within_s: float = 120
    stopwatches: Stopwatches = field(default_factory=Stopwatches)
    notes: HistoryNotes | None = None

    async def prepare(self, bet: Bet) -> PreparedLeg:
        """Note what the account's history shows and arm the slip, at the same time; raises BookmakerError if it cannot.

        The session is used as it was left. Where it is of no use it is looked at, logged in if need be, and used once
        more. Whatever is noted is as of before any click.
        """
        try:
            return await self._prepared(await self.bookmakers.session_as_left(bet.account), bet)
        except CannotArm:
            raise
        except BookmakerError as error:
            logger.info("{}: its session is looked at, since it was of no use: {}", bet.account, error)
        return await self._prepared(await self.bookmakers.session(bet.account), bet)

    async def _prepared(self, bookmaker: Bookmaker, bet: Bet) -> PreparedLeg:
        noting, arming = self._noted(bookmaker), bookmaker.arm(bet)
        note, slip = await asyncio.gather(noting, arming, return_exceptions=True)
        try:
            before, armed = _unless_failed(note), _unless_failed(slip)
            baseline = _baseline(bookmaker, before, _price_of(bet, armed))
            return PreparedLeg(bookmaker, bet, armed, *await asyncio.gather(baseline, _snapshot(bookmaker)))
        except BookmakerError:
            if isinstance(slip, ArmedSlip):
                await _empty_slip(bookmaker)
            raise

    async def rearm(self, prepared: PreparedLeg, bet: Bet) -> PreparedLeg:
        """Arm the slip for another stake; what the history showed still holds, since nothing was clicked meanwhile."""
        slip = await prepared.bookmaker.arm(bet)
        baseline = prepared.baseline.model_copy(update={"odds": _price_of(bet, slip)})
        return PreparedLeg(prepared.bookmaker, bet, slip, baseline)

    async def _noted(self, bookmaker: Bookmaker) -> Note:
        known = self.notes.find(bookmaker.account) if self.notes else None
        return known or await noted(self.ledger, bookmaker)

    async def submit(
        self, stored: StoredPair, role: Role, prepared: PreparedLeg, reservation: Reservation
    ) -> StoredPair:
        """Record the intent, click once, record the answer; whatever is no proof is recorded as unknown.

        Raises LeaseLost, ClickForbidden or LedgerConflict when the click must not happen; it has not happened then.
        """
        asked_at_s = self.clock.monotonic_s()
        intended = apply(stored.pair, LegSubmitted(role, prepared.slip.stake))
        stored = await self.ledger.submit(stored, intended, reservation, role)
        placement = await self._clicked(stored, role, prepared, asked_at_s)
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

        The changes that came ``before`` are recorded in one step with the positive's intent, and its acceptance with
        the hedge's. Where the ledger does not allow that click, or none is to follow, only the acceptance is recorded.
        Errors as for ``submit``, about the positive leg; what came before may then be on record.
        """
        asked_at_s = self.clock.monotonic_s()
        intent = LegSubmitted(Role.POSITIVE, positive.slip.stake)
        stored = await intended_together(self.ledger, stored, before, intent, reservation)
        placement = await self._clicked(stored, Role.POSITIVE, positive, asked_at_s)
        if isinstance(placement, Accepted):
            followed = await self._followed(stored, placement, reservation, follow)
            if followed is not None:
                return followed
        return await self._answered(stored, Role.POSITIVE, positive, placement)

    async def _followed(
        self, stored: StoredPair, accepted: Accepted, reservation: Reservation, follow: Follow
    ) -> StoredPair | None:
        """Submit the hedge; None when nothing was recorded of it. The acceptance may have been recorded even then."""
        told = _told_by(Role.POSITIVE, accepted)
        hedge = await follow(apply(stored.pair, told))
        if hedge is None:
            return None
        asked_at_s = self.clock.monotonic_s()
        changes: tuple[Change, ...] = (told, *self.stopwatches.timed(stored.pair.bet_pair_id))
        intent = LegSubmitted(Role.HEDGE, hedge.slip.stake)
        try:
            stored = await intended_together(self.ledger, stored, changes, intent, reservation)
        except (LeaseLost, ClickForbidden, LedgerConflict) as error:
            logger.warning("pair {}: the hedge does not follow at once: {}", stored.pair.bet_pair_id, error)
            return None
        placement = await self._clicked(stored, Role.HEDGE, hedge, asked_at_s)
        return await self._answered(stored, Role.HEDGE, hedge, placement)

    async def _clicked(
        self, stored: StoredPair, role: Role, prepared: PreparedLeg, asked_at_s: float
    ) -> Placement | CannotArm:
        if self.clock.monotonic_s() - asked_at_s > self.click_within_s:
            # A worker that stood still meanwhile may have lost the account; what the ledger allowed is past.
            return CannotArm("too_late", "the click was allowed too long ago")
        if self.notes is not None:
            self.notes.forget(prepared.bet.account)
        self.stopwatches.note(stored.pair.bet_pair_id, Step.CLICKED, role)
        placement = await self._placement(stored, role, prepared)
        if isinstance(placement, Accepted):
            self.stopwatches.note(stored.pair.bet_pair_id, Step.ACCEPTED, role)
        return placement

    async def _placement(self, stored: StoredPair, role: Role, prepared: PreparedLeg) -> Placement | CannotArm:
        try:
            async with asyncio.timeout(self.answer_within_s):
                return await prepared.bookmaker.submit(prepared.slip)
        except CannotArm as error:
            return error
        except asyncio.CancelledError:
            await asyncio.shield(self._record(stored, LegUnknown(role, "cancelled after the click")))
            raise
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the click may have happened
            return Unknown(f"{type(error).__name__} after the click")

    async def _answered(
        self, stored: StoredPair, role: Role, prepared: PreparedLeg, placement: Placement | CannotArm
    ) -> StoredPair:
        stored = await self._record(stored, _told_by(role, placement))
        if isinstance(placement, Unknown) and placement.trouble is not None:
            await self.health.failed(prepared.bookmaker.account, placement.trouble)
        if stored.pair.leg(role).state in UNRESOLVED:
            await self.keep_evidence(stored.pair, role, "answer", prepared)
        return stored

    async def seek_proof(self, stored: StoredPair, role: Role, within_s: float) -> StoredPair:
        """Look into the bet history until it proves what came of a submitted leg, or the time is up.

        The time decides nothing: without proof the leg stays waiting or unknown.
        """
        end = self.clock.monotonic_s() + within_s
        while True:
            stored = await self._look_for_proof(stored, role)
            is_resolved = stored.pair.leg(role).state not in UNRESOLVED
            if is_resolved or self.clock.monotonic_s() + self.proof_interval_s > end:
                return stored
            await self.clock.sleep(self.proof_interval_s)

    async def row_of(self, leg: Leg) -> HistoryRow | None:
        """Look an accepted bet up in the history; None where it is not shown. Raises BookmakerError."""
        bookmaker = await self.bookmakers.session(leg.bet.account)
        since = leg.baseline.taken_at if leg.baseline else await self.ledger.now()
        reading = await bookmaker.history(since - SPAN, frozenset({leg.ticket} if leg.ticket else ()))
        return reading.row(leg.ticket) if leg.ticket else None

    async def disarm(self, *prepared: PreparedLeg) -> None:
        """Empty slips that will not be submitted; a failure is only logged, since nothing was bet."""
        for leg in prepared:
            await _empty_slip(leg.bookmaker)

    async def pictured(self, prepared: PreparedLeg) -> PreparedLeg:
        """Return a leg with a snapshot of its slip, taken now where there is none."""
        return prepared if prepared.snapshot else replace(prepared, snapshot=await _snapshot(prepared.bookmaker))

    async def keep_evidence(
        self, pair: Pair, role: Role, label: str, prepared: PreparedLeg, taken: PageSnapshot | None = None
    ) -> None:
        """Keep what the page shows, or what was ``taken`` of it; a failure is only logged, since money comes first."""
        try:
            snapshot = taken or await prepared.bookmaker.snapshot()
            where = await self.evidence.keep(pair.bet_pair_id, f"{role.value}-{label}", snapshot)
            await self.ledger.note(pair, AuditNote(f"{role.value}:evidence", {"label": label, "where": where}))
        except (BookmakerError, LedgerError, OSError) as error:
            logger.warning("pair {}: no evidence of the {} {}: {}", pair.bet_pair_id, role.value, label, error)

    async def _record(self, stored: StoredPair, change: LegChange) -> StoredPair:
        """Write the answer to one attempt; it says nothing about any other that was made meanwhile."""
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
        await self._tell_of_stray(latest, change)
        return latest

    async def _tell_of_stray(self, latest: StoredPair, change: LegChange) -> None:
        """Announce an accepted bet that could not be written down, since its leg had been decided otherwise."""
        leg = latest.pair.leg(change.role)
        if not isinstance(change, LegAccepted) or leg.ticket == change.ticket:
            return
        reason = f"ticket {change.ticket} was accepted, while the leg is {leg.state.value} with ticket {leg.ticket}"
        logger.error("pair {} {}: {}", latest.pair.bet_pair_id, change.role.value, reason)
        stray = of_leg(EventType.PLACEMENT_UNKNOWN, latest.pair, change.role, reason=reason, stray=change.ticket)
        await self.ledger.announce(stray, f"stray.{latest.pair.bet_pair_id}.{change.role.value}.{change.ticket}")

    async def _look_for_proof(self, stored: StoredPair, role: Role) -> StoredPair:
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
        claimed = await self.ledger.claimed_tickets(leg.bet.account)
        return await self.book.decide(stored, lambda pair: _learnt(pair.leg(role), reading, claimed, balance))


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


async def _baseline(bookmaker: Bookmaker, note: Note, odds: Odds | None) -> Baseline:
    """Note what an account shows with its slip armed; the balance is read last, when its page is used no more."""
    return Baseline(taken_at=note.taken_at, tickets=note.tickets, balance=await bookmaker.balance(), odds=odds)


async def _snapshot(bookmaker: Bookmaker) -> PageSnapshot | None:
    try:
        return await bookmaker.snapshot()
    except BookmakerError:
        return None  # it is tried again before the click


def _unless_failed(result: _T | BaseException) -> _T:
    if isinstance(result, BaseException):
        raise result
    return result


async def _empty_slip(bookmaker: Bookmaker) -> None:
    try:
        await bookmaker.disarm()
    except BookmakerError as error:
        logger.warning("{}: slip not emptied: {}", bookmaker.account, error)


def _price_of(bet: Bet, slip: ArmedSlip) -> Odds | None:
    return slip.odds if slip.line == bet.line else None


def _learnt(
    leg: Leg, reading: HistoryReading, claimed: Collection[str], balance: Money | None
) -> tuple[LegChange, ...]:
    if leg.state not in UNRESOLVED:
        return ()
    change = proof(leg, reading, claimed)
    if change is None:
        change = absence(leg, reading, balance) if leg.state is LegState.UNKNOWN else vanished(leg, reading)
    if change is None or (isinstance(change, LegWaiting) and leg.state is LegState.WAITING):
        return ()
    return (change,)


def _told_by(role: Role, placement: Placement | CannotArm) -> LegChange:
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
            return LegRejected(role, reason.value, detail, limit)
        case Unknown(detail=detail):
            return LegUnknown(role, detail)
        case _:
            return LegUnknown(role, "an answer of an unknown kind")
