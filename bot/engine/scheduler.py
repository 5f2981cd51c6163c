"""Who looks at what, when: due tickets are grouped by account, and each account has one line of work."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence

from loguru import logger

from bot.domain.pair import Account
from bot.engine.lanes import Lanes, Priority
from bot.engine.pacer import Pace, at_once
from bot.engine.settlement import Settlement
from bot.errors import LedgerError
from bot.ports import Clock, Ledger, Watch

_LOOK_EVERY_S = 0.25
_DUE_AT_ONCE = 5000


class Scheduler:
    """Runs the sweeps that are due for the accounts of this worker, at most one per account at a time."""

    def __init__(
        self,
        ledger: Ledger,
        settlement: Settlement,
        lanes: Lanes,
        clock: Clock,
        accounts: Collection[Account],
        pace: Pace = at_once,
    ) -> None:
        self._ledger = ledger
        self._settlement = settlement
        self._lanes = lanes
        self._clock = clock
        self._accounts = frozenset(accounts)
        self._pace = pace
        self._sweeps: dict[Account, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Start due sweeps for ever; a cancelled scheduler ends its sweeps first."""
        try:
            while True:
                await self._start_due_sweeps()
                await self._clock.sleep(_LOOK_EVERY_S)
        finally:
            for sweep in self._sweeps.values():
                sweep.cancel()
            await asyncio.gather(*self._sweeps.values(), return_exceptions=True)

    async def _start_due_sweeps(self) -> None:
        try:
            due = await self._ledger.due_watches(_DUE_AT_ONCE)
        except LedgerError as error:
            logger.warning("sweeps wait: {}", error)
            return
        for account, watches in _by_account(due).items():
            if account in self._accounts and account not in self._sweeps:
                sweep = asyncio.create_task(self._sweep(account, watches), name=f"sweep {account}")
                self._sweeps[account] = sweep

    async def _sweep(self, account: Account, watches: Sequence[Watch]) -> None:
        try:
            await self._pace(account.provider)
            async with self._lanes.lane(account).turn(Priority.SWEEP):
                if await self._ledger.holds([account]):
                    await self._settlement.sweep(account, watches)
        except LedgerError as error:
            logger.warning("sweep of {} is taken again: {}", account, error)
            await self._clock.sleep(1)
        except Exception:  # noqa: BLE001 - one account's fault must not stop the watch over all others
            logger.exception("sweep of {} failed; its tickets stay due", account)
            await self._clock.sleep(5)
        finally:
            del self._sweeps[account]


def _by_account(watches: Sequence[Watch]) -> dict[Account, list[Watch]]:
    grouped: defaultdict[Account, list[Watch]] = defaultdict(list)
    for watch in watches:
        grouped[watch.account].append(watch)
    return grouped
