"""The hedge that fits the accepted part of the positive bet."""

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
from bot.domain.sizing import hedge_bet, hedge_bet_at, limited
from tests.builders import HEDGE_ACCOUNT, a_pair, a_pair_in, euros


def hedge_stake_after(stake: str, odds: str, **changes: Any) -> Money:
    """Accept the positive bet, which asks for 100.00 EUR at 2.10, at these terms; return the stake of the hedge."""
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


@pytest.mark.parametrize(
    ("odds", "whole", "cents"),
    [("2.00", "105", "105.50"), ("1.92", "109", "109.90"), ("1.80", "117", "117.22"), ("2.30", "91", "91.74")],
)
def test_at_other_odds_the_hedge_returns_what_it_would_have_returned(odds: str, whole: str, cents: str) -> None:
    price = Odds.parse(odds)
    for asked, stake in (("105", whole), ("105.50", cents)):
        pair = a_pair_in(PairState.PLACING_HEDGE, hedgeBet={"stake": asked})
        assert hedge_bet_at(pair, price).stake == euros(stake)


def test_less_of_the_positive_and_other_odds_of_the_hedge_go_together() -> None:
    accepted = LegAccepted(Role.POSITIVE, "HB10000007", euros("50.00"), Odds.parse("2.10"))
    pair = apply(a_pair_in(PairState.PLACING_POSITIVE, hedgeBet={"stake": "105.50"}), accepted)
    assert hedge_bet_at(pair, Odds.parse("1.80")).stake == euros("58.61")


@pytest.mark.parametrize(
    ("asked", "limit", "stake"),
    [
        ("105.50", "105.51", "105.50"),
        ("105.50", "105.50", "105.50"),
        ("105.50", "105.49", "105.49"),
        ("105.50", "11.25", "11.25"),
        ("105.50", "0.01", "0.01"),
        ("105.50", "0.00", None),
        ("105", "104.99", "104"),
        ("105", "1.99", "1"),
        ("105", "0.99", None),
        ("105", None, "105"),
    ],
)
def test_a_limit_leaves_as_many_whole_steps_as_it_allows(asked: str, limit: str | None, stake: str | None) -> None:
    pair = a_pair(hedgeBet={"stake": asked})
    bet = limited(pair, pair.hedge.bet, euros(limit) if limit else None)
    assert (bet and bet.stake) == (euros(stake) if stake else None)


@pytest.mark.parametrize(
    ("odds", "limit", "stake"),
    [
        ("2.00", None, "105"),
        ("1.80", None, "115"),
        ("1.80", "114.99", "110"),
        ("1.80", "5", "5"),
        ("1.80", "4.99", None),
    ],
)
def test_other_odds_and_a_limit_keep_to_the_bookmakers_step(odds: str, limit: str | None, stake: str | None) -> None:
    steps = Limits(accounts={HEDGE_ACCOUNT: AccountLimits(stake_step=euros("5"))})
    pair = with_steps(a_pair_in(PairState.PLACING_HEDGE), steps)
    bet = limited(pair, hedge_bet_at(pair, Odds.parse(odds)), euros(limit) if limit else None)
    assert (bet and bet.stake) == (euros(stake) if stake else None)
