"""A whole worker over accounts at bookmakers in memory."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.adapters.clock import SystemClock
from bot.adapters.embedded_redis import embedded_redis
from bot.adapters.redis_breakers import RedisBreakers
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import LedgerTimes, RedisLedger
from bot.domain.pair import Account
from bot.domain.policies import PausePolicy
from bot.domain.watch import FastWindow, WatchPolicy
from bot.engine.assembly import Assembly
from bot.engine.breakers import Breakers
from bot.engine.intake import Intake
from bot.engine.lanes import Lanes
from bot.engine.locator_watch import LocatorWatch
from bot.engine.naked_positives import NakedPositives
from bot.engine.pair_book import PairBook
from bot.engine.prober import Prober
from bot.engine.recovery import Recovery
from bot.engine.restoration import Restoration
from bot.engine.scheduler import Scheduler
from bot.engine.session_keeper import SessionKeeper
from bot.engine.settlement import Settlement
from bot.engine.site_health import SiteHealth
from bot.engine.trouble_watch import TroubleWatch
from bot.engine.worker import Worker, WorkerRules
from bot.ports.jobs import QueuedJob
from tests.fakes.bookmaker import FakeBookmakers, FakeSite
from tests.fakes.evidence import EvidenceShelf
from tests.fakes.locators import MemoryLocatorFiles
from tests.fakes.mark import MemoryMark

SOON_COOL = LedgerTimes(cooldown_s=1)
FAST_FROM_THE_START = WatchPolicy(fast_window=FastWindow.AT_ONCE)


class EmptyQueue:
    """Implements the JobSource port: no job ever comes; ``asked`` is set as soon as one would have been taken."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def take(self) -> QueuedJob:
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError("never reached")

    async def complete(self, job: QueuedJob, result: Mapping[str, Any]) -> None:
        raise AssertionError(f"job {job.id} was never given out: {result}")

    async def fail(self, job: QueuedJob, reason: str) -> None:
        raise AssertionError(f"job {job.id} was never given out: {reason}")


@asynccontextmanager
async def fresh_redis() -> AsyncIterator[RedisConnection]:
    """Run an empty Redis of its own, with every write on disk, and connect to it."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_redis(Path(folder)) as url:
            connection = RedisConnection(url)
            yield connection
            await connection.close()


def a_worker(
    connection: RedisConnection, sites: dict[Account, FakeSite], jobs: EmptyQueue, policy: WatchPolicy
) -> Worker:
    """Build a worker with every part that a real one has, but bookmakers, queue and evidence in memory."""
    name, clock, lanes, locators = "bench", SystemClock(), Lanes(), MemoryLocatorFiles()
    ledger, bookmakers = RedisLedger(connection, name, SOON_COOL), FakeBookmakers(sites)
    book, currencies = PairBook(ledger), dict.fromkeys(sites, "EUR")
    health = SiteHealth(ledger, locators, Breakers(RedisBreakers(connection), name))
    executor = Assembly(
        ledger=ledger, bookmakers=bookmakers, evidence=EvidenceShelf(), clock=clock, health=health, lanes=lanes
    ).build()
    settlement = Settlement(ledger, bookmakers, book, health, policy)
    recovery = Recovery(ledger, executor, clock, currencies)
    return Worker(
        name=name,
        ledger=ledger,
        intake=Intake(jobs, ledger, executor, clock, currencies, recovery.tenure),
        scheduler=Scheduler(ledger, settlement, lanes, clock, currencies),
        naked=NakedPositives(ledger, clock, currencies),
        troubles=TroubleWatch(ledger, clock, PausePolicy()),
        recovery=recovery,
        restoration=Restoration(ledger, MemoryMark(), bookmakers, health, lanes, clock, currencies),
        sessions=SessionKeeper(ledger, bookmakers, health, lanes, clock, currencies),
        locators=LocatorWatch(locators, _never_reopened, ledger, clock, {account.provider for account in sites}),
        prober=Prober(ledger, bookmakers, health, lanes, clock, currencies),
        publisher=None,
        rules=WorkerRules(),
    )


def _never_reopened(provider: str) -> None:
    raise AssertionError(f"the locators of {provider} do not change here")
