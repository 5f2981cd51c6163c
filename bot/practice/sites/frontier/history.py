"""My Bets: the running bets of an account, and those settled between two days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from bot.practice.sites.frontier.clock import format_moment, operator_time
from bot.practice.sites.frontier.odds import format_american
from bot.practice.sites.frontier.slips import to_win
from bot.practice.sites.frontier.wording import ChoiceWords, name_choice
from bot.practice.sites.ledger import Ledger
from bot.practice.sites.records import Bet, BetResult, BetStatus, Referral, Settlement

ROWS_PER_PAGE = 20

_Row = TypeVar("_Row")


class Icon(StrEnum):
    """Name the icon beside a settled bet's money."""

    WINNER = "Winner"
    LOSER = "Loser"
    NO_ACTION = "No Action"
    CASH_OUT = "Cash Out"

    @property
    def word(self) -> str:
        """Return the status word that can replace the icon."""
        return {"Winner": "Won", "Loser": "Lost", "No Action": "Push", "Cash Out": "Cashed Out"}[self.value]


_ICONS = {
    BetResult.WON: Icon.WINNER,
    BetResult.HALF_WON: Icon.WINNER,
    BetResult.LOST: Icon.LOSER,
    BetResult.HALF_LOST: Icon.LOSER,
    BetResult.VOID: Icon.NO_ACTION,
    BetResult.DRAW: Icon.NO_ACTION,
    BetResult.REFUND: Icon.NO_ACTION,
    BetResult.CASHED_OUT: Icon.CASH_OUT,
}


@dataclass(frozen=True, slots=True)
class OpenRow:
    """Hold one bet as the receipt and the open bets print it."""

    ticket: str
    placed: str
    words: ChoiceWords
    odds: str
    risk: Decimal
    to_win: Decimal
    referral: Referral | None


@dataclass(frozen=True, slots=True)
class SettledRow:
    """Hold one settlement of a bet; `note` marks a settlement that was reversed, or one that replaced it."""

    bet: OpenRow
    settled: str
    icon: Icon
    returned: Decimal
    note: str


@dataclass(frozen=True, slots=True)
class Page(Generic[_Row]):
    """Hold one page of rows; `total` is None when the list did not load."""

    rows: Sequence[_Row]
    first: int
    number: int
    count: int
    total: int | None


class BetWriter:
    """Write bets as Frontier's pages do."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def open_row(self, bet: Bet) -> OpenRow:
        """Return the row of one bet."""
        event = self._ledger.catalogue.event(bet.event_id)
        return OpenRow(
            ticket=bet.ticket,
            placed=format_moment(bet.placed_at),
            words=name_choice(event, bet.market, bet.outcome, bet.line),
            odds=format_american(bet.odds),
            risk=bet.stake,
            to_win=to_win(bet.stake, bet.odds),
            referral=bet.referral,
        )

    def open_rows(self, bets: Iterable[Bet]) -> list[OpenRow]:
        """Return the rows of the running bets, newest first."""
        running = [bet for bet in bets if bet.status is BetStatus.OPEN]
        return [self.open_row(bet) for bet in reversed(running)]

    def settled_rows(self, bets: Iterable[Bet], first: date, last: date) -> list[SettledRow]:
        """Return the bets last settled between two days, newest first, with one row per settlement."""
        chosen = sorted(settled_between(bets, first, last), key=lambda bet: bet.settled_at or "", reverse=True)
        return [row for bet in chosen for row in self._rows_of(bet)]

    def _rows_of(self, bet: Bet) -> list[SettledRow]:
        settlements = self._ledger.settlements(bet.ticket)
        notes = ["Reversed"] * (len(settlements) - 1) + ["Amended" if len(settlements) > 1 else ""]
        written = self.open_row(bet)
        return [_settled_row(written, settlement, note) for settlement, note in zip(settlements, notes, strict=True)]


def settled_between(bets: Iterable[Bet], first: date, last: date) -> list[Bet]:
    """Return the bets last settled between two days, both included, on the operator's clock."""
    return [bet for bet in bets if bet.settled_at and first <= operator_time(bet.settled_at).date() <= last]


def page_of(rows: Sequence[_Row], number: int, total: int | None) -> Page[_Row]:
    """Return one page of the rows; a number beyond the last page gives the last page."""
    count = max(1, -(-len(rows) // ROWS_PER_PAGE))
    shown = min(max(1, number), count)
    start = (shown - 1) * ROWS_PER_PAGE
    return Page(rows[start : start + ROWS_PER_PAGE], start + 1, shown, count, total)


def _settled_row(bet: OpenRow, settlement: Settlement, note: str) -> SettledRow:
    return SettledRow(
        bet=bet,
        settled=format_moment(settlement.settled_at),
        icon=_ICONS[settlement.result],
        returned=settlement.payout,
        note=note,
    )
