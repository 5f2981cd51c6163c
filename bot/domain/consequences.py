"""What a change to a pair entails: events, cooldown, watch and exposure record, to be written in the same step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.domain import exposure
from bot.domain.changes import (
    Change,
    EmergencyDeclared,
    LegAccepted,
    LegChange,
    LegNotFound,
    LegRejected,
    LegResettled,
    LegSettled,
    LegTimedOut,
    LegUnknown,
    PairBlocked,
    PairChange,
    PairExposed,
    PairFailed,
    PairJudged,
    PairTimed,
)
from bot.domain.events import Announcement, EventType, amounts, as_text, leg_data, of_leg, of_pair, pnl_data
from bot.domain.hedge import residual
from bot.domain.outcome import Outcome
from bot.domain.pair import Account, Leg, Pair, PairState, Role, Verdict
from bot.domain.reconciliation import guaranteed_pnl, outcome_pnl
from bot.domain.timings import counted


@dataclass(frozen=True, slots=True)
class Consequences:
    """What must be written together with a changed pair.

    ``cooled`` is the account that just had a bet accepted, ``accepted`` the leg whose ticket is to be watched from now
    on, ``settled`` the leg whose result was just booked, ``exposure`` the record without its ``detected_at``, and
    ``counted`` the histograms that count the pair, each with its bucket.
    """

    announcements: tuple[Announcement, ...] = ()
    cooled: Account | None = None
    accepted: Role | None = None
    settled: Role | None = None
    exposure: dict[str, Any] | None = None
    counted: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: Consequences) -> Consequences:
        return Consequences(
            self.announcements + other.announcements,
            other.cooled or self.cooled,
            other.accepted or self.accepted,
            other.settled or self.settled,
            other.exposure or self.exposure,
            self.counted + other.counted,
        )


def consequences(pair: Pair, change: Change) -> Consequences:
    """Derive what a change entails; ``pair`` is the pair after the change."""
    return _of_leg_change(pair, change) if isinstance(change, LegChange) else _of_pair_change(pair, change)


def _of_pair_change(pair: Pair, change: PairChange) -> Consequences:
    match change:
        case PairBlocked():
            return _announce(of_pair(EventType.ARB_BLOCKED, pair, **_why(change), remainingS=change.remaining_s))
        case PairFailed():
            return _announce(of_pair(EventType.ARB_FAILED, pair, **_why(change)))
        case EmergencyDeclared():
            alerts = (exposure.emergency(pair, change), exposure.alert(pair))
            return Consequences(alerts, exposure=exposure.exposure_record(pair))
        case PairExposed():
            return Consequences((exposure.alert(pair),), exposure=exposure.exposure_record(pair))
        case PairJudged(verdict=verdict):
            return _judged(pair, verdict)
        case PairTimed(timeline=timeline) if pair.state is PairState.HEDGED:
            return Consequences(counted=counted(timeline))
        case _:
            return Consequences()


def _of_leg_change(pair: Pair, change: LegChange) -> Consequences:
    role = change.role
    match change:
        case LegAccepted():
            return Consequences(_accepted(pair, role), cooled=pair.leg(role).bet.account, accepted=role)
        case LegRejected():
            return _announce(*_rejected(pair, role, change))
        case LegUnknown(reason=reason):
            before = _baseline(pair.leg(role))
            return _announce(of_leg(EventType.PLACEMENT_UNKNOWN, pair, role, reason=reason, baseline=before))
        case LegNotFound(proposes=True, balance=balance):
            return _announce(_proposal(pair, role, as_text(balance)))
        case LegSettled():
            return Consequences(settled=role)
        case LegTimedOut():
            return _announce(of_leg(EventType.SETTLEMENT_TIMEOUT, pair, role))
        case LegResettled(previous=previous):
            resettled = of_leg(EventType.BET_RESETTLED, pair, role, previousStatus=previous.value)
            return Consequences((resettled,), settled=role)
        case _:
            return Consequences()


def _proposal(pair: Pair, role: Role, balance: str | None) -> Announcement:
    leg = pair.leg(role)
    looks = {"looks": leg.looks, "balance": balance, "baseline": _baseline(leg)}
    return of_leg(EventType.PLACEMENT_UNKNOWN, pair, role, reason=as_text(leg.reason), proposal=leg.proposal, **looks)


def _announce(*announcements: Announcement) -> Consequences:
    return Consequences(announcements)


def _accepted(pair: Pair, role: Role) -> tuple[Announcement, ...]:
    executed = of_leg(EventType.BET_EXECUTED, pair, role)
    if role is Role.POSITIVE:
        return (executed,)
    if residual(pair.hedge) is not None or pair.positive.outcome is Outcome.VOID:
        return (executed,)  # not a success: a part is unhedged, and an exposure follows
    legs = {"positive": leg_data(pair.positive), "hedge": leg_data(pair.hedge)}
    pnl = {"expectedPnl": as_text(guaranteed_pnl(pair)), "outcomePnl": amounts(outcome_pnl(pair))}
    return executed, of_pair(EventType.ARB_SUCCESS, pair, **legs, **pnl)


def _rejected(pair: Pair, role: Role, change: LegRejected) -> tuple[Announcement, ...]:
    failed = of_leg(EventType.BET_FAILED, pair, role, **_why(change))
    if pair.state is not PairState.FAILED:
        return (failed,)
    return failed, of_pair(EventType.ARB_FAILED, pair, leg=role.value, **_why(change))


def _judged(pair: Pair, verdict: Verdict) -> Consequences:
    if verdict.exposure:
        return Consequences((exposure.alert(pair),), exposure=exposure.exposure_record(pair))
    legs = {"positive": leg_data(pair.positive), "hedge": leg_data(pair.hedge)}
    return _announce(of_pair(EventType.PAIR_RECONCILED, pair, **legs, **pnl_data(verdict)))


def _why(change: PairBlocked | PairFailed | LegRejected) -> dict[str, Any]:
    limit = {"limit": as_text(change.limit)} if isinstance(change, LegRejected) else {}
    return {"reason": as_text(change.reason), "detail": change.detail, **limit}


def _baseline(leg: Leg) -> dict[str, Any] | None:
    if leg.baseline is None:
        return None
    return {"tickets": list(leg.baseline.tickets), "balance": as_text(leg.baseline.balance)}
