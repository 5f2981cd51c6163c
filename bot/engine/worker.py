"""All concurrent tasks of a worker, in one place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from loguru import logger

from bot.domain.events import Announcement, EventType
from bot.domain.policies import ReservationPolicy, WorkPolicy
from bot.engine.baselines import BaselineReader
from bot.engine.intake import Intake
from bot.engine.locator_watch import LocatorWatch
from bot.engine.naked_positives import NakedPositives
from bot.engine.part_watch import PartWatch
from bot.engine.prober import Prober
from bot.engine.publisher import Publisher
from bot.engine.recovery import Recovery
from bot.engine.restoration import Restoration
from bot.engine.scheduler import Scheduler
from bot.engine.session_keeper import SessionKeeper
from bot.engine.tasks import end
from bot.engine.trouble_watch import TroubleWatch
from bot.ports.outbox import Announcer

_WORK = WorkPolicy()


@dataclass(frozen=True, slots=True)
class WorkerRules:
    """A worker's concurrency and intervals. ``grace_s`` is how long pairs in hand may take after a stop request."""

    concurrency: int = _WORK.pairs_at_once
    lease_every_s: float = ReservationPolicy().lease_s / 3
    walk_every_s: float = 5
    mark_every_s: float = 1
    look_at_naked_every_s: float = 1
    look_at_troubles_every_s: float = 1
    look_after_sessions_every_s: float = 300
    look_at_locators_every_s: float = 1
    look_at_breakers_every_s: float = 1
    look_at_parts_every_s: float = 10
    read_baselines_every_s: float = 0.2
    grace_s: float = _WORK.grace_s
    last_deliveries_s: float = 3


@dataclass(frozen=True, slots=True)
class Worker:
    """Takes jobs, watches tickets, delivers events. If one of its tasks dies, all stop and the error is raised."""

    name: str
    ledger: Announcer
    intake: Intake
    scheduler: Scheduler
    recovery: Recovery
    naked: NakedPositives
    troubles: TroubleWatch
    restoration: Restoration
    sessions: SessionKeeper
    locators: LocatorWatch
    prober: Prober
    publisher: Publisher | None
    rules: WorkerRules
    baselines: BaselineReader | None = None
    parts: PartWatch | None = None

    async def run(self, stop: asyncio.Event, on_ready: Callable[[], None]) -> None:
        """Recover, then work until ``stop`` is set; pairs in hand are finished first.

        What needs no account begins before the leases are taken: a standby tells what a dead worker left behind.
        """
        announcing = self._start(self._announcing())
        try:
            if await _unless(stop, self.recovery.take_leases(retry_s=1)):
                await self._work(stop, on_ready, announcing)
        finally:
            await end(announcing)

    async def _work(
        self, stop: asyncio.Event, on_ready: Callable[[], None], announcing: set[asyncio.Task[None]]
    ) -> None:
        await self._announce(EventType.WORKER_STARTED)
        upkeep = self._start(self._upkeep())
        intakes = set[asyncio.Task[None]]()
        try:
            await self.restoration.compare_if_restored()
            await self.recovery.walk()
            upkeep |= self._start({"mark": self.restoration.keep_mark(self.rules.mark_every_s)})
            on_ready()
            intakes |= self._start({f"intake {n}": self.intake.run() for n in range(self.rules.concurrency)})
            await _until(stop, announcing | upkeep | intakes)
            await self._finish(intakes)
        finally:
            await end(intakes)
            try:
                await self._announce_stop()
            finally:
                await end(upkeep)
                await self.recovery.give_up_leases()

    def _announcing(self) -> dict[str, Coroutine[Any, Any, None]]:
        tasks = {
            "naked positives": self.naked.run(self.rules.look_at_naked_every_s),
            "troubles": self.troubles.run(self.rules.look_at_troubles_every_s),
        }
        if self.publisher is not None:
            tasks["publisher"] = self.publisher.run()
        return tasks

    def _upkeep(self) -> dict[str, Coroutine[Any, Any, None]]:
        tasks = {
            "leases": self.recovery.keep_leases(self.rules.lease_every_s),
            "walk": self.recovery.keep_walking(self.rules.walk_every_s),
            "scheduler": self.scheduler.run(),
            "sessions": self.sessions.run(self.rules.look_after_sessions_every_s),
            "locators": self.locators.run(self.rules.look_at_locators_every_s),
            "breakers": self.prober.run(self.rules.look_at_breakers_every_s),
        }
        if self.parts is not None:
            tasks["parts"] = self.parts.run(self.rules.look_at_parts_every_s)
        if self.baselines is not None:
            tasks["baselines"] = self.baselines.run(self.rules.read_baselines_every_s)
        return tasks

    def _start(self, work: dict[str, Coroutine[Any, Any, None]]) -> set[asyncio.Task[None]]:
        return {asyncio.create_task(coroutine, name=name) for name, coroutine in work.items()}

    async def _finish(self, intakes: set[asyncio.Task[None]]) -> None:
        self.intake.stop()
        _, unfinished = await asyncio.wait(intakes, timeout=self.rules.grace_s)
        if unfinished:
            logger.error("{} pairs were still in hand after {} s of grace", len(unfinished), self.rules.grace_s)
            await end(unfinished)

    async def _announce_stop(self) -> None:
        await self.naked.announce_own()
        await self._announce(EventType.WORKER_STOPPED)
        if self.publisher is not None:
            await self.publisher.empty(self.rules.last_deliveries_s)

    async def _announce(self, kind: EventType) -> None:
        await self.ledger.announce(Announcement(kind, {"worker": self.name}), f"{kind.value}.{self.name}")


async def _until(stop: asyncio.Event, tasks: set[asyncio.Task[None]]) -> None:
    stopping = asyncio.create_task(stop.wait(), name="stop")
    done, _ = await asyncio.wait({stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for task in done - {stopping}:
        task.result()


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    working = asyncio.create_task(work)
    try:
        await _until(stop, {working})
        return working.done()
    finally:
        await end({working})
