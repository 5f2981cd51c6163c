"""The real clock."""

from __future__ import annotations

import asyncio
import time


class SystemClock:
    """Implements the Clock port with this machine's monotonic clock."""

    def monotonic_s(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
