"""My bets: open and settled, loaded by scrolling, and the ways in which the list can be wrong."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.integration.practice.harbour.customer import Customer


async def open_bets(customer: Customer) -> None:
    await customer.page.goto(f"{customer.address}/#/bets")


async def scroll_to_end(customer: Customer) -> None:
    """Scroll to the foot of the list until the end marker is there."""
    await expect(customer.node("bet-row").first.or_(customer.node("bets-end")).first).to_be_visible()
    while await customer.node("bets-end").count() == 0:
        shown = await customer.node("bet-row").count()
        await customer.page.mouse.wheel(0, 10_000)
        await customer.page.wait_for_function(
            "(shown) => document.querySelectorAll('[data-test-id=bet-row]').length > shown"
            " || document.querySelector('[data-test-id=bets-end]')",
            arg=shown,
        )


async def test_an_open_bet_shows_what_was_accepted(customer: Customer) -> None:
    reference = await customer.bet(stake="1000")
    await open_bets(customer)
    row = customer.node("bet-row")
    await expect(row.get_by_test_id("bet-ref")).to_have_text(reference)
    await expect(row.get_by_test_id("bet-status")).to_have_text("Open")
    await expect(row.get_by_test_id("bet-selection")).to_have_text("Northgate United")
    await expect(row.get_by_test_id("bet-odds")).to_have_text("1.95")
    await expect(row.get_by_test_id("bet-stake")).to_have_text("Stake €1,000.00")
    await expect(row.get_by_test_id("bet-returned")).to_have_count(0)
    await expect(row).to_contain_text("Potential return €1,950.00")
    await expect(customer.node("bets-end")).to_have_text("1 bet")
    [bet] = await customer.recorded()
    await expect(row.locator("time")).to_have_attribute("datetime", bet["placed_at"])
    await expect(row.locator("time")).to_have_text(re.compile(r"^\d{1,2} \w{3} \d{4}, \d\d:\d\d UTC$"))


SETTLEMENTS: list[tuple[dict[str, str], str, str]] = [
    ({"outcome": "won"}, "Won", "€19.50"),
    ({"outcome": "lost"}, "Lost", "€0.00"),
    ({"outcome": "void"}, "Void", "€10.00"),
    ({"outcome": "draw"}, "Void", "€10.00"),
    ({"outcome": "refund"}, "Void", "€10.00"),
    ({"outcome": "half_won"}, "Half won", "€14.75"),
    ({"outcome": "half_lost"}, "Half lost", "€5.00"),
    ({"outcome": "cashed_out", "payout": "8.40"}, "Cashed out", "€8.40"),
    ({"outcome": "won", "payout": "19.00"}, "Won", "€19.00"),
]


@pytest.mark.shows("UI-12c", "UI-20a", "UI-22a")
async def test_settled_bets_move_to_the_settled_tab_with_status_and_payout(customer: Customer) -> None:
    references = await customer.place_directly(len(SETTLEMENTS), stake="10.00")
    for reference, (settlement, _, _) in zip(references, SETTLEMENTS, strict=True):
        await customer.control.post(f"/harbour/bets/{reference}/settle", **settlement)
    await open_bets(customer)
    await expect(customer.node("bets-end")).to_have_text("0 bets")
    await customer.node("bets-tab-settled").click()
    await expect(customer.node("bets-end")).to_have_text("9 bets")
    assert await customer.node("bet-ref").all_inner_texts() == references[::-1]
    assert await customer.node("bet-status").all_inner_texts() == [row[1] for row in SETTLEMENTS[::-1]]
    returned = await customer.node("bet-returned").all_inner_texts()
    assert returned == [f"Returned {row[2]}" for row in SETTLEMENTS[::-1]]


@pytest.mark.shows("UI-21a")
async def test_a_resettled_bet_shows_its_new_result(customer: Customer) -> None:
    reference = await customer.bet()
    await customer.control.post(f"/harbour/bets/{reference}/settle", outcome="won")
    await customer.control.post(f"/harbour/bets/{reference}/settle", outcome="lost")
    await open_bets(customer)
    await customer.node("bets-tab-settled").click()
    await expect(customer.node("bet-status")).to_have_text("Lost")
    await expect(customer.node("account-balance")).to_have_text("€990.00")


@pytest.mark.shows("UI-20g")
async def test_scrolling_loads_every_bet_once_newest_first_and_ends_with_the_count(customer: Customer) -> None:
    references = await customer.place_directly(45)
    await open_bets(customer)
    await expect(customer.node("bet-row")).to_have_count(20)
    await expect(customer.node("bets-end")).to_have_count(0)
    await scroll_to_end(customer)
    assert await customer.node("bet-ref").all_inner_texts() == references[::-1]
    await expect(customer.node("bets-end")).to_have_text("45 bets")


async def test_a_list_of_exactly_one_page_ends(customer: Customer) -> None:
    await customer.place_directly(20)
    await open_bets(customer)
    await expect(customer.node("bets-end")).to_have_text("20 bets")
    await expect(customer.node("bet-row")).to_have_count(20)


@pytest.mark.shows("UI-20h")
async def test_a_truncated_list_ends_early_under_its_true_total(customer: Customer) -> None:
    await customer.place_directly(45)
    await open_bets(customer)
    for rows in (0, 20, 25):
        await customer.order_fault("history_truncated", rows=rows, times=9)
        await customer.page.reload()
        await scroll_to_end(customer)
        await expect(customer.node("bet-row")).to_have_count(rows)
        await expect(customer.node("bets-end"), f"{rows} rows").to_have_text("45 bets")
        await customer.control.delete("/harbour/faults")


async def test_an_empty_answer_lasts_as_long_as_it_was_ordered(customer: Customer) -> None:
    await customer.place_directly(1)
    await customer.order_fault("history_empty", times=1)
    await open_bets(customer)
    await expect(customer.node("bets-end")).to_have_text("0 bets")
    await customer.node("bets-tab-open").click()
    await expect(customer.node("bets-end")).to_have_text("1 bet")


async def test_a_failed_answer_can_be_asked_for_again(customer: Customer) -> None:
    await customer.place_directly(1)
    await customer.order_fault("history_error")
    await open_bets(customer)
    await expect(customer.node("bets-error")).to_be_visible()
    await expect(customer.node("bets-end")).to_have_count(0)
    await customer.page.get_by_role("button", name="Try again").click()
    await expect(customer.node("bets-end")).to_have_text("1 bet")


async def test_going_to_the_same_address_again_asks_again(customer: Customer) -> None:
    await open_bets(customer)
    await expect(customer.node("bets-end")).to_have_text("0 bets")
    await customer.place_directly(1)
    await open_bets(customer)
    await expect(customer.node("bets-end")).to_have_text("1 bet")


async def test_a_stranger_gets_the_login_instead(stranger: Customer) -> None:
    await open_bets(stranger)
    await expect(stranger.node("login-form")).to_be_visible()
