"""The announced money of a pair equals, to the cent, what the practice sites' ledgers pay later.

Each pair is placed once and then settled in every way that its bets can end; the practice sites correct the payout when
a bet is settled again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from bot.domain.money import Money
from bot.domain.pair import PairState
from tests.builders import euros
from tests.integration.pairs.conftest import AMERICAN, ASIAN, EUROPEAN, Stage

WAYS = {
    "won": "lost",
    "lost": "won",
    "void": "void",
    "half_won": "half_lost",
    "half_lost": "half_won",
}


async def assert_paid(stage: Stage, announced: Mapping[str, str], fx_rate: str = "1") -> None:
    """Settle both bets in each way and compare."""
    assert {way: await stage.paid(way, opposite, fx_rate) for way, opposite in WAYS.items()} == announced


async def test_a_part_of_the_positive_is_hedged_in_proportion(stage: Stage) -> None:
    await stage.order(EUROPEAN, "partial", amount="33.33")
    pair = await stage.place(stake="100.00", hedge_stake="105.00")
    assert pair.state is PairState.HEDGED
    assert (pair.positive.stake, pair.hedge.stake) == (euros("33.33"), euros("35.00"))
    await assert_paid(stage, (await stage.announced("arb_success"))["outcomePnl"])


async def test_what_a_trader_still_decides_is_not_hedged(stage: Stage) -> None:
    dollars = replace(stage, positive=AMERICAN)
    await dollars.order(AMERICAN, "refer_to_trader", amount="12.35")
    pair = await dollars.place(stake="100.00", hedge_stake="95.00", fxRate="1.1053")
    assert pair.state is PairState.HEDGED
    assert (pair.positive.stake, pair.hedge.stake) == (Money(Decimal("12.35"), "USD"), euros("12.00"))
    await assert_paid(dollars, (await dollars.announced("arb_success"))["outcomePnl"], "1.1053")


async def test_a_limited_stake_leaves_a_residual(stage: Stage) -> None:
    await stage.order(ASIAN, "max_stake", amount="40.50")
    pair = await stage.place(stake="100.00", hedge_stake="105.00")
    assert (pair.state, pair.reason) == (PairState.EXPOSURE_EVENT, "hedge_limited")
    alert = await stage.announced("exposure_alert")
    assert alert["residualStake"] == "65.00 EUR"
    assert [bet["stake"] for bet in await stage.bets(ASIAN)] == ["40"]
    await assert_paid(stage, alert["outcomePnl"])


async def test_a_hedge_of_which_a_part_is_taken_leaves_a_residual(stage: Stage) -> None:
    await stage.order(ASIAN, "partial", amount="31")
    pair = await stage.place(stake="100.00", hedge_stake="105.00")
    assert (pair.state, pair.reason) == (PairState.EXPOSURE_EVENT, "hedge_partly_accepted")
    await assert_paid(stage, (await stage.announced("exposure_alert"))["outcomePnl"])


async def test_odds_that_moved_inside_max_loss_are_hedged_in_full(stage: Stage) -> None:
    await stage.order(ASIAN, "price_change", odds="1.80")
    pair = await stage.place(stake="100.01", hedge_stake="105.00", maxLoss="0.07")
    assert (pair.state, pair.hedge.attempt, pair.hedge.stake) == (PairState.HEDGED, 2, euros("117.00"))
    await assert_paid(stage, (await stage.announced("arb_success"))["outcomePnl"])


async def test_odds_that_moved_outside_max_loss_are_an_emergency(stage: Stage) -> None:
    await stage.order(ASIAN, "price_change", odds="1.80")
    pair = await stage.place(stake="100.01", hedge_stake="105.00", maxLoss="0.06")
    assert (pair.state, pair.reason) == (PairState.EMERGENCY, "max_loss")
    emergency = await stage.announced("arb_emergency")
    assert await stage.bets(ASIAN) == []
    assert (emergency["cashOut"], emergency["cashOutUnknown"]) == ("95.01 EUR", None)
    await assert_paid(stage, emergency["holdingPnl"])
    await stage.hedge_by_hand(pair, emergency["hedgeNow"])
    await assert_paid(stage, emergency["hedgeNow"]["pnl"])
