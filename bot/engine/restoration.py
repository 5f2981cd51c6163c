"""Detects a ledger that was emptied or restored from a copy, and bets that stand but are missing from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from loguru import logger

from bot.domain.events import Announcement, EventType
from bot.domain.halt import Halt, HaltCause
from bot.domain.pair import Account
from bot.domain.placement import TicketState
from bot.engine.lanes import Lanes, Priority
from bot.engine.site_health import SiteHealth
from bot.errors import BookmakerError, LedgerError
from bot.ports.bookmaker import Bookmakers
from bot.ports.clock import Clock, LedgerClock
from bot.ports.halts import Halts
from bot.ports.ledger import NO_POSITION, LedgerPosition, Mark
from bot.ports.pairs import PairStore

_SPAN = timedelta(days=14)
_EVERYTHING = "all"
_STANDING = frozenset({TicketState.OPEN, TicketState.WAITING})


class ComparedLedger(LedgerPosition, LedgerClock, PairStore, Halts, Protocol):
    """The ledger that is compared with the bookmakers' histories."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """Notices a restored ledger, at the start and while it works, and compares it with the bookmakers' histories."""

    ledger: ComparedLedger
    mark: Mark
    bookmakers: Bookmakers
    health: SiteHealth
    lanes: Lanes
    clock: Clock
    accounts: Collection[Account]

    async def compare_if_restored(self) -> None:
        """Halt everything if the ledger lost what this machine has seen, and compare it with every history."""
        mark = await self.mark.read()
        if mark is None or await self.ledger.remembers(mark):
            self.ledger.expect(mark or NO_POSITION)
            return
        await self._halt_everything(mark)

    async def keep_mark(self, every_s: float) -> None:
        """Write the ledger's position to the mark without end. The mark never goes back unnoticed."""
        seen = await self.mark.read()
        while True:
            try:
                seen = await self._followed(seen)
            except (LedgerError, OSError) as error:
                logger.warning("the ledger's mark was not written: {}", error)
            await self.clock.sleep(every_s)

    async def _followed(self, seen: str | None) -> str:
        position = await self.ledger.position()
        if position == seen:
            return position
        if seen is not None and not await self.ledger.remembers(seen):
            await self._halt_everything(seen)
            self.ledger.expect(position)
        await self.mark.write(position)
        return position

    async def _halt_everything(self, seen: str) -> None:
        logger.error("the ledger has lost its entry {}: it was emptied or restored", seen)
        why = f"the ledger has lost its entry {seen}: it was emptied or restored. Every history is compared with it;"
        await self._halt(_EVERYTHING, f"{why} look at the halts, then: pairguard resume --reason TEXT", {})
        for account in sorted(self.accounts):
            await self._compare(account)

    async def _compare(self, account: Account) -> None:
        try:
            async with self.lanes.lane(account).turn(Priority.PROOF):
                session = await self.bookmakers.session(account)
                reading = await session.history(await self.ledger.now() - _SPAN, frozenset())
        except BookmakerError as error:
            await self.health.failed(account, error)
            await self._halt_account(account, f"the ledger was restored and this history cannot be read: {error}")
            return
        known = await self.ledger.claimed_tickets(account)
        missing = sorted(row.ticket for row in reading.rows if row.state in _STANDING and row.ticket not in known)
        if missing:
            await self._halt_account(
                account, f"the ledger was restored and does not know these bets: {', '.join(missing)}"
            )
        elif not reading.complete:
            await self._halt_account(account, "the ledger was restored and this history is not complete")

    async def _halt_account(self, account: Account, reason: str) -> None:
        await self._halt(str(account), reason, {"account": str(account)})

    async def _halt(self, scope: str, reason: str, facts: dict[str, str]) -> None:
        announcement = Announcement(EventType.PROVIDER_HALTED, {"scope": scope, "reason": reason} | facts)
        await self.ledger.halt(Halt(scope, HaltCause.RESTORED, reason), announcement, f"restored.{scope}")
