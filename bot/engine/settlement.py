"""Sweeps: one reading of an account's history serves all of its watched tickets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from loguru import logger

from bot.domain.pair import Account
from bot.domain.placement import HistoryReading
from bot.domain.settlement import WatchPolicy, changes_seen, is_over, next_look_in_s
from bot.engine.alarms import Alarms
from bot.engine.pair_book import PairBook
from bot.errors import BookmakerError
from bot.ports import Bookmakers, Ledger, Watch

_BEFORE_ACCEPTANCE = timedelta(hours=1)


class Settlement:
    """Looks at watched tickets and books what became of them."""

    def __init__(
        self, ledger: Ledger, bookmakers: Bookmakers, book: PairBook, alarms: Alarms, policy: WatchPolicy
    ) -> None:
        self._ledger = ledger
        self._bookmakers = bookmakers
        self._book = book
        self._alarms = alarms
        self._policy = policy

    async def sweep(self, account: Account, watches: Sequence[Watch]) -> None:
        """Read an account's history once and book every watched ticket by it; the caller holds the account's lane.

        A reading that fails, or that does not cover a ticket, uses up none of its polls. While a lost login
        rests nothing is read, since every look would type it again.
        """
        if await self._alarms.breakers.rests(account):
            await self._look_again(watches)
            return
        try:
            session = await self._bookmakers.session(account)
            since = min(watch.since for watch in watches) - _BEFORE_ACCEPTANCE
            reading = await session.history(since, frozenset(watch.ticket for watch in watches))
        except BookmakerError as error:
            await self._alarms.raise_for(account, error)
            await self._look_again(watches)
            return
        await self._alarms.all_well(account)
        for watch in watches:
            await self._book_by(watch, reading)

    async def _look_again(self, watches: Sequence[Watch]) -> None:
        for watch in watches:
            delay_s = self._policy.interval_s if watch.settled_at is None else self._policy.slow_interval_s
            await self._ledger.polled(watch, delay_s, counted=False)

    async def _book_by(self, watch: Watch, reading: HistoryReading) -> None:
        stored = await self._ledger.load(watch.bet_pair_id)
        if stored is None:
            logger.error("ticket {} of {} is watched for a pair that is not on record", watch.ticket, watch.account)
            await self._ledger.unwatch(watch)
            return
        row = reading.row(watch.ticket)
        covered = row is not None or reading.complete
        polls = watch.polls + (1 if covered else 0)
        stored = await self._book.decide(
            stored, lambda pair: changes_seen(pair, watch.role, row, polls, self._policy) if covered else ()
        )
        leg = stored.pair.leg(watch.role)
        settled_for = watch.now - watch.settled_at if watch.settled_at else None
        if is_over(leg, watch.now - watch.since, settled_for, self._policy):
            await self._ledger.unwatch(watch)
            return
        await self._ledger.polled(watch, next_look_in_s(leg, polls, self._policy), counted=covered)
