"""Plays many histories in several worlds at once; the worlds share nothing."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.chaos.history import History
from tests.chaos.plan import Plan
from tests.chaos.report import Outcome
from tests.chaos.world import World, WorldStuck, raised_world

_PER_WORLD = 40  # an account's list of bets grows, and with it the time to read it
_WORLDS_LOST_AT_MOST = 3
Tell = Callable[[str], None]


class Run:
    """All histories of a run. The folder of a world without findings is deleted, any other is kept."""

    def __init__(self, plans: Iterable[Plan], folder: Path, tell: Tell) -> None:
        self.outcomes: list[Outcome] = []
        self._plans = deque(plans)
        self._total = len(self._plans)
        self._folder = folder
        self._tell = tell
        self._worlds = 0
        self._lost = 0
        self._played = 0

    async def play(self, at_once: int) -> None:
        """Play all histories; raises WorldStuck when worlds keep breaking down."""
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(self._play_in_worlds())
        self.outcomes.sort(key=lambda outcome: outcome.plan.number)

    async def _play_in_worlds(self) -> None:
        while self._plans:
            self._worlds += 1
            folder = self._folder / f"world-{self._worlds:02}"
            try:
                is_fine = await self._play_in(folder)
            except WorldStuck as stuck:
                self._lost += 1
                self._tell(f"{folder} broke down: {stuck}")
                if self._lost > _WORLDS_LOST_AT_MOST:
                    raise
            else:
                if is_fine:
                    await asyncio.to_thread(shutil.rmtree, folder)

    async def _play_in(self, folder: Path) -> bool:
        histories: list[tuple[History, float]] = []
        async with raised_world(folder) as world:
            try:
                while self._plans and len(histories) < _PER_WORLD:
                    histories.append(await self._play_next(world))
            finally:
                outcomes = [await self._concluded(history, seconds) for history, seconds in histories]
                self.outcomes += outcomes
        return not any(outcome.findings for outcome in outcomes) and not any(each.was_late for each, _ in histories)

    async def _play_next(self, world: World) -> tuple[History, float]:
        began = time.monotonic()
        await world.in_order()
        plan = self._plans.popleft()
        try:
            history = await History.begin(world, plan)
        except WorldStuck:
            self._plans.appendleft(plan)
            raise
        await history.play()
        seconds = time.monotonic() - began
        self._played += 1
        self._tell(f"{self._played:>5}/{self._total}  {seconds:5.1f} s  {plan.pair}  {await history.state()}")
        return history, seconds

    async def _concluded(self, history: History, seconds: float) -> Outcome:
        findings = tuple(await history.judged())
        for finding in findings:
            self._tell(f"WRONG {history.world.folder}: {history.plan.pair}: {finding.text}")
        struck = history.strike.has_struck.is_set() or history.plan.fault.is_the_bookmakers
        return Outcome(history.plan, await history.state(), struck, seconds, findings, tuple(history.notes))
