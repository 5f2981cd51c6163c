"""Asks the parts of a worker for a sign of life, and ends the worker when one cannot be brought back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from loguru import logger

from bot.errors import BookmakerError, PartMissing, RestartNeeded
from bot.ports.clock import Clock

Revive = Callable[[], Awaitable[None]]
"""Brings a part back if it does not answer; raises PartMissing or BookmakerError if it does not come back."""


class PartWatch:
    """Watches parts that may die without a word, such as the process that drives the browser.

    A worker that lives on without one is worse than none: no supervisor starts it again, and it holds its accounts.
    """

    def __init__(self, parts: Mapping[str, Revive], clock: Clock, gives_up_after_s: float = 60) -> None:
        self._parts = parts
        self._clock = clock
        self._gives_up_after_s = gives_up_after_s
        self._dead_since_s: dict[str, float] = {}

    async def run(self, every_s: float) -> None:
        """Look at intervals without end; raises RestartNeeded for a part that stays dead."""
        while True:
            for name, revive in self._parts.items():
                await self._look(name, revive)
            await self._clock.sleep(every_s)

    async def _look(self, name: str, revive: Revive) -> None:
        try:
            await revive()
        except (PartMissing, BookmakerError) as error:
            now_s = self._clock.monotonic_s()
            dead_for_s = now_s - self._dead_since_s.setdefault(name, now_s)
            logger.error("the {} has been dead for {:.0f} s: {}", name, dead_for_s, error)
            if dead_for_s >= self._gives_up_after_s:
                raise RestartNeeded(f"the {name} does not come back: {error}") from None
        else:
            self._dead_since_s.pop(name, None)
