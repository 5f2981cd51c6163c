"""A queue that delivers a job again when the worker that holds it has been silent for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.ports.jobs import QueuedJob
from tests.chaos.interleavings.crash_points import Process

_LOOK_EVERY_S = 5
_HOLD_S = 30


@dataclass
class _Job:
    job: QueuedJob
    holder: Process | None = None
    is_finished: bool = False


class JobQueue:
    """The jobs, their holders and their results. Without ``redelivers`` a job whose worker died is lost."""

    def __init__(self, *, redelivers: bool) -> None:
        self.results: list[tuple[str, Mapping[str, Any]]] = []
        self._redelivers = redelivers
        self._jobs: list[_Job] = []

    def add(self, data: dict[str, Any]) -> None:
        """Add a job."""
        self._jobs.append(_Job(QueuedJob(id=f"job-{len(self._jobs)}", data=data, handle=None)))

    def is_held_by(self, process: Process) -> bool:
        """Return whether a process holds a job."""
        return any(job.holder is process and not job.is_finished for job in self._jobs)

    def next_for(self, process: Process) -> QueuedJob | None:
        """Hand out the next free job."""
        for job in self._jobs:
            if not job.is_finished and self._is_free(job):
                job.holder = process
                return job.job
        return None

    def finish(self, process: Process, job: QueuedJob, result: Mapping[str, Any]) -> None:
        """Keep a result, even from a worker that no longer holds the job."""
        self.results.append((process.name, result))
        for held in self._jobs:
            if held.job is job and held.holder is process:
                held.is_finished = True

    def _is_free(self, job: _Job) -> bool:
        if job.holder is None:
            return True
        silent_since = job.holder.stopped_at
        is_stalled = silent_since is not None and asyncio.get_running_loop().time() - silent_since >= _HOLD_S
        return is_stalled and self._redelivers


class JobsOf:
    """Implements the JobSource port for one worker."""

    def __init__(self, queue: JobQueue, process: Process) -> None:
        self._queue = queue
        self._process = process

    async def take(self) -> QueuedJob:
        while True:
            job = self._queue.next_for(self._process) if self._process.is_running else None
            if job is not None:
                return job
            await asyncio.sleep(_LOOK_EVERY_S)

    async def complete(self, job: QueuedJob, result: Mapping[str, Any]) -> None:
        self._queue.finish(self._process, job, result)

    async def fail(self, job: QueuedJob, reason: str) -> None:
        self._queue.finish(self._process, job, {"failed": reason})
