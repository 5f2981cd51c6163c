"""One queue of work per account, the most urgent first.

A holder that only reads gives way: when a bet or a search for proof waits, its reading is dropped where it stands and
taken again later. Other holders are never interrupted. While a pair is placed, the readings of all accounts give way,
since they share a browser with it.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from enum import IntEnum
from itertools import count
from typing import Any, TypeVar

from bot.domain.pair import Account
from bot.engine.tasks import end

_T = TypeVar("_T")


class Priority(IntEnum):
    """The order of waiters; a lower number is more urgent."""

    CLICK = 0
    PROOF = 1
    ARMING = 2
    SWEEP = 3
    KEEP_ALIVE = 4
    SLOW_WATCH = 5


_CANNOT_WAIT = Priority.ARMING


class Turn:
    """A holder's time on a lane."""

    def __init__(self) -> None:
        self._wanted = asyncio.Event()

    def want(self) -> None:
        """Tell the holder that an urgent caller waits."""
        self._wanted.set()

    async def unless_wanted(self, work: Coroutine[Any, Any, _T]) -> _T | None:
        """Run work that may be dropped at any moment; None if it was dropped, and then it has stopped."""
        wanted, working = asyncio.create_task(self._wanted.wait()), asyncio.create_task(work)
        try:
            await asyncio.wait({wanted, working}, return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else None
        finally:
            await end({wanted, working})


class Lane:
    """A lock that passes to the most urgent waiter. Equals are served in order of arrival."""

    def __init__(self) -> None:
        self._taken = False
        self._turn = Turn()
        self._waiting: list[tuple[Priority, int, asyncio.Future[None]]] = []
        self._arrivals = count()

    @property
    def is_free(self) -> bool:
        """Whether a turn would begin at once."""
        return not self._taken

    def give_way(self) -> None:
        """Ask the holder of the turn to give it up, if it only reads."""
        if self._taken:
            self._turn.want()

    @asynccontextmanager
    async def turn(self, priority: Priority) -> AsyncIterator[Turn]:
        """Wait for the lane, hold it for the body, then pass it on."""
        await self._take(priority)
        self._turn = Turn()
        try:
            yield self._turn
        finally:
            self._pass_on()

    async def _take(self, priority: Priority) -> None:
        if not self._taken:
            self._taken = True
            return
        if priority <= _CANNOT_WAIT:
            self._turn.want()
        handed_over = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (priority, next(self._arrivals), handed_over))
        try:
            await handed_over
        except asyncio.CancelledError:
            if handed_over.done() and not handed_over.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            _, _, handed_over = heapq.heappop(self._waiting)
            if not handed_over.done():
                handed_over.set_result(None)
                return
        self._taken = False


class Lanes:
    """The lanes of all accounts."""

    def __init__(self) -> None:
        self._lanes: defaultdict[Account, Lane] = defaultdict(Lane)
        self._placing = 0

    @property
    def is_placing(self) -> bool:
        """Whether a pair is being placed, on any accounts."""
        return self._placing > 0

    def lane(self, account: Account) -> Lane:
        """Return an account's lane."""
        return self._lanes[account]

    @asynccontextmanager
    async def turns(self, accounts: Iterable[Account], priority: Priority) -> AsyncIterator[None]:
        """Hold several lanes at once, taken always in one order so that no two callers wait for each other."""
        async with AsyncExitStack() as stack:
            for account in sorted(set(accounts)):
                await stack.enter_async_context(self._lanes[account].turn(priority))
            yield

    @asynccontextmanager
    async def turns_to_place(self, accounts: Iterable[Account]) -> AsyncIterator[None]:
        """Hold the lanes of a pair to place it. All readings give way from the call until the end of the body."""
        self._placing += 1
        for lane in self._lanes.values():
            lane.give_way()
        try:
            async with self.turns(accounts, Priority.CLICK):
                yield
        finally:
            self._placing -= 1
