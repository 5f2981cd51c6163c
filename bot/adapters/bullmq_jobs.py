"""The queue that brings pair jobs: BullMQ in its manual mode, in which we hold, extend and finish each job ourselves.

BullMQ's own loop is not used: it stops extending locks while it closes, and a cancelled processor ends it silently.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bullmq.job import Job
from bullmq.queue import Queue
from bullmq.types.job_options import JobOptions
from bullmq.worker import Worker
from loguru import logger
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.adapters.masking import masked
from bot.adapters.redis_cancellation import cancellable
from bot.engine.tasks import end
from bot.errors import LedgerUnavailable
from bot.ports.jobs import JobResult, QueuedJob

_READ_TIMEOUT_S = 30.0  # longer than any blocking read of the queue
_CONNECT_TIMEOUT_S = 5.0
_RETRY_AFTER_S = 0.2
_LAST_ANSWER_S = 1.0
_NO_STALL_LIMIT = 1_000_000  # BullMQ would fail a job whose workers died; the ledger decides instead
_EPOCH_MS = re.compile("[0-9]{1,14}")
_OUTAGE = (RedisError, OSError)


def job_id_of(bet_pair_id: str) -> str:
    """Return the job id of a pair, with a prefix: BullMQ refuses ids of digits alone, and ids with a colon."""
    return f"pair-{bet_pair_id}"


class BullMqQueue:
    """Add jobs to the queue and read their results, as a producer does."""

    def __init__(self, redis_url: str, queue_name: str, *, prefix: str = "bull") -> None:
        self._redis = _connect(redis_url)
        self._queue = Queue(queue_name, {"connection": self._redis, "prefix": prefix})

    async def enqueue(self, data: Any) -> str:
        """Add a pair job and return its id.

        A pair that the queue still knows, finished jobs included, is not added again. Raises LedgerUnavailable when
        Redis does not answer; a job with a betPairId is then safe to enqueue again.
        """
        bet_pair_id = data.get("betPairId") if isinstance(data, dict) else None
        job_id = job_id_of(bet_pair_id) if isinstance(bet_pair_id, str) and bet_pair_id.isascii() else None
        return await self.add(data, job_id)

    async def add(self, data: Any, job_id: str | None = None) -> str:
        """Add a job under an id of the caller's choice, or of BullMQ's; errors as for ``enqueue``."""
        options: JobOptions = {} if job_id is None else {"jobId": job_id}
        async with _answering():
            job = await self._queue.add("pair", data, options)
        return str(job.id)

    async def result_of(self, job_id: str) -> JobResult | None:
        """Return a job's state and result, or None when the queue does not know it; raises LedgerUnavailable."""
        async with _answering():
            state = await self._queue.backend.getState(job_id)  # first, so that a finished job has its result
            job = await Job.fromId(self._queue, job_id)
        return None if job is None else JobResult(state, job.returnvalue, job.failedReason)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


