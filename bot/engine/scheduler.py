"""Which account's history is read when: due tickets are swept account by account, the longest due first.

A sweep is dropped when a bet or a search for proof needs its account. Its tickets stay due, so the sweep is taken again
right afterwards, from the start. A sweep that was dropped ``_GIVES_WAY`` times in a row is finished first, since bets
without a pause would otherwise keep its tickets from being read.

While a pair is placed, on any accounts, no sweep begins, since all accounts share a browser and its machine. Only a
sweep that has been due for ``_STANDS_ASIDE_S`` begins anyway, one account at a time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from loguru import logger

from bot.domain.pair import Account
from bot.domain.placement import HistoryReading
from bot.domain.policies import WorkPolicy
from bot.domain.watch import LATE_S, Watch, Window
from bot.engine.lanes import Lanes, Priority
from bot.engine.pacer import Pace, at_once
from bot.engine.settlement import Settlement
from bot.engine.tasks import end
from bot.errors import LedgerError
from bot.ports.clock import Clock
from bot.ports.leases import Leases
from bot.ports.watches import Watches

_LOOK_EVERY_S = 1
_LOOK_WHILE_SWEEPING_S = 0.25
_LOOK_AGAIN_AFTER_S = 0.05
_DUE_AT_ONCE = 5000
_AT_WORK_AT_ONCE = 2  # all accounts may be due at once, and a click must not wait for its share of the processor
_GIVES_WAY = 5
_STANDS_ASIDE_S = 10
_SAY_LATE_EVERY_S = 60
_SLOW = frozenset(Window) - {Window.FAST}


class SweptLedger(Watches, Leases, Protocol):
    """The due tickets, and the leases under which they are swept."""


@dataclass(frozen=True, slots=True)
class SweepRules:
    """How sweeps run: ``pace`` spaces those of one provider; at most ``together`` histories are read at once."""

    pace: Pace = at_once
    together: int = WorkPolicy().sweeps_at_once


_ALL_AT_ONCE = SweepRules()


class Scheduler:
    """Runs the sweeps that are due for the accounts of this worker: at most one per account."""

    def __init__(
        self,
        ledger: SweptLedger,
        settlement: Settlement,
        lanes: Lanes,
        clock: Clock,
        accounts: Collection[Account],
        rules: SweepRules = _ALL_AT_ONCE,
    ) -> None:
        self._ledger = ledger
        self._settlement = settlement
        self._lanes = lanes
        self._clock = clock
        self._accounts = frozenset(accounts)
        self._pace = rules.pace
        self._places = asyncio.Semaphore(rules.together)
        self._shares = asyncio.Semaphore(_AT_WORK_AT_ONCE)
        self._sweeps: dict[Account, asyncio.Task[None]] = {}
        self._given_up: Counter[Account] = Counter()
        self._said_late_s = -float(_SAY_LATE_EVERY_S)

    async def run(self) -> None:
        """Start due sweeps without end. A cancelled scheduler first ends the sweeps that run."""
        try:
            while True:
                await self._clock.sleep(await self._start_due_sweeps())
        finally:
            await end(set(self._sweeps.values()))

    async def _start_due_sweeps(self) -> float:
        """Start the due sweeps and return the seconds until the next look."""
        try:
            overdue = await self._ledger.overdue_s(self._accounts)
        except LedgerError as error:
            logger.warning("sweeps wait: {}", error)
            return _LOOK_EVERY_S
        waiting = {account: late_s for account, late_s in overdue.items() if account not in self._sweeps}
        for account in sorted(waiting, key=lambda account: -waiting[account]):
            if self._begins(account, waiting[account]):
                self._sweeps[account] = asyncio.create_task(self._sweep(account), name=f"sweep {account}")
        self._say_when_late(max(overdue.values(), default=0))
        if self._sweeps:
            return _LOOK_WHILE_SWEEPING_S
        until_next_s = min((-late_s for late_s in waiting.values()), default=_LOOK_EVERY_S)
        return min(max(until_next_s, _LOOK_AGAIN_AFTER_S), _LOOK_EVERY_S)

    def _begins(self, account: Account, late_s: float) -> bool:
        if late_s < 0 or not self._lanes.is_placing:
            return late_s >= 0
        if late_s < _STANDS_ASIDE_S or any(self._insists(each) for each in self._sweeps):
            return False
        self._given_up[account] = _GIVES_WAY
        return True

    def _insists(self, account: Account) -> bool:
        return self._given_up[account] >= _GIVES_WAY

    def _say_when_late(self, late_s: float) -> None:
        now_s = self._clock.monotonic_s()
        if late_s >= LATE_S and now_s - self._said_late_s >= _SAY_LATE_EVERY_S:
            self._said_late_s = now_s
            logger.warning("a look at a ticket is {:.0f} s overdue: too many tickets for this machine", late_s)

    async def _sweep(self, account: Account) -> None:
        try:
            await self._pace(account.provider)
            await self._look(account)
        except LedgerError as error:
            logger.warning("sweep of {} is repeated: {}", account, error)
            await self._clock.sleep(1)
        except Exception:  # noqa: BLE001 - one account's fault must not stop the watch over all others
            logger.exception("sweep of {} failed; its tickets stay due", account)
            await self._clock.sleep(5)
        finally:
            del self._sweeps[account]

    async def _look(self, account: Account) -> None:
        async with self._shares:
            watches = await self._ledger.due_watches(account, _DUE_AT_ONCE)
        if not watches or not await self._ledger.holds([account]):
            await self._clock.sleep(1)
            return
        if await self._settlement.leaves_alone(account, watches):
            return
        try:
            reading = await self._read_in_turn(account, watches)
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001 - after any error the next look is put off, not made at once
            async with self._shares:
                await self._settlement.not_read(account, watches, error)
            return
        if reading is not None:
            async with self._shares:
                await self._book(account, watches, reading)

    async def _book(self, account: Account, watches: Sequence[Watch], reading: HistoryReading) -> None:
        if not await self._ledger.holds([account]):
            logger.warning("a reading of {} is dropped: it took longer than the lease", account)
            return
        await self._settlement.book(account, watches, reading)

    async def _read_in_turn(self, account: Account, watches: Sequence[Watch]) -> HistoryReading | None:
        urgency = Priority.SLOW_WATCH if all(watch.window in _SLOW for watch in watches) else Priority.SWEEP
        async with self._lanes.lane(account).turn(urgency) as turn:
            insists = self._insists(account)
            if self._lanes.is_placing and not insists:
                return None
            if not await turn.unless_wanted(self._places.acquire()):
                return None
            try:
                reading = await self._settlement.read(account, watches, None if insists else turn)
            finally:
                self._places.release()
        self._given_up[account] = 0 if reading else self._given_up[account] + 1
        return reading
