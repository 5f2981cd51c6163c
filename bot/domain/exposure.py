"""Exposure: money at risk that a pair did not intend. Its record, its alert, and how soon a human should look."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from bot.domain.events import Announcement, EventType, as_text, leg_data, leg_status, of_pair, pnl_data
from bot.domain.outcome import Outcome
from bot.domain.pair import Pair
from bot.domain.reconciliation import INTENDED_OUTCOME, guaranteed_pnl, holding_pnl

_REVIEW = {"requiresManualReview": True, "autoRebetDisabled": True}


class Severity(StrEnum):
    """How soon a human should look."""

    WARNING = "warning"
    HIGH = "high"
    CRITICAL = "critical"


def exposure_record(pair: Pair) -> dict[str, Any]:
    """Build the record for ``exposure:{whitelabel}:{provider}:{betPairId}``; the ledger adds ``detected_at``."""
    verdict = pair.verdict
    return {
        "bet_pair_id": pair.bet_pair_id,
        "arb_id": pair.arb_id,
        "whitelabel": pair.positive.bet.account.whitelabel,
        "positive_provider": pair.positive.bet.account.provider,
        "hedge_provider": pair.hedge.bet.account.provider,
        "positive_ticket": pair.positive.ticket,
        "hedge_ticket": pair.hedge.ticket,
        "positive_status": leg_status(pair.positive),
        "hedge_status": leg_status(pair.hedge),
        "exposure_reason": pair.reason,
        "expected_outcome": verdict.expected_outcome if verdict else INTENDED_OUTCOME,
        "actual_outcome": verdict.actual_outcome
        if verdict
        else f"{leg_status(pair.positive)}/{leg_status(pair.hedge)}",
        "positive_stake": as_text(pair.positive.stake),
        "hedge_stake": as_text(pair.hedge.stake),
        "positive_odds": as_text(pair.positive.odds),
        "hedge_odds": as_text(pair.hedge.odds),
        "expected_pnl": as_text(verdict.expected_pnl if verdict else guaranteed_pnl(pair)),
        "actual_pnl": as_text(verdict.actual_pnl) if verdict else None,
    }


def severity(pair: Pair) -> Severity:
    """Grade an exposure: critical while money is at risk, warning for a small difference, high for the rest."""
    reason = pair.reason or ""
    if any(leg.is_open for leg in pair.legs) or Outcome.TIMEOUT in (
        pair.positive.outcome,
        pair.hedge.outcome,
    ):
        return Severity.CRITICAL
    return Severity.WARNING if reason == "pnl_mismatch" else Severity.HIGH


def alert(pair: Pair) -> Announcement:
    """Announce an exposure."""
    pnl = pnl_data(pair.verdict) if pair.verdict else {"expectedPnl": as_text(guaranteed_pnl(pair)), "actualPnl": None}
    return of_pair(
        EventType.EXPOSURE_ALERT,
        pair,
        severity=severity(pair).value,
        reason=pair.reason,
        positiveTicket=pair.positive.ticket,
        hedgeTicket=pair.hedge.ticket,
        positiveStatus=leg_status(pair.positive),
        hedgeStatus=leg_status(pair.hedge),
        **pnl,
        **_REVIEW,
    )


def emergency(pair: Pair) -> Announcement:
    """Announce that the positive bet stands without its hedge, and what holding it comes to in each outcome."""
    return of_pair(
        EventType.ARB_EMERGENCY,
        pair,
        reason=pair.reason,
        positive=leg_data(pair.positive),
        hedge=leg_data(pair.hedge),
        holdingPnl={outcome: str(pnl) for outcome, pnl in holding_pnl(pair.positive).items()},
        **_REVIEW,
    )
