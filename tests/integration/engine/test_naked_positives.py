"""A positive bet that stands alone is announced, whatever the reason, and once more when that has ended."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.halt import HaltCause
from bot.domain.pair import PairState
from bot.domain.placement import TicketState
from bot.engine.hedging import HedgeRules
from bot.engine.naked_positives import NakedPositives
from tests.builders import ACCOUNT_CURRENCIES, HEDGE_ACCOUNT, POSITIVE_ACCOUNT, halted
from tests.fakes.bookmaker import Answer
from tests.integration.engine.conftest import Engine

SINCE_S = 11.0


@pytest.fixture
def watch(engine: Engine) -> NakedPositives:
    return NakedPositives(engine.ledger, engine.clock, ACCOUNT_CURRENCIES)


async def alone_for(engine: Engine, seconds: float) -> None:
    """Let time pass for the pairs that stand alone."""
    client, name = engine.connection.client, engine.connection.key("naked")
    for pair, begun_ms in await engine.connection.ask(client.zrange(name, 0, -1, withscores=True)):
        await engine.connection.ask(client.zadd(name, {pair: begun_ms - seconds * 1000}))


async def looked(watch: NakedPositives) -> None:
    """Let the watch look a few times."""
    looking = asyncio.create_task(watch.run(0.01))
    await asyncio.sleep(0.1)
    looking.cancel()


async def alerts(engine: Engine) -> list[dict[str, Any]]:
    events = await engine.view.events(1000)
    return [dict(event.data) for event in events if event.data.get("reason") == "naked_positive"]


async def test_a_hedge_that_is_frozen_leaves_the_positive_bet_alone_and_that_is_told_after_ten_seconds(
    engine: Engine, watch: NakedPositives
) -> None:
    await placed_and_frozen(engine)
    await alone_for(engine, 9)
    await looked(watch)
    assert await alerts(engine) == []
    await alone_for(engine, 2)
    await looked(watch)
    [alert] = await alerts(engine)
    assert (alert["betPairId"], alert["standsAlone"], alert["severity"]) == ("pair-1", True, "critical")
    assert (alert["aloneForS"] >= 11, alert["outcomePnl"]["lost"]) == (True, "-100.00 EUR")
    assert (alert["requiresManualReview"], alert["autoRebetDisabled"]) == (True, True)


async def test_its_end_is_told_once_and_by_whom_it_was_ended_does_not_matter(
    engine: Engine, watch: NakedPositives
) -> None:
    halt = await placed_and_frozen(engine)
    await alone_for(engine, SINCE_S)
    await looked(watch)
    assert await engine.ledger.lift(halt)
    await engine.recovery.walk()
    assert (await engine.pair()).state is PairState.HEDGED
    await looked(NakedPositives(RedisLedger(engine.connection, "worker-b"), engine.clock, ()))
    await looked(watch)
    assert [(each["standsAlone"], each["hedgeStatus"]) for each in await alerts(engine)] == [
        (True, "armed"),
        (False, "accepted"),
    ]


async def test_a_bet_that_a_trader_reviews_counts(engine: Engine, watch: NakedPositives) -> None:
    engine.positive.order(Answer.WAIT)
    await engine.place()
    await alone_for(engine, SINCE_S)
    await looked(watch)
    [alert] = await alerts(engine)
    assert alert["positiveStatus"] == "waiting"
    engine.positive.decide(alert["positiveTicket"], TicketState.REJECTED)
    await engine.recovery.walk()
    await looked(watch)
    assert [each["standsAlone"] for each in await alerts(engine)] == [True, False]


async def test_a_worker_that_stops_tells_at_once_what_it_leaves_alone(engine: Engine, watch: NakedPositives) -> None:
    await placed_and_frozen(engine)
    await watch.announce_own()
    assert [each["standsAlone"] for each in await alerts(engine)] == [True]


async def test_a_worker_that_stops_says_nothing_of_pairs_that_another_one_places(engine: Engine) -> None:
    await placed_and_frozen(engine)
    await NakedPositives(engine.ledger, engine.clock, [POSITIVE_ACCOUNT]).announce_own()
    assert await alerts(engine) == []


async def test_a_pair_that_was_hedged_in_time_is_not_mentioned(engine: Engine, watch: NakedPositives) -> None:
    assert (await engine.place()).state is PairState.HEDGED
    await looked(watch)
    await watch.announce_own()
    assert await alerts(engine) == []


async def placed_and_frozen(engine: Engine) -> Any:
    """Place a pair whose hedge is frozen as soon as the positive bet has been clicked."""
    freezing: list[asyncio.Task[Any]] = []

    def freeze() -> None:
        stop = halted(engine.ledger, str(HEDGE_ACCOUNT), "odd", cause=HaltCause.FREEZE, locators=None)
        freezing.append(asyncio.create_task(stop))

    engine.positive.order(Answer.TAKE_AND_NAME_NO_TICKET)  # so that the freeze arrives before the proof
    engine.positive.on_click = freeze
    pair = await engine.place()
    assert (pair.state, engine.hedge.clicks) == (PairState.PLACING_HEDGE, [])
    return await freezing[0]


class TestStopsByHand:
    """What a pause and a freeze let pass."""

    async def test_a_frozen_hedge_waits_and_is_placed_when_it_is_resumed(self, engine: Engine) -> None:
        halt = await placed_and_frozen(engine)
        await engine.recovery.walk()
        assert ((await engine.pair()).state, engine.hedge.clicks) == (PairState.PLACING_HEDGE, [])
        assert await engine.ledger.lift(halt)
        await engine.recovery.walk()
        assert ((await engine.pair()).state, engine.hedge.clicks) == (PairState.HEDGED, ["bet-2"])

    async def test_a_hedge_that_is_frozen_for_too_long_is_an_emergency(
        self, connection: RedisConnection, ledger: RedisLedger
    ) -> None:
        engine = Engine(connection, ledger, hedge_rules=HedgeRules(resume_within_s=-(10**9)))
        await placed_and_frozen(engine)
        await engine.recovery.walk()
        pair = await engine.pair()
        assert (pair.state, pair.reason) == (PairState.EMERGENCY, "hedge_too_late")

    async def test_while_paused_a_positive_bet_that_was_accepted_is_hedged(self, engine: Engine) -> None:
        pausing: list[asyncio.Task[Any]] = []

        def pause() -> None:
            stop = halted(engine.ledger, "all", "on holiday", cause=HaltCause.PAUSE, locators=None)
            pausing.append(asyncio.create_task(stop))

        engine.positive.order(Answer.TAKE_AND_NAME_NO_TICKET)
        engine.positive.on_click = pause
        assert (await engine.place()).state is PairState.HEDGED
        blocked = await engine.place(betPairId="pair-2", arbId="arb-2")
        assert (blocked.state, blocked.reason) == (PairState.BLOCKED, "pause")

    async def test_a_halt_of_the_positive_s_account_leaves_its_bet_a_hedge(self, engine: Engine) -> None:
        restricting: list[asyncio.Task[Any]] = []

        def restrict() -> None:
            stop = halted(engine.ledger, str(POSITIVE_ACCOUNT), "restricted", cause=HaltCause.RESTRICTED, locators=None)
            restricting.append(asyncio.create_task(stop))

        engine.positive.order(Answer.TAKE_AND_NAME_NO_TICKET)
        engine.positive.on_click = restrict
        assert (await engine.place()).state is PairState.HEDGED
