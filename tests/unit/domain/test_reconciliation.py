"""The verdict on a pair: every combination of outcomes, and the money of the legs."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.changes import LegAccepted, LegSubmitted
from bot.domain.money import Money, exact
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import Leg, Pair, PairState, Role
from bot.domain.reconciliation import (
    guaranteed_pnl,
    has_all_outcomes,
    holding_pnl,
    leg_result,
    reconcile,
    reconcile_again,
)
from tests.builders import a_pair, a_pair_in, after, an_acceptance, euros, with_results

WON, LOST, VOID = Outcome.WON, Outcome.LOST, Outcome.VOID
HALF_WON, HALF_LOST = Outcome.HALF_WON, Outcome.HALF_LOST
CASHED_OUT, SETTLED, TIMEOUT = Outcome.CASHED_OUT, Outcome.SETTLED, Outcome.TIMEOUT
TOLERANCE = Decimal("0.05")

# Rows: the positive leg's outcome. Columns: the hedge's.
VERDICTS = """
            won        lost       void        half_won  half_lost  cashed_out  settled   timeout
won         both_won   expected   hedge_void  partial   partial    unnamed     unnamed   timeout
lost        expected   both_lost  hedge_void  partial   partial    unnamed     unnamed   timeout
void        pos_void   pos_void   expected    pos_void  pos_void   pos_void    pos_void  pos_void
half_won    partial    partial    hedge_void  partial   partial    partial     partial   partial
half_lost   partial    partial    hedge_void  partial   partial    partial     partial   partial
cashed_out  unnamed    unnamed    hedge_void  partial   partial    unnamed     unnamed   timeout
settled     unnamed    unnamed    hedge_void  partial   partial    unnamed     unnamed   timeout
timeout     timeout    timeout    hedge_void  partial   partial    timeout     timeout   timeout
"""
REASONS = {
    "expected": None,
    "pos_void": "positive_void_hedge_active",
    "hedge_void": "hedge_void_positive_active",
    "partial": "partial_settlement_{positive}_{hedge}",
    "both_lost": "both_lost_unexpected",
    "both_won": "both_won_unexpected",
    "timeout": "settlement_timeout_{positive}_{hedge}",
    "unnamed": "unclassified_settlement",
}


def _table() -> list[tuple[Outcome, Outcome, str | None]]:
    header, *rows = VERDICTS.strip().splitlines()
    return [
        (Outcome(positive), Outcome(hedge), template and template.format(positive=positive, hedge=hedge))
        for positive, *words in (row.split() for row in rows)
        for hedge, word in zip(header.split(), words, strict=True)
        for template in [REASONS[word]]
    ]


TABLE = _table()


def hedged(**changes: object) -> Pair:
    return a_pair_in(PairState.HEDGED, **changes)


def test_the_table_names_every_combination_of_outcomes_once() -> None:
    assert len(TABLE) == len({row[:2] for row in TABLE}) == len(Outcome) ** 2


@pytest.mark.parametrize(("positive", "hedge", "reason"), TABLE)
def test_each_combination_of_outcomes_has_its_verdict(positive: Outcome, hedge: Outcome, reason: str | None) -> None:
    verdict = reconcile(with_results(hedged(), positive, hedge), TOLERANCE)
    assert (verdict.exposure, verdict.reason) == (reason is not None, reason)
    assert verdict.expected_outcome == "won/lost or lost/won"
    assert verdict.actual_outcome == f"{positive.value}/{hedge.value}"


@pytest.mark.parametrize(
    ("positive", "hedge", "total"),
    [
        (WON, LOST, "5.00"),
        (LOST, WON, "5.00"),
        (VOID, VOID, "0.00"),
        (WON, VOID, "110.00"),
        (VOID, WON, "105.00"),
        (LOST, VOID, "-100.00"),
        (VOID, LOST, "-105.00"),
        (WON, WON, "215.00"),
        (LOST, LOST, "-205.00"),
        (HALF_WON, HALF_LOST, "2.50"),
        (HALF_LOST, HALF_WON, "2.50"),
        (HALF_WON, LOST, "-50.00"),
        (WON, HALF_LOST, "57.50"),
        (HALF_WON, HALF_WON, "107.50"),
        (HALF_LOST, HALF_LOST, "-102.50"),
        (VOID, HALF_WON, "52.50"),
        (HALF_LOST, VOID, "-50.00"),
    ],
)
def test_the_pair_comes_to_the_sum_of_its_legs(positive: Outcome, hedge: Outcome, total: str) -> None:
    assert reconcile(with_results(hedged(), positive, hedge), TOLERANCE).actual_pnl == euros(total)


@pytest.mark.parametrize("valueless", [CASHED_OUT, SETTLED, TIMEOUT])
def test_a_leg_whose_result_is_not_known_leaves_the_total_unknown(valueless: Outcome) -> None:
    assert reconcile(with_results(hedged(), valueless, LOST), TOLERANCE).actual_pnl is None
    assert reconcile(with_results(hedged(), WON, valueless), TOLERANCE).actual_pnl is None


@pytest.mark.parametrize("bare", [CASHED_OUT, SETTLED])
def test_a_bare_settled_or_cashed_out_leg_counts_with_its_payout(bare: Outcome) -> None:
    pair = with_results(hedged(), bare, LOST, positive_payout="130.00")
    verdict = reconcile(pair, TOLERANCE)
    assert leg_result(pair.positive).pnl == euros("30.00")
    assert (verdict.actual_pnl, verdict.reason) == (euros("-75.00"), "unclassified_settlement")
    assert verdict.differences == ()


UNEVEN = {"positiveBet": {"odds": "2.20", "minOdds": "2.05"}}


@pytest.mark.parametrize(
    ("positive", "hedge", "expected"),
    [(WON, LOST, "15.00"), (LOST, WON, "5.00"), (VOID, VOID, "0.00"), (LOST, LOST, "5.00"), (WON, TIMEOUT, "5.00")],
)
def test_what_was_expected_is_that_of_the_side_that_won_and_otherwise_the_smaller(
    positive: Outcome, hedge: Outcome, expected: str
) -> None:
    assert reconcile(with_results(hedged(**UNEVEN), positive, hedge), TOLERANCE).expected_pnl == euros(expected)


@pytest.mark.parametrize(
    ("payout", "reason"),
    [
        ("210.00", None),
        ("210.04", None),
        ("210.05", None),
        ("210.06", "pnl_mismatch"),
        ("209.96", None),
        ("209.95", None),
        ("209.94", "pnl_mismatch"),
        ("0.00", "pnl_mismatch"),
    ],
)
def test_a_difference_is_borne_up_to_the_tolerance_and_no_further(payout: str, reason: str | None) -> None:
    verdict = reconcile(with_results(hedged(), WON, LOST, positive_payout=payout), TOLERANCE)
    assert (verdict.exposure, verdict.reason) == (reason is not None, reason)
    mirrored = reconcile(with_results(hedged(), LOST, WON, hedge_payout=payout), TOLERANCE)
    assert mirrored.reason == reason


def test_a_tolerance_of_nothing_bears_nothing() -> None:
    pair = with_results(hedged(), WON, LOST, positive_payout="209.99")
    assert reconcile(pair, Decimal(0)).reason == "pnl_mismatch"
    assert reconcile(with_results(hedged(), WON, LOST, positive_payout="210.00"), Decimal(0)).reason is None


def test_a_void_pair_that_was_not_paid_back_is_no_silent_exposure() -> None:
    paid_back = with_results(hedged(), VOID, VOID, positive_payout="100.00", hedge_payout="105.00")
    assert reconcile(paid_back, TOLERANCE).reason is None
    kept = with_results(hedged(), VOID, VOID, positive_payout="100.00", hedge_payout="0.00")
    assert (reconcile(kept, TOLERANCE).reason, reconcile(kept, TOLERANCE).actual_pnl) == (
        "pnl_mismatch",
        euros("-105.00"),
    )


def test_the_payout_that_a_page_shows_wins_over_the_formula_and_the_difference_is_named() -> None:
    pair = with_results(hedged(), WON, LOST, positive_payout="205.00", hedge_payout="1.00")
    verdict = reconcile(pair, TOLERANCE)
    assert verdict.actual_pnl == euros("1.00")
    positive, hedge = verdict.differences
    assert "positive" in positive
    assert "105.00 EUR" in positive
    assert "110.00 EUR" in positive
    assert "hedge" in hedge
    assert "-104.00 EUR" in hedge
    assert "-105.00 EUR" in hedge


def test_a_difference_within_the_tolerance_is_named_all_the_same() -> None:
    verdict = reconcile(with_results(hedged(), WON, LOST, positive_payout="210.01"), TOLERANCE)
    assert not verdict.exposure
    assert len(verdict.differences) == 1


def test_a_payout_that_agrees_is_no_difference() -> None:
    pair = with_results(hedged(), WON, LOST, positive_payout="210.00", hedge_payout="0.00")
    assert reconcile(pair, TOLERANCE).differences == ()


def test_accepted_terms_count_and_not_those_asked_for() -> None:
    accepted = LegAccepted(Role.POSITIVE, "HB10000007", euros("50.00"), Odds.parse("2.20"))
    pair = after(a_pair_in(PairState.PLACING_POSITIVE), accepted, LegSubmitted(Role.HEDGE))
    pair = after(pair, an_acceptance(pair, Role.HEDGE))
    won, lost = with_results(pair, WON, LOST), with_results(pair, LOST, WON)
    assert reconcile(won, TOLERANCE).actual_pnl == reconcile(won, TOLERANCE).expected_pnl == euros("-45.00")
    assert reconcile(lost, TOLERANCE).actual_pnl == reconcile(lost, TOLERANCE).expected_pnl == euros("55.00")


DOLLAR_HEDGE = {"fxRate": "0.90", "hedgeBet": {"stake": "115.00", "currency": "USD"}}
DONG_HEDGE = {"fxRate": "0.0000366", "hedgeBet": {"stake": "2870000", "currency": "VND"}}


@pytest.mark.parametrize(
    ("hedge", "outcomes", "total"),
    [
        (DOLLAR_HEDGE, (WON, LOST), "6.50"),
        (DOLLAR_HEDGE, (LOST, WON), "3.50"),
        (DOLLAR_HEDGE, (LOST, HALF_WON), "-48.25"),
        (DONG_HEDGE, (WON, LOST), "4.96"),
        (DONG_HEDGE, (LOST, WON), "5.04"),
    ],
)
def test_a_pair_in_two_currencies_is_judged_in_that_of_the_positive_leg(
    hedge: dict[str, object], outcomes: tuple[Outcome, Outcome], total: str
) -> None:
    assert reconcile(with_results(hedged(**hedge), *outcomes), TOLERANCE).actual_pnl == euros(total)


def test_the_tolerance_is_applied_after_the_conversion() -> None:
    pair = hedged(**DOLLAR_HEDGE)
    five_cents = with_results(pair, LOST, WON, hedge_payout="230.06")
    assert reconcile(five_cents, TOLERANCE).reason is None
    six_cents = with_results(pair, LOST, WON, hedge_payout="230.07")
    assert reconcile(six_cents, TOLERANCE).reason == "pnl_mismatch"


def test_two_currencies_without_a_rate_are_not_added_up() -> None:
    pair = with_results(hedged(**DOLLAR_HEDGE), WON, LOST).model_copy(update={"fx_rate": None})
    with pytest.raises(ValueError, match="fxRate"):
        reconcile(pair, TOLERANCE)


def test_a_payout_in_a_foreign_currency_is_not_taken_for_one_in_ours() -> None:
    leg = with_results(hedged(), WON, LOST).positive.model_copy(update={"payout": Money(exact("210"), "USD")})
    with pytest.raises(ValueError, match="different currencies"):
        _ = leg_result(leg).pnl


@pytest.mark.parametrize(
    ("old", "new", "hedge"), [(WON, LOST, LOST), (WON, VOID, LOST), (LOST, WON, LOST), (SETTLED, WON, LOST)]
)
def test_any_change_of_a_settled_ticket_is_an_exposure(old: Outcome, new: Outcome, hedge: Outcome) -> None:
    verdict = reconcile_again(with_results(hedged(), new, hedge), old, new, TOLERANCE)
    assert (verdict.exposure, verdict.reason) == (True, f"resettled_{old.value}_{new.value}")
    assert verdict.actual_outcome == f"{new.value}/{hedge.value}"
    assert verdict.actual_pnl == reconcile(with_results(hedged(), new, hedge), TOLERANCE).actual_pnl


@pytest.mark.parametrize(("outcome", "pnl"), [(WON, "110.00"), (LOST, "-100.00"), (VOID, "0.00"), (TIMEOUT, None)])
def test_a_positive_alone_is_an_exposure_even_when_it_wins(outcome: Outcome, pnl: str | None) -> None:
    pair = with_results(a_pair_in(PairState.EMERGENCY), outcome)
    verdict = reconcile(pair, TOLERANCE)
    assert (verdict.exposure, verdict.reason) == (True, "declined")
    assert verdict.actual_pnl == (euros(pnl) if pnl else None)
    assert verdict.expected_pnl == euros("5.00")
    assert verdict.actual_outcome == f"{outcome.value}/not_placed"


def test_the_payout_of_a_positive_alone_is_compared_too() -> None:
    pair = with_results(a_pair_in(PairState.EMERGENCY), WON, positive_payout="200.00")
    assert reconcile(pair, TOLERANCE).actual_pnl == euros("100.00")
    assert len(reconcile(pair, TOLERANCE).differences) == 1


def test_a_pair_with_a_bet_still_open_is_not_judged() -> None:
    with pytest.raises(ValueError, match="hedge leg of bet bet-2 has no outcome"):
        reconcile(with_results(hedged(), WON), TOLERANCE)


@pytest.mark.parametrize(
    ("pair", "complete"),
    [
        (a_pair(), False),
        (a_pair_in(PairState.PLACING_POSITIVE), False),
        (a_pair_in(PairState.EMERGENCY), False),
        (with_results(a_pair_in(PairState.EMERGENCY), LOST), True),
        (hedged(), False),
        (with_results(hedged(), WON), False),
        (with_results(hedged(), WON, TIMEOUT), True),
        (with_results(hedged(), WON, LOST), True),
    ],
)
def test_a_pair_can_be_judged_once_each_placed_bet_has_an_outcome(pair: Pair, complete: bool) -> None:
    assert has_all_outcomes(pair) is complete


def test_what_is_guaranteed_is_the_smaller_of_the_two_ends() -> None:
    assert guaranteed_pnl(a_pair()) == euros("5.00")
    assert guaranteed_pnl(a_pair(**UNEVEN)) == euros("5.00")
    assert guaranteed_pnl(a_pair(hedgeBet={"stake": "90.00"})) == euros("-10.00")


def test_holding_a_bet_alone_has_its_price_in_every_outcome() -> None:
    leg: Leg = a_pair_in(PairState.PLACING_HEDGE).positive
    assert holding_pnl(leg) == {
        "won": euros("110.00"),
        "lost": euros("-100.00"),
        "void": euros("0.00"),
        "half_won": euros("55.00"),
        "half_lost": euros("-50.00"),
    }


PAYOUTS = st.none() | st.integers(min_value=0, max_value=50_000).map(lambda cents: f"{cents / 100:.2f}")


@given(st.sampled_from(Outcome), st.sampled_from(Outcome), PAYOUTS, PAYOUTS)
def test_money_that_is_missing_is_never_judged_as_expected(
    positive: Outcome, hedge: Outcome, positive_payout: str | None, hedge_payout: str | None
) -> None:
    pair = with_results(hedged(), positive, hedge, positive_payout=positive_payout, hedge_payout=hedge_payout)
    verdict = reconcile(pair, TOLERANCE)
    if not verdict.exposure:
        assert verdict.actual_pnl is not None
        assert abs(Fraction((verdict.actual_pnl - verdict.expected_pnl).amount)) <= Fraction(TOLERANCE)
