"""Delivery of events to the owner's webhook, signed as Standard Webhooks (standardwebhooks.com)."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp
import standardwebhooks
from pydantic import SecretStr

from bot.errors import ConfigurationInvalid, DeliveryFailed
from bot.ports.outbox import OutboxEntry

_HTTP_OK = range(200, 300)


class Webhook:
    """Post each event as JSON ``{id, type, time, data}`` with headers webhook-id, webhook-timestamp, webhook-signature.

    ``webhook-id`` is the event's id, the same at every attempt, so that the receiver can drop duplicates.
    Redirects are not followed. Raises ConfigurationInvalid for a URL or secret that cannot work; the secret is base64,
    with or without ``whsec_`` before it.
    """

    def __init__(self, url: str, secret: SecretStr, timeout_s: float = 10.0) -> None:
        self._url = url
        self._receiver = _receiver_of(url)
        self._signer = standardwebhooks.Webhook(_key(secret))
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def deliver(self, entry: OutboxEntry) -> None:
        """Post an event; raises DeliveryFailed unless the receiver answers 2xx in time."""
        body = _envelope(entry)
        try:
            status = await self._post(body, self._headers(entry.id, body))
        except (aiohttp.ClientError, OSError) as error:
            # Without the cause: texts of HTTP errors may repeat the URL, and a URL may carry a token.
            raise DeliveryFailed(f"{self._receiver}: {_what_happened(error)}") from None
        if status not in _HTTP_OK:
            raise DeliveryFailed(f"{self._receiver} answered {status}")

    async def close(self) -> None:
        """Close the connections that are kept open between events."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, body: str, headers: dict[str, str]) -> int:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        async with self._session.post(
            self._url, data=body.encode(), headers=headers, allow_redirects=False
        ) as response:
            return response.status

    def _headers(self, event_id: str, body: str) -> dict[str, str]:
        now = datetime.now(UTC)
        return {
            "content-type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(event_id, now, body),
        }


def _envelope(entry: OutboxEntry) -> str:
    time = entry.time.astimezone(UTC).isoformat().replace("+00:00", "Z")
    envelope = {"id": entry.id, "type": entry.type, "time": time, "data": dict(entry.data)}
    return json.dumps(envelope, allow_nan=False, separators=(",", ":"))


def _key(secret: SecretStr) -> bytes:
    text = secret.get_secret_value().removeprefix("whsec_")
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ConfigurationInvalid("the webhook's secret must be base64, as in whsec_…")
    return key


def _receiver_of(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationInvalid("the webhook's URL must begin with https:// or http:// and a host name")
    return f"webhook at {parts.netloc.rpartition('@')[2]}"


def _what_happened(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot connect ({error.strerror})"
    return type(error).__name__
