from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from loguru import logger
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.adapters.bullmq_jobs import BullMqJobs, BullMqQueue, job_id_of
from bot.adapters.embedded_redis import embedded_redis
from bot.adapters.masking import register_secret
from bot.errors import LedgerUnavailable
from bot.ports.jobs import JobResult

QUEUE = "bet-pairs"
SHORT_LOCK_S = 1.0
Client = Any  # redis-py's types do not say which replies are awaited
PAIR = {"betPairId": "7", "odds": "1.95", "event": "Sài Gòn – Huế ⚽", "meta": {"n": 1}}

DOOMED_WORKER = """
import asyncio, sys
from bot.adapters.bullmq_jobs import BullMqJobs

async def work() -> None:
    job = await BullMqJobs(sys.argv[1], sys.argv[2], lock_duration_s=0.6, stalled_check_s=0.2).take()
    print(job.id, flush=True)
    await asyncio.Event().wait()

asyncio.run(work())
"""


@pytest.fixture
async def queue(redis_url: str) -> AsyncIterator[BullMqQueue]:
    queue = BullMqQueue(redis_url, QUEUE)
    yield queue
    await queue.close()


@pytest.fixture
async def jobs(redis_url: str) -> AsyncIterator[BullMqJobs]:
    jobs = BullMqJobs(redis_url, QUEUE, lock_duration_s=SHORT_LOCK_S, stalled_check_s=0.2)
    yield jobs
    await jobs.close()


@pytest.fixture
async def rival(redis_url: str) -> AsyncIterator[BullMqJobs]:
    """Another worker on the same queue."""
    rival = BullMqJobs(redis_url, QUEUE, lock_duration_s=SHORT_LOCK_S, stalled_check_s=0.2)
    yield rival
    await rival.close()


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Client]:
    async with Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


@pytest.fixture
def log() -> Any:
    lines: list[str] = []
    sink = logger.add(lambda message: lines.append(str(message)), format="{message}")
    yield lines
    logger.remove(sink)


