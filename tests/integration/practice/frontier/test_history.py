"""My Bets: open and settled bets, by day and page, without a status word for the result."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from bot.practice.sites.frontier.clock import format_day, operator_today
from tests.integration.practice.frontier.site import Customer

OUTCOMES = {
    # result at the practice site: icon, money of a risk of $11.00 at −110
    "won": ("Winner", "RETURNED $21.00"),
    "half_won": ("Winner", "RETURNED $16.00"),
    "lost": ("Loser", "RETURNED $0.00"),
    "half_lost": ("Loser", "RETURNED $5.50"),
    "void": ("No Action", "RETURNED $11.00"),
    "draw": ("No Action", "RETURNED $11.00"),
    "refund": ("No Action", "RETURNED $11.00"),
    "cashed_out": ("Cash Out", "RETURNED $19.09"),
}


async def test_open_bet_is_listed_with_all_that_was_agreed(customer: Customer) -> None:
    [ticket] = await customer.bet_by_request("110.00")
    await customer.go_to("/mybets")
    cells = customer.bet_rows.locator("> td")
    await expect(cells.nth(0)).to_have_text(ticket)
    await expect(cells.nth(1)).to_have_text(re.compile(r"^\d\d/\d\d/\d{4} \d\d:\d\d [AP]M ET$"))
    await expect(cells.nth(2)).to_contain_text("Northgate United −0.25 −110")
    await expect(cells.nth(2)).to_contain_text("Spread - Northgate United vs. Port Alder")
    await expect(cells.nth(3)).to_have_text("$110.00")
    await expect(cells.nth(4)).to_have_text("$100.00")


@pytest.mark.shows("UI-01c", "UI-12c", "UI-22a")
async def test_outcome_is_told_by_money_and_an_icon_only(customer: Customer) -> None:
    tickets = await customer.bet_by_request("11.00", count=len(OUTCOMES))
    for ticket, outcome in zip(tickets, OUTCOMES, strict=True):
        paid = {"payout": "19.09"} if outcome == "cashed_out" else {}
        await customer.settle(ticket, outcome, **paid)
    await customer.go_to("/mybets?tab=settled")
    for ticket, (icon, money) in zip(tickets, OUTCOMES.values(), strict=True):
        result = customer.bet_rows.filter(has_text=ticket).locator("> td").nth(4)
        await expect(result.locator("font")).to_have_text(money)
        await expect(result.locator("svg").filter(visible=True).locator("title")).to_have_text(icon)
        await expect(result.locator("svg").filter(visible=False).locator("title")).to_have_text("Rejected")


@pytest.mark.shows("UI-21a", "UI-21b")
async def test_bet_settled_again_has_a_row_for_each_settling(customer: Customer) -> None:
    [before, ticket, after] = await customer.bet_by_request("11.00", count=3)
    for each in (before, ticket, after):
        await customer.settle(each, "lost")
    await customer.settle(ticket, "won")
    await customer.go_to("/mybets?tab=settled")
    await expect(customer.bet_rows.locator("> td:nth-child(1)")).to_have_text(
        [f"{ticket}Reversed", f"{ticket}Amended", after, before]
    )
    rows = customer.bet_rows.filter(has_text=ticket)
    await expect(rows.locator("> td:nth-child(5) > font")).to_have_text(["RETURNED $0.00", "RETURNED $21.00"])
    await expect(customer.text("Showing 1 - 4 of 4")).to_be_visible()


@pytest.mark.shows("UI-20c")
async def test_settled_bets_are_shown_for_a_range_of_days(customer: Customer) -> None:
    [ticket] = await customer.bet_by_request()
    await customer.settle(ticket, "won")
    await customer.go_to("/mybets?tab=settled")
    today = operator_today()
    await expect(customer.page.locator("[name=from]")).to_have_value(format_day(today - timedelta(days=7)))
    await expect(customer.page.locator("[name=to]")).to_have_value(format_day(today))
    await expect(customer.bet_rows).to_have_count(1)
    await customer.page.fill("[name=to]", format_day(today - timedelta(days=2)))
    await customer.button("Show").click()
    await expect(customer.text("There are no bets to show.")).to_be_visible()
    await expect(customer.bet_rows).to_have_count(0)


@pytest.mark.shows("UI-20f")
async def test_settled_bets_are_paged(customer: Customer) -> None:
    tickets = await customer.bet_by_request("1.00", count=23)
    for ticket in tickets:
        await customer.settle(ticket, "lost")
    await customer.go_to("/mybets?tab=settled")
    await expect(customer.text("Showing 1 - 20 of 23")).to_be_visible()
    read = await customer.bet_rows.locator("> td:nth-child(1)").all_inner_texts()
    await customer.page.get_by_role("link", name="Next >").click()
    await expect(customer.text("Showing 21 - 23 of 23")).to_be_visible()
    read += await customer.bet_rows.locator("> td:nth-child(1)").all_inner_texts()
    assert read == tickets[::-1]


@pytest.mark.shows("UI-20h")
async def test_truncated_list_still_tells_the_true_total(customer: Customer) -> None:
    await customer.bet_by_request(count=3)
    await customer.order_fault("history_truncated", rows=1)
    await customer.go_to("/mybets")
    await expect(customer.bet_rows).to_have_count(1)
    await expect(customer.text("Showing 1 - 1 of 3")).to_be_visible()


@pytest.mark.shows("UI-20h")
async def test_list_that_did_not_load_claims_neither_bets_nor_their_absence(customer: Customer) -> None:
    await customer.bet_by_request()
    await customer.order_fault("history_empty")
    await customer.go_to("/mybets")
    await expect(customer.heading.filter(visible=True)).to_have_text("My Bets")
    await expect(customer.bet_rows).to_have_count(0)
    await expect(customer.page.get_by_text(re.compile("Showing|no bets"))).to_have_count(0)


async def test_list_that_fails_shows_an_error_page_once(customer: Customer) -> None:
    await customer.order_fault("history_error")
    await customer.go_to("/mybets")
    await expect(customer.text("Server Error")).to_be_visible()
    await customer.page.reload()
    await expect(customer.text("There are no bets to show.")).to_be_visible()
