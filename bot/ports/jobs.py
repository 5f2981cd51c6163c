"""The queue that brings pair jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job taken from the queue and held by this worker until it is completed or failed."""

    id: str
    data: Any
    handle: Any
    queued_at: datetime | None = None


class JobSource(Protocol):
    """The queue that brings pair jobs in."""

    async def take(self) -> QueuedJob:
        """Wait for the next job. The source renews its hold on the job until it is completed or failed."""

    async def complete(self, job: QueuedJob, result: Mapping[str, Any]) -> None:
        """Finish a job with the pair's result."""

    async def fail(self, job: QueuedJob, reason: str) -> None:
        """Fail a job for good, with a reason that names the field; it stays in the failed set."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """What the queue knows of a job.

    ``state`` is BullMQ's: waiting, active, delayed, prioritized, completed or failed. ``value`` is what a completed
    job returned, ``failed_reason`` why a failed one failed.
    """

    state: str
    value: Any = None
    failed_reason: str | None = None


class JobQueue(Protocol):
    """The queue as a producer uses it. Methods raise LedgerUnavailable when Redis does not answer."""

    async def enqueue(self, data: Any) -> str:
        """Add a pair job and return its id; a pair that the queue still knows is not added again."""

    async def result_of(self, job_id: str) -> JobResult | None:
        """Return how a job stands, or None when the queue does not know it."""
