"""A customer of Harbour in a browser, together with the control API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.integration.practice.control_client import Control, football_event

NAME = "anna"
PASSWORD = "a practice password"
HOME = "m1-1x2-home"


class Customer:
    """Anna, with 1,000 euros, one match to bet on and one browser page."""

    def __init__(self, address: str, control: Control, page: Page) -> None:
        self.address = address
        self.control = control
        self.page = page

    async def open_account(self) -> None:
        await self.control.post(
            "/harbour/accounts", username=NAME, password=PASSWORD, whitelabel="harbourline", balance="1000.00"
        )
        await self.control.post("/harbour/events", **football_event())

    def node(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    async def log_in(self, password: str = PASSWORD) -> None:
        await self.page.goto(self.address)
        await self.node("login-button").click()
        await self.node("login-username").fill(NAME)
        await self.node("login-password").fill(password)
        await self.node("login-submit").click()

    async def arrive_logged_in(self) -> None:
        """Open the site with a session from its API, as a restored browser would."""
        await self.page.request.post(f"{self.address}/api/login", data={"username": NAME, "password": PASSWORD})
        await self.page.goto(self.address)
        await self.has_arrived()

    async def has_arrived(self) -> None:
        """Wait until the page shows the account and receives server push."""
        await expect(self.node("account-balance")).to_be_visible()
        await expect(self.page.locator(f"html[data-live='{NAME}']")).to_be_attached()

    async def arm(self, selection: str = HOME, stake: str = "10.00") -> None:
        """Open the match, choose a selection and type the stake."""
        await self.page.goto(f"{self.address}/#/event/m1")
        await self.node(f"selection-{selection}").click()
        await self.node("slip-stake").fill(stake)
        await expect(self.node("place-bet")).to_be_enabled()

    async def place(self) -> None:
        await self.node("place-bet").click()

    async def bet(self, stake: str = "10.00") -> str:
        """Place a bet through the slip and return its reference."""
        await self.arm(stake=stake)
        await self.place()
        await expect(self.node("receipt-ref")).to_be_visible()
        return await self.node("receipt-ref").inner_text()

    async def order_fault(self, kind: str, **parameters: Any) -> None:
        await self.control.post("/harbour/faults", kind=kind, **parameters)

    async def recorded(self) -> list[dict[str, Any]]:
        """Return the bets in the site's own ledger, oldest first."""
        bets: list[dict[str, Any]] = await self.control.get("/harbour/bets")
        return bets

    async def place_directly(self, count: int, stake: str = "1.00") -> list[str]:
        """Place bets through the page's API, without the slip, and return their references."""
        body = {"selection": HOME, "odds": "1.95", "line": None, "stake": stake}
        references: list[str] = []
        for number in range(count):
            answer = await self.page.request.post(f"{self.address}/api/bets", data=body | {"slip_id": f"s{number}"})
            references.append((await answer.json())["bet"]["reference"])
        return references

    async def balance_in_ledger(self) -> Decimal:
        [account] = await self.control.get("/harbour/accounts")
        return Decimal(account["balance"])
