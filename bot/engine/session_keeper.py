"""Opens sessions before they are needed and keeps them open."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from loguru import logger

from bot.domain.pair import Account
from bot.engine.lanes import Lanes, Priority
from bot.engine.pacer import Pace, at_once
from bot.engine.site_health import SiteHealth
from bot.errors import BookmakerError, LedgerError
from bot.ports.bookmaker import Bookmakers
from bot.ports.clock import Clock
from bot.ports.leases import Leases

_OPENED_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class SessionKeeper:
    """Opens every account's session at the start and checks it at intervals, while this worker holds the account."""

    leases: Leases
    bookmakers: Bookmakers
    health: SiteHealth
    lanes: Lanes
    clock: Clock
    accounts: Collection[Account]
    pace: Pace = at_once

    async def run(self, every_s: float) -> None:
        """Check all sessions without end. A bet always goes first."""
        while True:
            await self.look_after_all()
            await self.clock.sleep(every_s)

    async def look_after_all(self) -> None:
        """Check every session once."""
        places = asyncio.Semaphore(_OPENED_AT_ONCE)
        await asyncio.gather(*(self._look_after(account, places) for account in sorted(self.accounts)))

    async def _look_after(self, account: Account, places: asyncio.Semaphore) -> None:
        await self.pace(account.provider)
        try:
            async with places, self.lanes.lane(account).turn(Priority.KEEP_ALIVE):
                await self._open(account)
        except LedgerError as error:
            logger.warning("{}: the state of its session was not recorded: {}", account, error)

    async def _open(self, account: Account) -> None:
        if not await self.leases.holds([account]):
            return  # another hand has it
        try:
            await self.bookmakers.session(account)
        except BookmakerError as error:
            await self.health.failed(account, error)
        else:
            await self.health.succeeded(account)
