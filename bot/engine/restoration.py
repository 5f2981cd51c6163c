"""Detects a ledger that was restored from a snapshot, and bets that stand but are missing from it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import timedelta
from typing import Protocol

from loguru import logger

from bot.domain.events import Announcement, EventType
from bot.domain.halt import Halt, HaltCause
from bot.domain.pair import Account
from bot.domain.placement import TicketState
from bot.engine.site_health import SiteHealth
from bot.errors import BookmakerError, LedgerError
from bot.ports.bookmaker import Bookmakers
from bot.ports.clock import Clock, LedgerClock
from bot.ports.halts import Halts
from bot.ports.ledger import LedgerPosition, Mark
from bot.ports.pairs import PairStore

_SPAN = timedelta(days=14)
_STANDING = frozenset({TicketState.OPEN, TicketState.WAITING})


class ComparedLedger(LedgerPosition, LedgerClock, PairStore, Halts, Protocol):
    """The ledger that is compared with the bookmakers' histories."""


class Restoration:
    """Notices a restored ledger at the start, and compares it with the bookmakers' histories before the first bet."""

    def __init__(
        self,
        ledger: ComparedLedger,
        mark: Mark,
        bookmakers: Bookmakers,
        health: SiteHealth,
        clock: Clock,
        accounts: Collection[Account],
    ) -> None:
        self._ledger = ledger
        self._mark = mark
        self._bookmakers = bookmakers
        self._health = health
        self._clock = clock
        self._accounts = tuple(sorted(accounts))

    async def compare_if_restored(self) -> None:
        """Halt every account whose history shows standing bets that a restored ledger does not know."""
        mark, position = await self._mark.read(), await self._ledger.position()
        if mark is None or _order(position) >= _order(mark):
            return
        logger.error("the ledger is behind the mark of this machine ({} < {}): it was restored", position, mark)
        for account in self._accounts:
            await self._compare(account)

    async def keep_mark(self, every_s: float) -> None:
        """Write the ledger's position to the mark without end."""
        remembered = await self._mark.read()
        while True:
            try:
                position = await self._ledger.position()
                if position != remembered:
                    await self._mark.write(position)
                    remembered = position
            except (LedgerError, OSError) as error:
                logger.warning("the ledger's mark was not written: {}", error)
            await self._clock.sleep(every_s)

    async def _compare(self, account: Account) -> None:
        try:
            session = await self._bookmakers.session(account)
            reading = await session.history(await self._ledger.now() - _SPAN, frozenset())
        except BookmakerError as error:
            await self._health.failed(account, error)
            await self._halt(account, f"the ledger was restored and this history cannot be read: {error}")
            return
        known = await self._ledger.claimed_tickets(account)
        missing = sorted(row.ticket for row in reading.rows if row.state in _STANDING and row.ticket not in known)
        if missing:
            await self._halt(account, f"the ledger was restored and does not know these bets: {', '.join(missing)}")
        elif not reading.complete:
            await self._halt(account, "the ledger was restored and this history is not complete")

    async def _halt(self, account: Account, reason: str) -> None:
        data = {"scope": str(account), "account": str(account), "reason": reason}
        announcement = Announcement(EventType.PROVIDER_HALTED, data)
        await self._ledger.halt(
            Halt(str(account), HaltCause.RESTORED, reason), announcement, f"restored.{account}.{uuid.uuid4().hex}"
        )


def _order(position: str) -> tuple[int, int]:
    milliseconds, _, number = position.partition("-")
    return int(milliseconds), int(number or 0)
