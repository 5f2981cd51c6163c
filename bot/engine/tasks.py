"""Ending tasks for sure."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

_CANCEL_AGAIN_S = 0.2


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they have ended; what they raise is nobody's any more.

    One cancellation is not enough: on Python 3.11 a call to Redis that is waited for with a time limit can lose it.
    """
    running = set(tasks)
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_CANCEL_AGAIN_S)
    await asyncio.gather(*tasks, return_exceptions=True)
