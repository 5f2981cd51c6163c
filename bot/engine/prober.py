"""Tries half-open breakers: one worker makes one reading, which bets nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection

from loguru import logger

from bot.domain.breaker import site_of
from bot.domain.pair import Account
from bot.engine.lanes import Lanes, Priority
from bot.engine.site_health import SiteHealth
from bot.errors import BookmakerError, LedgerError
from bot.ports.bookmaker import Bookmakers
from bot.ports.clock import Clock
from bot.ports.leases import Leases


class Prober:
    """Opens a session and reads its balance when a breaker's pause is over. Accounts of one site take turns."""

    def __init__(
        self,
        ledger: Leases,
        bookmakers: Bookmakers,
        health: SiteHealth,
        lanes: Lanes,
        clock: Clock,
        accounts: Collection[Account],
    ) -> None:
        self._ledger = ledger
        self._bookmakers = bookmakers
        self._health = health
        self._lanes = lanes
        self._clock = clock
        self._accounts = tuple(sorted(accounts))
        self._tried: Counter[Account] = Counter()

    async def run(self, every_s: float) -> None:
        """Try half-open breakers without end."""
        while True:
            try:
                await self.try_half_open()
            except LedgerError as error:
                logger.warning("breakers are tried later: {}", error)
            await self._clock.sleep(every_s)

    async def try_half_open(self) -> None:
        """Try every half-open breaker for which this worker has an account and gets the right to try."""
        scopes = await self._health.breakers.half_open()
        await asyncio.gather(*(self._try(scope) for scope in scopes))

    async def _try(self, scope: str) -> None:
        concerned = [account for account in self._accounts if scope in {str(account), site_of(account)}]
        if not concerned:
            return
        account = min(concerned, key=lambda each: self._tried[each])
        if not await self._ledger.holds([account]) or not await self._health.breakers.take_probe(scope):
            return
        self._tried[account] += 1
        async with self._lanes.lane(account).turn(Priority.KEEP_ALIVE):
            await self._read(account)

    async def _read(self, account: Account) -> None:
        try:
            session = await self._bookmakers.session(account)
            await session.balance()
        except BookmakerError as error:
            await self._health.failed(account, error)
        else:
            await self._health.succeeded(account)
