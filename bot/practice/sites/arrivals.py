"""When the request that is being answered came in."""

from __future__ import annotations

import time
from contextvars import ContextVar

from aiohttp import web
from aiohttp.typedefs import Handler

_came_ms: ContextVar[float] = ContextVar("came_ms")


@web.middleware
async def note_arrival(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Note the time before anything is done with a request; the first middleware of each site."""
    _came_ms.set(monotonic_ms())
    return await handler(request)


def came_ms() -> float:
    """Return when the request at hand came in, by the machine's monotonic clock; now where there is none."""
    return _came_ms.get(monotonic_ms())


def monotonic_ms() -> float:
    """Return the machine's monotonic time."""
    return time.monotonic_ns() / 1_000_000
