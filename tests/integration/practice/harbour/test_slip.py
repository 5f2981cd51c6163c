"""Harbour's slip, from a click on a price to the receipt."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.integration.practice.control_client import football_event
from tests.integration.practice.harbour.customer import HOME, Customer


async def test_the_slip_shows_what_was_chosen(customer: Customer) -> None:
    await customer.arm("m1-asian_handicap-away", "12,50")
    await expect(customer.node("slip-selection")).to_have_text("Port Alder")
    await expect(customer.node("slip-line")).to_have_text("+0.25")
    await expect(customer.node("slip-market")).to_have_text("Asian handicap")
    await expect(customer.node("slip-event")).to_have_text("Northgate United v Port Alder")
    await expect(customer.node("slip-odds")).to_have_text("1.99")
    await expect(customer.node("slip-return")).to_have_text("€24.88")  # 24.875 rounds up


async def test_a_placed_bet_has_a_receipt_and_stands_in_the_ledger(customer: Customer) -> None:
    reference = await customer.bet(stake="1000")
    await expect(customer.node("receipt")).to_contain_text("Bet placed")
    await expect(customer.node("receipt-odds")).to_have_text("1.95")
    await expect(customer.node("receipt-stake")).to_have_text("€1,000.00")
    await expect(customer.node("receipt-return")).to_have_text("€1,950.00")
    await expect(customer.node("account-balance")).to_have_text("€0.00")
    [bet] = await customer.recorded()
    assert (bet["ticket"], bet["stake"], bet["odds"], bet["status"]) == (reference, "1000", "1.95", "open")


async def test_choosing_another_selection_replaces_the_first(customer: Customer) -> None:
    await customer.arm()
    await customer.node("selection-m1-total_goals-over").click()
    await expect(customer.node("slip-selection")).to_have_text("Over")
    await expect(customer.node("slip-stake")).to_have_value("")


async def test_the_slip_survives_a_reload_and_can_be_emptied(customer: Customer) -> None:
    await customer.arm(stake="7.50")
    await customer.page.reload()
    await expect(customer.node("slip-stake")).to_have_value("7.50")
    await customer.node("slip-remove").click()
    await expect(customer.node("slip-selection")).to_be_hidden()
    await customer.page.reload()
    await expect(customer.node("account-balance")).to_be_visible()
    await expect(customer.node("slip-selection")).to_be_hidden()


async def test_no_bet_without_a_proper_stake(customer: Customer) -> None:
    await customer.arm()
    for stake in ("", "0", "0.00", "abc", "1.234", "-5", "1e3"):
        await customer.node("slip-stake").fill("10")
        await expect(customer.node("place-bet")).to_be_enabled()
        await customer.node("slip-stake").fill(stake)
        await expect(customer.node("place-bet"), f"stake {stake!r}").to_be_disabled()


@pytest.mark.shows("UI-05a")
async def test_pushed_odds_reach_price_and_slip_and_ask_for_consent(customer: Customer) -> None:
    await customer.arm()
    await customer.control.patch(f"/harbour/selections/{HOME}", odds="1.90")
    await expect(customer.node(f"selection-{HOME}")).to_contain_text("1.90")
    await expect(customer.node("slip-odds")).to_have_text("1.90")
    await expect(customer.node("slip-notice")).to_have_text("Odds have changed from 1.95 to 1.90")
    await expect(customer.node("place-bet")).to_be_hidden()
    await customer.node("accept-changes").click()
    await expect(customer.node("slip-notice")).to_be_hidden()
    await customer.place()
    await expect(customer.node("receipt-odds")).to_have_text("1.90")


async def test_odds_that_come_back_need_no_consent(customer: Customer) -> None:
    await customer.arm()
    for odds in ("1.90", "1.95"):
        await customer.control.patch(f"/harbour/selections/{HOME}", odds=odds)
        await expect(customer.node("slip-odds")).to_have_text(odds)
    await expect(customer.node("slip-notice")).to_be_hidden()
    await expect(customer.node("place-bet")).to_be_visible()


@pytest.mark.shows("UI-06a")
async def test_the_mode_decides_which_changes_need_consent(customer: Customer) -> None:
    for mode, odds, asks in (
        ("never", "2.00", True),
        ("never", "1.90", True),
        ("better", "2.00", False),
        ("better", "1.90", True),
        ("any", "2.00", False),
        ("any", "1.90", False),
    ):
        async with customer.page.expect_response("**/api/settings"):
            await customer.node("odds-changes").select_option(mode)
        await customer.control.patch(f"/harbour/selections/{HOME}", odds="1.95")
        await expect(customer.node(f"selection-{HOME}")).to_contain_text("1.95")
        await customer.arm()
        await customer.control.patch(f"/harbour/selections/{HOME}", odds=odds)
        await expect(customer.node("slip-odds")).to_have_text(odds)
        await expect(customer.node("accept-changes"), f"{mode} {odds}").to_be_visible(visible=asks)
        await expect(customer.node("place-bet"), f"{mode} {odds}").to_be_visible(visible=not asks)
        await customer.node("slip-remove").click()


@pytest.mark.shows("UI-06b")
async def test_the_mode_is_a_setting_of_the_account(customer: Customer) -> None:
    async with customer.page.expect_response("**/api/settings"):
        await customer.node("odds-changes").select_option("better")
    await customer.page.reload()
    await expect(customer.node("odds-changes")).to_have_value("better")


async def test_a_moved_line_needs_consent_whatever_the_mode(customer: Customer) -> None:
    async with customer.page.expect_response("**/api/settings"):
        await customer.node("odds-changes").select_option("any")
    await customer.arm("m1-asian_handicap-home")
    await customer.control.patch("/harbour/selections/m1-asian_handicap-home", line="-0.5")
    await expect(customer.node("slip-notice")).to_have_text("Line has changed from -0.25 to -0.5")
    await expect(customer.node("accept-changes")).to_be_visible()


async def test_a_market_that_takes_no_bets_blocks_price_and_slip(customer: Customer) -> None:
    await customer.arm()
    for status, notice in (("suspended", "Market suspended"), ("closed", "Market closed")):
        await customer.control.patch(f"/harbour/selections/{HOME}", status=status)
        await expect(customer.node("slip-notice")).to_have_text(notice)
        await expect(customer.node(f"selection-{HOME}"), status).to_be_disabled()
        await expect(customer.node("place-bet"), status).to_be_disabled()
        await customer.control.patch(f"/harbour/selections/{HOME}", status="open")
        await expect(customer.node("place-bet"), status).to_be_enabled()


async def test_a_suspended_price_shows_a_lock(customer: Customer) -> None:
    await customer.control.patch(f"/harbour/selections/{HOME}", status="suspended")
    await customer.page.goto(f"{customer.address}/#/event/m1")
    await expect(customer.node(f"selection-{HOME}").get_by_role("img", name="Suspended")).to_be_visible()
    await expect(customer.node(f"selection-{HOME}")).not_to_contain_text("1.95")


@pytest.mark.shows("UI-07a")
async def test_the_limit_of_a_selection_shows_after_the_click(customer: Customer) -> None:
    await customer.control.patch(f"/harbour/selections/{HOME}", max_stake="11.25")
    await customer.arm(stake="20")
    await customer.place()
    await expect(customer.node("slip-error")).to_contain_text("Maximum stake is €11.25")
    await customer.node("update-stake").click()
    await expect(customer.node("slip-stake")).to_have_value("11.25")
    await customer.place()
    await expect(customer.node("receipt-stake")).to_have_text("€11.25")


@pytest.mark.shows("UI-07c")
async def test_a_stake_out_of_bounds_is_refused(customer: Customer) -> None:
    await customer.control.patch(f"/harbour/selections/{HOME}", min_stake="1.14")
    await customer.arm()
    for stake, message in (("1.13", "Minimum stake is €1.14"), ("1000.01", "Insufficient balance")):
        await customer.node("slip-stake").fill(stake)
        await customer.place()
        await expect(customer.node("slip-error"), stake).to_contain_text(message)
        assert await customer.recorded() == [], stake


async def test_a_stranger_is_sent_to_the_login_and_keeps_the_slip(stranger: Customer) -> None:
    await stranger.page.goto(f"{stranger.address}/#/event/m1")
    await stranger.node(f"selection-{HOME}").click()
    await expect(stranger.node("place-bet")).to_be_hidden()
    await stranger.page.get_by_role("button", name="Log in to bet").click()
    await expect(stranger.node("login-form")).to_be_visible()
    await expect(stranger.node("slip-selection")).to_have_text("Northgate United")


@pytest.mark.shows("UI-01a", "UI-01b", "UI-01c")
async def test_templates_of_every_state_are_always_in_the_page(customer: Customer) -> None:
    await customer.bet()
    slip = customer.node("betslip")
    for text in ("Your betslip is empty", "SUSPENDED", "CLOSED", "Accept changes"):
        assert await slip.get_by_text(text).count() > 0, f"{text} is missing"
        for node in await slip.get_by_text(text).all():
            await expect(node).to_be_hidden()
    await expect(customer.node("receipt").locator("svg title")).to_have_text("Rejected")


@pytest.mark.shows("UI-19a")
async def test_class_names_mean_nothing_and_change_with_every_start(customer: Customer) -> None:
    used = await customer.page.evaluate(
        "[...new Set([...document.querySelectorAll('[class]')].flatMap((node) => [...node.classList]))]"
    )
    assert [name for name in used if len(name) > 3] == ["hidden"]


@pytest.mark.shows("UI-19b")
async def test_most_nodes_have_an_id_for_tests_and_some_have_none(customer: Customer) -> None:
    ids = "(nodes) => nodes.map((node) => node.dataset.testId ?? null)"
    assert await customer.page.locator("#slip-stake, #place-bet").evaluate_all(ids) == [
        "slip-stake",
        "place-bet",
    ]
    assert await customer.page.locator("#slip-empty, #receipt-done, #slip-count").evaluate_all(ids) == [None] * 3


async def test_an_event_added_now_appears_on_the_open_page(customer: Customer) -> None:
    await customer.control.post("/harbour/events", **football_event("m2", home="Eastbrook", score="1-0"))
    await expect(customer.node("event-link-m2")).to_have_text("Eastbrook v Port Alder")
    await customer.node("event-link-m2").click()
    await expect(customer.node("event-score")).to_have_text("1-0")


async def test_a_match_that_is_over_leaves_the_open_page_and_the_slip(customer: Customer) -> None:
    await customer.arm()
    await customer.control.delete("/harbour/events/m1")
    await expect(customer.page.get_by_text("This event is no longer available.")).to_be_visible()
    await customer.control.post("/harbour/events", **football_event("m2"))
    await customer.page.goto(f"{customer.address}/#/event/m2")
    await customer.node("selection-m2-1x2-home").click()
    await customer.node("slip-stake").fill("10.00")
    await expect(customer.node("place-bet")).to_be_enabled()
