"""The version of the ledger's schema in Redis, checked once per connection before the ledger is read or written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from loguru import logger

from bot.adapters.redis_connection import RedisConnection
from bot.errors import ConfigurationInvalid

Step = Callable[[RedisConnection], Awaitable[None]]

CURRENT = 1
STEPS: Mapping[int, Step] = {}
"""The step from each older version to the next. A step must be repeatable: a program may die halfway through it."""

_VERSION = "schema_version"
_LOCK = "schema_lock"
_LOCK_S = 120  # longer than a step may take; if its program is killed, the next one waits this long


async def require_schema(redis: RedisConnection, current: int = CURRENT, steps: Mapping[int, Step] = STEPS) -> None:
    """Check that the ledger has this program's schema; mark a new ledger with it and migrate an older one.

    Raises ConfigurationInvalid for a ledger that is newer, that no step migrates, or that a worker uses during a
    migration, and LedgerUnavailable.
    """
    version = await _version(redis, current)
    if version == current:
        return
    if any(older not in steps for older in range(version, current)):
        raise ConfigurationInvalid(
            f"this ledger was written by an older Pairguard (schema {version}, this program knows {current}) and "
            "cannot be migrated: finish its pairs with the Pairguard that wrote it, then start with an empty Redis"
        )
    await redis.ask(_migrate(redis, current, steps))


async def _migrate(redis: RedisConnection, current: int, steps: Mapping[int, Step]) -> None:
    async with redis.client.lock(redis.key(_LOCK), timeout=_LOCK_S, raise_on_release_error=False):
        version = await _version(redis, current)  # another program may have migrated it since
        while version < current:
            await _require_no_worker(redis, version)
            await steps[version](redis)
            version += 1
            await redis.ask(redis.client.set(redis.key(_VERSION), version))
            logger.info("the ledger was migrated to schema {}", version)


async def _version(redis: RedisConnection, current: int) -> int:
    written = await redis.run("schema", {"current": current})
    if not written.isdecimal() or int(written) > current:
        raise ConfigurationInvalid(
            f"this ledger was written by a newer Pairguard (schema {written}, this program knows {current}): "
            "upgrade the program, or restore a backup"
        )
    return int(written)


async def _require_no_worker(redis: RedisConnection, version: int) -> None:
    """Raise ConfigurationInvalid if a worker holds an account: it would go on writing the older schema."""
    async for lease in redis.client.scan_iter(match="lease:*", count=1000):
        raise ConfigurationInvalid(
            f"this ledger has schema {version} and a worker runs on it ({lease}): stop that worker to migrate it"
        )
