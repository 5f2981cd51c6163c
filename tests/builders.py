"""Ordinary jobs, pairs and changes; a test states only what it is about.

The ordinary pair stakes 100.00 EUR at 2.10 against 105.00 EUR at 2.00: whichever side wins, it gains 5.00 EUR.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import reduce
from typing import Any

from bot.domain.changes import (
    Change,
    EmergencyDeclared,
    LegAccepted,
    LegArmed,
    LegChange,
    LegEvent,
    LegNotFound,
    LegRejected,
    LegResettled,
    LegRestaked,
    LegSettled,
    LegSubmitted,
    LegTimedOut,
    LegUnknown,
    LegWaiting,
    PairArmed,
    PairBlocked,
    PairChange,
    PairEvent,
    PairExposed,
    PairFailed,
    PairJudged,
    PairReviewed,
    PairTimed,
    StakesRounded,
)
from bot.domain.events import Announcement, EventType
from bot.domain.halt import Halt, HaltCause
from bot.domain.job import PairJob
from bot.domain.lifecycle import apply
from bot.domain.money import Money, exact
from bot.domain.outcome import Outcome
from bot.domain.pair import Account, Baseline, Pair, PairState, Role, Timeline, Verdict
from bot.domain.reasons import Reason
from bot.domain.watch import Look, Watch, Window
from bot.ports.ledger import Ledger

POSITIVE_ACCOUNT = Account("harbourline", "harbour", "ann")
HEDGE_ACCOUNT = Account("senbien", "lotus", "binh")
ACCOUNT_CURRENCIES: Mapping[Account, str] = {POSITIVE_ACCOUNT: "EUR", HEDGE_ACCOUNT: "EUR"}
TICKETS = {Role.POSITIVE: "HB10000001", Role.HEDGE: "2000000001"}
BEFORE_THE_CLICK = datetime(2030, 1, 31, 17, 59, tzinfo=UTC)


def a_job(**changes: Any) -> dict[str, Any]:
    """Build a job as a producer sends it, in camelCase; merge in changes of ``positiveBet`` and ``hedgeBet``."""
    job: dict[str, Any] = {
        "arbId": "arb-1",
        "betPairId": "pair-1",
        "whitelabel": "harbourline",
        "provider": "harbour",
        "positiveBet": {
            "betId": "bet-1",
            "accountId": "ann",
            "event": {"id": "ev-1", "name": "Reds v Blues", "startsAt": "2030-01-31T18:00:00Z"},
            "market": "total_goals",
            "selection": "over",
            "line": "2.5",
            "odds": "2.10",
            "minOdds": "2.05",
            "stake": "100.00",
            "currency": "EUR",
        },
        "hedgeBet": {
            "betId": "bet-2",
            "accountId": "binh",
            "whitelabel": "senbien",
            "provider": "lotus",
            "event": {"id": "ev-9", "name": "Reds vs Blues"},
            "market": "total_goals",
            "selection": "under",
            "line": "2.5",
            "odds": "2.00",
            "minOdds": "1.95",
            "stake": "105.00",
            "currency": "EUR",
        },
    }
    for field, value in changes.items():
        merged = field in {"positiveBet", "hedgeBet"} and isinstance(value, dict)
        job[field] = job[field] | value if merged else value
    return job


def a_pair(**changes: Any) -> Pair:
    """Build the pair of ``a_job(**changes)`` as just received."""
    return PairJob.model_validate(a_job(**changes)).to_pair()


def a_pair_in(state: PairState, **changes: Any) -> Pair:
    """Build the pair of ``a_job(**changes)`` and bring it into a state by the changes that lead there."""
    return reduce(lambda pair, step: apply(pair, step(pair)), _WAYS[state], a_pair(**changes))


def after(pair: Pair, *changes: Change) -> Pair:
    """Apply changes in order."""
    return reduce(apply, changes, pair)


def with_results(
    pair: Pair,
    positive: Outcome,
    hedge: Outcome | None = None,
    *,
    positive_payout: str | None = None,
    hedge_payout: str | None = None,
) -> Pair:
    """Settle the legs of an accepted pair; ``TIMEOUT`` stands for a ticket without a result. Payouts are amounts."""
    pair = apply(pair, _result(pair, Role.POSITIVE, positive, positive_payout))
    return pair if hedge is None else apply(pair, _result(pair, Role.HEDGE, hedge, hedge_payout))


def euros(amount: str) -> Money:
    """Build an amount in the ordinary pair's currency."""
    return Money(exact(amount), "EUR")


