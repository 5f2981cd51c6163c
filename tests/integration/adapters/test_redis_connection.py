"""A connection to Redis that falls silent is given up in time, and what was asked is asked again or reported."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.policies import ReservationPolicy
from bot.errors import LedgerUnavailable
from tests.builders import a_pair
from tests.chaos.redis_proxy import RedisProxy

LEASE_S = ReservationPolicy().lease_s
"""What is not answered within a lease might be answered when another worker has the account."""


@pytest.fixture
async def proxy(redis_url: str) -> AsyncIterator[RedisProxy]:
    proxy = RedisProxy(redis_url)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def ledger(proxy: RedisProxy) -> AsyncIterator[RedisLedger]:
    connection = RedisConnection(proxy.url)
    yield RedisLedger(connection, "worker-a")
    await connection.close()


async def test_after_a_connection_fell_silent_the_same_is_asked_on_another(
    proxy: RedisProxy, ledger: RedisLedger
) -> None:
    await ledger.now()
    proxy.fall_silent()
    async with asyncio.timeout(LEASE_S):
        stored, is_new = await ledger.receive(a_pair())
    assert (stored.version, is_new) == (1, True)


async def test_while_every_connection_is_silent_the_caller_hears_so_before_its_lease_lapses(
    proxy: RedisProxy, ledger: RedisLedger
) -> None:
    await ledger.now()
    proxy.is_dead = True
    proxy.fall_silent()
    async with asyncio.timeout(LEASE_S):
        with pytest.raises(LedgerUnavailable, match="does not answer"):
            await ledger.receive(a_pair())


async def test_a_command_can_be_cancelled_at_every_turn_of_the_event_loop(redis_url: str) -> None:
    connection = RedisConnection(redis_url)
    ledger = RedisLedger(connection, "worker-a")

    async def for_ever() -> None:
        while True:
            await ledger.now()

    for turns in range(60):
        work = asyncio.create_task(for_ever())
        for _ in range(turns):
            await asyncio.sleep(0)
        work.cancel()
        _, lost = await asyncio.wait({work}, timeout=2)
        assert not lost, f"cancelled after {turns} turns, it went on"
    await connection.close()