class BullMqJobs:
    """Take jobs from the queue; any number may be held at the same time.

    A hold is a lock in Redis that lapses ``lock_duration_s`` after this process has died or lost its connection.
    The job then goes to another worker, found by a check every ``stalled_check_s``: delivery is at least once.
    While Redis is away, calls wait. An object belongs to one event loop.
    """

    def __init__(
        self,
        redis_url: str,
        queue_name: str,
        *,
        prefix: str = "bull",
        lock_duration_s: float = 30.0,
        stalled_check_s: float = 15.0,
    ) -> None:
        self._redis = _connect(redis_url)
        self._lock_duration_s = lock_duration_s
        self._stalled_check_s = stalled_check_s
        self._worker = Worker(
            queue_name,
            None,  # type: ignore[arg-type]  # manual mode
            {
                "connection": self._redis,
                "prefix": prefix,
                "lockDuration": int(lock_duration_s * 1000),
                "stalledInterval": int(stalled_check_s * 1000),
                "maxStalledCount": _NO_STALL_LIMIT,
            },
        )
        self._held: dict[str, Job] = {}  # by lock token
        self._finishing: set[str] = set()
        self._untaken: deque[QueuedJob] = deque()
        self._fetches: set[asyncio.Task[bool]] = set()
        self._chores: dict[str, asyncio.Task[None]] = {}
        self._redis_is_away = False
        self._closed = False

    async def take(self) -> QueuedJob:
        """Wait for the next job and hold it until it is completed or failed.

        ``data`` is the job's JSON, or its raw text if it is not JSON. May be cancelled: a job that was being fetched is
        kept for the next call.
        """
        while not self._untaken:
            self._require_open()
            self._keep_chores_going()
            try:
                await self._look()
            except _OUTAGE as error:
                await self._sit_out(error, "wait for jobs")
        return self._untaken.popleft()

    async def complete(self, job: QueuedJob, result: Mapping[str, Any]) -> None:
        """Finish a job with the pair's result, which must be JSON.

        If the hold is lost, it only logs a warning: another worker has the job and finishes it.
        """
        value = json.loads(json.dumps(dict(result), allow_nan=False))  # after this line a TypeError comes from bullmq
        await self._finish(job, lambda held: held.moveToCompleted(value, str(held.token)))

    async def fail(self, job: QueuedJob, reason: str) -> None:
        """Fail a job for good, even if its producer allowed more attempts; otherwise as ``complete``."""
        await self._finish(job, lambda held: _move_to_failed(held, masked(reason)))

    async def close(self) -> None:
        """Release everything; jobs that are still held go to another worker when their locks lapse."""
        self._closed = True
        await self._stop_chores()
        if self._fetches:
            await asyncio.wait(self._fetches, timeout=_LAST_ANSWER_S)
        self._held.clear()
        await self._redis.aclose()

    async def _look(self) -> None:
        # Not cancelled with its caller: the script may already have given us a job, which would then be lost.
        fetch = asyncio.create_task(self._fetch())
        self._fetches.add(fetch)
        fetch.add_done_callback(self._fetches.discard)
        found = await asyncio.shield(fetch)
        if not found and not self._untaken:
            self._worker.blockUntil = await self._worker.waitForJob()

    async def _fetch(self) -> bool:
        token = uuid4().hex
        try:
            fields, job_id, *_, delayed_until = await self._worker.backend.moveToActive(token, self._worker.opts)
        except _OUTAGE as error:
            await self._sit_out(error, "fetch a job")
            return True  # the queue's state is unknown, so look again at once
        self._tell_of_return()
        self._worker.blockUntil = int(delayed_until or 0)
        if not fields:
            return False
        job = _job(self._worker, fields, job_id)
        job.token = token
        self._held[token] = job
        self._untaken.append(QueuedJob(str(job.id), job.data, token, _queued_at(fields)))
        return True

    async def _finish(self, job: QueuedJob, move: Callable[[Job], Awaitable[Any]]) -> None:
        held = self._held.get(job.handle)
        if held is None:
            logger.warning("job {} is no longer held by this worker; its new holder finishes it", job.id)
            return
        self._finishing.add(job.handle)
        try:
            await self._move(held, move)
        finally:
            self._finishing.discard(job.handle)
            self._held.pop(job.handle, None)

    async def _move(self, held: Job, move: Callable[[Job], Awaitable[Any]]) -> None:
        while True:
            self._require_open()
            try:
                await move(held)
            except _OUTAGE as error:
                await self._sit_out(error, f"finish job {held.id}")
            except TypeError as refusal:  # bullmq raises it if the lock or the job is gone
                await self._explain(held, refusal)
                return
            else:
                return

    async def _explain(self, held: Job, refusal: TypeError) -> None:
        try:
            state = await self._worker.backend.getState(str(held.id))
        except _OUTAGE:
            state = "unknown"
        if state not in ("completed", "failed"):  # else our first try succeeded and only its reply was lost
            logger.warning("job {} ({}) was no longer held and could not be finished: {}", held.id, state, refusal)

    def _keep_chores_going(self) -> None:
        self._keep_going("extend holds", self._extend_holds, self._lock_duration_s / 3)
        self._keep_going("find stalled jobs", self._find_stalled_jobs, self._stalled_check_s)

    def _keep_going(self, name: str, chore: Callable[[], Awaitable[None]], every_s: float) -> None:
        if name not in self._chores or self._chores[name].done():
            self._chores[name] = asyncio.create_task(self._repeat(name, chore, every_s), name=name)

    async def _repeat(self, name: str, chore: Callable[[], Awaitable[None]], every_s: float) -> None:
        while not self._closed:
            try:
                async with asyncio.timeout(every_s):
                    await chore()
            except _OUTAGE as error:  # TimeoutError is one of them
                await self._sit_out(error, name)
            except Exception:  # noqa: BLE001 - holds must be extended after any error of bullmq
                logger.exception("queue: could not {}; trying again", name)
                await asyncio.sleep(every_s)
            else:
                await asyncio.sleep(every_s)

    async def _stop_chores(self) -> None:
        await end(list(self._chores.values()))

    async def _extend_holds(self) -> None:
        held = {token: str(job.id) for token, job in self._held.items()}
        if not held:
            return
        lost = await self._worker.backend.extendLocks(
            list(held.values()), list(held), int(self._lock_duration_s * 1000)
        )
        for token, job_id in held.items():
            if job_id in lost and token in self._held and token not in self._finishing:
                del self._held[token]
                logger.warning("the hold on job {} was lost; another worker may get it", job_id)

    async def _find_stalled_jobs(self) -> None:
        interval_ms = int(self._stalled_check_s * 1000)
        for job_id in await self._worker.backend.moveStalledJobsToWait(_NO_STALL_LIMIT, interval_ms):
            logger.warning("job {} was abandoned by its worker and goes to another", job_id)

    async def _sit_out(self, error: Exception, task: str) -> None:
        if self._closed:
            return
        if not self._redis_is_away:
            logger.warning("queue: could not {} ({}); trying until Redis is back", task, error)
        self._redis_is_away = True
        await asyncio.sleep(_RETRY_AFTER_S)

    def _tell_of_return(self) -> None:
        if self._redis_is_away:
            logger.info("queue: Redis is back")
        self._redis_is_away = False

    def _require_open(self) -> None:
        if self._closed:
            raise RuntimeError("the job source is closed")


