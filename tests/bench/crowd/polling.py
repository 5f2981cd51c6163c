"""The peer: each ticket polled on its own, as plain Playwright scripts do it.

For every ticket the account's list of open bets is loaded, page by page until the ticket is on it, and its row is read
by locators. Accounts are polled side by side, so many at a time as ours reads histories, each in a tab that stays open.
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from playwright.async_api import Browser, Frame, Page

from bot.adapters.browser import PageLoadCount
from bot.practice.sites.brands import AMERICAN, EUROPEAN
from tests.bench.crowd.customers import Customer
from tests.bench.gap.peers import VIEWPORT, logged_in_at_harbour, logged_in_at_lotus


@dataclass(frozen=True, slots=True)
class Cycle:
    """What it took to look at every ticket once."""

    page_loads: int
    seconds: float


class Script(ABC):
    """One account's polling script, logged in, in a tab of its own."""

    def __init__(self, page: Page, customer: Customer, address: str) -> None:
        self._page = page
        self._customer = customer
        self._address = address

    @abstractmethod
    async def log_in(self) -> None:
        """Log in once, as the script does when it starts."""

    @abstractmethod
    async def _row(self, ticket: str) -> Sequence[str]:
        """Load the list of open bets and read what it shows of a ticket."""

    async def poll(self) -> None:
        """Look at every ticket, one after the other."""
        for bet in self._customer.bets:
            texts = await self._row(bet.ticket)
            if not any(bet.ticket in text for text in texts):
                raise SystemExit(f"the script has read another bet than {bet.ticket}: {texts}")


class HarbourScript(Script):
    async def log_in(self) -> None:
        await logged_in_at_harbour(self._page, self._customer.login, self._address)
        await self._page.goto(f"{self._address}/#/bets")

    async def _row(self, ticket: str) -> Sequence[str]:
        await self._page.reload()
        rows = self._page.locator('[data-test-id="bet-row"]')
        row = rows.filter(has_text=ticket)
        await rows.first.wait_for()
        while True:
            shown = await rows.count()  # first, since more may arrive while the row is looked for
            if await row.count():
                break
            await rows.last.scroll_into_view_if_needed()
            await self._page.mouse.wheel(0, 10_000)
            await rows.nth(shown).wait_for()
        names = ("bet-ref", "bet-status", "bet-selection", "bet-odds", "bet-stake")
        return [await row.locator(f'[data-test-id="{name}"]').inner_text() for name in names]


class LotusScript(Script):
    async def log_in(self) -> None:
        await logged_in_at_lotus(self._page, self._customer.login, self._address)
        await self._page.frame_locator("#sportsFrame").locator("tr[data-match]").first.wait_for()

    async def _row(self, ticket: str) -> Sequence[str]:
        frame, path = self._view(), f"/{self._customer.login.whitelabel}/bets"
        origin = frame.url.split(f"/{self._customer.login.whitelabel}/")[0]
        row = frame.locator(f'tr[data-ref="{ticket}"]')
        for number in count(1):
            await frame.goto(f"{origin}{path}?page={number}")
            if await row.count():
                break
        return [await row.locator(css).inner_text() for css in (".tk b", ".s", ".cho .nm", ".cho .od", ".stk")]

    def _view(self) -> Frame:
        frame = self._page.frame(name="sportsFrame")
        assert frame is not None
        return frame


class FrontierScript(Script):
    async def log_in(self) -> None:
        await self._page.goto(f"{self._address}/login")
        await self._page.locator('input[name="username"]').fill(self._customer.login.username)
        await self._page.locator('input[name="password"]').fill(self._customer.login.password.get_secret_value())
        await self._page.locator('input[type="submit"]').click()
        await self._page.get_by_text("Balance:").wait_for()

    async def _row(self, ticket: str) -> Sequence[str]:
        cell = self._page.locator("td[nowrap]", has_text=ticket)
        for number in count(1):
            await self._page.goto(f"{self._address}/mybets?tab=open&page={number}")
            if await cell.count():
                break
        cells = cell.locator("xpath=..").locator("td")
        return [await cells.nth(number).inner_text() for number in range(5)]


_SCRIPTS: Mapping[str, type[Script]] = {EUROPEAN.site: HarbourScript, AMERICAN.site: FrontierScript}


class Polling:
    """The scripts of all accounts."""

    def __init__(self, scripts: Sequence[Script], loads: PageLoadCount, together: int) -> None:
        self._scripts = scripts
        self._loads = loads
        self._together = together

    @classmethod
    async def begin(
        cls, browser: Browser, customers: Sequence[Customer], addresses: Mapping[str, str], together: int
    ) -> Polling:
        """Log every account in, each in a context of its own."""
        scripts, loads = list[Script](), PageLoadCount()
        for customer in customers:
            context = await browser.new_context(viewport=VIEWPORT)  # type: ignore[arg-type]
            loads.attend("peer", context)
            make = _SCRIPTS.get(customer.login.site, LotusScript)
            script = make(await context.new_page(), customer, addresses[customer.login.whitelabel])
            await script.log_in()
            scripts.append(script)
        return cls(scripts, loads, together)

    async def cycle(self) -> Cycle:
        """Look at every ticket once."""
        places = asyncio.Semaphore(self._together)
        began_s = time.monotonic()

        async def in_turn(script: Script) -> None:
            async with places:
                await script.poll()

        await asyncio.gather(*map(in_turn, self._scripts))
        seconds = time.monotonic() - began_s
        return Cycle(self._loads.within("peer", seconds), seconds)
