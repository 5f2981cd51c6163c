"""How every command reaches Redis: a server of its own or the one configured, under the mode's prefix."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.adapters.embedded_redis import embedded_redis
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_schema import require_schema
from bot.config import Settings

_DRY_RUN_PREFIX = "dry_run:"


@asynccontextmanager
async def redis_url(settings: Settings) -> AsyncIterator[str]:
    """Yield the address of Redis: as configured, or of a server that runs during the body; raises PartMissing."""
    if settings.redis.url is not None:
        yield settings.redis.url.get_secret_value()
        return
    async with embedded_redis(settings.data_dir / "redis") as url:
        yield url


@asynccontextmanager
async def connected(settings: Settings, url: str) -> AsyncIterator[RedisConnection]:
    """Open a connection under the mode's prefix; raises ConfigurationInvalid for a ledger with another schema."""
    connection = RedisConnection(url, "" if settings.mode == "live" else _DRY_RUN_PREFIX)
    try:
        await require_schema(connection)
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def ledger_connection(settings: Settings) -> AsyncIterator[RedisConnection]:
    """Open a connection to the Redis that holds the ledger; raises PartMissing and as ``connected``."""
    async with redis_url(settings) as url, connected(settings, url) as connection:
        yield connection


def worker_name(place: str) -> str:
    """Make up a name that no other process has."""
    return f"{place}.{os.getpid()}.{secrets.token_hex(3)}"
