"""The queue, opened for a producer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.adapters.bullmq_jobs import BullMqQueue
from bot.bootstrap.connections import redis_url
from bot.config import Settings
from bot.ports.jobs import JobQueue


@asynccontextmanager
async def open_queue(settings: Settings) -> AsyncIterator[JobQueue]:
    """Open the queue that the worker takes its jobs from; raises PartMissing without Redis."""
    async with redis_url(settings) as url:
        queue = BullMqQueue(url, settings.queue_name)
        try:
            yield queue
        finally:
            await queue.close()
