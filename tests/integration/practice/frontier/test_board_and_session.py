"""Frontier before a bet: login, the board, one match, and pages that replace or cover the site."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.integration.practice.frontier.site import HOME, NAME, Customer

INTERRUPTIONS = [
    ("cookies", "Cookie Notice", "OK"),
    ("reality_check", "Time Check", "Remain Logged In"),
    ("last_login", "Last Login", "OK"),
    ("deposit_limit", "Deposit Limit", "OK"),
    ("identity", "Verify Your Identity", "OK"),
]


async def test_wrong_password_is_refused(visitor: Customer) -> None:
    await visitor.log_in(password="not it")
    await expect(visitor.text("Invalid customer ID or password.")).to_be_visible()


@pytest.mark.shows("UI-14d", "UI-19c")
async def test_board_shows_matches_with_moneylines_and_leads_to_a_match(customer: Customer) -> None:
    await customer.go_to("/sports")
    row = customer.page.locator("tr:has(> td > a[href='/event/m1'])")
    await expect(row.locator("td")).to_have_text(
        ["05/01/2030 02:00 PM ET", "Northgate United vs. Port Alder", "−105", "+240", "+310"]
    )
    await expect(customer.text("LIVE 1-0")).to_be_visible()
    await expect(customer.page.locator("[id], [class], [data-test-id]")).to_have_count(0)
    await customer.page.click("a[href='/event/m1']")
    await expect(customer.heading).to_have_text("Northgate United vs. Port Alder")


@pytest.mark.shows("UI-11c")
async def test_match_shows_its_markets_with_lines_and_american_odds(customer: Customer) -> None:
    await customer.control.patch("/frontier/selections/m1-1x2-home", odds="2.00")
    await customer.go_to("/event/m1")
    prices = customer.page.locator("td > table > tbody > tr:has(> td[align=center])").filter(visible=True)
    await expect(prices).to_have_text(
        [
            "Northgate UnitedEVEN",
            "Draw+240",
            "Port Alder+310",
            "Over 2.5−114",
            "Under 2.5−102",
            "Northgate United −0.25−110",
            "Port Alder +0.25−101",
        ],
        use_inner_text=False,
    )


@pytest.mark.shows("UI-11d")
async def test_suspended_prices_read_sp_or_otb_and_lead_nowhere(customer: Customer) -> None:
    for selection in ("m1-1x2-home", HOME):
        await customer.control.patch(f"/frontier/selections/{selection}", status="suspended")
    await customer.go_to("/event/m1")
    await expect(customer.text("SP")).to_be_visible()
    await expect(customer.text("OTB")).to_be_visible()
    await expect(customer.page.locator(f"a[href$='{HOME}']")).to_have_count(0)
    await customer.choose(HOME)
    await expect(customer.text("This selection is off the board. Please choose another one.")).to_be_visible()
    await expect(customer.button("Continue")).to_have_count(0)


@pytest.mark.shows("UI-01a")
async def test_words_of_other_outcomes_are_always_in_the_page_and_never_seen(customer: Customer) -> None:
    await customer.go_to("/sports")
    for words in ("SUSPENDED", "Bet declined", "Bet placed"):
        await expect(customer.page.get_by_text(words, exact=True)).to_be_hidden()
        await expect(customer.page.get_by_text(words, exact=True)).to_have_count(1)
    await customer.bet()
    await expect(customer.page.get_by_text("Bet declined", exact=True)).to_be_hidden()
    await expect(customer.page.get_by_text("Bet declined", exact=True)).to_have_count(1)


async def test_session_ended_at_the_server_leads_to_the_login(customer: Customer) -> None:
    await customer.go_to("/sports")
    await customer.control.post("/frontier/logout", username=NAME)
    await customer.page.click("a[href='/event/m1']")
    await expect(customer.text("Your session has expired. Please log in again.")).to_be_visible()


async def test_customer_logs_in_and_out(visitor: Customer) -> None:
    await visitor.log_in()
    await expect(visitor.page.get_by_text(f"Customer: {NAME} | Balance: $1,000.00")).to_be_visible()
    await visitor.button("Log Out").click()
    await expect(visitor.page.locator("[name=password]")).to_be_visible()
    await visitor.go_to("/mybets")
    await expect(visitor.page.locator("[name=password]")).to_be_visible()


async def test_security_check_stands_in_for_the_site_until_its_owner_confirms(customer: Customer) -> None:
    await customer.order_fault("challenge")
    await customer.go_to("/mybets")
    await expect(customer.text("Security Check")).to_be_visible()
    await customer.button("I Am Not a Robot").click()
    await expect(customer.text("Soccer")).to_be_visible()


async def test_maintenance_closes_the_site_for_a_while(customer: Customer) -> None:
    await customer.control.patch("/frontier/settings", maintenance=True)
    await customer.go_to("/sports")
    await expect(customer.text("Scheduled Maintenance")).to_be_visible()
    await customer.control.patch("/frontier/settings", maintenance=False)
    await customer.page.reload()
    await expect(customer.text("Soccer")).to_be_visible()


@pytest.mark.shows("UI-17a", "UI-17b", "UI-17c", "UI-17d")
async def test_interruption_covers_one_page(customer: Customer) -> None:
    for notice, title, button in INTERRUPTIONS:
        await customer.order_fault("interruption", notice=notice)
        await customer.go_to("/sports")
        await expect(customer.text(title)).to_be_visible()
        await customer.button(button).click()
        await expect(customer.text(title)).to_have_count(0)
        await customer.page.click("a[href='/event/m1']")
        await expect(customer.heading).to_be_visible()
        await expect(customer.text(title)).to_have_count(0)
