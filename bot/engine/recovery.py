"""Resumes unplaced pairs: at the start, before any new pair, and then at intervals."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Protocol

from loguru import logger

from bot.domain.pair import Account, PairState
from bot.engine.executor import Executor
from bot.engine.tenure import Tenure
from bot.errors import LedgerError
from bot.ports.clock import Clock
from bot.ports.leases import Leases
from bot.ports.pairs import PairStore

_AT_ONCE = 4  # each may have to log in first, and a browser does not load many pages at once


class RecoveryLedger(Leases, PairStore, Protocol):
    """The leases and pairs that recovery works on."""


class Recovery:
    """Holds the leases of this worker's accounts and walks the ledger for pairs that no worker has in hand."""

    def __init__(self, ledger: RecoveryLedger, executor: Executor, clock: Clock, accounts: Collection[Account]) -> None:
        self._ledger = ledger
        self._executor = executor
        self._clock = clock
        self._accounts = tuple(sorted(accounts))
        self.tenure = Tenure()

    async def take_leases(self, retry_s: float) -> None:
        """Wait until this worker holds the leases of all its accounts.

        While it waits, it holds none, so that two workers that start together never block each other.
        """
        reported: Account | None = None
        while (missing := await self._first_refused()) is not None:
            await self.give_up_leases()
            if missing != reported:
                logger.info("waiting for {}, which another worker holds", missing)
                reported = missing
            await self._clock.sleep(retry_s)
        self.tenure.note(holds_all=True)

    async def keep_leases(self, every_s: float) -> None:
        """Renew the leases without end. After a loss, give all up and take them again when all are free.

        Two workers that each kept an account which the other needs would block each other's pairs for ever.
        """
        reported: Account | None = None
        while True:
            try:
                missing = await self._first_refused()
                if missing is not None:
                    await self.give_up_leases()
                self.tenure.note(holds_all=missing is None)
                if missing not in {reported, None}:
                    logger.error("another worker holds {}; no click until it is ours again", missing)
                if missing is None and reported is not None:
                    logger.info("all accounts are ours again")
                reported = missing
            except LedgerError as error:
                logger.warning("leases not renewed: {}", error)
            await self._clock.sleep(every_s)

    async def give_up_leases(self) -> None:
        """Give up all leases, so that another worker can begin at once."""
        self.tenure.note(holds_all=False)
        for account in self._accounts:
            await self._ledger.give_up_lease(account)

    async def walk(self) -> None:
        """Resume every unplaced pair of this worker's accounts that it does not have in hand.

        Pairs whose positive bet stands alone go first. Several are resumed at once, since a bookmaker that does not
        answer takes long.
        """
        left = await self._ledger.load_all(await self._ledger.unplaced_pairs())
        ours = [name for name, stored in left.items() if set(stored.pair.accounts) <= set(self._accounts)]
        ours.sort(key=lambda name: left[name].pair.state is not PairState.PLACING_HEDGE)
        places = asyncio.Semaphore(_AT_ONCE)
        taken_up = await asyncio.gather(*(self._resume(name, places) for name in ours), return_exceptions=True)
        for failure in filter(None, taken_up):
            raise failure

    async def _resume(self, bet_pair_id: str, places: asyncio.Semaphore) -> None:
        try:
            async with places:
                if not self._executor.has_in_hand(bet_pair_id):
                    await self._executor.resume(bet_pair_id)
        except LedgerError:
            raise
        except Exception:  # noqa: BLE001 - one pair's fault must not keep the others from being resumed
            logger.exception("pair {} was not resumed; the next walk tries again", bet_pair_id)

    async def keep_walking(self, every_s: float) -> None:
        """Walk at intervals without end, so that an unknown bet is proved as soon as the bookmaker shows it."""
        while True:
            await self._clock.sleep(every_s)
            try:
                await self.walk()
            except LedgerError as error:
                logger.warning("the walk over unplaced pairs is repeated: {}", error)

    async def _first_refused(self) -> Account | None:
        for account in self._accounts:
            if not await self._ledger.take_lease(account):
                return account
        return None
