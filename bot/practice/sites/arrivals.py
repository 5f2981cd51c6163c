"""The time at which the current request arrived."""

from __future__ import annotations

import time
from contextvars import ContextVar

from aiohttp import web
from aiohttp.typedefs import Handler

_came_ms: ContextVar[float] = ContextVar("came_ms")


@web.middleware
async def note_arrival(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Record the arrival time before a request is processed; must be the first middleware of a site."""
    _came_ms.set(monotonic_ms())
    return await handler(request)


def came_ms() -> float:
    """Return the arrival time of the current request on the monotonic clock; without a request, return now."""
    return _came_ms.get(monotonic_ms())


def monotonic_ms() -> float:
    """Return the machine's monotonic time in milliseconds."""
    return time.monotonic_ns() / 1_000_000
