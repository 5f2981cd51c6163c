"""The contestants that are plain Playwright: step by step, armed beforehand, and the floor."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from playwright.async_api import Browser, FrameLocator, Page

from bot.practice.logins import Login
from bot.practice.sites.brands import ASIAN, EUROPEAN
from tests.bench.gap.stage import FIRST_STAKE, SECOND_STAKE, Match, Player
from tests.bench.running import now_ms

VIEWPORT = {"width": 1366, "height": 900}
_RECEIPT_SEEN = """() => new Promise((resolve) => {
  const look = () => {
    if (!document.querySelector('[data-test-id="receipt"]')?.checkVisibility()) return;
    observer.disconnect();
    resolve();
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, attributes: true });
})"""


@dataclass(frozen=True, slots=True)
class Tabs:
    """A tab at each bookmaker, logged in."""

    harbour: Page
    lotus: Page
    addresses: Mapping[str, str]

    @property
    def view(self) -> FrameLocator:
        """Lotus' sports view."""
        return self.lotus.frame_locator("#sportsFrame")

    async def arm_harbour(self, match: Match) -> None:
        """Open the event, click the price, fill in the stake."""
        await self.harbour.goto(f"{self.addresses[EUROPEAN.name]}/#/event/{match.id}")
        await self.harbour.locator(f'[data-test-id="view"] [data-selection="{match.over}"]').click()
        await self.harbour.locator('[data-test-id="slip-stake"]').fill(FIRST_STAKE)

    async def arm_lotus(self, match: Match) -> None:
        """Open the site and on it the event, click the price, type in the stake."""
        await self.lotus.goto(f"{self.addresses[ASIAN.name]}/home")
        await self.view.locator(f'tr[data-match="{match.id}"] .c2 a').click()
        await self.view.locator("a.bk").wait_for()  # both pages have the price, and the first is about to be left
        await self.view.locator(f'a.od[data-sel="{match.under}"]').click()
        await self.view.locator("#txtStake").press_sequentially(SECOND_STAKE)  # the site listens for keys only

    async def place_at_harbour(self) -> None:
        """Click and wait for the receipt."""
        await self.harbour.locator('[data-test-id="place-bet"]').click()
        await self.harbour.locator('[data-test-id="receipt"]').wait_for()

    async def place_at_lotus(self) -> None:
        """Click and wait for the answer."""
        await self.view.locator("#btnProcess").click()
        await self.hedge_is_in()

    async def hedge_is_in(self) -> None:
        """Wait until the site shows the hedge's ticket; that the bet runs it tells half a second later."""
        await self.view.locator("#refBox").wait_for()


async def opened_tabs(browser: Browser, player: Player, addresses: Mapping[str, str]) -> Tabs:
    """Log a contestant in at both bookmakers, each in a context of its own."""
    harbour = await logged_in_at_harbour(await _tab(browser), player.first, addresses[EUROPEAN.name])
    lotus = await logged_in_at_lotus(await _tab(browser), player.second, addresses[ASIAN.name])
    return Tabs(harbour, lotus, addresses)


async def logged_in_at_harbour(page: Page, login: Login, address: str) -> Page:
    """Log in."""
    await page.goto(f"{address}/#/login")
    await page.locator('[data-test-id="login-username"]').fill(login.username)
    await page.locator('[data-test-id="login-password"]').fill(login.password.get_secret_value())
    await page.locator('[data-test-id="login-submit"]').click()
    await page.locator('[data-test-id="account-balance"]').wait_for()
    return page


async def logged_in_at_lotus(page: Page, login: Login, address: str) -> Page:
    """Log in."""
    await page.goto(f"{address}/login")
    await page.locator('input[name="username"]').fill(login.username)
    await page.locator('input[name="password"]').fill(login.password.get_secret_value())
    await page.locator('form[action="/login"] [type="submit"]').click()
    await page.locator("#lblBalance").wait_for()
    return page


async def _tab(browser: Browser) -> Page:
    return await (await browser.new_context(viewport=VIEWPORT)).new_page()  # type: ignore[arg-type]


async def sequential(tabs: Tabs, match: Match) -> float:
    """Place one bet, then the other, each in a tab of its own in the logged-in context; return when it began, in ms."""
    async with AsyncExitStack() as after:
        began_ms = now_ms()
        harbour = await tabs.harbour.context.new_page()
        after.push_async_callback(harbour.close)
        fresh = replace(tabs, harbour=harbour)
        await fresh.arm_harbour(match)
        await fresh.place_at_harbour()
        fresh = replace(fresh, lotus=await tabs.lotus.context.new_page())
        after.push_async_callback(fresh.lotus.close)
        await fresh.arm_lotus(match)
        await fresh.place_at_lotus()
    return began_ms


async def sequential_in_old_tabs(tabs: Tabs, match: Match) -> float:
    """Do the same in tabs that stay open from pair to pair."""
    began_ms = now_ms()
    await tabs.arm_harbour(match)
    await tabs.place_at_harbour()
    await tabs.arm_lotus(match)
    await tabs.place_at_lotus()
    return began_ms


async def armed_then_locator_clicks(tabs: Tabs, match: Match) -> float:
    """Have both slips ready, then click them one after the other by Playwright's own click."""
    began_ms = now_ms()
    await tabs.arm_harbour(match)
    await tabs.arm_lotus(match)
    await tabs.place_at_harbour()
    await tabs.place_at_lotus()
    return began_ms


async def floor(tabs: Tabs, match: Match) -> float:
    """Have both slips ready, nodes in hand; a scripted click as soon as the first page shows the receipt."""
    began_ms = now_ms()
    await tabs.arm_harbour(match)
    await tabs.arm_lotus(match)
    button = await tabs.view.locator("#btnProcess").element_handle()
    first = await tabs.harbour.locator('[data-test-id="place-bet"]').element_handle()
    kept = await tabs.harbour.evaluate_handle(f"() => ({{ receipt: ({_RECEIPT_SEEN})() }})")
    await first.evaluate("(node) => node.click()")
    await kept.evaluate("(kept) => kept.receipt")
    await button.evaluate("(node) => node.click()")
    await tabs.hedge_is_in()
    return began_ms
