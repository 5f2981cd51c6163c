"""Sweeps: one reading of an account's history serves all of its watched tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from loguru import logger

from bot.domain.batches import batches
from bot.domain.events import Announcement, EventType, of_leg
from bot.domain.pair import Account, LegState
from bot.domain.placement import HistoryReading, HistoryRow, TicketState
from bot.domain.settlement import changes_seen
from bot.domain.watch import Look, Watch, WatchPolicy, is_over, next_look, polls_after
from bot.engine.lanes import Turn
from bot.engine.pair_book import PairBook
from bot.engine.site_health import SiteHealth
from bot.errors import BookmakerError, LedgerError
from bot.ports.bookmaker import Bookmakers
from bot.ports.clock import LedgerClock
from bot.ports.outbox import Announcer
from bot.ports.pairs import PairStore, StoredPair
from bot.ports.watches import Watches

_BEFORE_ACCEPTANCE = timedelta(hours=1)
_RUNNING = frozenset({TicketState.OPEN, TicketState.WAITING})
_AT_A_TIME = 25  # the pairs of a batch are read without a pause, and a click must not wait for long


class SettledLedger(Watches, PairStore, LedgerClock, Announcer, Protocol):
    """The watched tickets, their pairs, and the announcements about them."""


class Settlement:
    """Books the results of watched tickets. ``by_provider`` holds the policies that replace ``policy``."""

    def __init__(
        self,
        ledger: SettledLedger,
        bookmakers: Bookmakers,
        book: PairBook,
        health: SiteHealth,
        policy: WatchPolicy,
        by_provider: Mapping[str, WatchPolicy] | None = None,
    ) -> None:
        self._ledger = ledger
        self._bookmakers = bookmakers
        self._book = book
        self._health = health
        self._policy = policy
        self._by_provider = by_provider or {}

    async def leaves_alone(self, account: Account, watches: Sequence[Watch]) -> bool:
        """Say whether the account's login was lost and may not be tried yet; if so, count a failed look.

        Every look would type the login again.
        """
        if not await self._health.breakers.rests(account):
            return False
        await self._missed(account, watches, await self._ledger.now(), "its login was lost and is not tried again yet")
        return True

    async def read(self, account: Account, watches: Sequence[Watch], turn: Turn | None) -> HistoryReading | None:
        """Read an account's history once for all these tickets; the caller holds the account's lane.

        None when the reading was dropped for a more urgent caller that waits for the ``turn``. Without a turn it is
        never dropped. Raises BookmakerError.
        """
        session = await self._bookmakers.session(account)
        since = min(watch.since for watch in watches) - _BEFORE_ACCEPTANCE
        history = session.history(since, frozenset(watch.ticket for watch in watches))
        return await (history if turn is None else turn.unless_wanted(history))

    async def book(self, account: Account, watches: Sequence[Watch], reading: HistoryReading) -> None:
        """Book every watched ticket from a reading; a ticket that it does not cover loses no poll.

        A reading covers the tickets that it shows. If it is complete, it also covers settled tickets that it lacks. It
        never covers a running ticket that it lacks: it may be of another account, out of date or not fully loaded.
        """
        await self._health.succeeded(account)
        now, rows = await self._ledger.now(), {row.ticket: row for row in reading.rows}
        missed = [watch for watch in watches if not _is_covered(watch, rows, reading)]
        for some in batches([watch for watch in watches if _is_covered(watch, rows, reading)], _AT_A_TIME):
            missed += await self._not_booked(some, rows, now)
        if missed:
            await self._missed(account, missed, now, "the history does not show them, or they could not be booked")

    async def not_read(self, account: Account, watches: Sequence[Watch], error: Exception) -> None:
        """Count a failed look for all its tickets; none of them loses a poll."""
        why = type(error).__name__  # the text of a foreign error may quote the page
        if isinstance(error, BookmakerError):
            why = str(error)
            await self._health.failed(account, error)
        else:
            logger.opt(exception=error).error("the history of {} was not read", account)
        await self._missed(account, watches, await self._ledger.now(), why)

    async def _not_booked(
        self, watches: Sequence[Watch], rows: Mapping[str, HistoryRow], now: datetime
    ) -> Sequence[Watch]:
        failed, looks = [], []
        for watch, stored in await self._on_record(watches):
            try:
                look = await self._book_by(watch, stored, rows.get(watch.ticket), now)
            except LedgerError:
                raise
            except Exception:  # noqa: BLE001 - one ticket's fault must not keep the others from being booked
                logger.exception("ticket {} of {} was not booked", watch.ticket, watch.account)
                failed.append(watch)
            else:
                looks += [(watch, look)] if look else []
        await self._ledger.looked_at(looks)
        return failed

    async def _book_by(self, watch: Watch, before: StoredPair, row: HistoryRow | None, now: datetime) -> Look | None:
        """Book what a reading shows of a ticket; None when its watch has ended."""
        policy = self._policy_of(watch.account)
        polls = polls_after(now, before.pair, watch, policy)
        stored = await self._book.decide(before, lambda pair: changes_seen(pair, watch.role, row, polls, policy))
        is_as_before = stored.pair.leg(watch.role) == before.pair.leg(watch.role)
        stands = is_as_before and (row is None or row.state not in _RUNNING)
        if is_over(now, stored.pair, watch, policy, stands=stands):
            await self._end(watch, stored, policy)
            return None
        return next_look(now, stored.pair, watch, policy, polls)

    async def _missed(self, account: Account, watches: Sequence[Watch], now: datetime, why: str) -> None:
        policy, worn_out = self._policy_of(account), False
        for some in batches(watches, _AT_A_TIME):
            looks = []
            for watch, stored in await self._on_record(some):
                if is_over(now, stored.pair, watch, policy, stands=False):
                    await self._end(watch, stored, policy)
                else:
                    looks.append((watch, next_look(now, stored.pair, watch, policy, None)))
            await self._ledger.looked_at(looks)
            worn_out = worn_out or any(look.unhealthy >= policy.max_unhealthy for _, look in looks)
        if worn_out:
            await self._tell_unreadable(account, watches, why)

    async def _on_record(self, watches: Sequence[Watch]) -> Sequence[tuple[Watch, StoredPair]]:
        stored = await self._ledger.load_all({watch.bet_pair_id for watch in watches})
        for watch in watches:
            if watch.bet_pair_id not in stored:
                logger.error("ticket {} of {} is watched for a pair that is not on record", watch.ticket, watch.account)
                await self._ledger.unwatch(watch)
        return [(watch, stored[watch.bet_pair_id]) for watch in watches if watch.bet_pair_id in stored]

    async def _end(self, watch: Watch, stored: StoredPair, policy: WatchPolicy) -> None:
        """Stop watching a ticket. If it never settled, announce it so that a human can check."""
        if stored.pair.leg(watch.role).state is not LegState.SETTLED:
            given_up = partial(changes_seen, role=watch.role, row=None, polls=policy.max_polls, policy=policy)
            stored = await self._book.decide(stored, given_up)
            facts = {"watch": "ended", "watchedSince": watch.since.isoformat()}
            announcement = of_leg(EventType.SETTLEMENT_TIMEOUT, stored.pair, watch.role, **facts)
            await self._ledger.announce(announcement, f"watch_ended.{watch.bet_pair_id}.{watch.role.value}")
        await self._ledger.unwatch(watch)

    async def _tell_unreadable(self, account: Account, watches: Sequence[Watch], why: str) -> None:
        logger.error("{}: {} tickets cannot be checked: {}", account, len(watches), why)
        data = {"account": str(account), "tickets": [watch.ticket for watch in watches], "reason": why}
        await self._ledger.announce(Announcement(EventType.SETTLEMENT_UNREADABLE, data), f"unreadable.{account}")

    def _policy_of(self, account: Account) -> WatchPolicy:
        return self._by_provider.get(account.provider, self._policy)


def _is_covered(watch: Watch, rows: Mapping[str, HistoryRow], reading: HistoryReading) -> bool:
    return watch.ticket in rows or (reading.complete and watch.settled_at is not None)
