"""How Frontier names a choice and writes lines, prices and money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.practice.sites.frontier.odds import format_american, format_spread, format_total
from bot.practice.sites.payouts import to_cents
from bot.practice.sites.records import Event, MarketKind, Selection, SelectionStatus

MARKET_NAMES = {
    MarketKind.MATCH_RESULT: "Moneyline (3-Way)",
    MarketKind.ASIAN_HANDICAP: "Spread",
    MarketKind.TOTAL_GOALS: "Total Goals",
}


@dataclass(frozen=True, slots=True)
class ChoiceWords:
    """Hold the texts of one choice; `line` is empty for a moneyline."""

    name: str
    line: str
    market: str
    event: str
    league: str


def name_choice(event: Event, kind: MarketKind, outcome: str, line: Decimal | None) -> ChoiceWords:
    """Return the texts of a choice on a match."""
    teams = {"home": event.home, "away": event.away}
    return ChoiceWords(
        name=teams.get(outcome) or outcome.capitalize(),
        line=format_line(kind, line),
        market=MARKET_NAMES[kind],
        event=f"{event.home} vs. {event.away}",
        league=event.league,
    )


def format_line(kind: MarketKind, line: Decimal | None) -> str:
    """Write a line, with its sign for a spread; no line gives ""."""
    if line is None:
        return ""
    return format_spread(line) if kind is MarketKind.ASIAN_HANDICAP else format_total(line)


def show_price(selection: Selection) -> str:
    """Write the price of a selection, or the text that replaces it while the selection takes no bets."""
    match selection.status:
        case SelectionStatus.OPEN:
            return format_american(selection.odds)
        case SelectionStatus.CLOSED:
            return "OFF"
        case SelectionStatus.SUSPENDED:
            return "SP" if selection.kind is MarketKind.MATCH_RESULT else "OTB"


def show_offer(kind: MarketKind, line: Decimal | None, odds: Decimal) -> str:
    """Write line and price together, as Frontier's notice of a change does."""
    return f"{format_line(kind, line)} {format_american(odds)}".strip()


def dollars(amount: Decimal) -> str:
    """Write an amount, such as "$1,125.00"."""
    sign = "\N{MINUS SIGN}" if amount < 0 else ""
    return f"{sign}${abs(to_cents(amount)):,.2f}"
