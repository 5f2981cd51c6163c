"""Whether a Redis is fit for a ledger of real money."""

from __future__ import annotations

from typing import Any

from bot.adapters.redis_connection import RedisConnection

_OLDEST = (6, 2)


async def redis_problems(connection: RedisConnection) -> list[str]:
    """Return the problems of this Redis, each with its remedy; an empty list means that it may hold the ledger.

    Without an append-only file a killed Redis loses bets; with eviction it loses them while it runs.
    """
    client = connection.client
    info: dict[str, Any] = await connection.ask(client.info("server"))
    config: dict[str, str] = await connection.ask(client.config_get("append*"))
    config |= await connection.ask(client.config_get("maxmemory-policy"))  # 6.2 takes one pattern at a time
    return [*_version_problem(str(info["redis_version"])), *_durability_problems(config)]


def _version_problem(version: str) -> list[str]:
    if tuple(int(part) for part in version.split(".")[:2]) >= _OLDEST:
        return []
    return [f"version {version} is too old: 6.2 or newer is needed"]


def _durability_problems(config: dict[str, str]) -> list[str]:
    problems = []
    if config.get("appendonly") != "yes":
        problems.append("it keeps no append-only file: set `appendonly yes`")
    if config.get("appendfsync") != "always":
        problems.append(
            f"it may lose its last writes (appendfsync {config.get('appendfsync')}): set `appendfsync always`"
        )
    if config.get("maxmemory-policy") != "noeviction":
        policy = config.get("maxmemory-policy")
        problems.append(
            f"it evicts keys when memory is short (maxmemory-policy {policy}): set `maxmemory-policy noeviction`"
        )
    return problems
