"""Harbour's login, logout and the pages that can replace or cover the site."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.integration.practice.harbour.customer import NAME, Customer


async def test_a_stranger_sees_a_login_button_and_no_balance(stranger: Customer) -> None:
    await stranger.page.goto(stranger.address)
    await expect(stranger.node("login-button")).to_be_visible()
    await expect(stranger.node("account-balance")).to_have_count(0)


async def test_the_login_leads_to_name_and_balance(stranger: Customer) -> None:
    await stranger.log_in()
    await expect(stranger.node("account-name")).to_have_text(NAME)
    await expect(stranger.node("account-balance")).to_have_text("€1,000.00")
    await expect(stranger.node("login-button")).to_have_count(0)


async def test_a_wrong_password_is_refused(stranger: Customer) -> None:
    await stranger.log_in(password="not it")
    await expect(stranger.node("login-error")).to_have_text("Wrong username or password.")
    assert await stranger.page.context.cookies() == []


async def test_the_session_cookie_is_out_of_the_pages_reach(customer: Customer) -> None:
    [cookie] = await customer.page.context.cookies()
    assert cookie["httpOnly"]
    assert await customer.page.evaluate("document.cookie") == ""


async def test_logging_out_ends_the_session_at_the_server(customer: Customer) -> None:
    await customer.node("logout-button").click()
    await expect(customer.node("login-button")).to_be_visible()
    answer = await customer.page.request.get(f"{customer.address}/api/bets")
    assert answer.status == 401


async def test_a_session_ended_at_the_server_shows_on_the_open_page(customer: Customer) -> None:
    await customer.control.post("/harbour/logout", username=NAME)
    await expect(customer.node("login-button")).to_be_visible()
    await expect(customer.page.get_by_text("Your session has ended.")).to_be_visible()


async def test_a_logout_of_somebody_else_changes_nothing(customer: Customer) -> None:
    await customer.control.post("/harbour/logout", username="somebody-else")
    await customer.page.reload()
    await expect(customer.node("account-balance")).to_be_visible()


async def test_the_balance_follows_the_ledger_by_push(customer: Customer) -> None:
    await customer.page.goto(f"{customer.address}/#/")
    [reference] = await customer.place_directly(1)
    await expect(customer.node("account-balance")).to_have_text("€999.00")
    await customer.control.post(f"/harbour/bets/{reference}/settle", outcome="won")
    await expect(customer.node("account-balance")).to_have_text("€1,000.95")


async def test_a_challenge_stands_in_front_until_it_is_solved(customer: Customer) -> None:
    await customer.order_fault("challenge", username=NAME)
    await customer.page.reload()
    heading = customer.page.get_by_role("heading", name="Verify that you are human")
    await expect(heading).to_be_visible()
    await customer.page.reload()
    await expect(heading).to_be_visible()
    await customer.page.get_by_role("button", name="I am human").click()
    await expect(customer.node("account-balance")).to_be_visible()


async def test_a_challenge_takes_over_a_page_that_asks_for_something(customer: Customer) -> None:
    await customer.order_fault("challenge")
    await customer.node("nav-bets").click()
    await expect(customer.page.get_by_role("heading", name="Verify that you are human")).to_be_visible()
    await customer.control.delete("/harbour/faults")
    await customer.page.reload()
    await expect(customer.node("account-balance")).to_be_visible()


async def test_maintenance_closes_the_site(customer: Customer) -> None:
    await customer.control.patch("/harbour/settings", maintenance=True)
    await customer.page.reload()
    await expect(customer.page.get_by_role("heading", name="We will be back soon")).to_be_visible()
    await customer.control.patch("/harbour/settings", maintenance=False)
    await customer.page.reload()
    await expect(customer.node("account-balance")).to_be_visible()


@pytest.mark.shows("UI-17a", "UI-17b", "UI-17c", "UI-17d")
async def test_an_interruption_covers_the_open_page_once(customer: Customer) -> None:
    for notice, button in (
        ("cookies", "Accept all"),
        ("reality_check", "Remain logged in"),
        ("last_login", "Continue"),
        ("deposit_limit", "Not now"),
        ("identity", "Later"),
    ):
        await customer.order_fault("interruption", notice=notice)
        overlay = customer.node(f"notice-{notice}")
        await overlay.get_by_role("button", name=button).click()
        await expect(overlay).to_have_count(0)
        await customer.page.reload()
        await customer.has_arrived()
        await expect(overlay).to_have_count(0)


async def test_a_reality_check_can_end_the_session(customer: Customer) -> None:
    await customer.order_fault("interruption", notice="reality_check")
    await customer.node("notice-reality_check").get_by_role("button", name="Log out").click()
    await expect(customer.node("login-button")).to_be_visible()
    await customer.page.reload()
    await expect(customer.node("login-button")).to_be_visible()
