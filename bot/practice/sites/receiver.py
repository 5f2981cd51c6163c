"""A webhook receiver like one that a Pairguard owner runs: it accepts only signed events, and each only once."""

from __future__ import annotations

import asyncio
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery attempt: its webhook-id, the event's type if the signature was valid, and the status answered."""

    webhook_id: str
    type: str | None
    status: int


class Receiver:
    """Receive events over HTTP and keep them in memory.

    ``events`` holds each accepted event once, as the envelope ``{id, type, time, data}``, oldest first;
    ``deliveries`` holds every attempt, including refused, failed and repeated ones.
    """

    def __init__(self, secret: str) -> None:
        self.url = ""
        self.events: list[dict[str, Any]] = []
        self.deliveries: list[Delivery] = []
        self._verifier = Webhook(secret)
        self._seen: set[str] = set()
        self._failures_ordered = 0
        self._news = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    @classmethod
    async def start(cls, secret: str, host: str = "127.0.0.1", port: int = 0) -> Receiver:
        """Listen on a port (0: a free one); the secret is base64, with or without the prefix ``whsec_``."""
        receiver = cls(secret)
        await receiver._listen(host, port)
        return receiver

    def fail_next(self, count: int) -> None:
        """Answer 500 to the next `count` deliveries and do not keep their events."""
        self._failures_ordered = count

    async def wait_for(self, predicate: Callable[[Receiver], bool]) -> None:
        """Wait until the predicate holds for this receiver; it is evaluated again after each delivery."""
        async with self._news:
            await self._news.wait_for(lambda: predicate(self))

    async def stop(self) -> None:
        """Stop listening; received events stay."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _listen(self, host: str, port: int) -> None:
        app = web.Application()
        app.router.add_post("/events", self._receive)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}/events"

    async def _receive(self, request: web.Request) -> web.Response:
        webhook_id = request.headers.get("webhook-id", "")
        event = self._verified(await request.read(), dict(request.headers))
        status = self._judge(event)
        if event is not None and status == web.HTTPNoContent.status_code:
            self._keep_once(webhook_id, event)
        self.deliveries.append(Delivery(webhook_id, event["type"] if event else None, status))
        async with self._news:
            self._news.notify_all()
        return web.Response(status=status)

    def _verified(self, body: bytes, headers: dict[str, str]) -> dict[str, Any] | None:
        try:
            self._verifier.verify(body, headers, json_parse=False)
        except (WebhookVerificationError, binascii.Error, ValueError):
            return None
        event: dict[str, Any] = json.loads(body)
        return event

    def _judge(self, event: dict[str, Any] | None) -> int:
        if self._failures_ordered > 0:
            self._failures_ordered -= 1
            return web.HTTPInternalServerError.status_code
        return web.HTTPUnauthorized.status_code if event is None else web.HTTPNoContent.status_code

    def _keep_once(self, webhook_id: str, event: dict[str, Any]) -> None:
        if webhook_id not in self._seen:
            self._seen.add(webhook_id)
            self.events.append(event)
