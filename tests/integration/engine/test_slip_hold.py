"""Slips are kept ready from arming to the click: a slip that changes is armed again before it is needed."""

from __future__ import annotations

import asyncio

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.pair import PairState
from bot.domain.placement import TicketState
from bot.domain.reasons import Reason
from bot.engine.placing import PlacingRules
from bot.errors import CannotArm, SessionUnusable
from tests.fakes.bookmaker import Answer, FakeSite
from tests.integration.engine.conftest import Engine


async def until_armed(site: FakeSite, times: int) -> None:
    """Wait until a bookmaker's slip has been armed this many times."""
    async with asyncio.timeout(10):
        while site.armings < times or site.balances == 0:  # the balance is read once the first slip is armed
            await asyncio.sleep(0.001)


class TestWhileTheOtherSlipIsArmed:
    async def test_a_slip_whose_price_moves_is_armed_again_and_clicked_at_the_new_price(self, engine: Engine) -> None:
        async def slowly() -> None:
            await until_armed(engine.positive, 1)
            engine.positive.move("2.20")
            await until_armed(engine.positive, 2)

        engine.hedge.on_arming = slowly
        pair = await engine.place()
        assert pair.state is PairState.HEDGED
        assert (pair.positive.attempt, str(pair.positive.odds)) == (1, "2.20")

    async def test_a_price_that_falls_below_the_minimum_fails_the_pair(self, engine: Engine) -> None:
        async def slowly() -> None:
            await until_armed(engine.positive, 1)
            engine.positive.move("1.50")
            await until_armed(engine.positive, 2)

        engine.hedge.on_arming = slowly
        pair = await engine.place()
        assert (pair.state, pair.reason) == (PairState.FAILED, "minimum_odds")
        assert engine.positive.clicks == []

    async def test_a_slip_that_cannot_be_armed_again_fails_the_pair(self, engine: Engine) -> None:
        async def slowly() -> None:
            await until_armed(engine.positive, 1)
            engine.positive.arm_error = CannotArm(Reason.SELECTION_SUSPENDED)
            engine.positive.move("2.20")
            await until_armed(engine.positive, 2)

        engine.hedge.on_arming = slowly
        pair = await engine.place()
        assert (pair.state, pair.reason) == (PairState.FAILED, "selection_suspended")
        assert engine.positive.clicks + engine.hedge.clicks == []

    async def test_a_slip_that_waited_too_long_is_armed_again(
        self, connection: RedisConnection, ledger: RedisLedger
    ) -> None:
        engine = Engine(connection, ledger, rules=PlacingRules(slip_max_age_s=0.01))

        async def slowly() -> None:
            if engine.hedge.armings == 1:
                await until_armed(engine.positive, 3)

        engine.hedge.on_arming = slowly
        assert (await engine.place()).state is PairState.HEDGED


class TestWhileThePositiveIsAnswered:
    async def test_a_hedge_whose_price_moves_is_armed_again_before_it_is_needed(self, engine: Engine) -> None:
        engine.positive.on_click = lambda: engine.hedge.move("2.20")
        pair = await engine.place()
        assert pair.state is PairState.HEDGED
        assert (pair.hedge.attempt, str(pair.hedge.odds)) == (1, "2.20")

    async def test_a_hedge_that_could_not_be_armed_again_is_armed_when_it_is_needed(self, engine: Engine) -> None:
        def lose_the_session() -> None:
            engine.hedge.arm_error = SessionUnusable("logged_out")
            engine.hedge.move("2.20")

        async def come_back() -> None:
            if engine.hedge.armings == 2:
                engine.hedge.arm_error, broken = None, engine.hedge.arm_error
                assert broken is not None
                raise broken

        engine.positive.on_click = lose_the_session
        engine.hedge.on_arming = come_back
        pair = await engine.place()
        assert pair.state is PairState.HEDGED
        assert (pair.hedge.attempt, str(pair.hedge.odds)) == (1, "2.20")

    async def test_a_hedge_that_is_not_needed_leaves_no_slip_behind(self, engine: Engine) -> None:
        engine.positive.order(Answer.REJECT)
        engine.positive.on_click = lambda: engine.hedge.move("2.20")
        pair = await engine.place()
        assert pair.state is PairState.FAILED
        assert engine.bookmakers.slip_of(pair.hedge.bet.account) is None

    async def test_a_hedge_after_a_long_review_is_at_the_current_price(self, engine: Engine) -> None:
        engine.positive.order(Answer.WAIT)

        def look() -> None:
            engine.hedge.move(f"2.{10 + engine.positive.readings}")
            if engine.positive.readings == 5:
                engine.positive.decide("HB00000001", TicketState.OPEN)

        engine.positive.on_look = look
        pair = await engine.place()
        assert (pair.state, pair.hedge.attempt) == (PairState.HEDGED, 1)
        assert str(pair.hedge.odds) == f"2.{10 + engine.positive.readings}"