def _connect(redis_url: str) -> Redis:
    # No retries inside redis-py: it would repeat a script whose reply was lost, and hide outages for minutes.
    return cancellable(
        Redis.from_url(
            redis_url,
            decode_responses=True,
            encoding_errors="replace",
            socket_timeout=_READ_TIMEOUT_S,
            socket_connect_timeout=_CONNECT_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
    )


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    try:
        yield
    except _OUTAGE as error:
        raise LedgerUnavailable(f"the queue's Redis did not answer: {error}") from error


def _queued_at(fields: Mapping[str, str]) -> datetime | None:
    written = fields.get("timestamp", "")
    return datetime.fromtimestamp(int(written) / 1000, UTC) if _EPOCH_MS.fullmatch(written) else None


def _job(worker: Worker, fields: dict[str, str], job_id: str) -> Job:
    try:
        job = Job.fromJSON(worker, fields, job_id)  # type: ignore[arg-type]  # a worker serves as its queue
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Job(worker, fields.get("name", ""), fields.get("data"), {}, job_id)  # type: ignore[arg-type]
    return job


async def _move_to_failed(job: Job, reason: str) -> None:
    job.discarded = True  # no further attempt
    job.opts["stackTraceLimit"] = 0  # a trace would be stored unmasked
    await job.moveToFailed(reason, str(job.token))
