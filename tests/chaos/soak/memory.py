"""Samples of what a worker, its browser and its ledger hold in memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from bot.adapters.redis_connection import RedisConnection
from tests.chaos import processes
from tests.chaos.soak.growth import Sample

_BYTES_PER_MB = 1024 * 1024


class Memory:
    """Samples of each part by name: ``worker``, ``driver`` (Playwright's Node.js), ``browser`` and ``redis``."""

    def __init__(self, worker_pid: int, connection: RedisConnection, pairs_done: Callable[[], int]) -> None:
        self.series: dict[str, list[Sample]] = {"worker": [], "driver": [], "browser": [], "redis": []}
        self._pid = worker_pid
        self._connection = connection
        self._pairs_done = pairs_done

    async def sample(self, every_s: float) -> None:
        """Take a sample every ``every_s`` seconds until cancelled."""
        while True:
            at_s, pairs = time.monotonic(), self._pairs_done()
            for part, megabytes in (await self._look()).items():
                self.series[part].append(Sample(at_s, pairs, megabytes))
            await asyncio.sleep(every_s)

    async def _look(self) -> dict[str, float]:
        held = await asyncio.to_thread(_held, self._pid)
        memory = await self._connection.ask(self._connection.client.info("memory"))
        return {**held, "redis": memory["used_memory"] / _BYTES_PER_MB}


def _held(pid: int) -> dict[str, float]:
    roots = processes.browsers(pid)
    browser = {*roots, *(each for root in roots for each in processes.descendants(root))}  # a wrapper is a root, too
    return {
        "worker": processes.megabytes([pid]),
        "driver": processes.megabytes(processes.drivers(pid)),
        "browser": processes.megabytes(browser),
    }
