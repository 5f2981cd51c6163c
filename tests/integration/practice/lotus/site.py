"""A customer of Lotus in a browser: the shell and the pages inside its frame."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext, FrameLocator, Locator, Page, expect

from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control

PASSWORD = "a practice password"
FRAME = "#sportsFrame"
Welcome = Callable[..., Awaitable["Customer"]]


@dataclass(frozen=True)
class Brand:
    """Hold what differs between the two whitelabels on the pages."""

    name: str
    currency: str
    balance: str
    user: str

    def address(self, practice_sites: PracticeSites) -> str:
        return str(getattr(practice_sites.addresses, self.name))


LOTUS_QUAY = Brand("lotusquay", currency="EUR", balance="#lblBalance", user="#lblUser")
SEN_BIEN = Brand("senbien", currency="VND", balance=".sodu", user=".ten")
BRANDS = [LOTUS_QUAY, SEN_BIEN]


class Customer:
    """One customer of one brand in a browser, together with the control API."""

    def __init__(self, brand: Brand, practice_sites: PracticeSites, control: Control, page: Page) -> None:
        self.brand = brand
        self.name = f"customer-of-{brand.name}"
        self.page = page
        self.control = control
        self._sandbox = practice_sites

    @property
    def view(self) -> FrameLocator:
        return self.page.frame_locator(FRAME)

    @property
    def box(self) -> Locator:
        return self.view.locator("#betBox")

    @property
    def balance(self) -> Locator:
        return self.page.locator(self.brand.balance)

    async def open_account(self, **fields: Any) -> None:
        await self.control.post(
            "/lotus/accounts",
            username=self.name,
            password=PASSWORD,
            whitelabel=self.brand.name,
            currency=self.brand.currency,
            **fields,
        )

    async def log_in(self, password: str = PASSWORD) -> None:
        await self.page.goto(self.brand.address(self._sandbox))
        await self.page.fill("[name=username]", self.name)
        await self.page.fill("[name=password]", password)
        await self.page.click("[type=submit]")

    async def arrive_logged_in(self) -> None:
        """Open the site with a session from its login form, as a restored browser would."""
        form: dict[str, str | float | bool] = {"username": self.name, "password": PASSWORD}
        address = self.brand.address(self._sandbox)
        await self.page.request.post(f"{address}/login", form=form, max_redirects=0)
        await self.page.goto(f"{address}/home")
        await expect(self.view.locator("#tblOdds")).to_be_visible()

    async def go_to(self, path: str) -> None:
        """Move the frame to another page of the view, as its menu links would."""
        frame = self.page.frame("sportsFrame")
        assert frame is not None
        await frame.goto(f"{self._sandbox.addresses.lotus_view}/{self.brand.name}{path}")

    async def choose(self, selection: str) -> None:
        await self.view.locator(f"a.od[data-sel='{selection}']").click()
        await expect(self.box.locator(f".slip[data-sel='{selection}']")).to_be_visible()

    async def type_stake(self, stake: str) -> None:
        await self.box.locator("#txtStake").press_sequentially(stake)

    async def submit(self, selection: str, stake: str) -> None:
        """Choose a selection, type the stake and click; the test awaits the result."""
        await self.choose(selection)
        await self.type_stake(stake)
        await self.box.locator("#btnProcess").click()

    async def order_fault(self, kind: str, **parameters: Any) -> None:
        await self.control.post("/lotus/faults", kind=kind, username=self.name, **parameters)

    async def bets(self) -> list[dict[str, Any]]:
        """Return the customer's bets in the site's own ledger, oldest first."""
        found: list[dict[str, Any]] = await self.control.get(f"/lotus/bets?account={self.name}")
        return found


async def new_customer(
    brand: Brand, practice_sites: PracticeSites, control: Control, context: BrowserContext, **fields: Any
) -> Customer:
    """Open an account, log in and wait until the frame shows the odds table."""
    customer = Customer(brand, practice_sites, control, await context.new_page())
    await customer.open_account(**fields)
    await customer.arrive_logged_in()
    return customer


def handicap(line: str, home: str, away: str) -> dict[str, Any]:
    return {"kind": "asian_handicap", "line": line, "selections": two_way("home", home, "away", away)}


def goals(line: str, over: str, under: str) -> dict[str, Any]:
    return {"kind": "total_goals", "line": line, "selections": two_way("over", over, "under", under)}


def result(home: str, draw: str, away: str) -> dict[str, Any]:
    return {
        "kind": "1x2",
        "selections": [
            {"outcome": "home", "odds": home},
            {"outcome": "draw", "odds": draw},
            {"outcome": "away", "odds": away},
        ],
    }


def two_way(one: str, odds_one: str, other: str, odds_other: str) -> list[dict[str, str]]:
    return [{"outcome": one, "odds": odds_one}, {"outcome": other, "odds": odds_other}]


async def add_matches(control: Control) -> None:
    """Offer one match before its start and one in play."""
    await control.post(
        "/lotus/events",
        id="ev-calm",
        home="Northgate Rovers",
        away="Castle Albion",
        starts_at="2031-05-04T18:30:00+00:00",
        markets=[
            handicap("-0.25", "1.95", "1.91"),
            goals("2.75", "2.06", "1.82"),
            result("2.25", "3.40", "3.10"),
        ],
    )
    await control.post(
        "/lotus/events",
        id="ev-live",
        home="Harwick Town",
        away="Port Elling",
        score="1-0",
        markets=[handicap("0.5", "1.88", "2.25"), goals("3", "1.97", "1.87")],
    )


async def journal_shows(control: Control, result: str) -> None:
    """Wait until the site's journal shows a bet request with this result."""
    async with asyncio.timeout(10):
        while True:
            rows = await control.get("/lotus/journal")
            if result in {row["result"] for row in rows}:
                return
            await asyncio.sleep(0.02)
