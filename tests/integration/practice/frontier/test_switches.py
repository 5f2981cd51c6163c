"""The switches of Frontier's pages, each as a customer sees it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.integration.practice.frontier.site import HOME, Customer

RESULTS: dict[str, tuple[list[str], list[str]]] = {
    # switch position: texts and icons of a lost bet and of a won bet
    "money": (["RETURNED $0.00", "RETURNED $21.00"], []),
    "icon": (["", ""], ["Loser", "Winner"]),
    "paid": (["Paid $0.00Lost", "Paid $21.00Won"], []),
}


@pytest.mark.shows("UI-14a", "UI-14b", "UI-14c")
async def test_outcome_is_told_in_one_way_only(customer: Customer) -> None:
    [won, lost] = await customer.bet_by_request("11.00", count=2)
    await customer.settle(won, "won")
    await customer.settle(lost, "lost")
    results = customer.bet_rows.locator("> td:nth-child(5)")
    for shown, (texts, icons) in RESULTS.items():
        await customer.control.patch("/frontier/settings", result_shown=shown)
        await customer.go_to("/mybets?tab=settled")
        texts_shown = [(await cell.inner_text()).replace("\n", "").strip() for cell in await results.all()]
        assert texts_shown == texts
        await expect(results.locator("svg").filter(visible=True).locator("title")).to_have_text(icons)


@pytest.mark.shows("UI-16a")
async def test_each_login_has_a_host_of_its_own_and_stored_addresses_are_logged_out(visitor: Customer) -> None:
    customer = visitor
    await customer.control.patch("/frontier/settings", login_host="own")
    await customer.log_in()
    await customer.page.wait_for_url(re.compile(r"^http://w\d+\.localhost:\d+/sports$"))
    host = customer.page.url.removesuffix("/sports")
    await customer.go_to("/event/m1")
    await expect(customer.page.locator("[name=password]")).to_be_visible()
    await customer.page.goto(f"{host}/event/m1")
    await expect(customer.heading).to_have_text("Northgate United vs. Port Alder")
    customer.address = host
    await customer.bet()
    assert len(await customer.bets()) == 1


@pytest.mark.shows("UI-20a", "UI-20d")
async def test_the_list_of_bets_can_be_on_another_host(customer: Customer) -> None:
    await customer.control.patch("/frontier/settings", history_host="own")
    [running, won] = await customer.bet_by_request(count=2)
    await customer.settle(won, "won")
    await customer.go_to("/sports")
    await customer.page.get_by_role("link", name="My Bets").click()
    await customer.page.wait_for_url(re.compile(r"^http://bets\.localhost:\d+/mybets\?tab=open$"))
    await expect(customer.bet_rows.locator("> td:nth-child(1)")).to_have_text(running)
    await customer.go_to("/mybets?tab=settled&page=1")
    await customer.page.wait_for_url(re.compile(r"^http://bets\.localhost:\d+/mybets\?tab=settled&page=1$"))
    await expect(customer.bet_rows.locator("> td:nth-child(1)")).to_have_text(won)


async def test_a_pass_to_another_host_works_once(customer: Customer) -> None:
    await customer.control.patch("/frontier/settings", history_host="own")
    async with customer.page.expect_request("**/enter?**") as entered:
        await customer.go_to("/mybets")
    await customer.page.context.clear_cookies()
    await customer.page.goto((await entered.value).url)
    await expect(customer.page.locator("[name=password]")).to_be_visible()


@pytest.mark.shows("UI-17e")
async def test_restricted_account_is_told_so_and_takes_no_bet(customer: Customer) -> None:
    await customer.order_fault("restricted")
    await customer.review()
    restricted = customer.text("Your account is restricted. Please contact customer service.")
    await expect(restricted).to_have_count(1)
    await customer.place()
    await expect(restricted).to_have_count(2)
    assert await customer.bets() == []


@pytest.mark.shows("UI-18a")
async def test_silent_logout_shows_the_login_and_leaves_no_bet(customer: Customer) -> None:
    await customer.order_fault("logout")
    await customer.review()
    await customer.place()
    await expect(customer.text("Your session has expired. Please log in again.")).to_be_visible()
    assert await customer.bets() == []


@pytest.mark.shows("UI-19d")
async def test_the_prairie_skin_has_the_same_data_under_other_words(customer: Customer) -> None:
    await customer.control.patch("/frontier/settings", skin="prairie")
    await customer.choose(HOME)
    await expect(customer.page.get_by_text("Risk amount")).to_have_count(0)
    await customer.risk.fill("110.00")
    await customer.button("Continue").click()
    facts = customer.page.locator("tr:has(> td > tt)")
    await expect(facts.locator("> td")).to_contain_text(
        ["$100.00", "$110.00", "−110", "Northgate United −0.25", "Spread", "Northgate United vs. Port Alder"]
    )
    await customer.place()
    await expect(customer.text("Bet placed")).to_be_visible()
    [bet] = await customer.bets()
    await expect(customer.text(bet["ticket"])).to_be_visible()
    await customer.go_to("/mybets")
    await expect(facts.locator("> td").last).to_have_text(bet["ticket"])
    await customer.settle(bet["ticket"], "won")
    await customer.go_to("/mybets?tab=settled")
    await expect(facts.locator("> td").first).to_contain_text("RETURNED $210.00")
