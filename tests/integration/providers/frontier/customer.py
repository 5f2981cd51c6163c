"""A customer of Frontier, a match of the test's own, and bets on it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from playwright.async_api import BrowserContext, Page

from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.pair import Account, Bet, Event
from bot.domain.placement import Placement
from bot.ports.bookmaker import Bookmaker
from providers.kit.browser.site import Timings
from tests.integration.practice.control_client import Control

ACCOUNT = Account("frontier", "frontier", "wyatt")
PASSWORD = "frontier-secret-1"
EVENT_NAME = "Northgate United vs. Port Alder"
PATIENT = Timings(page_s=10.0, answer_s=10.0)
IMPATIENT = Timings(page_s=10.0, answer_s=1.0)
"""For an answer that never comes."""


def dollars(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


@dataclass(frozen=True, slots=True)
class Customer:
    """A logged-in session, a match that nobody else bets on, and access to the bookmaker's own ledger."""

    bookmaker: Bookmaker
    context: BrowserContext
    control: Control
    match: str

    @property
    def page(self) -> Page:
        """The tab that bets."""
        return self.context.pages[0]

    def bet(self, **changes: Any) -> Bet:
        """Build a bet of $110.00 on the home side; a test states only what it is about."""
        fields: dict[str, Any] = {
            "bet_id": "b1",
            "account": ACCOUNT,
            "event": Event(id=self.match, name=EVENT_NAME),
            "market": "1x2",
            "selection": "home",
            "line": None,
            "odds": Odds.parse("1.95"),
            "min_odds": Odds.parse("1.90"),
            "stake": dollars("110"),
        }
        return Bet(**(fields | changes))

    async def place(self, **changes: Any) -> Placement:
        return await self.bookmaker.submit(await self.bookmaker.arm(self.bet(**changes)))

    async def bet_by_request(self, count: int = 1) -> list[str]:
        """Place bets of $11.00 at −105 with the confirmation page's request, but faster; return their tickets."""
        form: dict[str, str | float | bool] = {"sel": f"{self.match}-1x2-home", "odds": "−105", "risk": "11.00"}
        for _ in range(count):
            answer = await self.context.request.post(f"{self.address}/slip/place", form=form | {"repeat": "yes"})
            assert "/receipt/" in answer.url
        return [bet["ticket"] for bet in await self.recorded()][-count:]

    @property
    def address(self) -> str:
        """The site's base URL."""
        return self.page.url[: self.page.url.index("/", len("http://"))]

    async def order_fault(self, kind: str, **parameters: Any) -> None:
        await self.control.post("/frontier/faults", kind=kind, **parameters)

    async def change(self, selection: str = "1x2-home", **change: str) -> None:
        await self.control.patch(f"/frontier/selections/{self.match}-{selection}", **change)

    async def settle(self, ticket: str, outcome: str, **parameters: str) -> None:
        await self.control.post(f"/frontier/bets/{ticket}/settle", outcome=outcome, **parameters)

    async def recorded(self) -> list[dict[str, Any]]:
        """Return the bets on the match from the bookmaker's ledger, oldest first."""
        return [bet for bet in await self.control.get("/frontier/bets") if bet["event_id"] == self.match]

    async def requests(self) -> int:
        """Return how many bet requests for the match have reached the bookmaker."""
        journal = await self.control.get("/frontier/journal")
        return sum(row["asked"]["selection"].startswith(f"{self.match}-") for row in journal)
