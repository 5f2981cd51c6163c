"""What accounts' histories show, noted before a job asks for it, so that nothing need be read on the way to a click."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from loguru import logger

from bot.domain.pair import Account
from bot.engine.lanes import Lanes, Priority
from bot.engine.pacer import Pace, at_once
from bot.engine.site_health import SiteHealth
from bot.errors import BookmakerError, CannotArm, LedgerError
from bot.ports.bookmaker import Bookmaker, Bookmakers
from bot.ports.clock import Clock
from bot.ports.ledger import Ledger

SPAN = timedelta(hours=1)
"""How far back a bet may have been placed that the history of now might be mistaken for one of ours."""


@dataclass(frozen=True, slots=True)
class Note:
    """The bets that a complete history showed, and the ledger's time before it was read."""

    taken_at: datetime
    tickets: tuple[str, ...]


class HistoryNotes:
    """Notes that still hold: they are younger than ``hold_s``, and nothing was bet on the account since."""

    def __init__(self, clock: Clock, hold_s: float) -> None:
        self.hold_s = hold_s
        self._clock = clock
        self._notes: dict[Account, tuple[Note, float]] = {}

    def keep(self, account: Account, note: Note, read_s: float) -> None:
        """Keep a note that was begun at ``read_s``, by the clock's monotonic time."""
        self._notes[account] = note, read_s

    def find(self, account: Account, within_s: float | None = None) -> Note | None:
        """Return an account's note, if it holds, or is younger still than ``within_s``."""
        note, read_s = self._notes.get(account, (None, 0.0))
        age_s = self._clock.monotonic_s() - read_s
        return note if note is not None and age_s < (self.hold_s if within_s is None else within_s) else None

    def forget(self, account: Account) -> None:
        """Let a note hold no more."""
        self._notes.pop(account, None)


async def noted(ledger: Ledger, bookmaker: Bookmaker) -> Note:
    """Read an account's history of the last hour; raises BookmakerError, CannotArm for one that is not complete."""
    now = await ledger.now()
    reading = await bookmaker.history(now - SPAN, frozenset())
    if not reading.complete:
        raise CannotArm("history_incomplete", f"{bookmaker.account}: what was bet before is not known")
    return Note(now, tuple(row.ticket for row in reading.rows))


@dataclass(slots=True)
class NoteTaker:
    """Reads the histories of accounts that nobody uses, before their notes are too old; whoever bets goes before."""

    notes: HistoryNotes
    ledger: Ledger
    bookmakers: Bookmakers
    health: SiteHealth
    lanes: Lanes
    clock: Clock
    accounts: Collection[Account]
    pace: Pace = at_once
    _not_before_s: dict[Account, float] = field(default_factory=dict)

    async def run(self, every_s: float) -> None:
        """Take notes for ever."""
        while True:
            try:
                await self.take_due()
            except LedgerError as error:
                logger.warning("histories are noted later: {}", error)
            await self.clock.sleep(every_s)

    async def take_due(self) -> None:
        """Note the histories whose last note is past half of its time, one after the other."""
        for account in sorted(self.accounts):
            if not await self.ledger.holds([account]):
                self.notes.forget(account)  # another worker may bet there
            elif self._is_due(account) and not await self.health.breakers.rests(account):
                await self._take(account)

    def _is_due(self, account: Account) -> bool:
        half_s = self.notes.hold_s / 2
        if self.lanes.is_placing or not self.lanes.lane(account).is_free:
            return False
        is_early = self.clock.monotonic_s() < self._not_before_s.get(account, 0)
        return not is_early and self.notes.find(account, within_s=half_s) is None

    async def _take(self, account: Account) -> None:
        await self.pace(account.provider)
        async with self.lanes.lane(account).turn(Priority.KEEP_ALIVE) as turn:
            began_s = self.clock.monotonic_s()
            try:
                note = await turn.unless_wanted(self._read(account))
            except BookmakerError as error:
                self._not_before_s[account] = began_s + self.notes.hold_s / 2
                await self.health.failed(account, error)
                return
            if note is not None:
                self.notes.keep(account, note, began_s)

    async def _read(self, account: Account) -> Note:
        bookmaker = await self.bookmakers.session(account)
        note = await noted(self.ledger, bookmaker)
        bookmaker.leave_history()  # it would follow every balance, in the very moments of a bet
        return note
