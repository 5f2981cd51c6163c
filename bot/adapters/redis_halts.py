"""Halts as Redis holds them, read for the ledger and for people."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from bot.adapters.redis_connection import RedisConnection
from bot.domain.halt import Halt, HaltCause
from bot.ports.reader import HaltOnRecord


async def read_halts(redis: RedisConnection) -> list[HaltOnRecord]:
    """Return every halt, by scope and then the oldest first."""
    stored = await redis.ask(redis.client.hgetall(redis.key("halts")))
    found = [
        HaltOnRecord(Halt(scope, HaltCause(cause), facts["reason"], facts["locators"]), _from_ms(facts["since_ms"]))
        for scope, causes in stored.items()
        for cause, facts in json.loads(causes).items()
    ]
    return sorted(found, key=lambda each: (each.halt.scope, each.since))


def _from_ms(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
