"""The exposure record, the alert and its severity."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.changes import (
    EmergencyDeclared,
    LegAccepted,
    LegArmed,
    LegRestaked,
    LegSubmitted,
    PairExposed,
    PairJudged,
)
from bot.domain.exposure import Severity, alert, emergency, exposure_record, severity
from bot.domain.hedge import with_exposure
from bot.domain.lifecycle import apply
from bot.domain.money import Money, exact
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import Pair, PairState, Role
from bot.domain.reasons import Reason
from bot.domain.reconciliation import reconcile, reconcile_again
from tests.builders import TICKETS, a_baseline, a_pair_in, after, euros, with_results

WON, LOST, VOID, TIMEOUT = Outcome.WON, Outcome.LOST, Outcome.VOID, Outcome.TIMEOUT

PROMISED_FIELDS = {
    "bet_pair_id",
    "arb_id",
    "whitelabel",
    "positive_provider",
    "hedge_provider",
    "positive_ticket",
    "hedge_ticket",
    "positive_status",
    "hedge_status",
    "exposure_reason",
    "expected_outcome",
    "actual_outcome",
}
MONEY_FIELDS = {
    "positive_stake",
    "hedge_stake",
    "positive_odds",
    "hedge_odds",
    "expected_pnl",
    "actual_pnl",
}
WHILE_OPEN_FIELDS = {"residual_stake", "outcome_pnl"}


def judged(pair: Pair) -> Pair:
    return apply(pair, PairJudged(reconcile(pair, exact("0.05"))))


def both(positive: Outcome, hedge: Outcome, positive_payout: str | None = None) -> Pair:
    return judged(with_results(a_pair_in(PairState.HEDGED), positive, hedge, positive_payout=positive_payout))


def test_the_record_has_exactly_its_promised_fields_but_the_time_that_the_ledger_adds() -> None:
    for pair in (both(LOST, LOST), a_pair_in(PairState.EMERGENCY)):
        assert set(exposure_record(pair)) == PROMISED_FIELDS | MONEY_FIELDS | WHILE_OPEN_FIELDS


def test_the_record_tells_what_happened() -> None:
    assert exposure_record(both(WON, VOID)) == {
        "bet_pair_id": "pair-1",
        "arb_id": "arb-1",
        "whitelabel": "harbourline",
        "positive_provider": "harbour",
        "hedge_provider": "lotus",
        "positive_ticket": "HB10000001",
        "hedge_ticket": "2000000001",
        "positive_status": "won",
        "hedge_status": "void",
        "exposure_reason": "hedge_void_positive_active",
        "expected_outcome": "won/lost or lost/won",
        "actual_outcome": "won/void",
        "positive_stake": "100.00 EUR",
        "hedge_stake": "105.00 EUR",
        "positive_odds": "2.10",
        "hedge_odds": "2.00",
        "expected_pnl": "5.00 EUR",
        "actual_pnl": "110.00 EUR",
        "residual_stake": None,
        "outcome_pnl": None,
    }


def test_the_record_of_an_emergency_has_no_hedge_and_no_result_yet() -> None:
    record = exposure_record(a_pair_in(PairState.EMERGENCY))
    assert (record["positive_ticket"], record["hedge_ticket"]) == ("HB10000001", None)
    assert (record["hedge_stake"], record["hedge_odds"], record["actual_pnl"]) == (None, None, None)
    assert (record["positive_status"], record["hedge_status"]) == ("accepted", "rejected")
    assert record["actual_outcome"] == "accepted/rejected"
    assert (record["expected_pnl"], record["exposure_reason"]) == ("5.00 EUR", "declined")


def test_the_record_is_json_in_which_amounts_and_odds_are_text() -> None:
    job = {"odds": {"style": "malay", "value": "-0.909"}, "minOdds": "2.05"}
    pair = judged(with_results(a_pair_in(PairState.HEDGED, positiveBet=job), LOST, LOST))
    record = json.loads(json.dumps(exposure_record(pair)))
    assert record["positive_odds"] == "-0.909 malay"
    assert all(isinstance(record[field], str) for field in MONEY_FIELDS)


def test_the_alert_asks_for_a_human_and_says_why() -> None:
    announcement = alert(both(LOST, LOST))
    assert announcement.type.value == "exposure_alert"
    assert announcement.data == {
        "arbId": "arb-1",
        "betPairId": "pair-1",
        "severity": "high",
        "reason": "both_lost_unexpected",
        "positiveTicket": "HB10000001",
        "hedgeTicket": "2000000001",
        "positiveStatus": "lost",
        "hedgeStatus": "lost",
        "residualStake": None,
        "outcomePnl": None,
        "expectedPnl": "5.00 EUR",
        "actualPnl": "-205.00 EUR",
        "differences": [],
        "requiresManualReview": True,
        "autoRebetDisabled": True,
    }


def test_the_alert_of_an_emergency_comes_before_any_result() -> None:
    data = alert(a_pair_in(PairState.EMERGENCY)).data
    assert (data["severity"], data["reason"]) == ("critical", "declined")
    assert (data["expectedPnl"], data["actualPnl"]) == ("5.00 EUR", None)
    assert data["requiresManualReview"] is data["autoRebetDisabled"] is True


def test_the_alert_names_what_page_and_formula_disagree_on() -> None:
    (difference,) = alert(both(WON, LOST, "150.00")).data["differences"]
    assert "50.00 EUR" in difference
    assert "110.00 EUR" in difference


def test_an_emergency_tells_what_holding_comes_to_in_each_outcome() -> None:
    announcement = emergency(a_pair_in(PairState.EMERGENCY), EmergencyDeclared(Reason.DECLINED))
    assert announcement.type.value == "arb_emergency"
    assert announcement.data["holdingPnl"] == {
        "won": "110.00 EUR",
        "lost": "-100.00 EUR",
        "void": "0.00 EUR",
        "half_won": "55.00 EUR",
        "half_lost": "-50.00 EUR",
    }
    assert announcement.data["positive"]["ticket"] == next(iter(TICKETS.values()))
    assert (announcement.data["hedge"]["status"], announcement.data["reason"]) == ("rejected", "declined")
    assert announcement.data["requiresManualReview"] is announcement.data["autoRebetDisabled"] is True


def _resettled() -> Pair:
    pair = with_results(a_pair_in(PairState.HEDGED), VOID, LOST)
    return apply(pair, PairJudged(reconcile_again(pair, WON, VOID, exact("0.05"))))


@pytest.mark.parametrize(
    ("pair", "grade"),
    [
        (a_pair_in(PairState.EMERGENCY), Severity.CRITICAL),
        (both(TIMEOUT, TIMEOUT), Severity.CRITICAL),
        (both(WON, TIMEOUT), Severity.CRITICAL),
        (both(TIMEOUT, LOST), Severity.CRITICAL),
        (both(VOID, TIMEOUT), Severity.CRITICAL),
        (judged(with_results(a_pair_in(PairState.EMERGENCY), LOST)), Severity.HIGH),
        (both(VOID, WON), Severity.HIGH),
        (both(WON, VOID), Severity.HIGH),
        (both(LOST, LOST), Severity.HIGH),
        (both(WON, WON), Severity.HIGH),
        (both(Outcome.HALF_WON, LOST), Severity.HIGH),
        (both(Outcome.SETTLED, LOST), Severity.HIGH),
        (_resettled(), Severity.HIGH),
        (both(WON, LOST, "205.00"), Severity.WARNING),
    ],
)
def test_severity_is_critical_while_money_is_at_risk_and_a_warning_for_a_difference(
    pair: Pair, grade: Severity
) -> None:
    assert severity(pair) is grade


def test_an_emergency_whose_bet_has_settled_already_is_no_longer_at_risk() -> None:
    pair = with_results(a_pair_in(PairState.PLACING_HEDGE), WON)
    assert severity(apply(pair, EmergencyDeclared(Reason.HEDGE_TOO_LATE))) is Severity.HIGH


def _limited(taken: str, odds: str = "2.00") -> Pair:
    pair = after(
        a_pair_in(PairState.PLACING_HEDGE),
        LegArmed(Role.HEDGE, a_baseline(), euros("105.00")),
        LegSubmitted(Role.HEDGE, euros(taken)),
    )
    acceptance = LegAccepted(Role.HEDGE, "2000000007", euros(taken), Odds.parse(odds))
    return after(pair, *with_exposure(pair, [acceptance]))


def test_a_hedge_in_part_tells_its_residual_and_what_the_pair_comes_to_in_each_outcome() -> None:
    pair = _limited("40.00")
    assert (pair.state, pair.reason) == (PairState.EXPOSURE_EVENT, "hedge_limited")
    pnl = {"won": "70.00 EUR", "lost": "-60.00 EUR", "void": "0.00 EUR"}
    data, record = alert(pair).data, exposure_record(pair)
    assert (data["severity"], data["reason"], data["residualStake"]) == ("critical", "hedge_limited", "65.00 EUR")
    assert data["outcomePnl"] == {**pnl, "half_won": "35.00 EUR", "half_lost": "-30.00 EUR"}
    assert (record["residual_stake"], record["outcome_pnl"]) == ("65.00 EUR", data["outcomePnl"])


@pytest.mark.parametrize(("stake", "missing"), [("120.00", "21.00 EUR"), ("100.00", None), ("90.00", None)])
def test_a_positive_bet_that_has_grown_since_needs_more_than_its_hedge_was_meant_for(
    stake: str, missing: str | None
) -> None:
    pair = apply(a_pair_in(PairState.HEDGED), LegRestaked(Role.POSITIVE, euros(stake)))
    assert alert(apply(pair, PairExposed(Reason.STAKE_CHANGED_POSITIVE))).data["residualStake"] == missing


def test_after_the_verdict_an_alert_has_no_possible_outcomes() -> None:
    pair = with_results(_limited("40.00"), LOST, LOST)
    assert alert(judged(pair)).data["outcomePnl"] is None


def _emergency_after(reason: Reason, **baseline: Any) -> dict[str, Any]:
    read = a_baseline().model_copy(update=baseline)
    declared = EmergencyDeclared(reason)
    pair = after(a_pair_in(PairState.PLACING_HEDGE), LegArmed(Role.HEDGE, read), declared)
    return emergency(pair, declared).data


def test_an_emergency_tells_what_the_hedge_would_cost_at_the_odds_last_read() -> None:
    data = _emergency_after(Reason.MAX_LOSS, odds=Odds.parse("1.80"))
    assert data["hedgeNow"] == {
        "odds": "1.80",
        "stake": "117.00 EUR",
        "readAt": "2030-01-31T17:59:00+00:00",
        "pnl": {
            "won": "-7.00 EUR",
            "lost": "-6.40 EUR",
            "void": "0.00 EUR",
            "half_won": "-3.50 EUR",
            "half_lost": "-3.20 EUR",
        },
    }
    assert data["hedgeNowUnknown"] is None


@pytest.mark.parametrize(
    ("reason", "odds", "why"),
    [
        (Reason.DECLINED, None, "its slip was never read"),
        (Reason.SELECTION_SUSPENDED, "1.80", "selection_suspended"),
        (Reason.SUSPENDED, "1.80", "suspended"),
        (Reason.LINE_CHANGED, "1.80", "line_changed"),
    ],
)
def test_an_emergency_says_why_it_does_not_know_what_the_hedge_would_cost(
    reason: Reason, odds: str | None, why: str
) -> None:
    data = _emergency_after(reason, odds=Odds.parse(odds) if odds else None)
    assert (data["hedgeNow"], data["hedgeNowUnknown"]) == (None, why)


def test_an_emergency_whose_hedge_was_never_armed_says_so() -> None:
    declared = EmergencyDeclared(Reason.HEDGE_TOO_LATE)
    pair = after(a_pair_in(PairState.PLACING_HEDGE), declared)
    bare = pair.with_leg(pair.hedge.model_copy(update={"baseline": None}))
    assert emergency(bare, declared).data["hedgeNowUnknown"] == "its slip was never read"


@pytest.mark.parametrize(
    ("offer", "unknown"), [(euros("95.00"), None), (None, None), (None, "TimeoutError"), (None, "not looked for")]
)
def test_an_emergency_tells_what_the_bet_can_be_cashed_out_for_or_why_that_is_not_known(
    offer: Money | None, unknown: str | None
) -> None:
    declared = EmergencyDeclared(Reason.MAX_LOSS, "limit 0.00 EUR, is -7.00 EUR", offer, unknown)
    data = emergency(after(a_pair_in(PairState.PLACING_HEDGE), declared), declared).data
    assert (data["cashOut"], data["cashOutUnknown"]) == ("95.00 EUR" if offer else None, unknown)
    assert data["detail"] == "limit 0.00 EUR, is -7.00 EUR"
