"""A Redis that was restored from an older snapshot lacks bets that stand."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from bot.domain.halt import HaltCause
from bot.domain.outcome import Outcome
from bot.domain.pair import PairState
from bot.errors import SessionUnusable
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_pair
from tests.fakes.mark import MemoryMark
from tests.integration.engine.conftest import Engine

FUTURE = "99999999999999-0"


async def test_a_first_start_and_a_ledger_not_behind_its_mark_compare_nothing(engine: Engine) -> None:
    await engine.ledger.receive(a_pair())
    for mark in (None, await engine.ledger.position()):
        await engine.restoration(MemoryMark(mark)).compare_if_restored()
    assert engine.positive.readings == 0


async def test_an_account_with_a_bet_that_the_ledger_lost_is_halted_and_announced(engine: Engine) -> None:
    lost = engine.positive.take(a_pair().positive.bet, a_pair().positive.bet.odds)
    await engine.restoration(MemoryMark(FUTURE)).compare_if_restored()
    everything, halt = sorted(await engine.ledger.halts(), key=lambda halt: halt.scope)
    assert (everything.scope, everything.cause) == ("all", HaltCause.RESTORED)
    assert (halt.scope, halt.cause) == (str(POSITIVE_ACCOUNT), HaltCause.RESTORED)
    assert lost.ticket in halt.reason
    assert lost.ticket in (await events_of_halts(engine))[str(POSITIVE_ACCOUNT)]
    assert (await engine.place()).reason == "halted"
    assert engine.positive.clicks == []


async def events_of_halts(engine: Engine) -> dict[str, str]:
    halts = [event.data for event in await engine.view.events(1000) if event.type == "provider_halted"]
    return {data["scope"]: data["reason"] for data in halts}


async def test_for_known_and_settled_bets_only_a_human_is_asked(engine: Engine) -> None:
    await engine.place()
    settled = engine.positive.take(a_pair().positive.bet, a_pair().positive.bet.odds)
    engine.positive.settle(settled.ticket, Outcome.LOST)
    await engine.restoration(MemoryMark(FUTURE)).compare_if_restored()
    assert [halt.scope for halt in await engine.ledger.halts()] == ["all"]


@pytest.mark.parametrize("fault", ["unreadable", "incomplete"])
async def test_an_account_that_cannot_be_compared_is_halted(engine: Engine, fault: str) -> None:
    if fault == "unreadable":
        engine.positive.history_error = SessionUnusable("maintenance")
    else:
        engine.positive.complete = False
    await engine.restoration(MemoryMark(FUTURE)).compare_if_restored()
    assert {halt.scope for halt in await engine.ledger.halts()} == {"all", str(POSITIVE_ACCOUNT)}


async def a_copy(redis_url: str) -> dict[str, bytes]:
    """Take a copy of the whole Redis."""
    client = Redis.from_url(redis_url)
    copy = {name.decode(): bytes(await client.dump(name)) for name in await client.keys()}
    await client.aclose()
    return copy


async def set_back_to(engine: Engine, redis_url: str, copy: dict[str, bytes]) -> None:
    """Replace Redis by an older copy while the worker runs, which then renews its leases."""
    client = Redis.from_url(redis_url)
    await client.flushall()
    for name, content in copy.items():
        await client.restore(name, 0, content)
    await client.aclose()
    await engine.connection.ask(
        engine.connection.client.delete(f"cooldown:{POSITIVE_ACCOUNT}", f"cooldown:{HEDGE_ACCOUNT}")
    )
    for account in (POSITIVE_ACCOUNT, HEDGE_ACCOUNT):
        assert await engine.ledger.take_lease(account)


class TestWhileTheWorkerRuns:
    """Redis is emptied, or an older replica takes over."""

    @pytest.mark.parametrize("kept", ["nothing", "an older copy"])
    async def test_a_job_that_comes_again_is_not_bet_on_again(self, engine: Engine, redis_url: str, kept: str) -> None:
        copy = await a_copy(redis_url) if kept == "an older copy" else {}
        await engine.place()
        await set_back_to(engine, redis_url, copy)
        pair = await engine.place()
        assert (pair.state, pair.reason) == (PairState.FAILED, "click_not_allowed")
        assert (engine.positive.clicks, engine.hedge.clicks) == (["bet-1"], ["bet-2"])

    async def test_everything_is_halted_and_the_histories_are_compared(self, engine: Engine, redis_url: str) -> None:
        mark = MemoryMark()
        keeping = asyncio.create_task(engine.restoration(mark).keep_mark(0.01))
        await engine.place()
        await engine.ledger.now()
        while mark.position != await engine.ledger.position():
            await asyncio.sleep(0.01)
        await set_back_to(engine, redis_url, {})
        async with asyncio.timeout(10):
            while len(await engine.ledger.halts()) < 3:
                await asyncio.sleep(0.01)
        keeping.cancel()
        halts = {halt.scope: halt.reason for halt in await engine.ledger.halts()}
        assert set(halts) == {"all", str(POSITIVE_ACCOUNT), str(HEDGE_ACCOUNT)}
        assert "pairguard resume" in halts["all"]
        assert "HB00000001" in halts[str(POSITIVE_ACCOUNT)]


async def test_the_mark_follows_the_ledger(engine: Engine) -> None:
    mark = MemoryMark()
    keeping = asyncio.create_task(engine.restoration(mark).keep_mark(1))
    await engine.ledger.receive(a_pair())
    async with asyncio.timeout(10):
        while mark.position != await engine.ledger.position():
            await asyncio.sleep(0.01)
    keeping.cancel()
