"""Readings wait for a provider's pace without delaying bets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.adapters.clock import SystemClock
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import LedgerTimes, RedisLedger
from bot.domain.pair import PairState
from bot.engine.scheduler import Scheduler, SweepRules
from bot.engine.session_keeper import SessionKeeper
from bot.engine.tasks import end
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT
from tests.conformance.ledger_hand import ACCOUNTS
from tests.integration.engine.conftest import Engine


class Gate:
    """A pace that blocks everything until it is opened."""

    def __init__(self) -> None:
        self.waiting: list[str] = []
        self.opened = asyncio.Event()

    async def __call__(self, provider: str) -> None:
        self.waiting.append(provider)
        await self.opened.wait()


@pytest.fixture
async def engine(connection: RedisConnection) -> Engine:
    """An engine whose tickets are due at once."""
    ledger = RedisLedger(connection, "worker-a", LedgerTimes(first_look_s=0))
    for account in ACCOUNTS:
        assert await ledger.take_lease(account)
    return Engine(connection, ledger)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def test_pairs_are_placed_while_sweeps_and_keep_alive_wait_for_their_pace(engine: Engine) -> None:
    gate = Gate()
    scheduler = Scheduler(engine.ledger, engine.settlement, engine.lanes, SystemClock(), ACCOUNTS, SweepRules(gate))
    keeper = SessionKeeper(engine.ledger, engine.bookmakers, engine.health, engine.lanes, engine.clock, ACCOUNTS, gate)
    await engine.place()
    work = {asyncio.create_task(scheduler.run()), asyncio.create_task(keeper.look_after_all())}
    await until(lambda: sorted(gate.waiting) == ["harbour", "harbour", "lotus", "lotus"])
    client = engine.connection.client
    await engine.connection.ask(client.delete(f"cooldown:{POSITIVE_ACCOUNT}", f"cooldown:{HEDGE_ACCOUNT}"))
    async with asyncio.timeout(20):
        assert (await engine.place(betPairId="pair-2", arbId="arb-2")).state is PairState.HEDGED
    readings = engine.positive.readings
    gate.opened.set()
    await until(lambda: engine.positive.readings > readings)
    await end(work)
