"""Frontier from the slip to a receipt: what each page shows, asks and refuses."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.integration.practice.frontier.site import HOME, MONEYLINE, OTHER_MATCH, OVER, Customer


async def test_confirmation_restates_what_would_be_bet(customer: Customer) -> None:
    await customer.review(HOME, "$1,100")
    await expect(customer.field("Match")).to_contain_text("Northgate United vs. Port Alder")
    await expect(customer.field("Market")).to_have_text("Spread")
    await expect(customer.field("Selection")).to_have_text("Northgate United −0.25 −110")
    await expect(customer.field("Risk")).to_have_text("$1,100.00")
    await expect(customer.field("To win")).to_have_text("$1,000.00")
    assert await customer.bets() == []


@pytest.mark.shows("UI-14e")
async def test_placed_bet_has_a_receipt_with_its_ticket(customer: Customer) -> None:
    ticket = await customer.bet(MONEYLINE, "25.50")
    assert re.fullmatch(r"O/0\d{6}/00\d{5}", ticket)
    await expect(customer.field("Selection")).to_have_text("Port Alder +310")
    await expect(customer.field("Risk")).to_have_text("$25.50")
    await expect(customer.field("To win")).to_have_text("$79.05")
    await expect(customer.page.get_by_text("Balance: $974.50")).to_be_visible()
    [bet] = await customer.bets()
    assert (bet["ticket"], bet["odds"], bet["stake"], bet["currency"]) == (ticket, "4.1", "25.50", "USD")


async def test_risk_that_no_bet_can_have_never_reaches_the_confirmation(
    customer: Customer,
) -> None:
    await customer.choose()
    for risk in ("0.99", "", "ten"):
        await customer.risk.fill(risk)
        await customer.button("Continue").click()
    assert customer.dialogs == [("alert", "The minimum stake is $1.00.")] * 3
    await customer.risk.fill("10.005")
    await customer.button("Continue").click()
    await expect(customer.text("Please enter a valid risk amount.")).to_be_visible()
    await expect(customer.heading).to_have_text("Bet Slip")


@pytest.mark.shows("UI-06b")
async def test_acceptance_mode_lasts_and_keeps_the_risk(customer: Customer) -> None:
    await customer.choose()
    await expect(customer.acceptance).to_have_value("never")
    await customer.risk.fill("40")
    async with customer.page.expect_navigation():
        await customer.acceptance.select_option("better")
    await expect(customer.risk).to_have_value("40")
    await customer.choose(OTHER_MATCH)
    await expect(customer.acceptance).to_have_value("better")
    [account] = await customer.control.get("/frontier/accounts")
    assert account["settings"] == {"odds_changes": "better"}


@pytest.mark.shows("UI-05f")
async def test_what_moves_before_place_bet_must_be_confirmed_again(customer: Customer) -> None:
    await customer.review()
    await customer.control.patch(f"/frontier/selections/{HOME}", line="-0.5", odds="2.05")
    await customer.place()
    await expect(customer.text("The line has changed from −0.25 −110 to −0.5 +105")).to_be_visible()
    assert await customer.bets() == []
    await customer.place()
    await expect(customer.text("Bet placed")).to_be_visible()
    [bet] = await customer.bets()
    assert (bet["line"], bet["odds"], bet["requested_odds"]) == ("-0.5", "2.05", "2.05")


@pytest.mark.shows("UI-05f")
async def test_what_moves_before_the_confirmation_is_told_there(customer: Customer) -> None:
    await customer.choose()
    await customer.risk.fill("120")
    await customer.control.patch(f"/frontier/selections/{HOME}", odds="1.8333")
    await customer.button("Continue").click()
    await expect(customer.text("The line has changed from −110 to −120")).to_be_visible()
    await expect(customer.field("To win")).to_have_text("$100.00")


@pytest.mark.shows("UI-06a")
@pytest.mark.parametrize(
    ("mode", "odds", "taken"),
    [("any", "1.8333", True), ("better", "2.05", True), ("better", "1.8333", False)],
    ids=["any takes worse", "better takes better", "better refuses worse"],
)
async def test_acceptance_mode_decides_about_a_changed_price(
    customer: Customer, mode: str, odds: str, taken: bool
) -> None:
    await customer.choose()
    async with customer.page.expect_navigation():
        await customer.acceptance.select_option(mode)
    await customer.review()
    await customer.control.patch(f"/frontier/selections/{HOME}", odds=odds)
    await customer.place()
    await expect(customer.heading.filter(visible=True)).to_have_text("Bet placed" if taken else "Confirm Your Bet")
    assert len(await customer.bets()) == taken


@pytest.mark.shows("UI-07a", "UI-07c")
async def test_limits_arrive_after_the_click_and_the_stake_can_be_updated(customer: Customer) -> None:
    await customer.control.patch(f"/frontier/selections/{HOME}", min_stake="1.14", max_stake="11.25")
    await customer.review(risk="1.00")
    await customer.place()
    await expect(customer.text("The minimum allowed stake is $1.14.")).to_be_visible()
    await customer.review()
    await customer.place()
    await expect(customer.text("Max stake $11.25")).to_be_visible()
    await expect(customer.button("Place bet")).to_have_count(0)
    await customer.button("Update stake").click()
    await expect(customer.field("Risk")).to_have_text("$11.25")
    await customer.place()
    await expect(customer.text("Bet placed")).to_be_visible()
    assert [bet["stake"] for bet in await customer.bets()] == ["11.25"]


@pytest.mark.shows("UI-09a")
@pytest.mark.parametrize("repeats", [False, True], ids=["refused", "confirmed"])
async def test_second_bet_on_an_event_asks_first(customer: Customer, repeats: bool) -> None:
    await customer.bet_by_request()
    customer.accepts_dialogs = repeats
    await customer.review(OVER, "20.00")
    await customer.place()
    await expect(customer.heading.filter(visible=True)).to_have_text("Bet placed" if repeats else "Confirm Your Bet")
    assert customer.dialogs == [("confirm", "You already have a bet on this event. Repeat it?")]
    assert len(await customer.control.get("/frontier/journal")) == (2 if repeats else 1)


@pytest.mark.shows("UI-09b")
async def test_server_asks_about_a_second_bet_when_the_page_did_not(customer: Customer) -> None:
    await customer.review()
    await customer.bet_by_request()  # as if from another window
    await customer.place()
    await expect(customer.text("You already have a bet on this event.")).to_be_visible()
    assert customer.dialogs == []
    assert len(await customer.bets()) == 1


async def test_receipt_can_be_loaded_again_by_its_owner_only_and_bets_nothing(customer: Customer) -> None:
    await customer.bet()
    await customer.page.reload()
    await expect(customer.text("Bet placed")).to_be_visible()
    assert len(await customer.bets()) == 1
    await customer.control.post("/frontier/accounts", username="doc", password="pw", whitelabel="frontier")
    await customer.page.request.post(f"{customer.address}/login", form={"username": "doc", "password": "pw"})
    await customer.page.reload()
    await expect(customer.text("Page Not Found")).to_be_visible()
