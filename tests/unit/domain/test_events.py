"""How events describe a leg."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.domain.changes import LegAccepted
from bot.domain.events import EventType, as_text, leg_data, leg_status, of_leg, of_pair, pnl_data
from bot.domain.lifecycle import apply
from bot.domain.odds import Odds, OddsStyle
from bot.domain.outcome import Outcome
from bot.domain.pair import Leg, PairState, Role
from tests.builders import a_pair, a_pair_in, a_verdict, euros, with_results

PROMISED_EVENTS = {
    "bet_executed",
    "bet_failed",
    "arb_success",
    "arb_failed",
    "arb_blocked",
    "arb_emergency",
    "pair_reconciled",
    "exposure_alert",
    "placement_unknown",
    "settlement_timeout",
    "settlement_unreadable",
    "bet_resettled",
    "account_challenge",
    "provider_halted",
    "provider_resumed",
    "breaker_opened",
    "breaker_closed",
    "locators_refused",
    "worker_started",
    "worker_stopped",
}


def test_the_events_are_those_that_receivers_are_promised() -> None:
    assert set(EventType) >= PROMISED_EVENTS


def test_a_leg_is_described_by_what_it_asks_for_until_it_is_accepted() -> None:
    assert leg_data(a_pair().positive) == {
        "betId": "bet-1",
        "account": "harbourline:harbour:ann",
        "event": "Reds v Blues",
        "market": "total_goals",
        "selection": "over",
        "line": "2.5",
        "status": "planned",
        "ticket": None,
        "attempt": 0,
        "stake": "100.00 EUR",
        "odds": "2.10",
        "referred": None,
        "payout": None,
    }


def test_an_accepted_leg_is_described_by_what_was_accepted() -> None:
    accepted = LegAccepted(Role.POSITIVE, "HB10000007", euros("40.00"), Odds.parse("-0.93", OddsStyle.MALAY))
    data = leg_data(apply(a_pair_in(PairState.PLACING_POSITIVE), accepted).positive)
    facts = {field: data[field] for field in ("status", "ticket", "attempt", "stake", "odds")}
    assert facts == {
        "status": "accepted",
        "ticket": "HB10000007",
        "attempt": 1,
        "stake": "40.00 EUR",
        "odds": "-0.93 malay",
    }


@pytest.mark.parametrize(
    ("leg", "status"),
    [
        (a_pair_in(PairState.ARMED).positive, "armed"),
        (a_pair_in(PairState.PLACING_POSITIVE).positive, "submitting"),
        (a_pair_in(PairState.EMERGENCY).hedge, "rejected"),
        (a_pair_in(PairState.HEDGED).hedge, "accepted"),
        (with_results(a_pair_in(PairState.HEDGED), Outcome.HALF_WON).positive, "half_won"),
        (with_results(a_pair_in(PairState.HEDGED), Outcome.TIMEOUT).positive, "timeout"),
    ],
)
def test_a_legs_status_is_its_outcome_once_it_has_one(leg: Leg, status: str) -> None:
    assert leg_status(leg) == status


def test_a_settled_leg_shows_what_was_paid() -> None:
    pair = with_results(a_pair_in(PairState.HEDGED), Outcome.WON, positive_payout="210.00")
    assert leg_data(pair.positive)["payout"] == "210.00 EUR"


def test_every_event_about_a_pair_or_leg_names_both_ids() -> None:
    pair = a_pair()
    ids = {"arbId": "arb-1", "betPairId": "pair-1"}
    assert of_pair(EventType.ARB_FAILED, pair, reason="x").data == {**ids, "reason": "x"}
    about_leg = of_leg(EventType.BET_FAILED, pair, Role.HEDGE, reason="x").data
    assert about_leg == {**ids, "leg": "hedge", **leg_data(pair.hedge), "reason": "x"}


def test_a_verdicts_amounts_are_text() -> None:
    verdict = a_verdict(exposure=False).model_copy(update={"actual_pnl": None, "differences": ("positive: …",)})
    assert pnl_data(verdict) == {"expectedPnl": "5.00 EUR", "actualPnl": None, "differences": ["positive: …"]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (euros("0.00"), "0.00 EUR"),
        (Decimal(0), "0"),
        (Decimal("-0.25"), "-0.25"),
        (Odds.parse("2.10"), "2.10"),
        (Odds.parse("10/11", OddsStyle.FRACTIONAL), "10/11 fractional"),
    ],
)
def test_amounts_odds_and_lines_are_text_and_nothing_stays_nothing(value: object, text: str | None) -> None:
    assert as_text(value) == text
