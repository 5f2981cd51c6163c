"""Announces a positive bet that stands alone for too long, whatever the reason, and once more when that has ended."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from loguru import logger

from bot.domain import exposure
from bot.domain.events import Announcement
from bot.domain.policies import HedgePolicy
from bot.errors import LedgerError
from bot.ports.clock import Clock, LedgerClock
from bot.ports.naked_positives import NakedStore
from bot.ports.pairs import PairStore


class NakedLedger(NakedStore, PairStore, LedgerClock, Protocol):
    """The ledger's part that is needed to announce naked positive bets."""


class NakedPositives:
    """Looks at the pairs of all workers: a dead worker announces nothing. The ledger keeps what has been announced."""

    def __init__(self, ledger: NakedLedger, clock: Clock, after_s: float = HedgePolicy().naked_after_s) -> None:
        self._ledger = ledger
        self._clock = clock
        self._after_s = after_s

    async def run(self, every_s: float) -> None:
        """Look at intervals without end."""
        while True:
            try:
                await self._look(self._after_s)
            except LedgerError as error:
                logger.warning("the look at naked positive bets is repeated: {}", error)
            await self._clock.sleep(every_s)

    async def announce_all(self) -> None:
        """Announce every naked pair at once, however short the time: the worker that would hedge it stops."""
        await self._look(0)

    async def _look(self, after_s: float) -> None:
        since = await self._ledger.naked_since()
        announced = await self._ledger.announced_naked()
        if not since and not announced:
            return
        now = await self._ledger.now()
        for bet_pair_id, begun in since.items():
            alone_for_s = (now - begun).total_seconds()
            if (
                alone_for_s >= after_s
                and bet_pair_id not in announced
                and (alert := await self._alert(bet_pair_id, begun, now))
            ):
                logger.error("pair {}: its positive bet stands alone for {:.0f} s", bet_pair_id, alone_for_s)
                await self._ledger.announce_naked(bet_pair_id, alert)
        for bet_pair_id, begun in announced.items():
            if bet_pair_id not in since and (alert := await self._alert(bet_pair_id, begun, now)):
                await self._ledger.announce_covered(bet_pair_id, alert)

    async def _alert(self, bet_pair_id: str, begun: datetime, now: datetime) -> Announcement | None:
        stored = await self._ledger.load(bet_pair_id)
        return exposure.naked(stored.pair, (now - begun).total_seconds()) if stored else None
