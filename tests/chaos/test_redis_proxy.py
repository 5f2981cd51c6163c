"""The proxy triggers at the given moment, and loses exactly the given message."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.pair import Role
from bot.errors import LedgerUnavailable
from tests.builders import HEDGE_ACCOUNT, a_pair
from tests.chaos.redis_proxy import Fate, LedgerChange, Phase, RedisProxy, Tripwire
from tests.conformance.ledger_hand import Hand

RECEIVED = LedgerChange("pair-1", "received")


@pytest.fixture
async def proxy(redis_url: str) -> AsyncIterator[RedisProxy]:
    proxy = RedisProxy(redis_url)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def behind(proxy: RedisProxy) -> AsyncIterator[RedisLedger]:
    """A worker's ledger that reaches Redis only through the proxy."""
    connection = RedisConnection(proxy.url)
    yield RedisLedger(connection, "worker-a")
    await connection.close()


@pytest.fixture
async def beside(redis_url: str) -> AsyncIterator[RedisLedger]:
    """The same ledger without the proxy."""
    connection = RedisConnection(redis_url)
    yield RedisLedger(connection, "observer")
    await connection.close()


async def test_everything_passes_when_no_tripwire_waits(
    proxy: RedisProxy, behind: RedisLedger, beside: RedisLedger
) -> None:
    stored, is_new = await behind.receive(a_pair())
    assert is_new
    assert await beside.load("pair-1") == stored
    assert await behind.take_lease(HEDGE_ACCOUNT)
    assert proxy.changes == [RECEIVED]


@pytest.mark.parametrize(("phase", "is_written"), [(Phase.ASKED, False), (Phase.DONE, True)])
async def test_a_script_is_held_before_it_runs_or_before_its_answer(
    proxy: RedisProxy, behind: RedisLedger, beside: RedisLedger, phase: Phase, is_written: bool
) -> None:
    seen: list[bool] = []

    async def look() -> Fate:
        seen.append(await beside.load("pair-1") is not None)
        return Fate.PASSED_ON

    proxy.tripwires.append(Tripwire("pair-1", "received", phase, look))
    await behind.receive(a_pair())
    assert seen == [is_written]


@pytest.mark.parametrize(("phase", "times_run"), [(Phase.ASKED, 1), (Phase.DONE, 2)])
async def test_what_is_lost_is_sent_again_by_the_worker_and_done_once(
    proxy: RedisProxy, behind: RedisLedger, phase: Phase, times_run: int
) -> None:
    async def lose() -> Fate:
        return Fate.LOST

    tripwire = Tripwire("pair-1", "received", phase, lose)
    proxy.tripwires.append(tripwire)
    stored, is_new = await behind.receive(a_pair())
    assert tripwire.sprung.is_set()
    assert (stored.version, is_new) == (1, True)
    assert proxy.changes == [RECEIVED] * times_run


async def test_a_tripwire_minds_its_own_pair_only(proxy: RedisProxy, behind: RedisLedger) -> None:
    async def lose() -> Fate:
        return Fate.LOST

    tripwire = Tripwire("pair-2", "received", Phase.ASKED, lose)
    proxy.tripwires.append(tripwire)
    await behind.receive(a_pair())
    assert not tripwire.sprung.is_set()


async def test_any_answer_can_be_lost_once(proxy: RedisProxy, behind: RedisLedger) -> None:
    await behind.now()
    proxy.lose_next_answer()
    assert await behind.take_lease(HEDGE_ACCOUNT)
    assert not proxy.loses()


async def test_while_redis_is_down_nothing_answers(tmp_path: object) -> None:
    proxy = RedisProxy(f"unix://{tmp_path}/nobody.sock")
    await proxy.start()
    connection = RedisConnection(proxy.url)
    with pytest.raises(LedgerUnavailable):
        await RedisLedger(connection, "worker-a").now()
    await connection.close()
    await proxy.stop()


@pytest.mark.parametrize("moment", ["positive:accepted", "hedge:submitted"])
async def test_two_changes_that_are_asked_for_as_one_are_a_moment_of_either(
    proxy: RedisProxy, behind: RedisLedger, moment: str
) -> None:
    hand = await Hand(behind).leased()
    stored, reservation = await hand.armed()
    stored = await hand.submitted(stored, reservation, Role.POSITIVE)

    async def pass_on() -> Fate:
        return Fate.PASSED_ON

    tripwire = Tripwire("pair-1", moment, Phase.ASKED, pass_on)
    proxy.tripwires.append(tripwire)
    await hand.accepted_and_submitted(stored, reservation)
    assert tripwire.sprung.is_set()
