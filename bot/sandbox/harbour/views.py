"""What Harbour's pages are told: events, bets and accounts as JSON, in the site's own words."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from decimal import Decimal

from bot.sandbox.book import Book
from bot.sandbox.errors import FieldError
from bot.sandbox.placement import OddsChanges
from bot.sandbox.records import Account, Bet, BetResult, BetStatus, Event, Market, MarketKind, Selection

Json = dict[str, object]

_MARKETS = {
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
_STATUSES = {BetStatus.WAITING: "Pending", BetStatus.OPEN: "Open", BetStatus.REJECTED: "Rejected"}


def event_view(event: Event) -> Json:
    """Describe an event with its markets."""
    return {
        "id": event.id,
        "home": event.home,
        "away": event.away,
        "name": event.name,
        "league": event.league,
        "starts_at": event.starts_at,
        "score": event.score,
        "markets": [_market_view(event, market) for market in event.markets],
    }


def selection_view(event: Event, selection: Selection) -> Json:
    """Describe a selection as it is offered now."""
    return {
        "id": selection.id,
        "event_id": event.id,
        "market": _MARKETS[selection.kind],
        "name": _outcome_name(event, selection.outcome),
        "line": line_text(selection.kind, selection.line),
        "odds": odds_text(selection.odds),
        "status": selection.status,
    }


def account_view(account: Account) -> Json:
    """Describe the logged-in customer."""
    return {
        "name": account.username,
        "balance": str(account.balance),
        "currency": account.currency,
        "odds_changes": account.settings.get("odds_changes", OddsChanges.NEVER),
    }


def bet_view(book: Book, bet: Bet) -> Json:
    """Describe a bet as receipts and My bets show it."""
    event = book.ledger.catalogue.event(bet.event_id)
    return {
        "reference": bet.ticket,
        "placed_at": bet.placed_at,
        "event": bet.event,
        "market": _MARKETS[bet.market],
        "selection": _outcome_name(event, bet.outcome),
        "line": line_text(bet.market, bet.line),
        "odds": odds_text(bet.odds),
        "stake": str(bet.stake),
        "requested_stake": str(bet.requested_stake),
        "potential_return": str(bet.potential_return),
        "currency": bet.currency,
        "status": _status_word(bet),
        "returned": None if bet.payout is None else str(bet.payout),
    }


def odds_text(odds: Decimal) -> str:
    """Write decimal odds with at least two decimals."""
    return f"{odds:.2f}" if odds == round(odds, 2) else str(odds)


def line_text(kind: MarketKind, line: Decimal | None) -> str | None:
    """Write a line: handicaps carry a sign, totals do not."""
    if line is None:
        return None
    plain = f"{line:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return f"+{plain}" if kind is MarketKind.ASIAN_HANDICAP and line > 0 else plain


@dataclass(frozen=True, slots=True)
class Cursor:
    """Mark where a list goes on: below which bet, and after how many rows."""

    below: int | None = None
    shown: int = 0

    @classmethod
    def read(cls, text: str | None) -> Cursor:
        """Read a cursor from a request; none given means the start. Raises FieldError."""
        if not text:
            return cls()
        try:
            below, shown = base64.urlsafe_b64decode(text).decode().split("/")
            return cls(int(below), int(shown))
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise FieldError("is not a cursor of this list", field="cursor") from None

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.below}/{self.shown}".encode()).decode()


def _market_view(event: Event, market: Market) -> Json:
    return {
        "id": market.id,
        "kind": market.kind,
        "name": _MARKETS[market.kind],
        "selections": [selection_view(event, selection) for selection in market.selections],
    }


def _outcome_name(event: Event, outcome: str) -> str:
    teams = {"home": event.home, "away": event.away}
    return teams.get(outcome, outcome.capitalize())


def _status_word(bet: Bet) -> str:
    return _STATUSES[bet.status] if bet.outcome_result is None else _RESULTS[bet.outcome_result]
