"""Histories read before a job comes: they save time and never hide what was bet before."""

from __future__ import annotations

import asyncio

from bot.domain.pair import PairState
from bot.engine.lanes import Priority
from bot.errors import SessionUnusable
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_pair
from tests.integration.engine.conftest import Engine


def readings(engine: Engine) -> tuple[int, int]:
    """Return how often each history was read."""
    return engine.positive.readings, engine.hedge.readings


async def test_a_job_that_finds_both_baselines_reads_neither_before_its_clicks(engine: Engine) -> None:
    await engine.baseline_reader().read_due()
    assert readings(engine) == (1, 1)
    assert (await engine.place()).state is PairState.HEDGED
    assert readings(engine) == (1, 1)


async def test_the_page_of_a_cached_baseline_is_left_and_one_that_a_job_reads_stays(
    engine: Engine,
) -> None:
    engine.positive.complete = False
    await engine.baseline_reader().read_due()
    engine.positive.complete = True
    await engine.place()
    assert (engine.positive.histories_left, engine.hedge.histories_left) == (0, 1)


async def test_a_cached_baseline_is_the_baseline_of_the_bet(engine: Engine) -> None:
    bet = a_pair().positive.bet
    earlier = engine.positive.take(bet, bet.odds).ticket
    before = await engine.ledger.now()
    await engine.baseline_reader().read_due()
    noted_by = await engine.ledger.now()
    baseline = (await engine.place()).positive.baseline
    assert baseline is not None
    assert baseline.tickets == (earlier,)
    assert before <= baseline.taken_at <= noted_by


async def test_a_bet_drops_both_cached_baselines(engine: Engine) -> None:
    await engine.baseline_reader().read_due()
    ticket = (await engine.place()).positive.ticket
    assert engine.baselines.find(POSITIVE_ACCOUNT) is None
    assert engine.baselines.find(HEDGE_ACCOUNT) is None
    await engine.baseline_reader().read_due()
    baseline = engine.baselines.find(POSITIVE_ACCOUNT)
    assert baseline is not None
    assert baseline.tickets == (ticket,)


async def test_a_baseline_that_is_too_old_is_not_used(engine: Engine) -> None:
    await engine.baseline_reader().read_due()
    engine.clock.let_pass(60)
    assert (await engine.place()).state is PairState.HEDGED
    assert readings(engine) == (2, 2)


async def test_a_history_is_read_again_when_its_baseline_is_past_half_of_its_time(engine: Engine) -> None:
    taker, counts = engine.baseline_reader(), []
    for pause_s in (0, 29, 2, 29):
        engine.clock.let_pass(pause_s)
        await taker.read_due()
        counts.append(engine.hedge.readings)
    assert counts == [1, 1, 2, 2]


async def test_an_incomplete_history_is_not_kept_as_a_baseline(engine: Engine) -> None:
    engine.positive.complete = False
    await engine.baseline_reader().read_due()
    assert engine.baselines.find(POSITIVE_ACCOUNT) is None
    assert engine.baselines.find(HEDGE_ACCOUNT) is not None


async def test_a_history_that_cannot_be_read_is_tried_again_later(engine: Engine) -> None:
    engine.positive.history_error = SessionUnusable("unreachable")
    taker = engine.baseline_reader()
    for _ in range(3):
        await taker.read_due()
    assert engine.positive.readings == 1
    engine.positive.history_error = None
    engine.clock.let_pass(30)
    await taker.read_due()
    assert engine.baselines.find(POSITIVE_ACCOUNT) is not None


async def test_the_history_of_an_account_in_use_is_not_read_ahead(engine: Engine) -> None:
    async with engine.lanes.turns([POSITIVE_ACCOUNT], Priority.CLICK):
        await engine.baseline_reader().read_due()
    assert engine.positive.readings == 0


async def test_a_reading_is_dropped_for_a_bet(engine: Engine) -> None:
    engine.positive.history_hangs = engine.hedge.history_hangs = True
    taking = asyncio.create_task(engine.baseline_reader().read_due())
    async with asyncio.timeout(10):
        for account, site in sorted(engine.bookmakers.sites.items()):
            while not site.readings:
                await asyncio.sleep(0.001)
            async with engine.lanes.lane(account).turn(Priority.CLICK):
                assert engine.baselines.find(account) is None
        await taking


async def test_a_baseline_is_dropped_when_the_lease_is_lost(engine: Engine) -> None:
    taker = engine.baseline_reader()
    await taker.read_due()
    await engine.ledger.give_up_lease(POSITIVE_ACCOUNT)
    await taker.read_due()
    assert engine.baselines.find(POSITIVE_ACCOUNT) is None
    assert engine.baselines.find(HEDGE_ACCOUNT) is not None
