"""A bookmaker whose history shows bets late or in part; the judge still knows which bets it really accepted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.odds import Odds
from bot.domain.pair import Account, Bet
from bot.domain.placement import HistoryReading, HistoryRow, TicketState
from tests.chaos.interleavings.virtual_time import virtual_now
from tests.fakes.bookmaker import FakeBookmaker, FakeSite

_HALF_AN_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class HistoryManner:
    """How a history shows new bets: after a time, after some readings, and for a time incompletely.

    ``stranger_after_s`` is when an older bet with the same terms appears, which the owner placed by hand.
    """

    name: str
    lag_s: float = 0
    lag_readings: int = 0
    incomplete_s: float = 0
    stranger_after_s: float | None = None

    @property
    def latest_s(self) -> float:
        """The time after which no further bet appears."""
        return max(self.lag_s if self.shows_everything else 0, self.incomplete_s)

    @property
    def shows_everything(self) -> bool:
        """Whether every bet appears in the end."""
        return self.lag_s < NEVER_S


NEVER_S = 1e6
PROMPT = HistoryManner("prompt")
MANNERS = (
    PROMPT,
    HistoryManner("shows a bet at the third reading", lag_readings=2),
    HistoryManner("shows a bet after 25 s", lag_s=25),
    HistoryManner("shows a bet after 90 s", lag_s=90),
    HistoryManner("is not complete for 40 s", incomplete_s=40),
    HistoryManner("never shows a bet", lag_s=NEVER_S),
    HistoryManner("shows an older bet of the same terms late", lag_s=70, stranger_after_s=20),
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A bet that the bookmaker really accepted: for which leg, when, and after how many readings of its history."""

    bet_id: str
    at: datetime
    reading: int


@dataclass
class LaggingSite(FakeSite):
    """A bookmaker that remembers which leg each bet was for. A bet under review is decided after ``review_s``."""

    manner: HistoryManner = PROMPT
    review: TicketState = TicketState.OPEN
    review_s: float = 10
    placed: dict[str, Placed] = field(default_factory=dict)

    def take(self, bet: Bet, odds: Odds, state: TicketState = TicketState.OPEN) -> HistoryRow:
        row = replace(super().take(bet, odds, state), placed_at=virtual_now())
        self.bets[row.ticket] = row
        self.placed[row.ticket] = Placed(bet.bet_id, virtual_now(), self.readings)
        if state is TicketState.WAITING:
            asyncio.get_running_loop().call_later(self.review_s, self.decide, row.ticket, self.review)
        return row

    def take_from_a_stranger(self, bet: Bet) -> None:
        """Record an older bet with the same terms that no worker placed."""
        row = replace(super().take(bet, bet.odds), placed_at=virtual_now() - _HALF_AN_HOUR)
        self.bets[row.ticket] = row

    def of(self, bet_id: str) -> list[HistoryRow]:
        """Return the bets really accepted for a leg."""
        return [self.bets[ticket] for ticket, placed in self.placed.items() if placed.bet_id == bet_id]

    def reading(self) -> HistoryReading:
        """Return what the history shows now."""
        self.readings += 1
        rows = tuple(row for ticket, row in self.bets.items() if self._shows(ticket))
        return HistoryReading(rows, not self._is_incomplete(), virtual_now())

    def _shows(self, ticket: str) -> bool:
        placed, manner = self.placed.get(ticket), self.manner
        if placed is None:
            return asyncio.get_running_loop().time() >= (manner.stranger_after_s or 0)
        is_late = self._age_s(placed) < max(manner.lag_s, manner.incomplete_s)
        return not is_late and self.readings - placed.reading > manner.lag_readings

    def _is_incomplete(self) -> bool:
        return any(self._age_s(placed) < self.manner.incomplete_s for placed in self.placed.values())

    def _age_s(self, placed: Placed) -> float:
        return (virtual_now() - placed.at).total_seconds()


class LaggingBookmaker(FakeBookmaker):
    """One worker's session at a lagging site."""

    def __init__(self, account: Account, site: LaggingSite) -> None:
        super().__init__(account, site)
        self._lagging = site

    async def history(self, since: datetime, until_found: frozenset[str]) -> HistoryReading:
        await asyncio.sleep(0)
        return self._lagging.reading()


class Sessions:
    """Implements the Bookmakers port for one worker, whose process stands before every session."""

    def __init__(self, sites: dict[Account, LaggingSite], passage: Callable[[LaggingBookmaker], FakeBookmaker]) -> None:
        self._sessions = {account: passage(LaggingBookmaker(account, site)) for account, site in sites.items()}

    async def session(self, account: Account) -> FakeBookmaker:
        return self._sessions[account]

    async def session_as_left(self, account: Account) -> FakeBookmaker:
        return self._sessions[account]
