"""Harbour's other layout: the same data with other names and in another order, also on open pages."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.integration.practice.harbour.customer import Customer


@pytest.mark.shows("UI-19d")
async def test_an_open_page_takes_the_new_layout_and_keeps_the_slip(customer: Customer) -> None:
    await customer.arm("m1-asian_handicap-away", "12.50")
    await customer.control.patch("/harbour/settings", skin="regatta")
    await expect(customer.node("coupon-stake")).to_have_value("12.50")
    await expect(customer.node("slip-stake")).to_have_count(0)
    entry = customer.node("coupon").locator("tr")
    await expect(entry.filter(visible=True)).to_have_text(
        ["Stake€", "Price1.99", "MarketAsian handicap", "PickPort Alder +0.25", "Returns€24.88"],
        use_inner_text=False,
    )


async def test_a_bet_in_the_new_layout_is_the_same_bet(customer: Customer) -> None:
    await customer.control.patch("/harbour/settings", skin="regatta")
    await expect(customer.node("menu-bets")).to_be_visible()  # the open page has reloaded itself
    await customer.page.goto(f"{customer.address}/#/event/m1")
    await customer.node("pick-m1-1x2-home").click()
    await customer.node("coupon-stake").fill("10.00")
    await customer.node("confirm-bet").click()
    await expect(customer.node("placed-ref")).to_be_visible()
    [bet] = await customer.recorded()
    await customer.node("menu-bets").click()
    row = customer.node("wager-row")
    await expect(row.locator("code")).to_have_text(bet["ticket"])
    await expect(row.locator("strong")).to_have_text("Open")
    await expect(row).to_contain_text("Match result: Northgate United at 1.95")
    await expect(row).to_contain_text("To return €19.50")
