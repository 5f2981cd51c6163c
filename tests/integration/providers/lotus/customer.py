"""A customer of a Lotus whitelabel, a match of the test's own, and bets on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Frame, Page

from bot.domain.money import Money
from bot.domain.odds import Odds, OddsStyle
from bot.domain.pair import Account, Bet, Event
from bot.domain.placement import Placement
from bot.ports.bookmaker import Bookmaker, Whitelabel
from bot.practice.sites.ledger import BetEntry
from bot.practice.sites.records import Verdict
from bot.practice.sites.servers import PracticeSites
from providers.kit.browser.site import Timings
from tests.integration.practice.control_client import Control

PASSWORD = "lotus-secret-1"
PATIENT = Timings(page_s=10.0, answer_s=10.0)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
EVENT_NAME = "Northgate Rovers -vs- Castle Albion"

Opener = Callable[..., Awaitable["Customer"]]


@dataclass(frozen=True, slots=True)
class Brand:
    """The differences between the whitelabels that matter to a reading."""

    name: str
    style: OddsStyle
    language: str
    currency: str

    def whitelabel(self, practice_sites: PracticeSites) -> Whitelabel:
        address = getattr(practice_sites.addresses, self.name)
        return Whitelabel(self.name, "lotus", address, self.language, self.style, "Etc/GMT+4")

    def money(self, amount: str) -> Money:
        return Money(Decimal(amount), self.currency)


LOTUS_QUAY = Brand("lotusquay", OddsStyle.MALAY, "en", "EUR")
SEN_BIEN = Brand("senbien", OddsStyle.HONG_KONG, "vi", "VND")
BRANDS = [LOTUS_QUAY, SEN_BIEN]

one_brand_is_enough = pytest.mark.parametrize("brand", [LOTUS_QUAY], indirect=True, ids=["lotusquay"], scope="module")
"""For a test of what the brands have in common."""

TEN_TIMES_AS_FAST = """
for (const name of ["setInterval", "setTimeout"]) {
    const real = window[name];
    window[name] = (act, ms, ...rest) => real(act, ms / 10, ...rest);
}
"""
"""Makes the site's own polls faster, so that a test need not wait seconds for the next one."""


class Customer:
    """A logged-in session, its bets, and access to the bookmaker's own ledger."""

    def __init__(self, brand: Brand, username: str, bookmaker: Bookmaker, context: BrowserContext) -> None:
        self.brand = brand
        self.username = username
        self.bookmaker = bookmaker
        self.context = context

    @property
    def page(self) -> Page:
        """The tab that bets."""
        return self.context.pages[0]

    @property
    def view(self) -> Frame:
        """The sports view in the tab that bets."""
        frame = self.page.frame("sportsFrame")
        assert frame is not None
        return frame

    def bet(self, match: str, **changes: Any) -> Bet:
        """Build a bet of 100 on the home side of the 1X2; a test states only what it is about."""
        fields: dict[str, Any] = {
            "bet_id": "b1",
            "account": Account(self.brand.name, "lotus", self.username),
            "event": Event(id=match, name=EVENT_NAME),
            "market": "1x2",
            "selection": "home",
            "line": None,
            "odds": Odds.parse("2.25"),
            "min_odds": Odds.parse("2.20"),
            "stake": self.brand.money("100"),
        }
        return Bet(**(fields | changes))

    async def place(self, bet: Bet) -> Placement:
        return await self.bookmaker.submit(await self.bookmaker.arm(bet))

    async def recorded(self, control: Control, match: str) -> list[dict[str, Any]]:
        """Return the bets on a match from the bookmaker's ledger, oldest first."""
        bets = await control.get(f"/lotus/bets?account={self.username}")
        return [bet for bet in bets if bet["event_id"] == match]


def record(practice_sites: PracticeSites, customer: Customer, selection: str, verdict: Verdict | None = None) -> str:
    """Record a bet of 100 at even odds, open unless a verdict is pending; return its ticket."""
    entry = BetEntry(
        username=customer.username,
        selection_id=selection,
        odds=Decimal(2),
        stake=Decimal(100),
        requested_odds=Decimal(2),
        requested_stake=Decimal(100),
        verdict=verdict,
    )
    return practice_sites.sites["lotus"].record_bet(entry).ticket


def a_match(match: str, **extra: Any) -> dict[str, Any]:
    """Return a match with two handicaps, goals on a quarter line, and odds that Malay style writes exactly."""
    return {
        "id": match,
        "home": "Northgate Rovers",
        "away": "Castle Albion",
        "markets": [
            {"kind": "1x2", "selections": _priced(home="2.25", draw="3.00", away="2.60")},
            {"kind": "total_goals", "line": "2.75", "selections": _priced(over="1.88", under="1.98")},
            {"kind": "asian_handicap", "line": "-0.25", "selections": _priced(home="1.95", away="2.00")},
            {"kind": "asian_handicap", "line": "0.5", "selections": _priced(home="1.62", away="2.25")},
        ],
    } | extra


def _priced(**odds: str) -> list[dict[str, str]]:
    return [{"outcome": outcome, "odds": price} for outcome, price in odds.items()]
