"""Pauses new pairs by itself when there is too much trouble."""

from __future__ import annotations

from loguru import logger

from bot.domain.events import Announcement, EventType
from bot.domain.halt import Halt
from bot.domain.pauses import pauses
from bot.domain.policies import PausePolicy
from bot.errors import LedgerError
from bot.ports.clock import Clock
from bot.ports.halts import Halts

_HOUR_S = 3600.0


class TroubleWatch:
    """Looks at the troubles of all workers. A pause stands until a human ends it; then only what follows counts."""

    def __init__(self, ledger: Halts, clock: Clock, policy: PausePolicy) -> None:
        self._ledger = ledger
        self._clock = clock
        self._policy = policy

    async def run(self, every_s: float) -> None:
        """Look at intervals without end."""
        while True:
            try:
                await self.look()
            except LedgerError as error:
                logger.warning("the look at emergencies and exposures is repeated: {}", error)
            await self._clock.sleep(every_s)

    async def look(self) -> None:
        """Pause new pairs if that is due and they are not paused for it already."""
        due = list(pauses(await self._ledger.troubles(_HOUR_S), self._policy))
        standing = {(halt.scope, halt.cause) for halt in await self._ledger.halts()} if due else set()
        for pause in due:
            if (pause.scope, pause.cause) not in standing:
                await self._pause(pause)

    async def _pause(self, pause: Halt) -> None:
        logger.error("new pairs are paused: {}", pause.reason)
        announcement = Announcement(EventType.PROVIDER_HALTED, {"scope": pause.scope, "reason": pause.reason})
        await self._ledger.halt(pause, announcement, f"paused.{pause.cause.value}")
