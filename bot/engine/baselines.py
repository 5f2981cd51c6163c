"""What an account's history shows before a bet, read ahead of the job so that the first click need not wait for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from loguru import logger

from bot.domain.pair import Account
from bot.domain.reasons import Reason
from bot.engine.lanes import Lanes, Priority
from bot.engine.pacer import Pace, at_once
from bot.engine.site_health import SiteHealth
from bot.errors import BookmakerError, CannotArm, LedgerError
from bot.ports.bookmaker import Bookmaker, Bookmakers
from bot.ports.clock import Clock, LedgerClock
from bot.ports.leases import Leases

SPAN = timedelta(hours=1)
"""How far back the history is read: an older bet cannot be mistaken for ours."""


@dataclass(frozen=True, slots=True)
class HistoryBaseline:
    """The tickets that a complete history showed, and the ledger's time before it was read."""

    taken_at: datetime
    tickets: tuple[str, ...]


class BaselineCache:
    """Baselines that are still valid: younger than ``hold_s``, with no bet on the account since."""

    def __init__(self, clock: Clock, hold_s: float) -> None:
        self.hold_s = hold_s
        self._clock = clock
        self._baselines: dict[Account, tuple[HistoryBaseline, float]] = {}

    def keep(self, account: Account, baseline: HistoryBaseline, read_s: float) -> None:
        """Keep a baseline whose reading began at ``read_s``, by the clock's monotonic time."""
        self._baselines[account] = baseline, read_s

    def find(self, account: Account, within_s: float | None = None) -> HistoryBaseline | None:
        """Return an account's baseline if it is younger than ``within_s`` (default ``hold_s``)."""
        baseline, read_s = self._baselines.get(account, (None, 0.0))
        age_s = self._clock.monotonic_s() - read_s
        return baseline if baseline is not None and age_s < (self.hold_s if within_s is None else within_s) else None

    def forget(self, account: Account) -> None:
        """Drop an account's baseline."""
        self._baselines.pop(account, None)


async def read_baseline(ledger_clock: LedgerClock, bookmaker: Bookmaker) -> HistoryBaseline:
    """Read an account's history of the last hour; raises BookmakerError, CannotArm for an incomplete one."""
    now = await ledger_clock.now()
    reading = await bookmaker.history(now - SPAN, frozenset())
    if not reading.complete:
        raise CannotArm(Reason.HISTORY_INCOMPLETE, f"{bookmaker.account}: the bets before this one are not known")
    return HistoryBaseline(now, tuple(row.ticket for row in reading.rows))


@dataclass(slots=True)
class BaselineReader:
    """Reads the histories of idle accounts before their baselines are too old. A bet always goes first."""

    baselines: BaselineCache
    leases: Leases
    ledger_clock: LedgerClock
    bookmakers: Bookmakers
    health: SiteHealth
    lanes: Lanes
    clock: Clock
    accounts: Collection[Account]
    pace: Pace = at_once
    _not_before_s: dict[Account, float] = field(default_factory=dict)

    async def run(self, every_s: float) -> None:
        """Read baselines without end."""
        while True:
            try:
                await self.read_due()
            except LedgerError as error:
                logger.warning("baselines are read later: {}", error)
            await self.clock.sleep(every_s)

    async def read_due(self) -> None:
        """Read, one after the other, the histories whose baseline is past half of its time."""
        for account in sorted(self.accounts):
            if not await self.leases.holds([account]):
                self.baselines.forget(account)  # another worker may bet there
            elif self._is_due(account) and not await self.health.breakers.rests(account):
                await self._read(account)

    def _is_due(self, account: Account) -> bool:
        half_s = self.baselines.hold_s / 2
        if self.lanes.is_placing or not self.lanes.lane(account).is_free:
            return False
        is_early = self.clock.monotonic_s() < self._not_before_s.get(account, 0)
        return not is_early and self.baselines.find(account, within_s=half_s) is None

    async def _read(self, account: Account) -> None:
        await self.pace(account.provider)
        async with self.lanes.lane(account).turn(Priority.KEEP_ALIVE) as turn:
            began_s = self.clock.monotonic_s()
            try:
                baseline = await turn.unless_wanted(self._baseline_of(account))
            except BookmakerError as error:
                self._not_before_s[account] = began_s + self.baselines.hold_s / 2
                await self.health.failed(account, error)
                return
            if baseline is not None:
                self.baselines.keep(account, baseline, began_s)

    async def _baseline_of(self, account: Account) -> HistoryBaseline:
        bookmaker = await self.bookmakers.session(account)
        baseline = await read_baseline(self.ledger_clock, bookmaker)
        bookmaker.leave_history()  # an open history page redraws with every balance, in the moments between the legs
        return baseline
