"""Bet list and statement: the bets of an account as Lotus lists them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeVar

from bot.practice.sites.catalogue import Catalogue
from bot.practice.sites.lotus.choices import format_stake, name_choice, show_odds
from bot.practice.sites.lotus.clock import format_day, format_moment, operator_time
from bot.practice.sites.lotus.odds import OddsStyle
from bot.practice.sites.lotus.vocabularies import HOUSE, Vocabulary
from bot.practice.sites.lotus.whitelabels import Whitelabel
from bot.practice.sites.records import Bet, BetResult, BetStatus

ROWS_PER_PAGE = 20

_Entry = TypeVar("_Entry")

_RESULT_WORDS = {
    BetResult.WON: ("won", "st-won"),
    BetResult.LOST: ("lose", "st-lose"),
    BetResult.DRAW: ("draw", "st-draw"),
    BetResult.HALF_WON: ("half_won", "st-hwon"),
    BetResult.HALF_LOST: ("half_lose", "st-hlose"),
    BetResult.VOID: ("void", "st-void"),
    BetResult.REFUND: ("refund", "st-refund"),
    BetResult.CASHED_OUT: ("cashed_out", "st-cash"),
}
_STATUS_WORDS = {
    BetStatus.WAITING: ("waiting", "st-wait"),
    BetStatus.OPEN: ("running", "st-run"),
    BetStatus.REJECTED: ("reject", "st-rej"),
}


@dataclass(frozen=True, slots=True)
class BetRow:
    """Hold one bet as a page prints it."""

    number: int
    ticket: str
    placed: str
    choice: str
    line: str
    market_name: str
    event: str
    league: str
    odds: str
    negative: bool
    stake: str
    win_loss: str
    losing: bool
    status: str
    word: str
    css: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing(Generic[_Entry]):
    """Hold the entries that a page can show and the total that it states (None: it states none)."""

    entries: list[_Entry]
    total: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Hold one page of rows; `total` is None when the list did not load."""

    rows: tuple[BetRow, ...]
    number: int
    count: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Hold the sums of some bets as a page prints them."""

    bets: int
    turnover: str
    win_loss: str
    losing: bool


@dataclass(frozen=True, slots=True)
class Day:
    iso: str
    date: str
    bets: int
    turnover: str
    win_loss: str
    losing: bool


class BetWriter:
    """Write bets in the words of a brand or a vocabulary, and in an account's odds style."""

    def __init__(
        self, catalogue: Catalogue, brand: Whitelabel, style: OddsStyle, vocabulary: Vocabulary = HOUSE
    ) -> None:
        self._catalogue = catalogue
        self._brand = brand
        self._style = style
        self._vocabulary = vocabulary

    def row(self, bet: Bet, number: int = 1) -> BetRow:
        """Return the row of one bet."""
        event = replace(self._catalogue.event(bet.event_id), score=bet.score)
        words = name_choice(event, bet.market, bet.outcome, bet.line, self._brand.texts)
        odds, negative = show_odds(bet.odds, self._style)
        key, css = _RESULT_WORDS[bet.outcome_result] if bet.outcome_result else _STATUS_WORDS[bet.status]
        return BetRow(
            number=number,
            ticket=bet.ticket,
            placed=format_moment(operator_time(bet.placed_at), self._brand),
            choice=words.choice,
            line=words.line,
            market_name=words.market_name,
            event=words.event,
            league=words.league,
            odds=odds,
            negative=negative,
            stake=format_stake(bet.stake),
            win_loss=_money(_profit(bet), self._brand) if _is_over(bet) else "",
            losing=_profit(bet) < 0,
            status=bet.status,
            word=self._vocabulary.word(bet) or _status_word(self._brand.texts(f"status.{key}"), bet),
            css=css,
            reason=bet.reject_reason or "" if bet.status is BetStatus.REJECTED else "",
        )

    def page(self, listing: Listing[Bet], number: int) -> Page:
        """Return one page of rows; a number beyond the last page gives the last page."""
        bets = listing.entries
        count = max(1, -(-len(bets) // ROWS_PER_PAGE))
        shown = min(max(1, number), count)
        first = (shown - 1) * ROWS_PER_PAGE
        chosen = bets[first : first + ROWS_PER_PAGE]
        rows = tuple(self.row(bet, first + place) for place, bet in enumerate(chosen, start=1))
        return Page(rows=rows, number=shown, count=count, total=listing.total)

    def totals(self, bets: Iterable[Bet]) -> Totals:
        """Sum up bets; a rejected bet counts as a row but moves no money."""
        listed = list(bets)
        turnover = sum((bet.stake for bet in listed if bet.status is BetStatus.SETTLED), Decimal(0))
        profit = sum((_profit(bet) for bet in listed), Decimal(0))
        return Totals(len(listed), format_stake(turnover), _money(profit, self._brand), profit < 0)

    def days(self, bets: Iterable[Bet]) -> list[Day]:
        """Sum up bets by the day on which they ended, latest first."""
        by_day: dict[date, list[Bet]] = {}
        for bet in bets:
            by_day.setdefault(end_of(bet).date(), []).append(bet)
        return [self._day(day, by_day[day]) for day in sorted(by_day, reverse=True)]

    def _day(self, day: date, bets: list[Bet]) -> Day:
        sums = self.totals(bets)
        shown = format_day(day, self._brand)
        return Day(day.isoformat(), shown, sums.bets, sums.turnover, sums.win_loss, sums.losing)


def current_bets(bets: Iterable[Bet], today: date) -> list[Bet]:
    """Return the bets on the bet list: waiting and running bets, and today's rejected ones; newest first."""
    shown = [bet for bet in bets if not _is_over(bet) or _was_rejected_on(bet, today)]
    return shown[::-1]


def ended_bets(bets: Iterable[Bet], today: date) -> list[Bet]:
    """Return the bets on the statement: settled bets, and those rejected before today; last ended first."""
    ended = [bet for bet in bets if _is_over(bet) and not _was_rejected_on(bet, today)]
    return sorted(ended, key=end_of, reverse=True)


def end_of(bet: Bet) -> datetime:
    """Return the time at which a bet was settled or rejected, on the operator's clock."""
    return operator_time(bet.settled_at or bet.placed_at)


def _is_over(bet: Bet) -> bool:
    return bet.status in {BetStatus.SETTLED, BetStatus.REJECTED}


def _was_rejected_on(bet: Bet, day: date) -> bool:
    return bet.status is BetStatus.REJECTED and end_of(bet).date() == day


def _profit(bet: Bet) -> Decimal:
    return bet.payout - bet.stake if bet.payout is not None else Decimal(0)


def _status_word(word: str, bet: Bet) -> str:
    # This platform writes the status of a running bet placed in play in capitals.
    return word.upper() if bet.status is BetStatus.OPEN and bet.score else word


def _money(amount: Decimal, brand: Whitelabel) -> str:
    return f"{brand.minus if amount < 0 else ''}{abs(amount):,.2f}"
