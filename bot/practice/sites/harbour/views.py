"""Events, bets and accounts as the JSON that Harbour's pages receive, in the site's own words."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from decimal import Decimal

from bot.practice.sites.errors import FieldError
from bot.practice.sites.harbour.words import USUAL, status_tone, status_word
from bot.practice.sites.payouts import to_cents
from bot.practice.sites.placement import OddsChanges
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Account, Bet, BetStatus, Event, Market, MarketKind, Selection

Json = dict[str, object]

_CASH_OUT_SHARE = Decimal("0.95")

_MARKETS = {
    MarketKind.MATCH_RESULT: "Match result",
    MarketKind.TOTAL_GOALS: "Total goals",
    MarketKind.ASIAN_HANDICAP: "Asian handicap",
}


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
    """Describe the current offer of a selection."""
    return {
        "id": selection.id,
        "event_id": event.id,
        "market": _MARKETS[selection.kind],
        "name": _outcome_name(event, selection.outcome),
        "line": line_text(selection.kind, selection.line),
        "odds": odds_text(selection.odds),
        "status": selection.status,
    }


def account_view(site: PracticeSite, account: Account) -> Json:
    """Describe the logged-in customer."""
    return {
        "name": account.username,
        "balance": str(account.balance),
        "currency": account.currency,
        "odds_changes": account.settings.get("odds_changes", OddsChanges.NEVER),
        "language": language_of(account),
        "restricted": site.faults.is_restricted(account.username),
    }


def language_of(account: Account) -> str:
    """Return the language of an account."""
    return account.settings.get("language", USUAL)


def bet_view(site: PracticeSite, bet: Bet, language: str) -> Json:
    """Describe a bet as receipts and My bets show it."""
    return bet_summary(bet, language) | bet_details(site, bet)


def bet_details(site: PracticeSite, bet: Bet) -> Json:
    """Describe market, selection, line and odds of a bet."""
    event = site.ledger.catalogue.event(bet.event_id)
    return {
        "market": _MARKETS[bet.market],
        "selection": _outcome_name(event, bet.outcome),
        "line": line_text(bet.market, bet.line),
        "odds": odds_text(bet.odds),
    }


def bet_summary(bet: Bet, language: str) -> Json:
    """Describe a bet without the fields of `bet_details`."""
    return {
        "reference": bet.ticket,
        "placed_at": bet.placed_at,
        "event": bet.event,
        "stake": str(bet.stake),
        "requested_stake": str(bet.requested_stake),
        "potential_return": str(bet.potential_return),
        "currency": bet.currency,
        "status": status_word(bet, language),
        "tone": status_tone(bet),
        "returned": None if bet.payout is None else str(bet.payout),
    }


def cash_out_offer(site: PracticeSite, bet: Bet) -> str | None:
    """Return the cash-out offer for an open bet, 95 % of its current value; None if the site makes no offer."""
    if site.switch("cash_out") == "never" or bet.status is not BetStatus.OPEN:
        return None
    odds_now = site.ledger.catalogue.selection(bet.selection).odds
    return str(to_cents(bet.stake * bet.odds / odds_now * _CASH_OUT_SHARE))


def odds_text(odds: Decimal) -> str:
    """Write decimal odds with at least two decimal places."""
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
    """Mark where the next page of a list starts: below this bet number, after this many rows."""

    below: int | None = None
    shown: int = 0

    @classmethod
    def read(cls, text: str | None) -> Cursor:
        """Read a cursor from a request; without one, start at the beginning. Raises FieldError."""
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
