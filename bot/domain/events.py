"""The events for the webhook: their types and their camelCase data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.money import Money
from bot.domain.pair import Leg, Pair, Role, Verdict


class EventType(StrEnum):
    """Every event that a webhook can receive."""

    BET_EXECUTED = "bet_executed"
    BET_FAILED = "bet_failed"
    ARB_SUCCESS = "arb_success"
    ARB_FAILED = "arb_failed"
    ARB_BLOCKED = "arb_blocked"
    ARB_EMERGENCY = "arb_emergency"
    PAIR_RECONCILED = "pair_reconciled"
    EXPOSURE_ALERT = "exposure_alert"
    PLACEMENT_UNKNOWN = "placement_unknown"
    SETTLEMENT_TIMEOUT = "settlement_timeout"
    SETTLEMENT_UNREADABLE = "settlement_unreadable"
    BET_RESETTLED = "bet_resettled"
    ACCOUNT_CHALLENGE = "account_challenge"
    PROVIDER_HALTED = "provider_halted"
    PROVIDER_RESUMED = "provider_resumed"
    BREAKER_OPENED = "breaker_opened"
    BREAKER_CLOSED = "breaker_closed"
    BETTING_STOPPED = "betting_stopped"
    BETTING_RESUMED = "betting_resumed"
    LOCATORS_REFUSED = "locators_refused"
    WORKER_STARTED = "worker_started"
    WORKER_STOPPED = "worker_stopped"


@dataclass(frozen=True, slots=True)
class Announcement:
    """One event for the outbox. ``data`` is camelCase JSON; amounts and odds are text."""

    type: EventType
    data: dict[str, Any]


def pair_data(pair: Pair) -> dict[str, Any]:
    """Describe a pair's state in camelCase: the result that a job returns to its producer."""
    return {
        "arbId": pair.arb_id,
        "betPairId": pair.bet_pair_id,
        "state": pair.state.value,
        "reason": as_text(pair.reason),
        "positive": leg_data(pair.positive),
        "hedge": leg_data(pair.hedge),
    }


def of_pair(kind: EventType, pair: Pair, **data: Any) -> Announcement:
    """Make an event about a pair."""
    return Announcement(kind, {"arbId": pair.arb_id, "betPairId": pair.bet_pair_id, **data})


def of_leg(kind: EventType, pair: Pair, role: Role, **data: Any) -> Announcement:
    """Make an event about one leg of a pair."""
    return of_pair(kind, pair, leg=role.value, **leg_data(pair.leg(role)), **data)


def leg_data(leg: Leg) -> dict[str, Any]:
    """Describe a leg for an event, in camelCase."""
    return {
        "betId": leg.bet.bet_id,
        "account": str(leg.bet.account),
        "event": leg.bet.event.name,
        "market": leg.bet.market,
        "selection": leg.bet.selection,
        "line": as_text(leg.bet.line),
        "status": leg_status(leg),
        "ticket": leg.ticket,
        "attempt": leg.attempt,
        "stake": as_text(leg.stake or leg.bet.stake),
        "odds": as_text(leg.odds or leg.bet.odds),
        "referred": as_text(leg.referred),
        "payout": as_text(leg.payout),
    }


def leg_status(leg: Leg) -> str:
    """Return a leg's outcome once it has one, otherwise its state."""
    if leg.outcome is not None:
        return leg.outcome.value
    return leg.state.value


def pnl_data(verdict: Verdict) -> dict[str, Any]:
    """Describe a verdict's amounts for an event, in camelCase."""
    return {
        "expectedPnl": as_text(verdict.expected_pnl),
        "actualPnl": as_text(verdict.actual_pnl),
        "differences": list(verdict.differences),
    }


def amounts(pnl: Mapping[str, Money]) -> dict[str, str]:
    """Convert the PnL of each outcome to text for JSON."""
    return {outcome: str(amount) for outcome, amount in pnl.items()}


def as_text(value: object | None) -> str | None:
    """Convert an amount, a price or a line to text for JSON; None stays None."""
    return None if value is None else str(value)