def an_acceptance(pair: Pair, role: Role) -> LegAccepted:
    """Accept a leg with its usual ticket, at the terms it asks for."""
    bet = pair.leg(role).bet
    return LegAccepted(role, TICKETS[role], bet.stake, bet.odds)


def a_baseline() -> Baseline:
    """Build the state before the click: one older ticket and a balance of 1000 EUR."""
    return Baseline(taken_at=BEFORE_THE_CLICK, tickets=("HB10000000",), balance=euros("1000.00"))


def a_verdict(*, exposure: bool) -> Verdict:
    """Build a verdict: both bets lost with an exposure, or else a result as expected with a gain of 5.00 EUR."""
    return Verdict(
        exposure=exposure,
        reason="both_lost_unexpected" if exposure else None,
        expected_pnl=euros("5.00"),
        actual_pnl=euros("-205.00") if exposure else euros("5.00"),
        expected_outcome="won/lost or lost/won",
        actual_outcome="lost/lost" if exposure else "won/lost",
    )


def a_leg_change(role: Role, event: LegEvent) -> LegChange:
    """Build a change of one leg for a lifecycle event, with ordinary facts."""
    ordinary = a_pair()
    won, paid = Outcome.WON, ordinary.leg(role).bet.stake
    changes: dict[LegEvent, LegChange] = {
        LegEvent.ARMED: LegArmed(role, a_baseline()),
        LegEvent.SUBMITTED: LegSubmitted(role),
        LegEvent.WAITING: LegWaiting(role, TICKETS[role]),
        LegEvent.ACCEPTED: an_acceptance(ordinary, role),
        LegEvent.RESTAKED: LegRestaked(role, paid.times(2)),
        LegEvent.REJECTED: LegRejected(role, Reason.SUSPENDED, "the market is closed"),
        LegEvent.UNKNOWN: LegUnknown(role, "no answer within 30 s"),
        LegEvent.NOT_FOUND: LegNotFound(role, BEFORE_THE_CLICK, euros("1000.00"), proposes=False),
        LegEvent.SETTLED: LegSettled(role, won, paid.times(2)),
        LegEvent.TIMED_OUT: LegTimedOut(role),
        LegEvent.RESETTLED: LegResettled(role, Outcome.VOID, paid, won),
    }
    return changes[event]


def a_pair_change(event: PairEvent) -> PairChange:
    """Build a change of a pair for a lifecycle event, with ordinary facts."""
    changes: dict[PairEvent, PairChange] = {
        PairEvent.STAKES_ROUNDED: StakesRounded(euros("99.00"), euros("104.00")),
        PairEvent.ARMED: PairArmed(a_baseline(), a_baseline()),
        PairEvent.BLOCKED: PairBlocked(Reason.COOLDOWN, "harbourline:harbour:ann", remaining_s=42),
        PairEvent.FAILED: PairFailed(Reason.MINIMUM_ODDS, "limit 2.05, is 1.90"),
        PairEvent.EMERGENCY_DECLARED: EmergencyDeclared(Reason.DECLINED),
        PairEvent.EXPOSED: PairExposed(Reason.STAKE_CHANGED_POSITIVE),
        PairEvent.JUDGED_AS_EXPECTED: PairJudged(a_verdict(exposure=False)),
        PairEvent.JUDGED_AS_EXPOSED: PairJudged(a_verdict(exposure=True)),
        PairEvent.REVIEWED: PairReviewed("seen by Ann"),
        PairEvent.TIMED: PairTimed(a_timeline()),
    }
    return changes[event]


