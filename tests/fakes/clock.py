"""A clock whose sleeps take no time."""

from __future__ import annotations

import asyncio


class QuickClock:
    """Advances by the time that is slept, at once."""

    def __init__(self) -> None:
        self._now_s = 0.0

    def monotonic_s(self) -> float:
        return self._now_s

    def let_pass(self, seconds: float) -> None:
        """Advance the time without a sleep."""
        self._now_s += seconds

    async def sleep(self, seconds: float) -> None:
        self._now_s += seconds
        await asyncio.sleep(0)
