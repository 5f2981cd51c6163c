"""Whether a worker holds its accounts."""

from __future__ import annotations

import asyncio


class Tenure:
    """Whether this worker holds the leases of all its accounts, as it last saw them."""

    def __init__(self) -> None:
        self._held = asyncio.Event()
        self._lost = asyncio.Event()

    @property
    def is_held(self) -> bool:
        """Whether all leases were held at the last look."""
        return self._held.is_set()

    def note(self, *, holds_all: bool) -> None:
        """Note what a look at the leases showed."""
        for event, is_so in ((self._held, holds_all), (self._lost, not holds_all)):
            event.set() if is_so else event.clear()

    async def held(self) -> None:
        """Wait until all leases are held."""
        await self._held.wait()

    async def lost(self) -> None:
        """Wait until a lease is lost."""
        await self._lost.wait()
