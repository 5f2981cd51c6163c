"""The faults themselves: what is done to the world at a history's moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from tests.chaos import processes
from tests.chaos.crew import Hand
from tests.chaos.plan import BEFORE_A_SCRIPT, Fault, Moment, Plan
from tests.chaos.redis_proxy import Fate
from tests.chaos.world import World

_SECOND_JOBS = 2


class Strike:
    """One fault, struck once. ``over`` is set when the world is complete again, apart from a worker."""

    def __init__(self, world: World, plan: Plan, job: Mapping[str, object], acting: Hand) -> None:
        self.has_struck = asyncio.Event()
        self.over = asyncio.Event()
        self._world = world
        self._plan = plan
        self._job = job
        self._acting = acting
        self._aftermath: asyncio.Task[None] | None = None

    async def __call__(self) -> Fate:
        """Strike, and return what happens to the held script or answer."""
        self.has_struck.set()
        strikes: Mapping[Fault, Callable[[], Awaitable[Fate]]] = {
            Fault.KILL_WORKER: self._kill_worker,
            Fault.PAUSE_WORKER: self._pause_worker,
            Fault.KILL_REDIS: self._kill_redis,
            Fault.DROP_REPLY: self._drop_reply,
            Fault.SILENCE_REDIS: self._silence_redis,
            Fault.KILL_BROWSER: self._kill_browser,
            Fault.KILL_PAGES: self._kill_pages,
            Fault.DELIVER_TWICE: self._deliver_twice,
        }
        return await strikes[self._plan.fault]()

    async def end(self) -> None:
        """Wait until everything that the strike started is over."""
        if self._aftermath is not None:
            await self._aftermath

    async def _kill_worker(self) -> Fate:
        hand = self._acting
        below = processes.descendants(hand.pid)
        hand.kill()
        self._go_on_with(self._bury(hand, below))
        return Fate.LOST

    async def _bury(self, hand: Hand, below: list[int]) -> None:
        await hand.process.wait()
        await self._world.crew.replenish()
        await asyncio.sleep(1)  # its browser ends by itself; a process that does not is no longer needed
        processes.kill(below)

    async def _pause_worker(self) -> Fate:
        hand = self._acting
        hand.pause()
        self._go_on_with(self._wake(hand))
        if self._plan.moment in BEFORE_A_SCRIPT:
            await self.over.wait()  # it stopped just before it would have sent this
        return Fate.PASSED_ON

    async def _wake(self, hand: Hand) -> None:
        await asyncio.sleep(self._plan.pause_s)
        hand.go_on()

    async def _kill_redis(self) -> Fate:
        self._world.redis.kill()
        self._go_on_with(self._restart_redis())
        return Fate.LOST

    async def _restart_redis(self) -> None:
        await asyncio.sleep(self._plan.absence_s)
        await self._world.redis.start()

    async def _drop_reply(self) -> Fate:
        self.over.set()
        if self._plan.moment is Moment.ANY_TIME:
            self._world.proxy.lose_next_answer()
        return Fate.LOST

    async def _silence_redis(self) -> Fate:
        """Let every connection that is open carry nothing any more; new ones work."""
        self._world.proxy.fall_silent()
        self.over.set()
        return Fate.PASSED_ON

    async def _kill_browser(self) -> Fate:
        return await self._kill_below(processes.browsers)

    async def _kill_pages(self) -> Fate:
        return await self._kill_below(processes.pages)

    async def _kill_below(self, which: Callable[[int], list[int]]) -> Fate:
        victims = which(self._acting.pid)
        processes.kill(victims)
        while any(processes.is_alive(pid) for pid in victims):
            await asyncio.sleep(0.005)
        self.over.set()
        return Fate.PASSED_ON

    async def _deliver_twice(self) -> Fate:
        for number in range(_SECOND_JOBS):
            await self._world.queue.add(self._job, f"again-{number}-{self._plan.pair}")
        self.over.set()
        return Fate.PASSED_ON

    def _go_on_with(self, aftermath: Awaitable[None]) -> None:
        async def run() -> None:
            await aftermath
            self.over.set()

        self._aftermath = asyncio.create_task(run(), name=f"aftermath of {self._plan.fault}")
