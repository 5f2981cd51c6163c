"""What changed at a bookmaker, told at once to every open page."""

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
    """Tell that a bet was recorded, decided or settled."""

    bet: Bet


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    username: str


@dataclass(frozen=True, slots=True)
class SessionsEnded:
    """Tell that sessions ended at the server: those of one user, or (None) all."""

    username: str | None


@dataclass(frozen=True, slots=True)
class InterruptionOrdered:
    """Tell that a page may have an interruption to show."""


@dataclass(frozen=True, slots=True)
class PagesChanged:
    """Tell that pages look or behave otherwise from now on."""


@dataclass(frozen=True, slots=True)
class BookStopped:
    """Tell that the servers stop: a stream to a page must end now."""


Change = (
    SelectionChanged
    | EventChanged
    | EventFinished
    | BetChanged
    | BalanceChanged
    | SessionsEnded
    | InterruptionOrdered
    | PagesChanged
    | BookStopped
)


class Changes:
    """Pass changes to subscribers in order and without waiting."""

    def __init__(self) -> None:
        self._subscribers: set[asyncio.Queue[Change]] = set()

    def publish(self, change: Change) -> None:
        """Hand a change to every subscriber."""
        for queue in self._subscribers:
            queue.put_nowait(change)

    @contextmanager
    def subscription(self) -> Iterator[asyncio.Queue[Change]]:
        """Give a queue that receives every change from now on until the block ends."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._subscribers.add(queue)
        try:
            yield queue
        finally:
            self._subscribers.discard(queue)
