"""From accepted tickets to the verdict on the pair."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.domain.outcome import Outcome
from bot.domain.pair import LegState, PairState
from bot.errors import SessionUnusable
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, euros
from tests.integration.engine.conftest import AT_ONCE, Engine

POSITIVE, HEDGE = "HB00000001", "LO00000001"


async def hedged(engine: Engine) -> None:
    assert (await engine.place()).state is PairState.HEDGED


async def test_both_settled_as_intended_is_reconciled(engine: Engine) -> None:
    await hedged(engine)
    engine.positive.settle(POSITIVE, Outcome.WON, euros("210.00"))
    await engine.sweep_both()
    assert (await engine.pair()).state is PairState.SETTLING
    engine.hedge.settle(HEDGE, Outcome.LOST, euros("0.00"))
    await engine.sweep_both()
    pair = await engine.pair()
    assert pair.state is PairState.RECONCILED
    assert pair.verdict is not None
    assert (pair.verdict.expected_pnl, pair.verdict.actual_pnl) == (euros("5.00"), euros("5.00"))
    assert (await engine.event("pair_reconciled"))["actualPnl"] == "5.00 EUR"


async def test_an_exposure_is_recorded_announced_and_blocks_the_arbitrage(engine: Engine) -> None:
    await hedged(engine)
    engine.positive.settle(POSITIVE, Outcome.LOST, euros("0.00"))
    engine.hedge.settle(HEDGE, Outcome.LOST, euros("0.00"))
    await engine.sweep_both()
    pair = await engine.pair()
    assert (pair.state, pair.reason) == (PairState.EXPOSURE_EVENT, "both_lost_unexpected")
    [record] = await engine.view.exposures()
    assert (record["positive_status"], record["hedge_status"]) == ("lost", "lost")
    assert record["actual_pnl"] == "-205.00 EUR"
    assert (await engine.event("exposure_alert"))["reason"] == "both_lost_unexpected"
    assert (await engine.place(betPairId="pair-2")).reason == "review_pending"


async def test_a_void_is_announced_while_the_other_bet_runs_and_judged_when_it_has_settled(engine: Engine) -> None:
    await hedged(engine)
    engine.positive.settle(POSITIVE, Outcome.VOID, euros("100.00"))
    await engine.sweep_both()
    pair = await engine.pair()
    assert (pair.state, pair.verdict) == (PairState.EXPOSURE_EVENT, None)
    data = await engine.event("exposure_alert")
    assert (data["reason"], data["severity"]) == ("positive_void_hedge_active", "critical")
    assert (await engine.place(betPairId="pair-2")).reason == "review_pending"

    engine.hedge.settle(HEDGE, Outcome.LOST, euros("0.00"))
    await engine.sweep_both()
    [record] = await engine.view.exposures()
    assert (record["positive_status"], record["hedge_status"]) == ("void", "lost")
    assert record["actual_pnl"] == "-105.00 EUR"
    assert (await engine.pair()).reason == "positive_void_hedge_active"


async def test_a_stake_that_grew_after_the_hedge_is_announced_at_once_and_reconciled_on_what_was_paid(
    engine: Engine,
) -> None:
    await hedged(engine)
    engine.positive.restake(POSITIVE, euros("140.00"))
    await engine.sweep_both()
    assert (await engine.pair()).state is PairState.EXPOSURE_EVENT
    [record] = await engine.view.exposures()
    assert (record["exposure_reason"], record["positive_stake"]) == ("stake_changed_positive", "140.00 EUR")
    assert (await engine.event("exposure_alert"))["severity"] == "critical"
    assert (await engine.place(betPairId="pair-2")).reason == "review_pending"

    engine.positive.settle(POSITIVE, Outcome.LOST, euros("0.00"))
    engine.hedge.settle(HEDGE, Outcome.WON, euros("210.00"))
    await engine.sweep_both()
    pair = await engine.pair()
    assert pair.verdict is not None
    assert (pair.state, pair.verdict.actual_pnl) == (PairState.RECONCILED, euros("-35.00"))
    assert pair.needs_review


async def test_legs_that_settle_at_the_same_moment_are_judged_once(engine: Engine) -> None:
    await hedged(engine)
    engine.positive.settle(POSITIVE, Outcome.WON)
    engine.hedge.settle(HEDGE, Outcome.LOST)
    await asyncio.gather(engine.sweep(POSITIVE_ACCOUNT), engine.sweep(HEDGE_ACCOUNT))
    assert (await engine.pair()).state is PairState.RECONCILED
    assert (await engine.events()).count("pair_reconciled") == 1


async def test_one_reading_serves_all_tickets_of_an_account(engine: Engine) -> None:
    await hedged(engine)
    await engine.connection.ask(
        engine.connection.client.delete("cooldown:harbourline:harbour:ann", "cooldown:senbien:lotus:binh")
    )
    await engine.place(betPairId="pair-2", arbId="arb-2")
    before = engine.positive.readings
    await engine.sweep(POSITIVE_ACCOUNT)
    assert engine.positive.readings == before + 1


async def test_no_result_within_the_polls_is_a_timeout_and_the_real_result_is_still_booked(
    engine: Engine,
) -> None:
    quick = Engine(engine.connection, engine.ledger, policy=replace(AT_ONCE, max_polls=3))
    await hedged(quick)
    quick.hedge.settle(HEDGE, Outcome.WON)
    for _ in range(3):
        await quick.sweep_both()
    pair = await quick.pair()
    assert (pair.state, pair.reason) == (PairState.EXPOSURE_EVENT, "settlement_timeout_timeout_won")
    assert (await quick.event("settlement_timeout"))["ticket"] == POSITIVE
    quick.positive.settle(POSITIVE, Outcome.LOST)
    await quick.sweep_both()
    pair = await quick.pair()
    assert (pair.state, pair.needs_review) == (PairState.RECONCILED, True)


async def test_a_settled_ticket_that_changes_is_judged_again_as_an_exposure(engine: Engine) -> None:
    await hedged(engine)
    engine.positive.settle(POSITIVE, Outcome.WON)
    engine.hedge.settle(HEDGE, Outcome.LOST)
    await engine.sweep_both()
    engine.positive.settle(POSITIVE, Outcome.VOID)
    await engine.sweep_both()
    pair = await engine.pair()
    assert (pair.state, pair.reason) == (PairState.EXPOSURE_EVENT, "resettled_won_void")
    assert "bet_resettled" in await engine.events()


@pytest.mark.parametrize("fault", ["session", "cut short", "without the ticket"])
async def test_a_reading_that_proves_nothing_uses_up_no_poll_and_is_counted(engine: Engine, fault: str) -> None:
    quick = Engine(engine.connection, engine.ledger, policy=replace(AT_ONCE, max_polls=2))
    await hedged(quick)
    if fault == "session":
        quick.positive.history_error = SessionUnusable("logged_out")
    else:
        quick.positive.complete = fault != "cut short"
        quick.positive.bets.clear()
    for _ in range(5):
        await quick.sweep(POSITIVE_ACCOUNT)
    assert (await quick.pair()).positive.outcome is None
    [watch] = await quick.due(POSITIVE_ACCOUNT)
    assert (watch.polls, watch.unhealthy, watch.looks) == (0, 5, 5)


async def test_a_missing_row_is_never_a_result(engine: Engine) -> None:
    await hedged(engine)
    engine.hedge.bets.clear()
    await engine.sweep(HEDGE_ACCOUNT)
    assert (await engine.pair()).hedge.state is LegState.ACCEPTED


async def test_a_bare_settled_is_named_from_its_payout(engine: Engine) -> None:
    await hedged(engine)
    engine.positive.settle(POSITIVE, Outcome.SETTLED, euros("155.00"))
    engine.hedge.settle(HEDGE, Outcome.HALF_LOST, euros("52.50"))
    await engine.sweep_both()
    assert (await engine.pair()).reason == "partial_settlement_half_won_half_lost"
