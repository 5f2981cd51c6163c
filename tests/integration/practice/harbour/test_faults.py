"""Each fault at the click: what the page shows, and what the ledger holds."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.integration.practice.harbour.customer import HOME, Customer

CHECK_MY_BETS = "Something went wrong. Please check My Bets before trying again."


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("reject", {"reason": "Under review"}, "Your bet was not accepted: Under review"),
    ("max_stake", {"amount": "4.00"}, "Maximum stake is €4.00"),
    ("insufficient_funds", {}, "Insufficient balance"),
    ("error_500", {}, CHECK_MY_BETS),
    ("price_change", {"odds": "1.80"}, "Odds have changed"),
    ("suspend", {}, "Market suspended"),
]


async def test_a_refused_bet_is_named_and_not_recorded(customer: Customer) -> None:
    for kind, parameters, message in REFUSALS:
        await customer.order_fault(kind, **parameters)
        await customer.arm()
        await expect(customer.node("slip-error"), kind).to_be_hidden()
        await customer.place()
        await expect(customer.node("slip-error"), kind).to_contain_text(message)
        await expect(customer.node("receipt"), kind).to_be_hidden()
        assert await customer.recorded() == [], kind
        assert await customer.balance_in_ledger() == 1000, kind
        await customer.node("slip-remove").click()


@pytest.mark.shows("UI-05e")
async def test_after_a_price_change_the_new_odds_can_be_accepted(customer: Customer) -> None:
    await customer.order_fault("price_change", odds="1.80")
    await customer.arm()
    await customer.place()
    await expect(customer.node("slip-notice")).to_have_text("Odds have changed from 1.95 to 1.80")
    await customer.node("accept-changes").click()
    await customer.place()
    await expect(customer.node("receipt-odds")).to_have_text("1.80")
    [bet] = await customer.recorded()
    assert (bet["requested_odds"], bet["odds"]) == ("1.80", "1.80")


async def test_a_price_change_that_the_account_accepts_is_recorded_at_the_new_odds(customer: Customer) -> None:
    async with customer.page.expect_response("**/api/settings"):
        await customer.node("odds-changes").select_option("any")
    await customer.order_fault("price_change", odds="1.80")
    await customer.arm()
    await customer.place()
    await expect(customer.node("receipt-odds")).to_have_text("1.80")
    [bet] = await customer.recorded()
    assert (bet["requested_odds"], bet["odds"]) == ("1.95", "1.80")


@pytest.mark.shows("UI-04a", "UI-04c")
async def test_a_partly_accepted_bet_says_so_under_the_usual_heading(customer: Customer) -> None:
    await customer.order_fault("partial", amount="4.00")
    await customer.arm(stake="10.00")
    await customer.place()
    await expect(customer.node("receipt")).to_contain_text("Bet placed")
    await expect(customer.node("receipt-note")).to_contain_text("€4.00 of €10.00 was accepted")
    await expect(customer.node("receipt-stake")).to_have_text("€4.00")
    [bet] = await customer.recorded()
    assert (bet["stake"], bet["requested_stake"], bet["potential_return"]) == ("4.00", "10.00", "7.80")
    assert await customer.balance_in_ledger() == 996


async def test_recorded_then_a_server_error_looks_like_any_server_error(customer: Customer) -> None:
    await customer.order_fault("record_then_500")
    await customer.arm()
    await customer.place()
    await expect(customer.node("slip-error")).to_contain_text(CHECK_MY_BETS)
    assert len(await customer.recorded()) == 1


@pytest.mark.shows("UI-18a")
async def test_recorded_then_logged_out(customer: Customer) -> None:
    await customer.order_fault("record_then_logout")
    await customer.arm()
    await customer.place()
    await expect(customer.node("login-button")).to_be_visible()
    assert len(await customer.recorded()) == 1
    assert (await customer.page.request.get(f"{customer.address}/api/bets")).status == 401


async def test_recorded_then_sent_elsewhere(customer: Customer) -> None:
    await customer.order_fault("record_then_redirect")
    await customer.arm()
    await customer.place()
    await customer.page.wait_for_url("**/offer")
    assert len(await customer.recorded()) == 1


@pytest.mark.shows("UI-02a", "UI-02b", "UI-04c")
async def test_recorded_with_a_receipt_that_names_no_ticket(customer: Customer) -> None:
    await customer.order_fault("record_without_ticket")
    await customer.arm()
    await customer.place()
    await expect(customer.node("receipt")).to_contain_text("Bet placed")
    await expect(customer.node("receipt-note")).to_have_text("Please check My Bets for confirmation.")
    await expect(customer.node("receipt-ref")).to_have_count(0)
    assert len(await customer.recorded()) == 1


@pytest.mark.parametrize(("kind", "recorded"), [("silent", 0), ("record_then_silent", 1)])
async def test_an_unanswered_bet_leaves_the_spinner(stranger_out_of_time: Customer, kind: str, recorded: int) -> None:
    customer = stranger_out_of_time
    await customer.arrive_logged_in()
    await customer.order_fault(kind)
    await customer.arm()
    async with customer.page.expect_request("**/api/bets"):
        await customer.place()
    await expect(customer.node("slip-spinner")).to_be_visible()
    await expect(customer.node("place-bet")).to_be_hidden()
    await customer.page.clock.run_for(31_000)
    await expect(customer.node("receipt-note")).to_have_text("Please check My Bets for confirmation.")
    assert len(await customer.recorded()) == recorded
    [row] = await customer.control.get("/harbour/journal")
    assert row["answered_at"] is None


async def test_a_delay_holds_back_the_answer_and_not_the_decision(customer: Customer) -> None:
    await customer.control.patch("/harbour/settings", response_delay_ms=600_000)
    await customer.arm(stake="10.00")
    await customer.place()
    await expect(customer.node("account-balance")).to_have_text("€990.00")
    await expect(customer.node("slip-spinner")).to_be_visible()
    await expect(customer.node("receipt")).to_be_hidden()


async def test_the_journal_tells_what_was_asked_and_answered(customer: Customer) -> None:
    await customer.order_fault("reject", reason="No")
    await customer.arm(stake="10.00")
    await customer.place()
    await expect(customer.node("slip-error")).to_be_visible()
    await customer.place()
    await expect(customer.node("receipt")).to_be_visible()
    refused, accepted = await customer.control.get("/harbour/journal")
    [bet] = await customer.recorded()
    assert (refused["result"], refused["ticket"]) == ("rejected", None)
    assert (accepted["result"], accepted["ticket"]) == ("recorded", bet["ticket"])
    assert refused["asked"] == accepted["asked"]
    assert refused["asked"]["selection"] == HOME
    assert refused["received_at"] < refused["answered_at"] < accepted["received_at"] < accepted["answered_at"]
    assert refused["received_ms"] < refused["answered_ms"] < accepted["received_ms"] < accepted["answered_ms"]


async def test_a_fault_waits_for_its_user_and_its_turn(customer: Customer) -> None:
    await customer.order_fault("reject", reason="Not you", username="somebody-else")
    await customer.order_fault("reject", reason="Second", after=1)
    await customer.bet()
    await customer.arm()
    await customer.place()
    await expect(customer.node("slip-error")).to_contain_text("Second")
    assert len(await customer.recorded()) == 1


async def test_a_bet_that_the_market_refuses_consumes_no_fault(customer: Customer) -> None:
    await customer.order_fault("record_then_500")
    await customer.arm(stake="0.50")
    await customer.place()
    await expect(customer.node("slip-error")).to_contain_text("Minimum stake")
    assert len(await customer.control.get("/harbour/faults")) == 1
