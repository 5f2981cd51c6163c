"""A worker as a whole: it recovers first, works, and stops in order; a second one stands by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.adapters.bullmq_jobs import BullMqJobs, BullMqQueue
from bot.adapters.clock import SystemClock
from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import LedgerTimes, RedisLedger
from bot.domain.outcome import Outcome
from bot.domain.pair import PairState
from bot.domain.policies import PausePolicy
from bot.engine.intake import Intake
from bot.engine.naked_positives import NakedPositives
from bot.engine.recovery import Recovery
from bot.engine.scheduler import Scheduler
from bot.engine.session_keeper import SessionKeeper
from bot.engine.trouble_watch import TroubleWatch
from bot.engine.worker import Worker, WorkerRules
from tests.builders import ACCOUNT_CURRENCIES, a_job, a_pair
from tests.fakes.bookmaker import Answer
from tests.fakes.mark import MemoryMark
from tests.integration.engine.conftest import Engine

QUICK = LedgerTimes(first_look_s=0.05)
SHORT_LEASES = LedgerTimes(lease_s=3)  # a busy machine may keep a worker from renewing for a second
ENDED = frozenset({PairState.BLOCKED, PairState.FAILED, PairState.RECONCILED, PairState.EXPOSURE_EVENT})


@pytest.fixture
def engine(connection: RedisConnection) -> Engine:
    """An engine whose worker has no lease yet."""
    return Engine(connection, RedisLedger(connection, "worker-a", QUICK))


def a_worker(engine: Engine, name: str, jobs: BullMqJobs, recovery: Recovery | None = None) -> Worker:
    clock, accounts = SystemClock(), ACCOUNT_CURRENCIES
    recovery = recovery or Recovery(engine.ledger, engine.executor, clock, accounts)
    return Worker(
        name=name,
        ledger=engine.ledger,
        intake=Intake(jobs, engine.ledger, engine.executor, clock, accounts, recovery.tenure),
        scheduler=Scheduler(engine.ledger, engine.settlement, engine.lanes, clock, accounts),
        naked=NakedPositives(engine.ledger, clock, accounts),
        troubles=TroubleWatch(engine.ledger, clock, PausePolicy()),
        recovery=recovery,
        restoration=engine.restoration(MemoryMark()),
        sessions=SessionKeeper(engine.ledger, engine.bookmakers, engine.health, engine.lanes, clock, accounts),
        locators=engine.locator_watch(clock),
        prober=engine.prober(),
        publisher=None,
        rules=WorkerRules(concurrency=2, lease_every_s=0.3, walk_every_s=0.1, grace_s=5),
    )


@asynccontextmanager
async def running(worker: Worker, jobs: BullMqJobs) -> AsyncIterator[asyncio.Event]:
    stop, ready = asyncio.Event(), asyncio.Event()
    work = asyncio.create_task(worker.run(stop, ready.set))
    try:
        yield ready
    finally:
        stop.set()
        await asyncio.wait_for(work, 10)
        await jobs.close()


async def state_of(engine: Engine, state: PairState) -> None:
    async with asyncio.timeout(20):
        while (stored := await engine.ledger.load("pair-1")) is None or stored.pair.state is not state:
            assert stored is None or stored.pair.state not in ENDED, (stored.pair.state, stored.pair.reason)
            await asyncio.sleep(0.02)


async def test_a_pair_goes_from_the_queue_to_its_verdict(engine: Engine, redis_url: str) -> None:
    jobs, queue = BullMqJobs(redis_url, "bet-pairs"), BullMqQueue(redis_url, "bet-pairs")
    async with running(a_worker(engine, "worker-a", jobs), jobs):
        await queue.add(a_job(), "pair-pair-1")
        await state_of(engine, PairState.HEDGED)
        engine.positive.settle("HB00000001", Outcome.LOST)
        engine.hedge.settle("LO00000001", Outcome.WON)
        await engine.make_due()
        await state_of(engine, PairState.RECONCILED)
    assert (await engine.events())[0] == "worker_started"
    assert (await engine.events())[-1] == "worker_stopped"
    await queue.close()


async def test_open_pairs_are_taken_up_before_the_first_job(engine: Engine, redis_url: str) -> None:
    for account in ACCOUNT_CURRENCIES:
        assert await engine.ledger.take_lease(account)
    await engine.ledger.receive(a_pair())
    jobs = BullMqJobs(redis_url, "bet-pairs")
    worker = a_worker(engine, "worker-a", jobs)
    never = replace(worker, rules=replace(worker.rules, walk_every_s=3_600))
    async with running(never, jobs) as ready:
        await asyncio.wait_for(ready.wait(), 10)
        stored = await engine.ledger.load("pair-1")
        assert stored
        assert (stored.pair.state, stored.pair.reason) == (PairState.FAILED, "interrupted")


class LateRecovery(Recovery):
    """Looks, half a second after its start and before it takes up any pair, whether a pair is on record already."""

    was_on_record: bool | None = None

    async def walk(self) -> None:
        await asyncio.sleep(0.5)
        if self.was_on_record is None:
            self.was_on_record = await self._ledger.load("pair-1") is not None
        await super().walk()


async def test_no_job_is_taken_until_the_open_pairs_are_taken_up(engine: Engine, redis_url: str) -> None:
    queue, jobs = BullMqQueue(redis_url, "bet-pairs"), BullMqJobs(redis_url, "bet-pairs")
    await queue.add(a_job(), "pair-pair-1")
    recovery = LateRecovery(engine.ledger, engine.executor, SystemClock(), ACCOUNT_CURRENCIES)
    async with running(a_worker(engine, "worker-a", jobs, recovery), jobs):
        await state_of(engine, PairState.HEDGED)
    assert recovery.was_on_record is False
    await queue.close()


async def test_a_second_worker_takes_no_job_until_the_first_has_stopped(
    connection: RedisConnection, redis_url: str
) -> None:
    engine = Engine(connection, RedisLedger(connection, "worker-a", SHORT_LEASES))
    other = Engine(connection, RedisLedger(connection, "worker-b", SHORT_LEASES))
    jobs_a, jobs_b = BullMqJobs(redis_url, "bet-pairs"), BullMqJobs(redis_url, "bet-pairs")
    async with running(a_worker(other, "worker-b", jobs_b), jobs_b) as other_is_ready:
        await asyncio.wait_for(other_is_ready.wait(), 10)
        stop, ready = asyncio.Event(), asyncio.Event()
        standby = asyncio.create_task(a_worker(engine, "worker-a", jobs_a).run(stop, ready.set))
        await asyncio.sleep(SHORT_LEASES.lease_s + 1)
        assert not ready.is_set()
    await asyncio.wait_for(ready.wait(), 10)
    stop.set()
    await standby
    await jobs_a.close()


async def test_a_worker_that_loses_its_accounts_leaves_the_jobs_to_the_one_that_has_them(
    engine: Engine, redis_url: str
) -> None:
    queue, jobs = BullMqQueue(redis_url, "bet-pairs"), BullMqJobs(redis_url, "bet-pairs")
    worker = a_worker(engine, "worker-a", jobs)
    async with running(worker, jobs) as ready:
        await asyncio.wait_for(ready.wait(), 10)
        other = RedisLedger(engine.connection, "worker-b")
        for account in ACCOUNT_CURRENCIES:
            await engine.connection.ask(engine.connection.client.delete(f"lease:{account}"))
            assert await other.take_lease(account)
        async with asyncio.timeout(10):
            while worker.recovery.tenure.is_held:
                await asyncio.sleep(0.02)
        job = await queue.add(a_job(), "pair-pair-1")
        await asyncio.sleep(0.5)
        waiting = await queue.result_of(job)
        assert waiting is not None
        assert (waiting.state, await engine.ledger.load("pair-1")) == ("waiting", None)
        for account in ACCOUNT_CURRENCIES:
            await other.give_up_lease(account)
        await state_of(engine, PairState.HEDGED)
    await queue.close()


async def test_a_worker_that_stops_tells_what_it_leaves_alone_before_it_says_that_it_stopped(
    engine: Engine, redis_url: str
) -> None:
    queue, jobs = BullMqQueue(redis_url, "bet-pairs"), BullMqJobs(redis_url, "bet-pairs")
    engine.hedge.order(Answer.STAY_SILENT)
    async with running(a_worker(engine, "worker-a", jobs), jobs):
        await queue.add(a_job(), "pair-pair-1")
        async with asyncio.timeout(20):
            while not engine.hedge.clicks:
                await asyncio.sleep(0.02)
    told = [event for event in await engine.events() if event in {"exposure_alert", "worker_stopped"}]
    assert told == ["exposure_alert", "worker_stopped"]
    await queue.close()


async def test_a_session_is_looked_after_only_by_the_worker_that_holds_its_account(engine: Engine) -> None:
    keeper = SessionKeeper(
        engine.ledger, engine.bookmakers, engine.health, engine.lanes, engine.clock, ACCOUNT_CURRENCIES
    )
    await keeper.look_after_all()
    assert (engine.positive.looked_after, engine.hedge.looked_after) == (0, 0)
    for account in ACCOUNT_CURRENCIES:
        assert await engine.ledger.take_lease(account)
    await keeper.look_after_all()
    assert (engine.positive.looked_after, engine.hedge.looked_after) == (1, 1)


async def test_the_leases_are_free_as_soon_as_a_worker_has_stopped(engine: Engine, redis_url: str) -> None:
    jobs = BullMqJobs(redis_url, "bet-pairs")
    async with running(a_worker(engine, "worker-a", jobs), jobs) as ready:
        await asyncio.wait_for(ready.wait(), 10)
    assert await engine.connection.ask(engine.connection.client.keys("lease:*")) == []


async def test_an_account_that_another_worker_holds_is_not_swept(engine: Engine) -> None:
    for account in ACCOUNT_CURRENCIES:
        assert await engine.ledger.take_lease(account)
    await engine.place()
    other = Engine(engine.connection, RedisLedger(engine.connection, "worker-b", QUICK))
    await engine.make_due()
    scheduler = Scheduler(other.ledger, other.settlement, other.lanes, SystemClock(), ACCOUNT_CURRENCIES)
    sweeping = asyncio.create_task(scheduler.run())
    await asyncio.sleep(1)
    sweeping.cancel()
    await asyncio.gather(sweeping, return_exceptions=True)
    assert other.positive.readings == other.hedge.readings == 0
