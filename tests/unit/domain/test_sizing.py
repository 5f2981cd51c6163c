"""The hedge that fits what was accepted of the positive bet."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.changes import LegAccepted
from bot.domain.lifecycle import apply
from bot.domain.limits import AccountLimits, Limits
from bot.domain.money import Money, exact
from bot.domain.odds import Odds
from bot.domain.pair import PairState, Role
from bot.domain.rounding import with_steps
from bot.domain.sizing import hedge_bet
from tests.builders import HEDGE_ACCOUNT, a_pair, a_pair_in, euros


def hedge_stake_after(stake: str, odds: str, **changes: Any) -> Money:
    """Accept the positive bet, which asks for 100.00 EUR at 2.10, at these terms."""
    accepted = LegAccepted(Role.POSITIVE, "HB10000007", euros(stake), Odds.parse(odds))
    return hedge_bet(apply(a_pair_in(PairState.PLACING_POSITIVE, **changes), accepted)).stake


def test_before_anything_is_accepted_the_hedge_is_the_one_asked_for() -> None:
    assert hedge_bet(a_pair()) == a_pair().hedge.bet


def test_what_was_accepted_as_asked_leaves_the_hedge_as_asked() -> None:
    assert hedge_stake_after("100.00", "2.10") == euros("105.00")


@pytest.mark.parametrize(
    ("stake", "odds", "hedge"),
    [
        ("50.00", "2.10", "52.50"),
        ("33.33", "2.10", "35.00"),
        ("100.00", "2.00", "100.00"),
        ("100.00", "2.20", "110.00"),
        ("50.00", "2.20", "55.00"),
    ],
)
def test_the_hedge_keeps_its_ratio_to_the_positives_return(stake: str, odds: str, hedge: str) -> None:
    cents = {"hedgeBet": {"stake": "105.01"}}
    assert abs((hedge_stake_after(stake, odds, **cents) - euros(hedge)).amount) <= exact("0.02")


@pytest.mark.parametrize(
    ("stake", "asked", "hedge"),
    [("50.00", "105", "53"), ("50.00", "105.00", "53"), ("50.00", "105.50", "52.75"), ("33.33", "105.50", "35.16")],
)
def test_a_whole_stake_stays_whole_and_another_is_rounded_to_the_cent(stake: str, asked: str, hedge: str) -> None:
    assert hedge_stake_after(stake, "2.10", hedgeBet={"stake": asked}) == euros(hedge)


@pytest.mark.parametrize(
    ("accepted", "step", "hedge"),
    [
        ("50.00", "5", "55"),
        ("50.00", "0.50", "52.50"),
        ("40.00", "10", "40"),
        ("100.00", "10", "110"),
        ("1.00", "10", "10"),
    ],
)
def test_where_a_bookmaker_takes_steps_the_hedge_is_the_nearest_one_but_at_least_one(
    accepted: str, step: str, hedge: str
) -> None:
    taken = LegAccepted(Role.POSITIVE, "HB10000007", euros(accepted), Odds.parse("2.10"))
    asked = with_steps(a_pair(), Limits(accounts={HEDGE_ACCOUNT: AccountLimits(stake_step=euros(step))}))
    placing = a_pair_in(PairState.PLACING_POSITIVE).with_leg(asked.hedge)
    assert hedge_bet(apply(placing, taken)).stake == euros(hedge)


def test_only_the_stake_of_the_hedge_is_changed() -> None:
    accepted = LegAccepted(Role.POSITIVE, "HB10000007", euros("50.00"), Odds.parse("2.10"))
    pair = apply(a_pair_in(PairState.PLACING_POSITIVE), accepted)
    assert hedge_bet(pair).model_copy(update={"stake": pair.hedge.bet.stake}) == pair.hedge.bet
