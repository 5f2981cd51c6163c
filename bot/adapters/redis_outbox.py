"""The outbox on Redis: events that were written together with the change that they announce."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from bot.adapters.redis_connection import RedisConnection, redis_time_ms
from bot.domain.events import Announcement
from bot.ports.outbox import OutboxEntry

_LOOK_EVERY_S = 0.1
_HIDDEN_WHILE_DELIVERING_S = 60
_ANNOUNCED_ONCE_S = 24 * 3600


class RedisOutbox:
    """Implements the Outbox port. Several workers may deliver from it; an entry whose deliverer dies is due again."""

    def __init__(self, connection: RedisConnection) -> None:
        self._redis = connection

    async def entries(self) -> AsyncIterator[OutboxEntry]:
        while True:
            claimed = await self._redis.run("claim_outbox", {"hide_ms": _HIDDEN_WHILE_DELIVERING_S * 1000})
            if claimed:
                yield _entry(*claimed)
            else:
                await asyncio.sleep(_LOOK_EVERY_S)

    async def due(self) -> int:
        now_ms = await redis_time_ms(self._redis)
        return int(await self._redis.ask(self._redis.client.zcount(self._redis.key("outbox:due"), "-inf", now_ms)))

    async def delivered(self, entry: OutboxEntry) -> None:
        await self._redis.run("settle_outbox", {"position": entry.position})

    async def postponed(self, entry: OutboxEntry, retry_in_s: float) -> None:
        request = {"position": entry.position, "attempts": entry.attempts, "delay_ms": retry_in_s * 1000}
        await self._redis.run("settle_outbox", request)


def _entry(position: str, attempts: str, fields: list[str]) -> OutboxEntry:
    values = dict(zip(fields[::2], fields[1::2], strict=True))
    time = datetime.fromtimestamp(int(values["time_ms"]) / 1000, UTC)
    return OutboxEntry(position, values["id"], values["type"], time, json.loads(values["data"]), int(attempts))


def event_fields(announcement: Announcement, event_id: str) -> dict[str, Any]:
    """Return an event's fields as the scripts write them to the outbox."""
    data = json.dumps(announcement.data, ensure_ascii=False)
    return {"id": event_id, "type": announcement.type.value, "data": data}


def event_once(announcement: Announcement, key: str) -> dict[str, Any]:
    """Return the fields of an event that belongs to no pair and is announced once a day per key."""
    return event_fields(announcement, f"evt_{key}") | {"key": key, "once_s": _ANNOUNCED_ONCE_S}
