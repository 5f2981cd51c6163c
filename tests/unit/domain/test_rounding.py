"""The stakes that a pair can be placed with."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.changes import StakesRounded
from bot.domain.lifecycle import apply
from bot.domain.limits import AccountLimits, ControlRefusal, Limits
from bot.domain.money import Money
from bot.domain.pair import Pair
from bot.domain.reconciliation import guaranteed_pnl
from bot.domain.rounding import rounded_stakes, with_steps
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_pair, euros


def taking(positive_step: str | None, hedge_step: str | None, minimum: str | None = None) -> Limits:
    least = euros(minimum) if minimum else None

    def takes(step: str | None) -> AccountLimits:
        return AccountLimits(minimum_stake=least, stake_step=euros(step) if step else None)

    return Limits(accounts={POSITIVE_ACCOUNT: takes(positive_step), HEDGE_ACCOUNT: takes(hedge_step)})


def placeable(pair: Pair, limits: Limits) -> StakesRounded | ControlRefusal | None:
    """Round a pair's stakes as on receipt."""
    return rounded_stakes(with_steps(pair, limits), limits)


@pytest.mark.parametrize(
    ("asked", "steps", "placed"),
    [
        (("100.00", "105.00"), ("1", "1"), None),
        (("100.00", "105.00"), ("5", "5"), None),
        (("100.00", "105.00"), (None, "10"), ("95", "100")),
        (("100.50", "105.53"), ("1", "1"), ("100", "105")),
        (("100.50", "105.53"), ("1", "0.01"), ("100.00", "105.00")),
        (("100.50", "105.53"), ("0.01", "1"), ("100.00", "105.00")),
        (("9.99", "10.49"), ("1", "1"), ("9", "9")),
        (("9.99", "10.49"), ("0.50", "0.50"), ("9.50", "10.00")),
    ],
)
def test_stakes_are_rounded_so_that_their_ratio_is_kept_best(
    asked: tuple[str, str], steps: tuple[str, str], placed: tuple[str, str] | None
) -> None:
    pair = a_pair(positiveBet={"stake": asked[0]}, hedgeBet={"stake": asked[1]})
    expected = StakesRounded(euros(placed[0]), euros(placed[1])) if placed else None
    assert placeable(pair, taking(*steps)) == expected


@pytest.mark.parametrize(("minimum", "is_refused"), [("95", False), ("95.01", True)])
def test_it_is_the_rounded_stake_that_must_not_be_below_the_minimum(minimum: str, is_refused: bool) -> None:
    rounded = placeable(a_pair(positiveBet={"stake": "99"}), taking("5", "1", minimum))
    assert isinstance(rounded, ControlRefusal) is is_refused
    assert not isinstance(rounded, ControlRefusal) or rounded.control == "minimum_stake"


def test_a_stake_of_less_than_one_step_cannot_be_placed() -> None:
    refusal = placeable(a_pair(), taking("200", "1"))
    assert str(refusal) == "positive minimum_stake: limit 200 EUR, is 0.00 EUR"


@pytest.mark.parametrize(
    ("steps", "worst"),
    [((None, "20"), "-5.00"), (("90", "90"), "worst case after rounding, stake_step: limit -5.50 EUR, is -9.00 EUR")],
)
def test_a_loss_that_was_asked_for_must_not_become_a_greater_one(steps: tuple[str | None, str], worst: str) -> None:
    pair = a_pair(hedgeBet={"odds": "1.90", "minOdds": "1.5"})
    assert guaranteed_pnl(pair) == euros("-5.50")
    rounded = placeable(pair, taking(*steps))
    assert rounded is not None
    said = str(rounded) if isinstance(rounded, ControlRefusal) else str(guaranteed_pnl(apply(pair, rounded)).amount)
    assert said == worst


def test_in_two_currencies_both_stakes_are_rounded_in_their_own() -> None:
    dong = {"stake": "3150000", "currency": "VND"}
    pair = a_pair(hedgeBet=dong, fxRate="0.0000333333")
    thousands = AccountLimits(stake_step=Money(Decimal(100_000), "VND"))
    rounded = placeable(pair, Limits(accounts={HEDGE_ACCOUNT: thousands}))
    assert rounded == StakesRounded(euros("98"), Money(Decimal(3_100_000), "VND"))


CENTS = st.integers(100, 100_000).map(lambda cents: f"{Decimal(cents) / 100:.2f}")
STEPS = st.sampled_from(["0.01", "0.10", "0.50", "1", "5", "10"])


@given(positive=CENTS, hedge=CENTS, positive_step=STEPS, hedge_step=STEPS)
def test_rounding_raises_no_stake_keeps_the_steps_and_makes_no_loss(
    positive: str, hedge: str, positive_step: str, hedge_step: str
) -> None:
    pair = a_pair(positiveBet={"stake": positive}, hedgeBet={"stake": hedge})
    rounded = placeable(pair, taking(positive_step, hedge_step))
    if isinstance(rounded, ControlRefusal):
        return
    placed: Pair = apply(pair, rounded) if rounded else pair
    for leg, asked, step in zip(placed.legs, pair.legs, (positive_step, hedge_step), strict=True):
        assert 0 < leg.bet.stake.amount <= asked.bet.stake.amount
        assert Fraction(leg.bet.stake.amount) % Fraction(step) == 0
    assert guaranteed_pnl(placed).amount >= min(guaranteed_pnl(pair).amount, Decimal(0))
