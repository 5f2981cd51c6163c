"""The odds table: leagues, matches, and per match one row for each set of markets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

from bot.practice.sites.lotus.choices import show_odds
from bot.practice.sites.lotus.clock import operator_time
from bot.practice.sites.lotus.odds import OddsStyle, format_line
from bot.practice.sites.lotus.whitelabels import Whitelabel
from bot.practice.sites.records import Event, Market, MarketKind, Selection, SelectionStatus


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold one price; `text` is empty while the selection takes no bets."""

    market: str
    selection: str
    label: str
    text: str
    negative: bool


@dataclass(frozen=True, slots=True)
class Row:
    handicap: tuple[Cell, ...]
    totals: tuple[Cell, ...]
    result: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Match:
    id: str
    home: str
    away: str
    score: str | None
    day: str
    time: str
    favourite: str | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class League:
    name: str
    matches: tuple[Match, ...]


def build_board(events: Iterable[Event], brand: Whitelabel, style: OddsStyle) -> tuple[League, ...]:
    """Arrange the matches that have a market to show by league."""
    leagues: dict[str, list[Match]] = {}
    for event in events:
        match = _match(event, brand, style)
        if match.rows:
            leagues.setdefault(event.league, []).append(match)
    return tuple(League(name, tuple(matches)) for name, matches in leagues.items())


def shape_of(board: tuple[League, ...]) -> str:
    """Return a hash of the board without its prices, to detect other changes."""
    outline = [
        (match.id, match.score, [[cell.selection, cell.label] for row in match.rows for cell in _cells(row)])
        for league in board
        for match in league.matches
    ]
    return hashlib.sha256(repr(outline).encode()).hexdigest()[:12]


def _match(event: Event, brand: Whitelabel, style: OddsStyle) -> Match:
    start = operator_time(event.starts_at) if event.starts_at else None
    return Match(
        id=event.id,
        home=event.home,
        away=event.away,
        score=event.score,
        day=start.strftime(brand.short_date_format) if start else "",
        time=start.strftime("%H:%M") if start else "",
        favourite=_favourite(event.markets),
        rows=tuple(_rows(event.markets, brand, style)),
    )


def _rows(markets: tuple[Market, ...], brand: Whitelabel, style: OddsStyle) -> Iterable[Row]:
    columns = [
        [_cells_of(market, brand, style) for market in markets if market.kind is kind and _is_shown(market)]
        for kind in (MarketKind.ASIAN_HANDICAP, MarketKind.TOTAL_GOALS, MarketKind.MATCH_RESULT)
    ]
    for handicap, totals, result in zip_longest(*columns, fillvalue=()):
        yield Row(handicap=handicap, totals=totals, result=result)


def _is_shown(market: Market) -> bool:
    return any(selection.status is not SelectionStatus.CLOSED for selection in market.selections)


def _cells_of(market: Market, brand: Whitelabel, style: OddsStyle) -> tuple[Cell, ...]:
    # Asian tables list home, away and draw from top to bottom.
    in_order = sorted(market.selections, key=lambda selection: selection.outcome == "draw")
    return tuple(_cell(selection, market, brand, style) for selection in in_order)


def _cell(selection: Selection, market: Market, brand: Whitelabel, style: OddsStyle) -> Cell:
    is_open = selection.status is SelectionStatus.OPEN
    text, negative = show_odds(selection.odds, style) if is_open else ("", False)
    return Cell(market.id, selection.id, _label(selection, brand), text, negative)


def _label(selection: Selection, brand: Whitelabel) -> str:
    if selection.outcome == "under":
        return brand.texts("table.under")
    if selection.line is None:
        return ""
    if selection.kind is MarketKind.ASIAN_HANDICAP and not _gives_the_line(selection):
        return ""
    return format_line(selection.line)


def _gives_the_line(selection: Selection) -> bool:
    line = selection.line
    return line is not None and (line < 0 or (line == 0 and selection.outcome == "home"))


def _favourite(markets: tuple[Market, ...]) -> str | None:
    for market in markets:
        for selection in market.selections:
            if selection.kind is MarketKind.ASIAN_HANDICAP and selection.line is not None and selection.line < 0:
                return selection.outcome
    return None


def _cells(row: Row) -> tuple[Cell, ...]:
    return row.handicap + row.totals + row.result
