from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money, exact
from bot.domain.odds import Odds, OddsStyle
from bot.domain.outcome import Outcome, classified, formula_pnl
from tests.builders import euros

WON, LOST, VOID = Outcome.WON, Outcome.LOST, Outcome.VOID
HALF_WON, HALF_LOST = Outcome.HALF_WON, Outcome.HALF_LOST
CASHED_OUT, SETTLED, TIMEOUT = Outcome.CASHED_OUT, Outcome.SETTLED, Outcome.TIMEOUT


@pytest.mark.parametrize(
    ("outcome", "stake", "odds", "pnl"),
    [
        (WON, "100.00", "2.10", "110.00"),
        (LOST, "100.00", "2.10", "-100.00"),
        (VOID, "100.00", "2.10", "0.00"),
        (HALF_WON, "100.00", "2.10", "55.00"),
        (HALF_LOST, "100.00", "2.10", "-50.00"),
        (WON, "33.33", "1.91", "30.33"),
        (HALF_WON, "33.33", "1.91", "15.17"),
        (HALF_LOST, "0.01", "1.91", "0.00"),
        (HALF_LOST, "33.33", "1.91", "-16.66"),
        (WON, "0.01", "1.01", "0.00"),
    ],
)
def test_profit_and_loss_follow_from_outcome_stake_and_odds(outcome: Outcome, stake: str, odds: str, pnl: str) -> None:
    assert formula_pnl(outcome, euros(stake), Odds.parse(odds)) == euros(pnl)


@pytest.mark.parametrize(
    ("written", "style"),
    [
        ("2.50", OddsStyle.DECIMAL),
        ("+150", OddsStyle.AMERICAN),
        ("1.50", OddsStyle.HONG_KONG),
        ("3/2", OddsStyle.FRACTIONAL),
        ("1.50", OddsStyle.INDONESIAN),
    ],
)
def test_profit_does_not_depend_on_how_the_odds_are_written(written: str, style: OddsStyle) -> None:
    assert formula_pnl(WON, euros("80"), Odds.parse(written, style)) == euros("120.00")


def test_a_malay_price_pays_one_for_what_is_risked() -> None:
    assert formula_pnl(WON, euros("95"), Odds.parse("-0.95", OddsStyle.MALAY)) == euros("100.00")
    assert formula_pnl(WON, euros("100"), Odds.parse("0.95", OddsStyle.MALAY)) == euros("95.00")


def test_profit_is_rounded_to_the_minor_unit_of_its_currency() -> None:
    assert formula_pnl(HALF_WON, Money(exact("333"), "JPY"), Odds.parse("1.91")) == Money(exact("152"), "JPY")
    assert formula_pnl(WON, Money(exact("10"), "KWD"), Odds.parse("1.3333")) == Money(exact("3.333"), "KWD")


@pytest.mark.parametrize("outcome", [CASHED_OUT, SETTLED, TIMEOUT])
def test_an_outcome_that_only_its_payout_can_value_has_no_formula(outcome: Outcome) -> None:
    with pytest.raises(ValueError, match="payout is needed"):
        formula_pnl(outcome, euros("100"), Odds.parse("2.10"))


@pytest.mark.parametrize(
    ("payout", "outcome"),
    [
        ("210.00", WON),
        ("0.00", LOST),
        ("100.00", VOID),
        ("155.00", HALF_WON),
        ("50.00", HALF_LOST),
        ("209.99", SETTLED),
        ("210.01", SETTLED),
        ("0.01", SETTLED),
        ("99.99", SETTLED),
        ("130.00", SETTLED),
        ("1000.00", SETTLED),
    ],
)
def test_a_bare_settled_is_named_by_its_payout_or_stays_settled(payout: str, outcome: Outcome) -> None:
    assert classified(SETTLED, euros("100.00"), Odds.parse("2.10"), euros(payout)) is outcome


def test_a_bare_settled_without_a_payout_stays_settled() -> None:
    assert classified(SETTLED, euros("100.00"), Odds.parse("2.10"), None) is SETTLED


def test_a_payout_that_fits_two_outcomes_names_neither() -> None:
    stake, odds = euros("0.01"), Odds.parse("1.01")
    assert formula_pnl(WON, stake, odds) == formula_pnl(VOID, stake, odds)
    assert classified(SETTLED, stake, odds, euros("0.01")) is SETTLED


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not SETTLED])
@pytest.mark.parametrize("payout", ["0.00", "50.00", "100.00", "155.00", "210.00", None])
def test_an_outcome_that_the_page_names_is_never_renamed_by_its_payout(outcome: Outcome, payout: str | None) -> None:
    returned = euros(payout) if payout else None
    assert classified(outcome, euros("100.00"), Odds.parse("2.10"), returned) is outcome


@given(
    outcome=st.sampled_from([WON, LOST, VOID, HALF_WON, HALF_LOST]),
    stake=st.decimals(min_value="10.00", max_value=100_000, places=2),
    odds=st.decimals(min_value="1.05", max_value=100, places=2),
)
def test_every_payout_that_the_formula_makes_is_recognised(outcome: Outcome, stake: object, odds: object) -> None:
    staked, price = euros(str(stake)), Odds.parse(str(odds))
    payout = staked + formula_pnl(outcome, staked, price)
    assert classified(SETTLED, staked, price, payout) is outcome
