"""Exposure: money at risk that a pair did not intend. Its record, its event and its severity."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from bot.domain.changes import EmergencyDeclared
from bot.domain.events import Announcement, EventType, amounts, as_text, leg_data, leg_status, of_pair, pnl_data
from bot.domain.hedge import missing_stake, with_hedge
from bot.domain.lifecycle import is_naked
from bot.domain.outcome import Outcome
from bot.domain.pair import Pair
from bot.domain.reasons import Reason, known
from bot.domain.reconciliation import INTENDED_OUTCOME, guaranteed_pnl, holding_pnl, outcome_pnl
from bot.domain.sizing import hedge_bet_at

_NEVER_READ = "its slip was never read"
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
        "exposure_reason": as_text(pair.reason),
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
        "residual_stake": as_text(missing_stake(pair)),
        "outcome_pnl": None if verdict else _while_open(pair),
    }


def severity(pair: Pair) -> Severity:
    """Grade an exposure: critical if a bet still runs or timed out, warning for a PnL mismatch, otherwise high."""
    if any(leg.is_open for leg in pair.legs) or Outcome.TIMEOUT in (
        pair.positive.outcome,
        pair.hedge.outcome,
    ):
        return Severity.CRITICAL
    return Severity.WARNING if pair.reason == Reason.PNL_MISMATCH else Severity.HIGH


def alert(pair: Pair) -> Announcement:
    """Announce an exposure."""
    pnl = pnl_data(pair.verdict) if pair.verdict else {"expectedPnl": as_text(guaranteed_pnl(pair)), "actualPnl": None}
    return of_pair(
        EventType.EXPOSURE_ALERT,
        pair,
        severity=severity(pair).value,
        reason=as_text(pair.reason),
        positiveTicket=pair.positive.ticket,
        hedgeTicket=pair.hedge.ticket,
        positiveStatus=leg_status(pair.positive),
        hedgeStatus=leg_status(pair.hedge),
        residualStake=as_text(missing_stake(pair)),
        outcomePnl=None if pair.verdict else _while_open(pair),
        **pnl,
        **_REVIEW,
    )


def naked(pair: Pair, alone_for_s: float) -> Announcement:
    """Announce that the positive bet has stood alone for so long, or that it no longer does.

    The last is said of a pair that is hedged, given up or settled by now; a given up one has an alert of its own, too.
    """
    stands_alone, holding = is_naked(pair), holding_pnl(pair.positive)
    return of_pair(
        EventType.EXPOSURE_ALERT,
        pair,
        severity=(Severity.CRITICAL if stands_alone else severity(pair)).value,
        reason=Reason.NAKED_POSITIVE.value,
        positiveTicket=pair.positive.ticket,
        hedgeTicket=pair.hedge.ticket,
        positiveStatus=leg_status(pair.positive),
        hedgeStatus=leg_status(pair.hedge),
        residualStake=as_text(missing_stake(pair)),
        outcomePnl=amounts(holding) if stands_alone else None,
        expectedPnl=as_text(guaranteed_pnl(pair)),
        actualPnl=None,
        standsAlone=stands_alone,
        aloneForS=round(alone_for_s),
        requiresManualReview=stands_alone or pair.needs_review,
        autoRebetDisabled=stands_alone or pair.needs_review,
    )


def emergency(pair: Pair, declared: EmergencyDeclared) -> Announcement:
    """Announce that the positive bet has no hedge; ``pair`` is the pair after the emergency was declared.

    The event holds the PnL of keeping the bet in each outcome, the PnL of hedging it at the odds last read, and the
    cash-out offer.
    """
    return of_pair(
        EventType.ARB_EMERGENCY,
        pair,
        reason=as_text(pair.reason),
        detail=declared.detail,
        positive=leg_data(pair.positive),
        hedge=leg_data(pair.hedge),
        holdingPnl=amounts(holding_pnl(pair.positive)),
        **_hedge_now(pair),
        cashOut=as_text(declared.cash_out),
        cashOutUnknown=declared.cash_out_unknown,
        **_REVIEW,
    )


def _hedge_now(pair: Pair) -> dict[str, Any]:
    baseline = pair.hedge.baseline
    if (reason := known(pair.reason)) is not None and reason.is_not_for_sale:
        return {"hedgeNow": None, "hedgeNowUnknown": reason.value}
    if baseline is None or baseline.odds is None:
        return {"hedgeNow": None, "hedgeNowUnknown": _NEVER_READ}
    stake = hedge_bet_at(pair, baseline.odds).stake
    hedge = {
        "odds": as_text(baseline.odds),
        "stake": as_text(stake),
        "readAt": baseline.taken_at.isoformat(),
        "pnl": amounts(outcome_pnl(with_hedge(pair, stake, baseline.odds))),
    }
    return {"hedgeNow": hedge, "hedgeNowUnknown": None}


def _while_open(pair: Pair) -> dict[str, str]:
    return amounts(holding_pnl(pair.positive) if pair.hedge.stake is None else outcome_pnl(pair))
