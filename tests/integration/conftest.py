"""A ledger on a real Redis, for several kinds of tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT

ACCOUNTS = (POSITIVE_ACCOUNT, HEDGE_ACCOUNT)


@pytest.fixture
async def connection(redis_url: str) -> AsyncIterator[RedisConnection]:
    """A connection without prefix, as in live mode."""
    connection = RedisConnection(redis_url)
    yield connection
    await connection.close()


@pytest.fixture
async def ledger(connection: RedisConnection) -> RedisLedger:
    """The ledger of a worker that holds both accounts."""
    ledger = RedisLedger(connection, "worker-a")
    for account in ACCOUNTS:
        assert await ledger.take_lease(account)
    return ledger
