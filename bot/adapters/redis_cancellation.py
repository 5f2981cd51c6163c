"""A Redis client whose commands can be cancelled at any moment, although they have a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from redis.asyncio import Redis
from redis.exceptions import TimeoutError as RedisTimeoutError

if TYPE_CHECKING:
    from redis.asyncio.connection import AbstractConnection as _Connection
else:
    _Connection = object


def cancellable(client: Redis) -> Redis:
    """Let the client's connections lose no cancellation, and return the client.

    With a ``socket_timeout`` redis-py sends through ``asyncio.wait_for``. On Python 3.11 that function drops a
    cancellation which arrives as the sending ends: a worker that stops would go on.
    """
    pool = client.connection_pool
    pool.connection_class = type("CancellableConnection", (_LimitedSend, pool.connection_class), {})
    return client


class _LimitedSend(_Connection):
    async def send_packed_command(self, command: bytes | str | Iterable[bytes], check_health: Any = True) -> None:  # noqa: FBT002 - the signature of redis-py
        limit_s, self.socket_timeout = self.socket_timeout, None  # so that redis-py sets no limit of its own
        try:
            async with asyncio.timeout(limit_s):
                await super().send_packed_command(command, check_health)
        except TimeoutError:
            raise RedisTimeoutError("Timeout writing to socket") from None
        finally:
            self.socket_timeout = limit_s
