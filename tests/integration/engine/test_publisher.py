"""Events reach a real receiver at least once, whichever part fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_outbox import RedisOutbox
from bot.adapters.webhook import Webhook
from bot.engine.publisher import Publisher, retry_delay_s
from bot.practice.sites.receiver import Receiver
from tests.fakes.clock import QuickClock
from tests.integration.engine.conftest import Engine

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = await Receiver.start(SECRET, "127.0.0.1")
    yield receiver
    await receiver.stop()


@asynccontextmanager
async def publishing(connection: RedisConnection, receiver: Receiver) -> AsyncIterator[None]:
    webhook = Webhook(receiver.url, SecretStr(SECRET))
    work = asyncio.create_task(Publisher(RedisOutbox(connection), webhook, QuickClock()).run())
    yield
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await webhook.close()


async def everything_is_delivered(engine: Engine) -> None:
    async with asyncio.timeout(20):
        while await engine.view.undelivered_events():
            await asyncio.sleep(0.02)


async def due_at_once(engine: Engine) -> None:
    client = engine.connection.client
    waiting = await engine.connection.ask(client.zrange("outbox:due", 0, -1))
    await engine.connection.ask(client.zadd("outbox:due", dict.fromkeys(waiting, 0)))


async def test_every_event_arrives_signed_once_and_in_order(engine: Engine, receiver: Receiver) -> None:
    await engine.place()
    async with publishing(engine.connection, receiver):
        await everything_is_delivered(engine)
    assert [event["type"] for event in receiver.events] == ["bet_executed", "bet_executed", "arb_success"]
    assert receiver.events[0]["data"]["ticket"] == "HB00000001"
    assert all(200 <= delivery.status < 300 for delivery in receiver.deliveries)


async def test_a_failed_delivery_is_postponed_and_delays_no_other_event(engine: Engine, receiver: Receiver) -> None:
    await engine.place()
    receiver.fail_next(1)
    async with publishing(engine.connection, receiver), asyncio.timeout(20):
        await receiver.wait_for(lambda r: len(r.events) == 2)
        assert [event["type"] for event in receiver.events] == ["bet_executed", "arb_success"]
        await due_at_once(engine)
        await receiver.wait_for(lambda r: len(r.events) == 3)
    assert len({delivery.webhook_id for delivery in receiver.deliveries}) == 3


async def test_an_event_whose_deliverer_died_is_due_again(engine: Engine, receiver: Receiver) -> None:
    await engine.place()
    async for _claimed_and_never_settled in RedisOutbox(engine.connection).entries():
        break
    await due_at_once(engine)
    async with publishing(engine.connection, receiver):
        await everything_is_delivered(engine)
    assert len(receiver.events) == 3


def test_retries_go_on_for_days() -> None:
    delays = [retry_delay_s(attempts) for attempts in range(30)]
    assert delays[0] == 5
    assert sum(delays) > 4 * 24 * 3600