async def cancelled(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def until_waiting_for_jobs(redis: Client) -> None:
    while not any(client["cmd"] == "bzpopmin" for client in await redis.client_list()):
        await asyncio.sleep(0.01)  # Redis does not announce it


async def add_by_hand(redis: Client, job_id: str, **fields: str | bytes) -> None:
    await redis.hset(f"bull:{QUEUE}:{job_id}", mapping={"name": "pair", "opts": "{}", **fields})
    await redis.lpush(f"bull:{QUEUE}:wait", job_id)


async def test_a_job_is_taken_as_it_was_written_and_its_result_can_be_looked_up(
    queue: BullMqQueue, jobs: BullMqJobs
) -> None:
    job_id = await queue.add(PAIR, job_id_of("7"))

    job = await jobs.take()

    assert (job.id, job.data) == (job_id, PAIR) == ("pair-7", PAIR)
    assert await queue.result_of(job_id) == JobResult("active")
    await jobs.complete(job, {"state": "reconciled", "pnl": "0.45", "note": "Đà Nẵng"})
    assert await queue.result_of(job_id) == JobResult(
        "completed", {"state": "reconciled", "pnl": "0.45", "note": "Đà Nẵng"}
    )


async def test_a_job_says_when_it_was_put_into_the_queue(queue: BullMqQueue, jobs: BullMqJobs, redis: Client) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    await queue.add(PAIR, job_id_of("7"))
    queued_at = (await jobs.take()).queued_at
    assert queued_at is not None
    assert before < queued_at <= datetime.now(UTC)


@pytest.mark.parametrize("timestamp", [{}, {"timestamp": "soon"}, {"timestamp": "9" * 30}, {"timestamp": "-1"}])
async def test_a_job_whose_time_cannot_be_read_is_of_unknown_age(
    jobs: BullMqJobs, redis: Client, timestamp: dict[str, str]
) -> None:
    await add_by_hand(redis, "pair-7", data="{}", **timestamp)
    assert (await jobs.take()).queued_at is None


async def test_an_unknown_job_has_no_result(queue: BullMqQueue) -> None:
    assert await queue.result_of("pair-unheard-of") is None


async def test_the_same_id_is_queued_once(queue: BullMqQueue, redis: Client) -> None:
    await queue.add(PAIR, "pair-7")
    await queue.add(PAIR | {"odds": "9.99"}, "pair-7")

    assert await redis.llen(f"bull:{QUEUE}:wait") == 1


async def test_a_failed_job_stays_in_the_failed_set_with_its_reason_and_nothing_else(
    queue: BullMqQueue, jobs: BullMqJobs, redis: Client
) -> None:
    register_secret(SecretStr("hunter2hunter2"))
    job_id = await queue.add(PAIR, "pair-7")
    job = await jobs.take()
    try:
        int("hunter2hunter2")
    except ValueError:  # while an exception is handled, bullmq would store its trace
        await jobs.fail(job, "positiveBet.minOdds: is missing (the password is hunter2hunter2)")

    assert await queue.result_of(job_id) == JobResult(
        "failed", failed_reason="positiveBet.minOdds: is missing (the password is [secret])"
    )
    assert await redis.zrange(f"bull:{QUEUE}:failed", 0, -1) == [job_id]
    assert await redis.hget(f"bull:{QUEUE}:{job_id}", "stacktrace") == "[]"


async def test_a_failed_job_is_not_tried_again_even_if_its_producer_allowed_it(
    queue: BullMqQueue, jobs: BullMqJobs
) -> None:
    await queue._queue.add("pair", PAIR, {"jobId": "pair-7", "attempts": 5})

    await jobs.fail(await jobs.take(), "expired")

    assert await queue.result_of("pair-7") == JobResult("failed", failed_reason="expired")


async def test_jobs_that_are_held_together_outlive_their_lock_and_go_to_nobody_else(
    queue: BullMqQueue, jobs: BullMqJobs, rival: BullMqJobs
) -> None:
    for job_id in ("pair-1", "pair-2"):
        await queue.add({"betPairId": job_id}, job_id)
    held = [await jobs.take(), await jobs.take()]
    rivals_take = asyncio.create_task(rival.take())

    await asyncio.sleep(SHORT_LOCK_S * 3)

    assert not rivals_take.done()
    for job in held:
        await jobs.complete(job, {"done": job.id})
        assert await queue.result_of(job.id) == JobResult("completed", {"done": job.id})
    await cancelled(rivals_take)


async def test_a_job_of_a_killed_worker_goes_to_another_however_often_that_happens(
    queue: BullMqQueue, rival: BullMqJobs, redis: Client, redis_url: str
) -> None:
    await queue.add(PAIR, "pair-7")
    for _ in range(3):
        doomed = await asyncio.create_subprocess_exec(
            sys.executable, "-c", DOOMED_WORKER, redis_url, QUEUE, stdout=asyncio.subprocess.PIPE
        )
        assert doomed.stdout
        assert (await doomed.stdout.readline()).decode().strip() == "pair-7"
        os.kill(doomed.pid, signal.SIGKILL)
        await doomed.communicate()

    job = await rival.take()

    assert (job.id, job.data) == ("pair-7", PAIR)
    condemned = await redis.hget(f"bull:{QUEUE}:pair-7", "defa")  # BullMQ itself sets this after two deaths
    assert condemned is None
    await rival.complete(job, {"state": "reconciled"})
    assert await queue.result_of("pair-7") == JobResult("completed", {"state": "reconciled"})


async def test_a_job_held_at_closing_goes_to_another(queue: BullMqQueue, jobs: BullMqJobs, rival: BullMqJobs) -> None:
    await queue.add(PAIR, "pair-7")
    await jobs.take()

    await jobs.close()

    assert (await rival.take()).id == "pair-7"


async def test_an_idle_worker_is_woken_by_a_new_job(queue: BullMqQueue, jobs: BullMqJobs, redis: Client) -> None:
    take = asyncio.create_task(jobs.take())
    await until_waiting_for_jobs(redis)

    await queue.add(PAIR, "pair-7")

    async with asyncio.timeout(3):  # less than its blocking read of 5 s, so it was woken and did not just poll again
        assert (await take).id == "pair-7"


async def test_a_cancelled_take_loses_no_job(queue: BullMqQueue, redis_url: str) -> None:
    jobs = BullMqJobs(redis_url, QUEUE)  # its locks outlive the test: a lost job does not come back
    for number in range(60):
        await queue.add({"n": number}, f"pair-{number}")
        take = asyncio.create_task(jobs.take())
        await asyncio.sleep(number / 20_000)  # cancel at another point each time: asked, answered, taken
        take.cancel()
        await asyncio.wait([take])
        async with asyncio.timeout(20):
            job = await jobs.take() if take.cancelled() else take.result()
        assert job.data == {"n": number}
        await jobs.complete(job, {})
    await jobs.close()


async def test_several_takes_get_one_job_each(queue: BullMqQueue, jobs: BullMqJobs) -> None:
    takes = [asyncio.create_task(jobs.take()) for _ in range(3)]
    for job_id in ("pair-1", "pair-2", "pair-3"):
        await queue.add(PAIR, job_id)

    assert sorted([(await take).id for take in takes]) == ["pair-1", "pair-2", "pair-3"]


async def test_a_restart_of_redis_is_sat_out(tmp_path: Path) -> None:
    async with AsyncExitStack() as after:
        first_life = AsyncExitStack()
        url = await first_life.enter_async_context(embedded_redis(tmp_path))
        queue, jobs = BullMqQueue(url, QUEUE), BullMqJobs(url, QUEUE)
        after.push_async_callback(queue.close)
        after.push_async_callback(jobs.close)
        await queue.add(PAIR, "pair-1")
        held = await jobs.take()
        idle = asyncio.create_task(jobs.take())

        await first_life.aclose()
        finishing = asyncio.create_task(jobs.complete(held, {"state": "reconciled"}))
        with pytest.raises(LedgerUnavailable):
            await queue.add(PAIR, "pair-2")

        async with embedded_redis(tmp_path):
            await finishing
            assert await queue.result_of("pair-1") == JobResult("completed", {"state": "reconciled"})
            await queue.add(PAIR, "pair-2")
            assert (await idle).id == "pair-2"


async def test_holds_are_still_extended_after_a_restart_of_redis(tmp_path: Path) -> None:
    async with AsyncExitStack() as after:
        first_life = AsyncExitStack()
        url = await first_life.enter_async_context(embedded_redis(tmp_path))
        queue, jobs = BullMqQueue(url, QUEUE), BullMqJobs(url, QUEUE, lock_duration_s=3, stalled_check_s=0.2)
        after.push_async_callback(queue.close)
        after.push_async_callback(jobs.close)
        await queue.add(PAIR, "pair-1")
        held = await jobs.take()

        await first_life.aclose()
        async with embedded_redis(tmp_path):
            await asyncio.sleep(4)
            await jobs.complete(held, {"state": "reconciled"})
            assert await queue.result_of("pair-1") == JobResult("completed", {"state": "reconciled"})


async def test_finishing_a_job_that_another_worker_has_by_now_changes_nothing(
    queue: BullMqQueue, jobs: BullMqJobs, redis: Client, log: list[str]
) -> None:
    await queue.add(PAIR, "pair-7")
    job = await jobs.take()
    await redis.set(f"bull:{QUEUE}:pair-7:lock", "another worker's token")

    await jobs.complete(job, {"state": "reconciled"})

    assert await queue.result_of("pair-7") == JobResult("active")
    assert any("pair-7" in line for line in log)


async def test_finishing_twice_is_harmless(queue: BullMqQueue, jobs: BullMqJobs) -> None:
    await queue.add(PAIR, "pair-7")
    job = await jobs.take()
    await jobs.complete(job, {"state": "reconciled"})

    await jobs.fail(job, "too late")

    assert await queue.result_of("pair-7") == JobResult("completed", {"state": "reconciled"})


async def test_a_result_that_is_no_json_is_refused_and_the_job_stays_held(queue: BullMqQueue, jobs: BullMqJobs) -> None:
    await queue.add(PAIR, "pair-7")
    job = await jobs.take()

    with pytest.raises(TypeError, match="not JSON serializable"):
        await jobs.complete(job, {"when": object()})

    assert await queue.result_of("pair-7") == JobResult("active")


@pytest.mark.parametrize(
    ("fields", "data"),
    [
        pytest.param({"data": '{"betPairId": '}, '{"betPairId": ', id="cut off"),
        pytest.param({"data": "1" * 5000}, "1" * 5000, id="a number beyond reading"),
        pytest.param({"data": "[" * 100_000}, "[" * 100_000, id="nested beyond reading"),
        pytest.param({"data": b'{"name": "\xff"}'}, {"name": "�"}, id="not UTF-8"),
        pytest.param({"data": '"text"'}, "text", id="text"),
        pytest.param({"data": "null"}, None, id="null"),
        pytest.param({"data": '{"a": 1}', "opts": "[]"}, '{"a": 1}', id="broken options"),
        pytest.param({}, {}, id="no data"),
    ],
)
async def test_an_unreadable_job_is_handed_over_to_be_refused_and_does_not_stop_the_queue(
    queue: BullMqQueue, jobs: BullMqJobs, redis: Client, fields: dict[str, str | bytes], data: object
) -> None:
    await add_by_hand(redis, "pair-odd", **fields)
    await queue.add(PAIR, "pair-7")

    job = await jobs.take()
    assert job.data == data
    await jobs.fail(job, "(job): must be a JSON object")

    assert await redis.hget(f"bull:{QUEUE}:pair-odd", "failedReason") == "(job): must be a JSON object"
    assert (await jobs.take()).data == PAIR


async def test_a_delayed_job_comes_when_it_is_due(queue: BullMqQueue, jobs: BullMqJobs) -> None:
    await queue._queue.add("pair", PAIR, {"jobId": "pair-7", "delay": 300})

    assert (await jobs.take()).id == "pair-7"


async def test_a_closed_source_gives_no_more_jobs(jobs: BullMqJobs) -> None:
    waiting = asyncio.create_task(jobs.take())
    await asyncio.sleep(0)

    await jobs.close()

    for take in (waiting, jobs.take()):
        with pytest.raises(RuntimeError, match="closed"):
            await take
