"""A worker's queue, seen from outside: a job goes in, and BullMQ's own events tell when it is done."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bullmq.queue import Queue
from redis.asyncio import Redis

from tests.bench.gap.checkouts import WorkerProcess
from tests.bench.running import now_ms

QUEUE = "leg-gap"
_LOOK_UP_MS = 1000
_PAIR_LIMIT_S = 90


class QueuedJobs:
    """Jobs for a worker that is a process of its own, one at a time. Nothing polls its Redis while it bets."""

    def __init__(self, redis: Redis, worker: WorkerProcess) -> None:
        self.picked_up_ms = 0.0
        self._redis = redis
        self._queue = Queue(QUEUE, {"connection": redis})
        self._worker = worker
        self._last_event = "0-0"

    async def done(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Put a job into the queue, and return the result with which the worker completed it."""
        job = str((await self._queue.add("pair", data, {"jobId": f"pair-{data['betPairId']}"})).id)
        try:
            async with asyncio.timeout(_PAIR_LIMIT_S):
                event = await self._end_of(job)
        except TimeoutError:
            self._worker.give_up(f"has not finished {job} within {_PAIR_LIMIT_S} s")
        if event["event"] == "failed":
            self._worker.give_up(f"refused {job}: {event['failedReason']}")
        self.picked_up_ms = await self._pick_up_ms(job)
        result: Mapping[str, Any] = json.loads(event["returnvalue"])
        return result

    async def _end_of(self, job: str) -> Mapping[str, str]:
        while True:
            for number, event in await self._next_events():
                self._last_event = number
                if event["event"] in {"completed", "failed"} and event["jobId"] == job:
                    return event
            if self._worker.process.returncode is not None:
                self._worker.give_up(f"ended with status {self._worker.process.returncode}")

    async def _pick_up_ms(self, job: str) -> float:
        kept: dict[str, str] = await self._redis.hgetall(self._queue.toKey(job))  # type: ignore[misc]  # it is async
        return float(kept["processedOn"]) + now_ms() - time.time() * 1000  # BullMQ goes by the time of day

    async def _next_events(self) -> list[tuple[str, dict[str, str]]]:
        found = await self._redis.xread({self._queue.toKey("events"): self._last_event}, block=_LOOK_UP_MS)
        return [event for _, events in found for event in events]


@asynccontextmanager
async def queued_jobs(url: str, worker: WorkerProcess) -> AsyncIterator[QueuedJobs]:
    """Open the queue of a worker whose Redis is at ``url``."""
    async with Redis.from_url(url, decode_responses=True) as redis:
        yield QueuedJobs(redis, worker)
