"""Circuit breakers as Redis holds them: scope → breaker as JSON, with its version and the operation that wrote it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.adapters.redis_connection import RedisConnection, redis_time_ms
from bot.adapters.redis_outbox import event_once
from bot.domain.breaker import Breaker
from bot.domain.events import Announcement
from bot.ports.breakers import StoredBreaker

_NAME = "breakers"


class RedisBreakers:
    """Implements the BreakerStore port on Redis."""

    def __init__(self, connection: RedisConnection) -> None:
        self._redis = connection

    async def read(self, scopes: Sequence[str]) -> tuple[Sequence[StoredBreaker], datetime]:
        now_ms = await redis_time_ms(self._redis)
        docs = await self._redis.ask(self._redis.client.hmget(self._redis.key(_NAME), list(scopes)))
        return [_stored(scope, doc) for scope, doc in zip(scopes, docs, strict=True)], _from_ms(now_ms)

    async def known(self) -> tuple[Sequence[StoredBreaker], datetime]:
        now_ms = await redis_time_ms(self._redis)
        docs = await self._redis.ask(self._redis.client.hgetall(self._redis.key(_NAME)))
        return [_stored(scope, doc) for scope, doc in sorted(docs.items())], _from_ms(now_ms)

    async def replace(self, before: StoredBreaker, after: Breaker, announcement: Announcement | None = None) -> bool:
        op = uuid.uuid4().hex
        doc = after.model_dump(mode="json", exclude_none=True) | {"version": before.version + 1, "op": op}
        request = {"scope": after.scope, "version": before.version, "op": op, "doc": json.dumps(doc)}
        event = event_once(announcement, op) if announcement else False
        return bool(await self._redis.run("breaker", request | {"event": event}))


def _stored(scope: str, doc: str | None) -> StoredBreaker:
    if doc is None:
        return StoredBreaker(Breaker(scope=scope), 0)
    facts = json.loads(doc)
    del facts["op"]
    return StoredBreaker(version=facts.pop("version"), breaker=Breaker.model_validate(facts))


def _from_ms(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
