"""A recorded page, shown again, looks like the live page: the same words in the same places and colours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from bot.practice.sites.servers import PracticeSites
from providers.kit.reading.snapshot import take_snapshot
from providers.upkeep.checking import replaying
from tests.integration.practice.control_client import Control
from tests.integration.practice.corner.site import Customer as CornerCustomer
from tests.integration.practice.frontier.site import Customer as FrontierCustomer
from tests.integration.practice.harbour.customer import Customer as HarbourCustomer
from tests.integration.practice.lotus.site import SEN_BIEN, add_matches
from tests.integration.practice.lotus.site import Customer as LotusCustomer

SEEN = """() => {
  const seen = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const words = node.nodeType === Node.TEXT_NODE ? node.data.trim() : node.value ?? "";
    if (words === "" || typeof words !== "string" || /^(OPTION|STYLE|SCRIPT|TITLE)$/.test(element.tagName)) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNode(node);
    const { x, y, width, height } = range.getBoundingClientRect();
    const { color, fontSize, fontWeight, backgroundColor } = getComputedStyle(element);
    if (width === 0 || height === 0) continue;
    seen.push([words, color, fontSize, fontWeight, backgroundColor, [x, y, width, height]]);
  }
  return seen;
}"""

TOLERANCE_PX = 1.5  # a border that takes its colour from a variable can be lost
Seen = tuple[str, str, str, str, str, list[float]]
Show = Callable[[PracticeSites, Control, Page], Awaitable[None]]


async def harbour_slip(practice_sites: PracticeSites, control: Control, page: Page) -> None:
    customer = HarbourCustomer(practice_sites.addresses.harbour, control, page)
    await customer.open_account()
    await customer.arrive_logged_in()
    await customer.arm(stake="12.50")


async def lotus_slip(practice_sites: PracticeSites, control: Control, page: Page) -> None:
    await add_matches(control)
    customer = LotusCustomer(SEN_BIEN, practice_sites, control, page)
    await customer.open_account()
    await customer.arrive_logged_in()
    await customer.choose("ev-calm-asian_handicap-home")
    await customer.type_stake("1250")


async def frontier_confirmation(practice_sites: PracticeSites, control: Control, page: Page) -> None:
    customer = FrontierCustomer(practice_sites.addresses.frontier, control, page)
    await customer.open_account()
    await customer.arrive_logged_in()
    await customer.review()


async def corner_slip(practice_sites: PracticeSites, control: Control, page: Page) -> None:
    customer = CornerCustomer(practice_sites.addresses.corner, control, page)
    await customer.open_account()
    await customer.arrive_signed_in()
    await customer.fill_slip(stake="12.50")


@pytest.mark.parametrize("show", [harbour_slip, lotus_slip, frontier_confirmation, corner_slip])
async def test_a_recording_shows_what_a_person_saw(
    practice_sites: PracticeSites, control: Control, window_on_sites: BrowserContext, chrome: Browser, show: Show
) -> None:
    live = await window_on_sites.new_page()
    await show(practice_sites, control, live)
    snapshot = await take_snapshot(live)
    seen = await seen_on(live)
    async with replaying(chrome) as page:
        await page.set_content(snapshot.html)
        again = await seen_on(page)
    assert [look for *look, _ in again] == [look for *look, _ in seen]
    for (*look, box), (*_, recorded) in zip(seen, again, strict=True):
        assert recorded == pytest.approx(box, abs=TOLERANCE_PX), look
    assert len(seen) > 20


async def seen_on(page: Page) -> list[Seen]:
    """Return every visible word with its colours, font and box, frame by frame."""
    await page.mouse.move(0, 0)
    await page.evaluate("document.activeElement?.blur()")
    return [each for frame in page.frames for each in await frame.evaluate(SEEN)]
