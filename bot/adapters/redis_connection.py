"""The connection to Redis and the Lua scripts, each sent as one operation that may safely be sent again."""

from __future__ import annotations

import json
import socket
from collections.abc import Awaitable, Mapping
from importlib.resources import files
from typing import Any, cast
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.adapters.redis_cancellation import cancellable
from bot.errors import LedgerError, LedgerUnavailable

_UNANSWERED = (RedisConnectionError, RedisTimeoutError)
_ANSWER_S = 3.0
_RETRIES = 6
"""Together at most about 25 s, less than a lease: a caller that hears nothing for longer may have lost its accounts."""

_KEEP_ALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}
_SCRIPTS = {
    "announce": (),
    "breaker": (),
    "claim_outbox": (),
    "commit": ("committed",),
    "commit_and_submit": ("committed", "gate", "rates", "submitted"),
    "extend": (),
    "give_up": (),
    "halt": (),
    "holds": (),
    "lease": (),
    "lift": (),
    "looked_at": (),
    "naked": (),
    "note": (),
    "receive": (),
    "reserve": ("gate", "limits", "rates"),
    "schema": (),
    "settle_outbox": (),
    "troubles": (),
    "submit": ("gate", "rates", "submitted"),
}


class RedisConnection:
    """A Redis database as the ledger uses it: every key under one prefix, every change one Lua script.

    A command without an answer is repeated for some seconds, on another connection if this one fell silent; then
    LedgerUnavailable is raised.
    """

    def __init__(self, url: str, prefix: str = "") -> None:
        retry = Retry(ExponentialWithJitterBackoff(cap=1, base=0.05), retries=_RETRIES)
        self.client = cancellable(
            Redis.from_url(url, decode_responses=True, retry=retry, retry_on_error=list(_UNANSWERED), **_patience(url))
        )
        self.prefix = prefix
        self._scripts = {name: self.client.register_script(_source(name)) for name in _SCRIPTS}

    def key(self, name: str) -> str:
        """Return a key's full name."""
        return self.prefix + name

    async def run(self, script: str, request: Mapping[str, Any]) -> Any:
        """Run a script with a JSON request; raises LedgerUnavailable or LedgerError."""
        return await self.ask(self._scripts[script](args=[self.prefix, json.dumps(request)]))

    async def ask(self, command: object) -> Any:
        """Await a command of ``client``; raises LedgerUnavailable or LedgerError."""
        try:
            return await cast("Awaitable[Any]", command)  # redis-py types its commands as sync or async
        except _UNANSWERED as error:
            raise LedgerUnavailable(f"Redis does not answer: {type(error).__name__}") from error
        except RedisError as error:
            raise LedgerError(f"Redis refused: {error}") from error

    async def close(self) -> None:
        """Close the connection."""
        await self.client.aclose()


def _patience(url: str) -> dict[str, Any]:
    """Return the time limits of a connection. Without them one that falls silent is waited for without end."""
    limits: dict[str, Any] = {"socket_timeout": _ANSWER_S, "socket_connect_timeout": _ANSWER_S}
    if urlsplit(url).scheme == "unix":
        return limits
    options = {getattr(socket, name): value for name, value in _KEEP_ALIVE.items() if hasattr(socket, name)}
    return limits | {"socket_keepalive": True, "socket_keepalive_options": options}


def _source(name: str) -> str:
    folder = files("bot.adapters") / "lua"
    return "\n".join((folder / f"{part}.lua").read_text("utf-8") for part in ("common", *_SCRIPTS[name], name))


async def redis_time_ms(connection: RedisConnection) -> int:
    """Return Redis' own time in milliseconds since the epoch."""
    seconds, microseconds = cast("tuple[int, int]", await connection.ask(connection.client.time()))
    return seconds * 1000 + microseconds // 1000
