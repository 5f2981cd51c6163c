"""A customer of Corner in a browser, together with the control API."""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import Locator, Page

from tests.integration.practice.control_client import Control, football_event

NAME = "ann"
PASSWORD = "a practice password"
HOME = "m1-asian_handicap-home"  # Northgate United -0.25 at 1.91


class Customer:
    """One customer and one browser page."""

    def __init__(self, address: str, control: Control, page: Page) -> None:
        self.address = address
        self.control = control
        self.page = page

    def text(self, words: str) -> Locator:
        """Locate visible text."""
        return self.page.get_by_text(words, exact=True).filter(visible=True)

    def field(self, label: str) -> Locator:
        """Locate the value beside a label of a slip or a receipt."""
        return self.page.locator(f"dl > div:has(> dt:text-is('{label}')) > dd")

    @property
    def place_button(self) -> Locator:
        return self.page.get_by_role("button", name="Place bet")

    @property
    def rows(self) -> Locator:
        return self.page.locator("tr:has(td)")

    async def open_account(self) -> None:
        await self.control.post("/corner/accounts", username=NAME, password=PASSWORD, whitelabel="corner")
        await self.control.post("/corner/events", **football_event("m1", score="1-0"))

    async def sign_in(self, password: str, name: str = NAME) -> None:
        await self.page.goto(f"{self.address}/login")
        await self.page.fill("[name=username]", name)
        await self.page.fill("[name=password]", password)
        await self.page.get_by_role("button", name="Sign in").click()

    async def arrive_signed_in(self) -> None:
        """Sign in by sending the form's request directly, so that the browser already has a session."""
        form: dict[str, str | float | bool] = {"username": NAME, "password": PASSWORD}
        await self.page.request.post(f"{self.address}/login", form=form, max_redirects=0)

    async def go_to(self, path: str) -> None:
        await self.page.goto(f"{self.address}{path}")

    async def fill_slip(self, selection: str = HOME, stake: str = "10.00") -> None:
        await self.go_to(f"/slip/{selection}")
        await self.page.fill("[name=stake]", stake)

    async def bet(self, selection: str = HOME, stake: str = "10.00") -> str:
        """Place a bet through the pages and return its reference."""
        await self.fill_slip(selection, stake)
        await self.place_button.click()
        return await self.field("Reference").inner_text()

    async def order_fault(self, kind: str, **parameters: Any) -> None:
        await self.control.post("/corner/faults", kind=kind, username=NAME, **parameters)

    async def bets(self) -> list[dict[str, Any]]:
        """Return the customer's bets in the site's own ledger, oldest first."""
        found: list[dict[str, Any]] = await self.control.get(f"/corner/bets?account={NAME}")
        return found

    async def journal_shows(self, result: str) -> None:
        """Wait until the site's journal shows a bet request with this result."""
        async with asyncio.timeout(10):
            while result not in {row["result"] for row in await self.control.get("/corner/journal")}:
                await asyncio.sleep(0.02)
