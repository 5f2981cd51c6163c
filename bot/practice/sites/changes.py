"""Changes at a practice site, published at once to every open page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.practice.sites.records import Bet, Event, Selection


@dataclass(frozen=True, slots=True)
class SelectionChanged:
    selection: Selection


@dataclass(frozen=True, slots=True)
class EventChanged:
    event: Event


@dataclass(frozen=True, slots=True)
class EventFinished:
    event: Event


@dataclass(frozen=True, slots=True)
class BetChanged:
    """Announce that a bet was recorded, decided or settled."""

    bet: Bet


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    username: str


@dataclass(frozen=True, slots=True)
class SessionsEnded:
    """Announce that sessions ended at the server: those of one user, or all (None)."""

    username: str | None


@dataclass(frozen=True, slots=True)
class InterruptionOrdered:
    """Announce that a page may have an interruption to show."""


@dataclass(frozen=True, slots=True)
class PagesChanged:
    """Announce that pages have a new appearance or behaviour."""


@dataclass(frozen=True, slots=True)
class SiteStopped:
    """Announce that the servers stop: a stream to a page must end now."""


Change = (
    SelectionChanged
    | EventChanged
    | EventFinished
    | BetChanged
    | BalanceChanged
    | SessionsEnded
    | InterruptionOrdered
    | PagesChanged
    | SiteStopped
)


class Changes:
    """Pass changes to subscribers in order, without waiting for them."""

    def __init__(self) -> None:
        self._subscribers: set[asyncio.Queue[Change]] = set()

    def publish(self, change: Change) -> None:
        """Hand a change to every subscriber."""
        for queue in self._subscribers:
            queue.put_nowait(change)

    @contextmanager
    def subscription(self) -> Iterator[asyncio.Queue[Change]]:
        """Yield a queue that receives every change until the block ends."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._subscribers.add(queue)
        try:
            yield queue
        finally:
            self._subscribers.discard(queue)
