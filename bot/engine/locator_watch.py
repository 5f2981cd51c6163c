"""Puts changed locators in force while the worker runs, if they pass the check, and ends the halts they repair."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from loguru import logger

from bot.domain.events import Announcement, EventType
from bot.domain.halt import Halt, HaltCause
from bot.errors import BookmakerError, LedgerError
from bot.ports.clock import Clock
from bot.ports.halts import Halts
from bot.ports.locators import LocatorFiles
from bot.ports.outbox import Announcer

_PROBLEMS_TOLD = 10
_LATE_FOR_S = 120  # a later halt under old locators is of another worker with its own files


class DriftLedger(Halts, Announcer, Protocol):
    """The halts for drift, and the announcements about them."""


class LocatorWatch:
    """Looks for changed locators and ends the halts for drift that they repair; no other halt is touched.

    ``reopen`` makes a provider's sessions open again at their next use. From then on they read by the new locators;
    locators never change between arming a slip and its click.
    """

    def __init__(
        self,
        locators: LocatorFiles,
        reopen: Callable[[str], None],
        ledger: DriftLedger,
        clock: Clock,
        providers: Collection[str],
    ) -> None:
        self._locators = locators
        self._reopen = reopen
        self._ledger = ledger
        self._clock = clock
        self._to_judge = set(providers)  # at the start, since the repair may have come while no worker ran
        self._superseded: dict[tuple[str, str | None], float] = {}

    async def run(self, every_s: float) -> None:
        """Look for changed locators without end."""
        while True:
            await self.look()
            await self._clock.sleep(every_s)

    async def look(self) -> None:
        """Judge every provider whose locators have changed. One that could not be judged is judged at the next look."""
        changed = set(await self._locators.changed())
        for provider in sorted(self._to_judge | changed):
            self._to_judge.add(provider)
            try:
                await self._judge(provider, is_changed=provider in changed)
            except (LedgerError, BookmakerError) as error:
                logger.warning("{}: changed locators wait: {}", provider, error)
            else:
                self._to_judge.discard(provider)
        await self._end_late_halts()

    async def _judge(self, provider: str, *, is_changed: bool) -> None:
        if not is_changed and not await self._repairable(provider):
            return
        before = self._locators.version(provider)
        problems = await self._locators.take_up(provider)
        if problems:
            await self._tell_of_refusal(provider, problems)
            return
        self._superseded[provider, before] = self._clock.monotonic_s()
        self._superseded.pop((provider, self._locators.version(provider)), None)
        self._reopen(provider)
        logger.info("{}: locators {} are in force", provider, self._locators.version(provider))
        await self._resume(provider)

    async def _resume(self, provider: str) -> None:
        for halt in await self._repairable(provider):
            await self._lift(halt)

    async def _end_late_halts(self) -> None:
        """End halts for pages that were still being read by the old locators while the new ones were taken up."""
        if not self._superseded:
            return
        try:
            late = [halt for halt in await self._ledger.halts() if self._is_late(halt)]
            for halt in late:
                await self._lift(halt)
        except LedgerError as error:
            logger.warning("halts under old locators are checked again later: {}", error)
            return
        now_s = self._clock.monotonic_s()
        self._superseded = {old: at_s for old, at_s in self._superseded.items() if now_s - at_s < _LATE_FOR_S}

    def _is_late(self, halt: Halt) -> bool:
        superseded_at = self._superseded.get((_provider_of(halt), halt.locators))
        return halt.cause is HaltCause.DRIFT and superseded_at is not None

    async def _lift(self, halt: Halt) -> None:
        data = {"scope": halt.scope, "reason": halt.reason, "locators": self._locators.version(_provider_of(halt))}
        if await self._ledger.lift(halt, Announcement(EventType.PROVIDER_RESUMED, data)):
            logger.info("{}: betting resumes", halt.scope)

    async def _repairable(self, provider: str) -> list[Halt]:
        """Return the halts for drift under other locators than those in force."""
        version = self._locators.version(provider)
        return [
            halt
            for halt in await self._ledger.halts()
            if halt.cause is HaltCause.DRIFT and _provider_of(halt) == provider and halt.locators != version
        ]

    async def _tell_of_refusal(self, provider: str, problems: Sequence[str]) -> None:
        version = self._locators.version(provider)
        logger.error("{}: changed locators are refused, {} stay in force: {}", provider, version, "; ".join(problems))
        data = {"provider": provider, "locators": version, "problems": list(problems[:_PROBLEMS_TOLD])}
        await self._ledger.announce(Announcement(EventType.LOCATORS_REFUSED, data), f"refused.{uuid.uuid4().hex}")


def _provider_of(halt: Halt) -> str:
    return halt.scope.partition(":")[2]
