from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone

import aiohttp
import pytest
import standardwebhooks
from pydantic import SecretStr

from bot.adapters.webhook import Webhook
from bot.errors import ConfigurationInvalid, DeliveryFailed
from bot.ports.outbox import OutboxEntry
from bot.practice.sites.receiver import Delivery, Receiver

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_" + "b3RoZXItc2VjcmV0LW9mLXNvbWVib2R5LWVsc2U="
EVENT = OutboxEntry(
    position="1-0",
    id="evt_7",
    type="exposure_alert",
    time=datetime(2025, 3, 1, 19, 30, tzinfo=timezone(timedelta(hours=7))),
    data={"betPairId": "7", "event": "Hà Nội – Đà Nẵng ⚽", "odd": "\ud83d", "actualPnl": "-10.00"},
)
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = await Receiver.start(SECRET)
    yield receiver
    await receiver.stop()


@asynccontextmanager
async def webhook(url: str, secret: str = SECRET, timeout_s: float = 10) -> AsyncIterator[Webhook]:
    webhook = Webhook(url, SecretStr(secret), timeout_s)
    try:
        yield webhook
    finally:
        await webhook.close()


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"


def answers(response: bytes) -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(response)
        await writer.drain()
        writer.close()

    return answer


async def post(receiver: Receiver, body: str, headers: dict[str, str]) -> int:
    async with aiohttp.ClientSession() as session, session.post(receiver.url, data=body, headers=headers) as response:
        return response.status


def signed(body: str, at: datetime | None = None) -> dict[str, str]:
    moment = at or datetime.now(UTC)
    return {
        "webhook-id": "evt_7",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": standardwebhooks.Webhook(SECRET).sign("evt_7", moment, body),
    }


async def test_an_event_arrives_signed_and_whole(receiver: Receiver) -> None:
    async with webhook(receiver.url) as sink:
        await sink.deliver(EVENT)

    assert receiver.events == [
        {"id": "evt_7", "type": "exposure_alert", "time": "2025-03-01T12:30:00Z", "data": dict(EVENT.data)}
    ]
    assert receiver.deliveries == [Delivery("evt_7", "exposure_alert", 204)]


async def test_an_event_that_is_delivered_twice_is_kept_once(receiver: Receiver) -> None:
    async with webhook(receiver.url) as sink:
        await sink.deliver(EVENT)
        await sink.deliver(EVENT)

    assert [event["id"] for event in receiver.events] == ["evt_7"]
    assert len(receiver.deliveries) == 2


async def test_a_failed_delivery_may_be_repeated(receiver: Receiver) -> None:
    receiver.fail_next(1)
    async with webhook(receiver.url) as sink:
        with pytest.raises(DeliveryFailed, match="answered 500"):
            await sink.deliver(EVENT)
        assert receiver.events == []
        await sink.deliver(EVENT)

    assert [event["id"] for event in receiver.events] == ["evt_7"]
    assert [delivery.status for delivery in receiver.deliveries] == [500, 204]


async def test_one_can_wait_for_an_event(receiver: Receiver) -> None:
    arrival = asyncio.create_task(receiver.wait_for(lambda seen: any(e["type"] == EVENT.type for e in seen.events)))
    async with webhook(receiver.url) as sink:
        await sink.deliver(EVENT)

    await arrival


async def test_the_wrong_secret_is_refused(receiver: Receiver) -> None:
    async with webhook(receiver.url, OTHER_SECRET) as sink:
        with pytest.raises(DeliveryFailed, match="answered 401"):
            await sink.deliver(EVENT)

    assert receiver.events == []
    assert receiver.deliveries == [Delivery("evt_7", None, 401)]


async def test_what_was_signed_is_believed(receiver: Receiver) -> None:
    body = '{"type": "arb_success", "actualPnl": "1.00"}'

    assert await post(receiver, body, signed(body)) == 204


@pytest.mark.parametrize(
    ("sent", "changed_headers"),
    [
        pytest.param('{"type": "arb_success", "actualPnl": "9.00"}', {}, id="tampered body"),
        pytest.param(None, {"webhook-id": "evt_8"}, id="another id"),
        pytest.param(None, {"webhook-timestamp": "1"}, id="another time"),
        pytest.param(None, {"webhook-signature": ""}, id="no signature"),
        pytest.param(None, {"webhook-signature": "v1,%%%"}, id="no base64"),
        pytest.param(None, {"webhook-signature": "rubbish"}, id="rubbish"),
        pytest.param(None, {"webhook-timestamp": "soon"}, id="no time"),
    ],
)
async def test_what_was_not_signed_is_refused(
    receiver: Receiver, sent: str | None, changed_headers: dict[str, str]
) -> None:
    body = '{"type": "arb_success", "actualPnl": "1.00"}'

    assert await post(receiver, sent or body, signed(body) | changed_headers) == 401
    assert receiver.events == []


async def test_an_old_delivery_cannot_be_replayed(receiver: Receiver) -> None:
    body = json.dumps({"type": "arb_success"})

    assert await post(receiver, body, signed(body, datetime.now(UTC) - timedelta(minutes=6))) == 401


async def test_a_receiver_that_is_down_fails_the_delivery() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    async with webhook(f"http://127.0.0.1:{port}/hook?token=s3cr3t") as sink:
        with pytest.raises(DeliveryFailed) as failure:
            await sink.deliver(EVENT)

    assert f"127.0.0.1:{port}" in str(failure.value)
    assert "s3cr3t" not in str(failure.value)


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", "answered 302"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answered 404"),
        (b"rubbish\r\n\r\n", "ClientResponseError"),
        (b"", "ServerDisconnectedError"),
    ],
)
async def test_anything_but_2xx_fails_the_delivery(response: bytes, problem: str) -> None:
    async with server(answers(response)) as url, webhook(url) as sink:
        with pytest.raises(DeliveryFailed, match=problem):
            await sink.deliver(EVENT)


async def test_silence_fails_the_delivery() -> None:
    over = asyncio.Event()

    async def says_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with server(says_nothing) as url, webhook(url, timeout_s=0.2) as sink:
        with pytest.raises(DeliveryFailed, match="no answer in time"):
            await sink.deliver(EVENT)
        over.set()


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64!", "whsec_ä"])
def test_a_secret_that_is_no_key_is_refused_without_repeating_it(secret: str) -> None:
    with pytest.raises(ConfigurationInvalid) as refusal:
        Webhook("https://example.org/hook", SecretStr(secret))

    assert "not base64!" not in str(refusal.value)


@pytest.mark.parametrize("url", ["", "example.org/hook", "ftp://example.org", "https://"])
def test_a_url_that_cannot_work_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationInvalid, match="URL"):
        Webhook(url, SecretStr(SECRET))
