"""Announces a positive bet that stands alone for too long, whatever the reason, and once more when that has ended."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol

from loguru import logger

from bot.domain import exposure
from bot.domain.pair import Account, Pair
from bot.domain.policies import HedgePolicy
from bot.errors import LedgerError
from bot.ports.clock import Clock, LedgerClock
from bot.ports.naked_positives import NakedStore
from bot.ports.pairs import PairStore

_AFTER_S = HedgePolicy().naked_after_s


class NakedLedger(NakedStore, PairStore, LedgerClock, Protocol):
    """The ledger's part that is needed to announce naked positive bets."""


class NakedPositives:
    """Announces for all workers, since a dead one announces nothing. The ledger keeps what has been announced."""

    def __init__(
        self, ledger: NakedLedger, clock: Clock, accounts: Collection[Account], after_s: float = _AFTER_S
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._accounts = frozenset(accounts)
        self._after_s = after_s

    async def run(self, every_s: float) -> None:
        """Look at the pairs of all workers at intervals without end."""
        while True:
            try:
                await self._look(lambda _pair, alone_for_s: alone_for_s >= self._after_s)
            except LedgerError as error:
                logger.warning("the look at naked positive bets is repeated: {}", error)
            except Exception:  # noqa: BLE001 - a fault in telling must not end the worker that would hedge
                logger.exception("naked positive bets could not be announced")
            await self._clock.sleep(every_s)

    async def announce_own(self) -> None:
        """Announce the naked pairs of this worker's accounts, however short the time: it stops, and hedges nothing."""
        await self._look(lambda pair, _alone_for_s: set(pair.accounts) <= self._accounts)

    async def _look(self, is_told: Callable[[Pair, float], bool]) -> None:
        since = await self._ledger.naked_since()
        announced = await self._ledger.announced_naked()
        if not since and not announced:
            return
        now = await self._ledger.now()
        found = await self._ledger.load_all({*since, *announced})
        for name, stored in found.items():
            alone_for_s = (now - (since.get(name) or announced[name])).total_seconds()
            if name not in since:
                await self._ledger.announce_covered(name, exposure.naked(stored.pair, alone_for_s))
            elif name not in announced and is_told(stored.pair, alone_for_s):
                logger.error("pair {}: its positive bet stands alone for {:.0f} s", name, alone_for_s)
                await self._ledger.announce_naked(name, exposure.naked(stored.pair, alone_for_s))
