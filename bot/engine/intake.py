"""Takes jobs from the queue, executes them and returns their results to the queue."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

from loguru import logger

from bot.domain.events import Announcement, EventType, pair_data
from bot.domain.job import read_job
from bot.domain.pair import Account, Pair
from bot.domain.reasons import Reason
from bot.engine.executor import Executor
from bot.engine.tasks import first_of
from bot.engine.tenure import Tenure
from bot.errors import JobInvalid, LedgerError
from bot.ports.clock import Clock
from bot.ports.jobs import JobSource, QueuedJob
from bot.ports.outbox import Announcer

_RETRY_S = 1
_IDS = ("arbId", "betPairId")


class Intake:
    """Takes jobs one after the other, as long as the worker holds its accounts; several intakes may share a queue."""

    def __init__(
        self,
        jobs: JobSource,
        ledger: Announcer,
        executor: Executor,
        clock: Clock,
        account_currencies: Mapping[Account, str],
        tenure: Tenure,
    ) -> None:
        self._jobs = jobs
        self._ledger = ledger
        self._executor = executor
        self._clock = clock
        self._account_currencies = account_currencies
        self._tenure = tenure
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Take no further job. Jobs in hand are finished."""
        self._stopped.set()

    async def run(self) -> None:
        """Take and execute jobs until stopped."""
        while (job := await self._next()) is not None:
            await self.handle(job)

    async def handle(self, job: QueuedJob) -> None:
        """Complete one job with the pair's result, or fail it and name the invalid fields."""
        try:
            pair = read_job(job.data, self._account_currencies, job.queued_at)
        except JobInvalid as error:
            await self._refuse(job, error)
            return
        result = await self._executed(pair)
        await self._jobs.complete(job, result)

    async def _next(self) -> QueuedJob | None:
        """Take the next job; None when stopped. Without its accounts a worker could only turn jobs away."""
        while not self._stopped.is_set():
            if not self._tenure.is_held:
                await first_of(self._tenure.held(), self._stopped.wait())
                continue
            taking = asyncio.create_task(self._jobs.take(), name="take")
            try:
                await first_of(asyncio.wait({taking}), self._tenure.lost(), self._stopped.wait())
                if taking.done():
                    return taking.result()
            finally:
                taking.cancel()
        return None

    async def _executed(self, pair: Pair) -> dict[str, Any]:
        while True:
            try:
                return pair_data((await self._executor.execute(pair)).pair)
            except LedgerError as error:
                # The ledger has the pair's progress, and executing the pair again resumes it from there.
                logger.warning("pair {}: {}", pair.bet_pair_id, error)
            except Exception:  # noqa: BLE001 - the pair is on record, and the worker must go on
                logger.exception("pair {} failed by a fault of our own", pair.bet_pair_id)
            await self._clock.sleep(_RETRY_S)

    async def _refuse(self, job: QueuedJob, error: JobInvalid) -> None:
        logger.warning("job {} refused: {}", job.id, error)
        ids = {name: job.data[name] for name in _IDS if isinstance(job.data, dict) and _is_id(job.data.get(name))}
        problems = [{"field": field, "problem": problem} for field, problem in error.problems]
        data = {"jobId": job.id, **ids, "reason": Reason.INVALID_JOB.value, "problems": problems}
        await self._ledger.announce(Announcement(EventType.ARB_FAILED, data), uuid.uuid4().hex)
        await self._jobs.fail(job, str(error))


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 64