def _result(pair: Pair, role: Role, outcome: Outcome, payout: str | None) -> LegChange:
    if outcome is Outcome.TIMEOUT:
        return LegTimedOut(role)
    returned = Money(exact(payout), pair.leg(role).bet.stake.currency) if payout is not None else None
    return LegSettled(role, outcome, returned)


_Step = Callable[[Pair], Change]


def _of_leg(role: Role, event: LegEvent) -> _Step:
    return lambda _: a_leg_change(role, event)


def _of_pair(event: PairEvent) -> _Step:
    return lambda _: a_pair_change(event)


def _accepted(role: Role) -> _Step:
    return lambda pair: an_acceptance(pair, role)


def _settled(role: Role, outcome: Outcome) -> _Step:
    return lambda _: LegSettled(role, outcome, None)


_ARMED = (_of_pair(PairEvent.ARMED),)
_PLACING_POSITIVE = (*_ARMED, _of_leg(Role.POSITIVE, LegEvent.SUBMITTED))
_PLACING_HEDGE = (*_PLACING_POSITIVE, _accepted(Role.POSITIVE))
_HEDGE_SUBMITTED = (*_PLACING_HEDGE, _of_leg(Role.HEDGE, LegEvent.SUBMITTED))
_HEDGED = (*_HEDGE_SUBMITTED, _accepted(Role.HEDGE))
_POSITIVE_WON = (*_HEDGED, _settled(Role.POSITIVE, Outcome.WON))
_BOTH_LOST = (*_HEDGED, _settled(Role.POSITIVE, Outcome.LOST), _settled(Role.HEDGE, Outcome.LOST))

_WAYS: dict[PairState, tuple[_Step, ...]] = {
    PairState.RECEIVED: (),
    PairState.BLOCKED: (_of_pair(PairEvent.BLOCKED),),
    PairState.ARMED: _ARMED,
    PairState.FAILED: (*_ARMED, _of_pair(PairEvent.FAILED)),
    PairState.PLACING_POSITIVE: _PLACING_POSITIVE,
    PairState.PLACING_HEDGE: _PLACING_HEDGE,
    PairState.HEDGED: _HEDGED,
    PairState.SETTLING: _POSITIVE_WON,
    PairState.RECONCILED: (
        *_POSITIVE_WON,
        _settled(Role.HEDGE, Outcome.LOST),
        _of_pair(PairEvent.JUDGED_AS_EXPECTED),
    ),
    PairState.EXPOSURE_EVENT: (*_BOTH_LOST, _of_pair(PairEvent.JUDGED_AS_EXPOSED)),
    PairState.EMERGENCY: (
        *_HEDGE_SUBMITTED,
        _of_leg(Role.HEDGE, LegEvent.REJECTED),
        _of_pair(PairEvent.EMERGENCY_DECLARED),
    ),
}


def a_look(watch: Watch, next_at: datetime, *, covered: bool = True) -> Look:
    """Build a look at a ticket in its fast window."""
    polls, unhealthy = (watch.polls + 1, 0) if covered else (watch.polls, watch.unhealthy + 1)
    return Look(polls, unhealthy, Window.FAST, next_at)


def a_timeline(**steps: float | None) -> Timeline:
    """Build the timeline of a pair that was hedged at the first attempt."""
    ordinary: dict[str, float | None] = {
        "armed_positive": 110.0,
        "armed_hedge": 150.0,
        "clicked_positive": 161.5,
        "accepted_positive": 180.0,
        "clicked_hedge": 188.0,
        "accepted_hedge": 240.0,
    }
    return Timeline(**(ordinary | steps))


async def halted(ledger: Ledger, scope: str, reason: str = "layout changed", **facts: Any) -> Halt:
    """Halt a scope because of drift under the first locators, unless ``facts`` say otherwise."""
    halt = Halt(scope, reason=reason, **({"cause": HaltCause.DRIFT, "locators": "first"} | facts))
    data = {"scope": scope, "account": str(POSITIVE_ACCOUNT), "reason": reason}
    await ledger.halt(halt, Announcement(EventType.PROVIDER_HALTED, data), f"halted.{scope}.{reason}")
    return halt
