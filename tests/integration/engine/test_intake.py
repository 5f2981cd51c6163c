"""Jobs from a real queue: valid ones are executed and answered, invalid ones fail with a reason."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.adapters.bullmq_jobs import BullMqJobs, BullMqQueue
from bot.engine.intake import Intake
from bot.ports.jobs import JobResult
from tests.builders import ACCOUNT_CURRENCIES, a_job
from tests.integration.engine.conftest import Engine

WITHOUT = object()


def job_with(path: str, value: object) -> dict[str, Any]:
    """Set the value at a dotted path of an ordinary job, or remove the field."""
    job = a_job()
    *parents, field = path.split(".")
    target = job
    for parent in parents:
        target[parent] = dict(target[parent])
        target = target[parent]
    if value is WITHOUT:
        del target[field]
    else:
        target[field] = value
    return job


MALFORMED = [
    ("arbId", WITHOUT, "arbId"),
    ("betPairId", WITHOUT, "betPairId"),
    ("positiveBet", WITHOUT, "positiveBet"),
    ("hedgeBet.stake", WITHOUT, "hedgeBet.stake"),
    ("hedgeBet.minOdds", WITHOUT, "hedgeBet.minOdds"),
    ("positiveBet.minOdd", "2.05", "positiveBet.minOdd"),
    ("positiveBet.min_odds", "2.05", "positiveBet.min_odds"),
    ("note", "hurry", "note"),
    ("positiveBet.stake", "-5", "positiveBet.stake"),
    ("positiveBet.stake", 0, "positiveBet.stake"),
    ("positiveBet.stake", "NaN", "positiveBet.stake"),
    ("positiveBet.stake", "Infinity", "positiveBet.stake"),
    ("positiveBet.stake", "1e30", "positiveBet.stake"),
    ("positiveBet.stake", "10.005", "positiveBet.stake"),
    ("positiveBet.stake", True, "positiveBet.stake"),
    ("positiveBet.stake", "ten", "positiveBet.stake"),
    ("positiveBet.stake", None, "positiveBet.stake"),
    ("positiveBet.odds", "1.00", "positiveBet.odds"),
    ("positiveBet.odds", "evens", "positiveBet.odds"),
    ("positiveBet.odds", {"style": "roman", "value": "II"}, "positiveBet.odds"),
    ("positiveBet.minOdds", "2.20", "positiveBet.minOdds"),
    ("hedgeBet.currency", "EURO", "hedgeBet.currency"),
    ("hedgeBet.currency", "USD", "fxRate"),
    ("positiveBet.accountId", "ann:1", "positiveBet.accountId"),
    ("betPairId", "x" * 65, "betPairId"),
    ("arbId", "a b", "arbId"),
    ("arbId", "../x", "arbId"),
    ("arbId", 7, "arbId"),
    ("positiveBet.accountId", "nobody", "positiveBet.accountId"),
    ("provider", "unheard-of", "positiveBet.accountId"),
    ("positiveBet.line", "two", "positiveBet.line"),
    ("positiveBet.event", "Reds v Blues", "positiveBet.event"),
    ("positiveBet.event.id", "", "positiveBet.event.id"),
    ("expiresAt", "2030-01-01 12:00", "expiresAt"),
    ("expiresAt", "soon", "expiresAt"),
    ("rebetOf", "pair-1", "rebetOf"),
    ("meta", {"text": "x" * 5000}, "meta"),
]


@pytest.fixture
async def queue(redis_url: str) -> AsyncIterator[BullMqQueue]:
    queue = BullMqQueue(redis_url, "bet-pairs")
    yield queue
    await queue.close()


@pytest.fixture
async def working(engine: Engine, redis_url: str) -> AsyncIterator[None]:
    """Run one intake for the length of the test."""
    jobs = BullMqJobs(redis_url, "bet-pairs")
    await engine.recovery.take_leases(retry_s=1)
    tenure = engine.recovery.tenure
    intake = Intake(jobs, engine.ledger, engine.executor, engine.clock, ACCOUNT_CURRENCIES, tenure)
    work = asyncio.create_task(intake.run())
    yield
    intake.stop()
    await work
    await jobs.close()


async def finished(queue: BullMqQueue, job_id: str) -> JobResult:
    while True:
        result = await queue.result_of(job_id)
        if result is not None and result.state in {"completed", "failed"}:
            return result
        await asyncio.sleep(0.02)


@pytest.mark.usefixtures("working")
async def test_the_result_of_a_job_is_the_state_of_its_pair(engine: Engine, queue: BullMqQueue) -> None:
    result = await finished(queue, await queue.add(a_job(), "pair-pair-1"))
    assert result.state == "completed"
    assert result.value["state"] == "hedged"
    assert result.value["positive"]["ticket"] == "HB00000001"
    assert result.value["hedge"]["stake"] == "105.00 EUR"
    assert len(engine.positive.clicks) == 1


@pytest.mark.usefixtures("working")
async def test_every_malformed_job_is_refused_by_name_and_the_worker_goes_on(
    engine: Engine, queue: BullMqQueue
) -> None:
    assert len(MALFORMED) >= 30
    for number, (path, value, field) in enumerate(MALFORMED):
        result = await finished(queue, await queue.add(job_with(path, value), f"bad-{number}"))
        assert result.state == "failed", f"{path} = {value!r} was let through"
        assert result.failed_reason is not None
        assert result.failed_reason.startswith(f"{field}: "), f"{path} = {value!r}: {result.failed_reason}"
    assert engine.positive.clicks == engine.hedge.clicks == []
    events = await engine.view.events(100)
    assert [event.type for event in events] == ["arb_failed"] * len(MALFORMED)
    assert events[0].data["problems"][0]["field"] == "arbId"
    assert (await finished(queue, await queue.add(a_job(), "good"))).value["state"] == "hedged"


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("data", [[], "text", 7, None], ids=str)
async def test_a_job_that_is_not_an_object_is_refused(queue: BullMqQueue, data: object) -> None:
    result = await finished(queue, await queue.add(data, "odd"))
    assert (result.state, (result.failed_reason or "")[:5]) == ("failed", "(job)")


@pytest.mark.usefixtures("working")
async def test_one_account_on_both_legs_is_refused(queue: BullMqQueue) -> None:
    same = a_job(hedgeBet={"whitelabel": "harbourline", "provider": "harbour", "accountId": "ann"})
    assert (await finished(queue, await queue.add(same, "same"))).failed_reason == (
        "hedgeBet.accountId: harbourline:harbour:ann is also the account of the positive bet"
    )


@pytest.mark.usefixtures("working")
async def test_numbers_as_node_sends_them_are_accepted(engine: Engine, queue: BullMqQueue) -> None:
    job = a_job(
        positiveBet={"stake": 100.0, "odds": 2.1, "minOdds": 2.05, "line": 2.5},
        hedgeBet={"stake": 105, "odds": 2, "minOdds": 1.95, "line": 2.5},
    )
    assert (await finished(queue, await queue.add(job, "floats"))).value["state"] == "hedged"
    assert str((await engine.pair()).positive.bet.stake) == "100.00 EUR"
