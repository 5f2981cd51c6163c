"""Frontier's faults: refusals, lost answers, partly accepted stakes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.integration.practice.frontier.site import Customer

REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("reject", {"reason": "limit reached"}, "Your bet was declined: limit reached."),
    ("reject", {"reason": "account"}, "Your account is restricted. Please contact customer service."),
    ("insufficient_funds", {}, "You do not have sufficient funds to place this bet."),
    ("max_stake", {"amount": "60"}, "Max stake $60.00"),
    ("price_change", {"odds": "1.8333"}, "The line has changed from −110 to −120"),
    ("suspend", {}, "This selection is off the board. Please choose another one."),
]


@pytest.mark.shows("UI-05e")
async def test_refusal_is_told_and_nothing_is_recorded(customer: Customer) -> None:
    for kind, parameters, message in REFUSALS:
        await customer.order_fault(kind, **parameters)
        await customer.review()
        await customer.place()
        await expect(customer.text(message)).to_be_visible()
    assert await customer.bets() == []


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("record_then_500", "Server Error"),
        ("record_then_logout", "Your session has expired. Please log in again."),
        ("record_then_redirect", "Soccer"),
    ],
)
async def test_answer_hides_that_the_bet_was_recorded(customer: Customer, kind: str, shown: str) -> None:
    await customer.order_fault(kind)
    await customer.review()
    await customer.place()
    await expect(customer.text(shown)).to_be_visible()
    assert len(await customer.bets()) == 1


@pytest.mark.parametrize(
    ("kind", "result", "recorded"), [("record_then_silent", "recorded", 1), ("silent", "silent", 0)]
)
async def test_silence_leaves_the_page_waiting(customer: Customer, kind: str, result: str, recorded: int) -> None:
    await customer.order_fault(kind)
    await customer.review()
    await customer.page.locator("input[name=place]").click(no_wait_after=True)
    await customer.journal_shows(result)
    assert len(await customer.bets()) == recorded
    [row] = await customer.control.get("/frontier/journal")
    assert row["answered_at"] is None


async def test_delay_holds_back_the_answer_and_not_the_decision(customer: Customer) -> None:
    await customer.control.patch("/frontier/settings", response_delay_ms=600_000)
    await customer.review()
    await customer.page.locator("input[name=place]").click(no_wait_after=True)
    await customer.journal_shows("recorded")
    assert len(await customer.bets()) == 1


@pytest.mark.parametrize("kind", ["error_500", "record_then_500"])
async def test_loading_an_answer_again_sends_the_bet_again(customer: Customer, kind: str) -> None:
    await customer.order_fault(kind)
    await customer.review()
    await customer.place()
    await expect(customer.text("Server Error")).to_be_visible()
    await customer.page.reload()
    # Only the question about a second bet on the event keeps a reload from placing another bet.
    shown = {"error_500": "Bet placed", "record_then_500": "You already have a bet on this event."}[kind]
    await expect(customer.text(shown)).to_be_visible()
    assert len(await customer.bets()) == 1


@pytest.mark.shows("UI-02a", "UI-02b", "UI-04c")
async def test_success_without_a_ticket_points_to_my_bets(customer: Customer) -> None:
    await customer.order_fault("record_without_ticket")
    await customer.review()
    await customer.place()
    await expect(customer.text("Bet placed")).to_be_visible()
    await expect(customer.text("Please check My Bets for confirmation.")).to_be_visible()
    [bet] = await customer.bets()
    assert bet["ticket"] not in await customer.page.content()


@pytest.mark.shows("UI-04a", "UI-04c")
async def test_part_of_the_stake_is_accepted(customer: Customer) -> None:
    await customer.order_fault("partial", amount="40")
    await customer.bet(risk="100.00")
    await expect(customer.text("Your bet was accepted for $40.00 of $100.00.")).to_be_visible()
    await expect(customer.page.get_by_text("Balance: $960.00")).to_be_visible()


@pytest.mark.shows("UI-04b", "UI-04c")
@pytest.mark.parametrize(
    ("accept", "message", "stake", "balance"),
    [
        (True, "The rest ($60.00) has been approved by a trader.", "$100.00", "$900.00"),
        (False, "The rest ($60.00) has been declined by a trader.", "$40.00", "$960.00"),
    ],
    ids=["approved", "declined"],
)
async def test_part_is_placed_and_a_trader_decides_about_the_rest(
    customer: Customer, accept: bool, message: str, stake: str, balance: str
) -> None:
    await customer.order_fault("refer_to_trader", amount="40")
    ticket = await customer.bet(risk="100.00")
    pending = "$40.00 has been placed now, the rest ($60.00) needs to be approved by a trader."
    await expect(customer.text(pending)).to_be_visible()
    await expect(customer.field("Risk")).to_have_text("$40.00")
    await expect(customer.page.get_by_text("Balance: $900.00")).to_be_visible()
    receipt = customer.page.url
    await customer.go_to("/mybets")
    await expect(customer.bet_rows.locator("> td").nth(3)).to_have_text("$40.00$60.00 pending approval")
    await customer.control.post(f"/frontier/bets/{ticket}/decide", accept=accept)
    await customer.page.goto(receipt)
    await expect(customer.text("Bet placed")).to_be_visible()
    await expect(customer.text(message)).to_be_visible()
    await expect(customer.field("Risk")).to_have_text(stake)
    await expect(customer.page.get_by_text(f"Balance: {balance}")).to_be_visible()
