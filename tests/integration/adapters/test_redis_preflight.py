"""Live mode refuses a Redis that could lose a bet; the refusal names the setting to change."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.adapters import embedded_redis as servers
from bot.adapters.embedded_redis import RedisServer, embedded_redis
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_preflight import redis_problems

EVERY_SERVER = [found for path in servers._candidates() if (found := RedisServer(path, servers._version(path))).version]


@pytest.fixture(params=EVERY_SERVER, ids=lambda server: ".".join(map(str, server.version)))
async def connection(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RedisConnection]:
    """A connection to an embedded Redis, for every version on this machine."""
    monkeypatch.setattr(servers, "find_redis_server", lambda: request.param)
    async with embedded_redis(tmp_path_factory.mktemp("redis")) as url:
        connection = RedisConnection(url)
        yield connection
        await connection.close()


async def test_our_own_redis_may_hold_bets(connection: RedisConnection) -> None:
    assert await redis_problems(connection) == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [("appendonly", "no"), ("appendfsync", "everysec"), ("maxmemory-policy", "allkeys-lru")],
)
async def test_a_forgetful_setting_is_named_with_its_remedy(
    connection: RedisConnection, setting: str, value: str
) -> None:
    await connection.client.config_set(setting, value)
    (problem,) = await redis_problems(connection)
    assert f"set `{setting} " in problem
