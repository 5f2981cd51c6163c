"""An account at Harbour, and bets for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.pair import Account, Bet, Event
from bot.domain.placement import Placement
from bot.ports.bookmaker import Bookmaker
from providers.kit.browser.site import Timings

ACCOUNT = Account("harbourline", "harbour", "ann")
PASSWORD = "harbour-secret-1"
EVENT_NAME = "Northgate United v Port Alder"
PATIENT = Timings(page_s=10.0, answer_s=10.0)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def a_bet(**changes: Any) -> Bet:
    """Build a bet of 10.00 EUR on the home side; a test states only what it is about."""
    fields: dict[str, Any] = {
        "bet_id": "b1",
        "account": ACCOUNT,
        "event": Event(id="m1", name=EVENT_NAME),
        "market": "1x2",
        "selection": "home",
        "line": None,
        "odds": Odds.parse("1.95"),
        "min_odds": Odds.parse("1.90"),
        "stake": euros("10"),
    }
    return Bet(**(fields | changes))


async def place(harbour: Bookmaker, bet: Bet) -> Placement:
    return await harbour.submit(await harbour.arm(bet))
