"""How Corner writes money, odds, lines and times, and its names for markets, outcomes and statuses."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.practice.sites.payouts import to_cents
from bot.practice.sites.records import Bet, BetResult, BetStatus, Event, MarketKind

_ZONE = ZoneInfo("Europe/London")
MARKETS = {
    MarketKind.MATCH_RESULT: "Match result",
    MarketKind.TOTAL_GOALS: "Total goals",
    MarketKind.ASIAN_HANDICAP: "Asian handicap",
}
_RESULTS = {
    BetResult.WON: "Won",
    BetResult.LOST: "Lost",
    BetResult.VOID: "Void",
    BetResult.DRAW: "Void",
    BetResult.REFUND: "Void",
    BetResult.HALF_WON: "Half won",
    BetResult.HALF_LOST: "Half lost",
    BetResult.CASHED_OUT: "Cashed out",
}


def pounds(amount: Decimal) -> str:
    """Write an amount, such as "£1,125.00"."""
    sign = "-" if amount < 0 else ""
    return f"{sign}£{abs(to_cents(amount)):,.2f}"


def odds_text(odds: Decimal) -> str:
    """Write decimal odds with all their decimal places, at least two."""
    places = max(2, -int(odds.normalize().as_tuple().exponent))
    return f"{odds:.{places}f}"


def line_text(kind: MarketKind, line: Decimal | None) -> str:
    """Write a line, with its sign for a handicap; no line gives ""."""
    if line is None:
        return ""
    return f"{line:+.2f}" if kind is MarketKind.ASIAN_HANDICAP else f"{line:.2f}"


def time_text(iso: str) -> str:
    """Write an ISO 8601 time in London time, such as "04/05/2026 19:30:00"; a time without a zone is UTC."""
    moment = datetime.fromisoformat(iso)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(_ZONE).strftime("%d/%m/%Y %H:%M:%S")


def choice_name(event: Event, outcome: str) -> str:
    """Name an outcome of a match."""
    teams = {"home": event.home, "away": event.away}
    return teams.get(outcome) or outcome.capitalize()


def status_word(bet: Bet) -> str:
    """Return the word for the status or result of a bet."""
    if bet.outcome_result is not None:
        return _RESULTS[bet.outcome_result]
    return "Open" if bet.status is BetStatus.OPEN else "Not accepted"
