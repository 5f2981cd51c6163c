"""Events on their way to the webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.events import Announcement


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """An event on its way out. ``id`` is the same at every delivery attempt; ``position`` is the outbox's own."""

    position: str
    id: str
    type: str
    time: datetime
    data: Mapping[str, Any]
    attempts: int = 0


class Announcer(Protocol):
    """Announces events that belong to no pair. Methods raise LedgerUnavailable."""

    async def announce(self, announcement: Announcement, key: str) -> None:
        """Put an event that belongs to no pair into the outbox; the same key is announced once."""


class Outbox(Protocol):
    """Events waiting to be delivered."""

    def entries(self) -> AsyncIterator[OutboxEntry]:
        """Yield entries as they become due, without end."""

    async def due(self) -> int:
        """Return how many entries wait for delivery now."""

    async def delivered(self, entry: OutboxEntry) -> None:
        """Record that the receiver has confirmed an entry."""

    async def postponed(self, entry: OutboxEntry, retry_in_s: float) -> None:
        """Record a failed attempt and when to try again."""


class EventSink(Protocol):
    """Receives events."""

    async def deliver(self, entry: OutboxEntry) -> None:
        """Hand an event over; raises DeliveryFailed when the receiver has not confirmed it."""
