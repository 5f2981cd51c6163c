"""A Redis that was restored from an older snapshot lacks bets that stand."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.halt import HaltCause
from bot.domain.outcome import Outcome
from bot.errors import SessionUnusable
from tests.builders import POSITIVE_ACCOUNT, a_pair
from tests.fakes.mark import MemoryMark
from tests.integration.engine.conftest import Engine

FUTURE = "99999999999999-0"


async def test_a_first_start_and_a_ledger_not_behind_its_mark_compare_nothing(engine: Engine) -> None:
    await engine.ledger.receive(a_pair())
    for mark in (None, "1-0", await engine.ledger.position()):
        await engine.restoration(MemoryMark(mark)).compare_if_restored()
    assert engine.positive.readings == 0


async def test_an_account_with_a_bet_that_the_ledger_lost_is_halted_and_announced(engine: Engine) -> None:
    lost = engine.positive.take(a_pair().positive.bet, a_pair().positive.bet.odds)
    await engine.restoration(MemoryMark(FUTURE)).compare_if_restored()
    [halt] = await engine.ledger.halts()
    assert (halt.scope, halt.cause) == (str(POSITIVE_ACCOUNT), HaltCause.RESTORED)
    assert lost.ticket in halt.reason
    assert lost.ticket in (await engine.event("provider_halted"))["reason"]
    assert (await engine.place()).reason == "halted"
    assert engine.positive.clicks == []


async def test_known_and_settled_bets_halt_nothing(engine: Engine) -> None:
    await engine.place()
    settled = engine.positive.take(a_pair().positive.bet, a_pair().positive.bet.odds)
    engine.positive.settle(settled.ticket, Outcome.LOST)
    await engine.restoration(MemoryMark(FUTURE)).compare_if_restored()
    assert await engine.ledger.halts() == []


@pytest.mark.parametrize("fault", ["unreadable", "incomplete"])
async def test_an_account_that_cannot_be_compared_is_halted(engine: Engine, fault: str) -> None:
    if fault == "unreadable":
        engine.positive.history_error = SessionUnusable("maintenance")
    else:
        engine.positive.complete = False
    await engine.restoration(MemoryMark(FUTURE)).compare_if_restored()
    assert {halt.scope for halt in await engine.ledger.halts()} == {str(POSITIVE_ACCOUNT)}


async def test_the_mark_follows_the_ledger(engine: Engine) -> None:
    mark = MemoryMark()
    keeping = asyncio.create_task(engine.restoration(mark).keep_mark(1))
    await engine.ledger.receive(a_pair())
    async with asyncio.timeout(10):
        while mark.position != await engine.ledger.position():
            await asyncio.sleep(0.01)
    keeping.cancel()
