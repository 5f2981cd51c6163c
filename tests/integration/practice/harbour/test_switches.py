"""The switches of Harbour's pages, each as a customer sees it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.integration.practice.control_client import football_event
from tests.integration.practice.harbour.customer import HOME, NAME, PASSWORD, Customer


async def arrive(customer: Customer, **settings: str | int) -> None:
    """Set switches, then open the site logged in."""
    await customer.control.patch("/harbour/settings", **settings)
    await customer.arrive_logged_in()


async def move_odds(customer: Customer, odds: str = "2.63") -> None:
    await customer.arm()
    await customer.control.patch(f"/harbour/selections/{HOME}", odds=odds)
    await expect(customer.node("slip-odds")).to_have_text(odds)


@pytest.mark.shows("UI-05b")
async def test_one_button_accepts_a_change_and_places_the_bet(stranger: Customer) -> None:
    customer = stranger
    await arrive(customer, change_prompt="accept_and_place")
    await move_odds(customer)
    await expect(customer.node("place-bet")).to_be_hidden()
    await customer.page.get_by_role("button", name="Accept change and place bet").click()
    await expect(customer.node("receipt-odds")).to_have_text("2.63")
    assert [bet["odds"] for bet in await customer.recorded()] == ["2.63"]


@pytest.mark.shows("UI-05c")
async def test_a_dialog_asks_about_a_change_and_can_cancel(stranger: Customer) -> None:
    customer = stranger
    await arrive(customer, change_prompt="dialog")
    dialog = customer.page.get_by_role("dialog")
    for odds, button, ready in (("2.63", "Cancel", False), ("2.70", "Accept", True)):
        await move_odds(customer, odds)
        await expect(dialog).to_contain_text(f"to {odds}.")
        await dialog.get_by_role("button", name=button).click()
        await expect(dialog).to_have_count(0)
        await expect(customer.node("place-bet")).to_be_visible(visible=ready)
        await expect(customer.node("slip-selection")).to_be_visible(visible=ready)
        await customer.page.goto(f"{customer.address}/#/")


@pytest.mark.shows("UI-05d")
async def test_a_change_disables_the_button_beside_the_message(stranger: Customer) -> None:
    customer = stranger
    await arrive(customer, change_prompt="disabled")
    await move_odds(customer)
    await expect(customer.node("slip-notice")).to_have_text("Price has changed to 2.63")
    await expect(customer.node("place-bet")).to_be_visible()
    await expect(customer.node("place-bet")).to_be_disabled()
    await expect(customer.node("accept-changes")).to_be_hidden()


@pytest.mark.shows("UI-07b")
async def test_one_message_names_both_limits(stranger: Customer) -> None:
    customer = stranger
    await customer.control.patch(f"/harbour/selections/{HOME}", min_stake="0.10", max_stake="750")
    await arrive(customer, limit_wording="range")
    await customer.arm()
    for stake in ("0.05", "800"):
        await customer.node("slip-stake").fill(stake)
        await expect(customer.node("slip-error")).to_be_hidden()
        await customer.place()
        await expect(customer.node("slip-error")).to_contain_text(
            "Your stake must be between min €0.10 and max €750.00"
        )


@pytest.mark.shows("UI-08a")
async def test_the_stake_field_can_be_no_input_and_remember(stranger: Customer) -> None:
    customer = stranger
    await arrive(customer, stake_field="editable")
    await customer.page.goto(f"{customer.address}/#/event/m1")
    await customer.node(f"selection-{HOME}").click()
    assert await customer.node("slip-stake").evaluate("(node) => [node.tagName, node.isContentEditable]") == [
        "SPAN",
        True,
    ]
    await customer.page.get_by_label("Remember stake").check()
    await customer.node("slip-stake").press_sequentially("12.50")
    await expect(customer.node("slip-return")).to_have_text("€24.38")
    await customer.place()
    await expect(customer.node("receipt-stake")).to_have_text("€12.50")
    await customer.node("selection-m1-total_goals-over").click()
    await expect(customer.node("slip-stake")).to_have_text("12.50")


async def place_in_play(customer: Customer) -> None:
    await customer.control.post("/harbour/events", **football_event("m2", score="1-0"))
    await customer.page.goto(f"{customer.address}/#/event/m2")
    await customer.node("selection-m2-1x2-home").click()
    await customer.node("slip-stake").fill("10")
    await customer.place()


@pytest.mark.shows("UI-03c")
async def test_in_play_the_seconds_to_the_decision_are_counted_down(stranger_out_of_time: Customer) -> None:
    customer = stranger_out_of_time
    await arrive(customer, acceptance_delay_ms=600_000)
    await place_in_play(customer)
    await expect(customer.node("slip-spinner")).to_have_text(re.compile(r"^Placing bets in (600|59\d) seconds$"))
    await customer.page.clock.run_for(20_000)
    await expect(customer.node("slip-spinner")).to_have_text(re.compile(r"^Placing bets in 5[78]\d seconds$"))
    assert await customer.recorded() == []


async def test_in_play_the_bet_is_decided_when_the_delay_is_over(stranger: Customer) -> None:
    customer = stranger
    await arrive(customer, acceptance_delay_ms=200)
    await place_in_play(customer)
    await expect(customer.node("receipt-ref")).to_be_visible()
    [row] = await customer.control.get("/harbour/journal")
    [bet] = await customer.recorded()
    waited = datetime.fromisoformat(bet["placed_at"]) - datetime.fromisoformat(row["received_at"])
    assert waited >= timedelta(milliseconds=200)


@pytest.mark.shows("UI-20b")
async def test_cashed_out_bets_can_have_a_tab_of_their_own(stranger: Customer) -> None:
    customer = stranger
    await arrive(customer, cash_out_tab="shown")
    [cashed_out, won] = await customer.place_directly(2)
    await customer.control.post(f"/harbour/bets/{cashed_out}/settle", outcome="cashed_out", payout="0.80")
    await customer.control.post(f"/harbour/bets/{won}/settle", outcome="won")
    await customer.node("nav-bets").click()
    for tab, reference in (("settled", won), ("cashed_out", cashed_out)):
        await customer.node(f"bets-tab-{tab}").click()
        await expect(customer.node("bets-end")).to_have_text("1 bet")
        await expect(customer.node("bet-ref")).to_have_text(reference)


@pytest.mark.shows("UI-22b")
async def test_an_open_bet_can_tell_what_it_would_be_cashed_out_for(stranger: Customer) -> None:
    customer = stranger
    await arrive(customer, cash_out="offered")
    won, _running = await customer.place_directly(2)
    await customer.control.post(f"/harbour/bets/{won}/settle", outcome="won")
    await customer.control.patch("/harbour/selections/m1-1x2-home", odds="3.90")
    await customer.node("nav-bets").click()
    await expect(customer.node("bet-cash-out")).to_have_text("Cash out €0.48")
    await customer.node("bets-tab-settled").click()
    await expect(customer.node("bet-ref")).to_have_text(won)
    await expect(customer.node("bet-cash-out")).to_have_count(0)


@pytest.mark.shows("UI-20e")
async def test_odds_of_a_bet_can_come_by_a_request_of_their_own(stranger: Customer) -> None:
    customer = stranger
    await arrive(customer, bet_details="on_request")
    await customer.place_directly(1)
    await customer.node("nav-bets").click()
    row = customer.node("bet-row")
    await expect(row).to_contain_text("Stake €1.00")
    await expect(row.get_by_test_id("bet-odds")).to_have_text("")
    async with customer.page.expect_response("**/api/bets/HB*"):
        await row.get_by_role("button", name="Show details").click()
    await expect(row.get_by_test_id("bet-odds")).to_have_text("1.95")
    await expect(row.get_by_test_id("bet-selection")).to_have_text("Northgate United")


LANGUAGES = {
    # language: odds, the return of 1,000 at 1.95, the statuses from the last bet to the first
    "pt": (
        "1,95",
        "Retorno €1,950.00",
        ["encerrada", "meio perdido", "meio ganho", "reembolso", "devolvida", "perdida", "ganha"],
    ),
    "it": (
        "1.95",
        "Restituito €1.950,00",
        ["Chiusa in anticipo", "Mezza persa", "Mezza vinta", "Rimborsata", "Annullata", "Persa", "Vinta"],
    ),
}
OUTCOMES = ["won", "lost", "void", "refund", "half_won", "half_lost"]


@pytest.mark.shows("UI-11a", "UI-11b", "UI-13f", "UI-13g")
async def test_a_language_has_words_and_mixed_number_formats_of_its_own(stranger: Customer) -> None:
    customer = stranger
    account = {"username": NAME, "password": PASSWORD, "whitelabel": "harbourline", "balance": "9000"}
    await customer.control.post("/harbour/accounts", **account)
    await arrive(customer)
    references = await customer.place_directly(7, stake="1000")
    for reference, outcome in zip(references, OUTCOMES, strict=False):
        await customer.control.post(f"/harbour/bets/{reference}/settle", outcome=outcome)
    await customer.control.post(f"/harbour/bets/{references[6]}/settle", outcome="cashed_out", payout="1")
    for language, (odds, returned, words) in LANGUAGES.items():
        await customer.control.post("/harbour/accounts", **account, language=language)
        await customer.page.reload()
        await customer.node("nav-bets").click()
        await customer.node("bets-tab-settled").click()
        await expect(customer.node("bet-status")).to_have_text(words)
        await expect(customer.node("bet-odds").first).to_have_text(odds)
        await expect(customer.node("bet-returned").last).to_have_text(returned)


@pytest.mark.shows("UI-17e")
async def test_a_restricted_account_is_told_so_and_takes_no_bet(customer: Customer) -> None:
    await customer.order_fault("restricted", username=NAME)
    await expect(customer.node("account-restricted")).to_have_text(
        "Your account is restricted. Please contact our customer service."
    )
    await customer.has_arrived()
    await customer.arm()
    await customer.place()
    await expect(customer.node("slip-error")).to_contain_text("Your account is restricted")
    assert await customer.recorded() == []
    await customer.control.delete("/harbour/faults")
    await customer.page.reload()
    await customer.has_arrived()
    await expect(customer.node("account-restricted")).to_be_hidden()


@pytest.mark.shows("UI-18a")
async def test_a_silent_logout_takes_the_page_along_and_leaves_no_bet(customer: Customer) -> None:
    await customer.order_fault("logout")
    await customer.arm()
    await customer.page.evaluate("window.loaded = 'before'")
    await customer.place()
    await expect(customer.node("login-button")).to_be_visible()
    assert await customer.page.evaluate("window.loaded") is None
    assert await customer.recorded() == []
