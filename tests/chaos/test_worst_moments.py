"""Every fault once, at its most harmful moment, with real parts; the practice sites' ledgers judge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count

import pytest
import pytest_asyncio

from bot.domain.pair import Role
from tests.chaos.history import History
from tests.chaos.judge import Wrong, judge
from tests.chaos.plan import Fault, Moment, Plan
from tests.chaos.world import World, raised_world

pytestmark = pytest.mark.timeout(300)
_in_one_world = pytest.mark.asyncio(loop_scope="module")

_OF_THE_BOOKMAKER = tuple(fault for fault in Fault if fault.is_the_bookmakers)
_WORST = (
    (Fault.DROP_REPLY, Moment.BEFORE_CLICK),
    (Fault.SILENCE_REDIS, Moment.ANSWERED),
    (Fault.DELIVER_TWICE, Moment.CLICKED),
    (Fault.KILL_PAGES, Moment.CLICKED),
    (Fault.KILL_BROWSER, Moment.HEDGE_CLICKED),
    (Fault.KILL_REDIS, Moment.ANSWERED),
    (Fault.KILL_WORKER, Moment.CLICKED),
    (Fault.PAUSE_WORKER, Moment.BEFORE_CLICK),
    (Fault.KILL_WORKER, Moment.BETWEEN_LEGS),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with raised_world(tmp_path_factory.mktemp("chaos") / "world") as world:
        yield world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def spoilt_by_the_bookmaker(world: World) -> dict[Fault, History]:
    """Histories whose fault affects only one account, so that they can be played at the same time."""
    plans = [Plan(number, fault, None, leg=tuple(Role)[number % 2]) for number, fault in enumerate(_OF_THE_BOOKMAKER)]
    histories = await asyncio.gather(*(_played(world, plan) for plan in plans))
    return {history.plan.fault: history for history in histories}


async def _played(world: World, plan: Plan) -> History:
    history = await History.begin(world, plan)
    await history.play()
    return history


def test_every_fault_has_its_turn() -> None:
    assert {fault for fault, _ in _WORST} | set(_OF_THE_BOOKMAKER) == set(Fault)


@_in_one_world
@pytest.mark.parametrize("fault", _OF_THE_BOOKMAKER)
async def test_nothing_goes_wrong_when_the_bookmaker(
    fault: Fault, spoilt_by_the_bookmaker: dict[Fault, History]
) -> None:
    assert await spoilt_by_the_bookmaker[fault].judged() == []


@_in_one_world
@pytest.mark.parametrize(("fault", "moment"), _WORST)
async def test_nothing_goes_wrong_upon(world: World, fault: Fault, moment: Moment) -> None:
    for number in count(100 * _WORST.index((fault, moment)) + 100):
        await world.in_order()
        history = await _played(world, Plan(number, fault, moment))
        assert await history.judged() == []
        if history.strike.has_struck.is_set():
            return  # otherwise the pair was turned away before its moment came, as happens on a busy machine


@_in_one_world
async def test_a_bet_while_an_account_cools_down_is_found_in_a_history_of_that_account(world: World) -> None:
    await world.in_order()
    history = await History.begin(world, Plan(90, Fault.DELIVER_TWICE, Moment.CLICKED))
    mine, counted = history.account_of(Role.HEDGE), world.connection.key("cooldown_violations")
    for account in (mine, "harbourline:harbour:somebody_else"):
        await world.connection.ask(world.connection.client.hincrby(counted, account, 1))
    found = judge(await history.evidence())
    await world.connection.ask(world.connection.client.delete(counted))
    assert [(finding.wrong, mine in finding.text) for finding in found] == [(Wrong.COOLDOWN_VIOLATED, True)]
