"""A customer of Frontier in a browser: pages, forms and dialogs, together with the control API."""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import Dialog, Locator, Page, expect

from tests.integration.practice.control_client import Control, football_event

NAME = "wyatt"
PASSWORD = "a practice password"
HOME = "m1-asian_handicap-home"  # Northgate United −0.25 at −110
OVER = "m1-total_goals-over"  # Over 2.5 at −114
MONEYLINE = "m1-1x2-away"  # Port Alder at +310
OTHER_MATCH = "m2-asian_handicap-home"


class Customer:
    """One customer with $1,000.00, one browser page, and the texts of its dialogs."""

    def __init__(self, address: str, control: Control, page: Page) -> None:
        self.address = address
        self.control = control
        self.page = page
        self.dialogs: list[tuple[str, str]] = []
        self.accepts_dialogs = False
        page.on("dialog", self._answer)

    @property
    def risk(self) -> Locator:
        return self.page.locator("[name=risk]:not([type=hidden])")

    @property
    def acceptance(self) -> Locator:
        return self.page.locator("select[name=acceptance]")

    @property
    def heading(self) -> Locator:
        return self.page.locator("font[size='5']")

    @property
    def bet_rows(self) -> Locator:
        return self.page.locator("tr", has=self.page.locator("> td", has_text="O/0")).filter(has_not=self.tables)

    @property
    def tables(self) -> Locator:
        return self.page.locator("table")

    def text(self, words: str) -> Locator:
        """Locate visible text."""
        return self.page.get_by_text(words, exact=True).filter(visible=True)

    def field(self, label: str) -> Locator:
        """Locate the value beside a label of a slip, a confirmation or a receipt."""
        return self.page.locator(f"tr:has(> td:text-is('{label}')) > td:nth-child(2)")

    def button(self, words: str) -> Locator:
        return self.page.locator(f"input[value='{words}']")

    async def open_account(self) -> None:
        account = {"username": NAME, "password": PASSWORD, "whitelabel": "frontier"}
        await self.control.post("/frontier/accounts", **account)
        await self.control.post("/frontier/events", **football_event("m1"))
        live = football_event("m2", home="Dodge Rangers", away="Abilene Town", score="1-0")
        await self.control.post("/frontier/events", **live)

    async def log_in(self, password: str = PASSWORD) -> None:
        await self.page.goto(self.address)
        await self.page.fill("[name=username]", NAME)
        await self.page.fill("[name=password]", password)
        await self.page.click("input[value='Log In']")

    async def arrive_logged_in(self) -> None:
        """Log in by sending the form's request directly, so that the browser already has a session."""
        form: dict[str, str | float | bool] = {"username": NAME, "password": PASSWORD}
        await self.page.request.post(f"{self.address}/login", form=form, max_redirects=0)

    async def go_to(self, path: str) -> None:
        await self.page.goto(f"{self.address}{path}")

    async def choose(self, selection: str = HOME) -> None:
        await self.go_to(f"/slip?sel={selection}")

    async def review(self, selection: str = HOME, risk: str = "110.00") -> None:
        """Choose a selection, type the risk, and open the confirmation page."""
        await self.choose(selection)
        await self.risk.fill(risk)
        await self.button("Continue").click()
        await expect(self.heading).to_have_text("Confirm Your Bet")

    async def place(self) -> None:
        await self.page.click("input[name=place]")

    async def bet(self, selection: str = HOME, risk: str = "110.00") -> str:
        """Place a bet through the pages and return its ticket."""
        await self.review(selection, risk)
        await self.place()
        await expect(self.text("Bet placed")).to_be_visible()
        return await self.field("Ticket").inner_text()

    async def bet_by_request(self, risk: str = "10.00", count: int = 1) -> list[str]:
        """Place bets by the confirmation page's request, without the page; return their tickets."""
        form: dict[str, str | float | bool] = {"sel": HOME, "odds": "−110", "line": "-0.25", "risk": risk}
        for _ in range(count):
            answer = await self.page.request.post(f"{self.address}/slip/place", form=form | {"repeat": "yes"})
            assert "/receipt/" in answer.url
        return [bet["ticket"] for bet in await self.bets()][-count:]

    async def settle(self, ticket: str, outcome: str, **fields: Any) -> None:
        await self.control.post(f"/frontier/bets/{ticket}/settle", outcome=outcome, **fields)

    async def order_fault(self, kind: str, **parameters: Any) -> None:
        await self.control.post("/frontier/faults", kind=kind, username=NAME, **parameters)

    async def bets(self) -> list[dict[str, Any]]:
        """Return the customer's bets in the site's own ledger, oldest first."""
        found: list[dict[str, Any]] = await self.control.get(f"/frontier/bets?account={NAME}")
        return found

    async def journal_shows(self, result: str) -> None:
        """Wait until the site's journal shows a bet request with this result."""
        async with asyncio.timeout(10):
            while result not in {row["result"] for row in await self.control.get("/frontier/journal")}:
                await asyncio.sleep(0.02)

    async def _answer(self, dialog: Dialog) -> None:
        self.dialogs.append((dialog.type, dialog.message))
        await (dialog.accept() if self.accepts_dialogs else dialog.dismiss())
