"""The tables of matches and markets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.practice.sites.frontier.clock import format_moment
from bot.practice.sites.frontier.wording import MARKET_NAMES, name_choice, show_price
from bot.practice.sites.records import Event, Market, MarketKind, Selection, SelectionStatus


@dataclass(frozen=True, slots=True)
class Price:
    """Hold one price; `link` is empty while the selection takes no bets."""

    name: str
    line: str
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class MarketTable:
    name: str
    prices: tuple[Price, ...]


@dataclass(frozen=True, slots=True)
class Match:
    id: str
    name: str
    league: str
    when: str
    moneyline: tuple[Price, ...]
    tables: tuple[MarketTable, ...]


@dataclass(frozen=True, slots=True)
class League:
    name: str
    matches: tuple[Match, ...]


def build_board(events: Iterable[Event]) -> tuple[League, ...]:
    """Arrange all matches by league."""
    leagues: dict[str, list[Match]] = {}
    for event in events:
        leagues.setdefault(event.league, []).append(build_match(event))
    return tuple(League(name, tuple(matches)) for name, matches in leagues.items())


def build_match(event: Event) -> Match:
    """Arrange one match with its markets; a market whose selections are all closed is left out."""
    markets = [market for market in event.markets if _is_shown(market)]
    moneylines = [market for market in markets if market.kind is MarketKind.MATCH_RESULT]
    return Match(
        id=event.id,
        name=f"{event.home} vs. {event.away}",
        league=event.league,
        when=_when(event),
        moneyline=_prices(event, moneylines[0]) if moneylines else (),
        tables=tuple(MarketTable(MARKET_NAMES[market.kind], _prices(event, market)) for market in markets),
    )


def _when(event: Event) -> str:
    if event.score is not None:
        return f"LIVE {event.score}"
    return format_moment(event.starts_at) if event.starts_at else ""


def _is_shown(market: Market) -> bool:
    return any(selection.status is not SelectionStatus.CLOSED for selection in market.selections)


def _prices(event: Event, market: Market) -> tuple[Price, ...]:
    return tuple(_price(event, selection) for selection in market.selections)


def _price(event: Event, selection: Selection) -> Price:
    words = name_choice(event, selection.kind, selection.outcome, selection.line)
    link = f"/slip?sel={selection.id}" if selection.status is SelectionStatus.OPEN else ""
    return Price(words.name, words.line, show_price(selection), link)
