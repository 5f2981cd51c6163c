"""Lotus' faults: refusals, lost answers, wrong lists, pages that replace or cover the site."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect

from tests.integration.practice.control_client import Control
from tests.integration.practice.lotus.site import LOTUS_QUAY, SEN_BIEN, Brand, Welcome, journal_shows

HOME = "ev-calm-asian_handicap-home"
LIVE_AWAY = "ev-live-asian_handicap-away"
SYSTEM_ERROR = "System error. Please check your Bet List."


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("reject", {"reason": "limit reached"}, "Your bet was not accepted (limit reached)."),
    ("reject", {"reason": "account"}, "There is an issue with your account. Please contact us."),
    ("max_stake", {"amount": "60"}, "Max bet exceeded. The maximum bet is 60."),
    ("insufficient_funds", {}, "Insufficient credit."),
    ("price_change", {"odds": "1.80"}, "Odds changed from 0.95 to 0.80."),
    ("suspend", {}, "Odds closed. Please choose another bet."),
]


async def test_refusal_is_shown_in_the_box_and_nothing_is_recorded(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY, balance="1000.00")
    await customer.choose(HOME)
    await customer.type_stake("100")
    for kind, parameters, message in REFUSALS:
        await customer.order_fault(kind, **parameters)
        await customer.box.locator("#btnProcess").click()
        await expect(customer.box.locator("#boxErr"), kind).to_have_text(message)
        await expect(customer.box.locator("#txtStake"), kind).to_have_value("100")
        await expect(customer.balance, kind).to_have_text("1,000.00")
        assert await customer.bets() == [], kind


async def test_refusals_are_told_in_vietnamese_too(arrive: Welcome) -> None:
    customer = await arrive(SEN_BIEN)
    await customer.order_fault("price_change", odds="2.25")
    await customer.submit(HOME, "100")
    await expect(customer.box.locator("#boxErr")).to_have_text("Tỷ lệ đã thay đổi từ 0.95 thành 1.25.")


@pytest.mark.shows("UI-05e")
async def test_changed_odds_can_be_taken_with_a_second_click(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.order_fault("price_change", odds="2.25")
    await customer.submit(HOME, "100")
    await expect(customer.box.locator("#lblOdds")).to_have_text("-0.80")
    await customer.box.locator("#btnProcess").click()
    await expect(customer.box.locator(".st-run")).to_be_visible()
    assert [bet["odds"] for bet in await customer.bets()] == ["2.25"]


async def test_closed_odds_cannot_be_clicked_again(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.order_fault("suspend")
    await customer.submit(HOME, "100")
    await expect(customer.box.locator("#boxErr")).to_be_visible()
    await expect(customer.box.locator("#btnProcess")).to_be_disabled()


UNSEEN = [
    (f"/lotus/selections/{LIVE_AWAY}", {"line": "-0.75"}, "Handicap changed from -0.5 to -0.75."),
    ("/lotus/events/ev-live", {"score": "1-1"}, "Score changed from 1-0 to 1-1."),
    (f"/lotus/selections/{LIVE_AWAY}", {"odds": "2.10"}, "Odds changed from -0.80 to -0.91."),
    (f"/lotus/selections/{LIVE_AWAY}", {"max_stake": "50"}, "Max bet exceeded. The maximum bet is 50."),
]


@pytest.mark.shows("UI-10c")
async def test_what_changes_unseen_is_refused_at_the_click(arrive: Welcome, control: Control) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.page.route("**/box?*refresh", lambda route: route.abort())
    await customer.choose(LIVE_AWAY)
    await customer.type_stake("100")
    for path, change, message in UNSEEN:
        await control.patch(path, **change)
        await customer.box.locator("#btnProcess").click()
        await expect(customer.box.locator("#boxErr"), str(change)).to_have_text(message)
        assert await customer.bets() == [], change


async def test_server_error_tells_nothing_about_the_bet(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    for kind, recorded in (("error_500", 0), ("record_then_500", 1)):
        await customer.order_fault(kind)
        await customer.submit(HOME, "100")
        await expect(customer.box, kind).to_have_text(SYSTEM_ERROR)
        assert len(await customer.bets()) == recorded, kind


@pytest.mark.parametrize(
    ("kind", "result", "recorded"), [("record_then_silent", "recorded", 1), ("silent", "silent", 0)]
)
async def test_silence_leaves_the_box_processing(
    arrive: Welcome, control: Control, kind: str, result: str, recorded: int
) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.order_fault(kind)
    await customer.submit(HOME, "100")
    await journal_shows(control, result)
    await expect(customer.box.locator("#btnProcess")).to_have_text("Processing…")
    await expect(customer.box.locator("#btnProcess")).to_be_disabled()
    assert len(await customer.bets()) == recorded
    assert [row["answered_at"] for row in await control.get("/lotus/journal")] == [None]


@pytest.mark.shows("UI-18a")
async def test_logout_at_the_click_hides_that_the_bet_was_recorded(arrive: Welcome) -> None:
    customer = await arrive(SEN_BIEN)
    await customer.order_fault("record_then_logout")
    await customer.submit(HOME, "100")
    await expect(customer.page.locator("[name=password]")).to_be_visible()
    assert len(await customer.bets()) == 1


async def test_redirect_at_the_click_hides_that_the_bet_was_recorded(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.order_fault("record_then_redirect")
    await customer.submit(HOME, "100")
    await expect(customer.box).to_have_text("Click on the odds to place a bet.")
    assert len(await customer.bets()) == 1


@pytest.mark.shows("UI-02a", "UI-02b")
async def test_acceptance_without_a_ticket_points_to_the_bet_list(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.order_fault("record_without_ticket")
    await customer.submit(HOME, "100")
    await expect(customer.box.locator(".ref")).to_have_text(
        "Your bet has been submitted. Please check Bet List for confirmation."
    )
    [bet] = await customer.bets()
    assert bet["ticket"] not in await customer.box.inner_html()


@pytest.mark.shows("UI-04a")
async def test_part_of_the_stake_is_accepted(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY, balance="1000.00")
    await customer.order_fault("partial", amount="40")
    await customer.submit(HOME, "100")
    await expect(customer.box.locator(".prt")).to_have_text("Accepted stake 40 of 100")
    await expect(customer.balance).to_have_text("960.00")
    [bet] = await customer.bets()
    assert (bet["stake"], bet["requested_stake"]) == ("40", "100")


async def test_list_that_fails_shows_an_error_page_once(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    for listing in ("bets", "statement"):
        await customer.order_fault("history_error")
        await customer.go_to(f"/{listing}")
        await expect(customer.view.locator("#error"), listing).to_have_text(SYSTEM_ERROR)
        await customer.go_to(f"/{listing}")
        await expect(customer.view.locator(".nor"), listing).to_have_text("No record found.")


@pytest.mark.shows("UI-20h")
async def test_list_that_did_not_load_claims_neither_rows_nor_a_total(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.submit(HOME, "10")
    await expect(customer.box.locator(".done")).to_be_visible()
    await customer.order_fault("history_empty")
    await customer.go_to("/bets")
    await expect(customer.view.locator("#tblBets")).to_be_visible()
    await expect(customer.view.locator("#tblBets .bt, .rws, .nor")).to_have_count(0)


@pytest.mark.shows("UI-20h")
async def test_truncated_list_still_tells_the_true_total(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    for _ in range(3):
        await customer.submit(HOME, "10")
        await expect(customer.box.locator(".done")).to_be_visible()
    await customer.order_fault("history_truncated", rows=1)
    await customer.go_to("/bets")
    await expect(customer.view.locator("#tblBets .bt")).to_have_count(1)
    await expect(customer.view.locator(".rws")).to_have_text("Total rows: 3")


async def test_challenge_stands_in_for_the_site_until_its_owner_confirms(
    arrive: Welcome, control: Control, brand: Brand
) -> None:
    customer = await arrive(brand)
    await customer.order_fault("challenge")
    await expect(customer.page.locator("#challenge")).to_be_visible()
    await customer.page.reload()
    await expect(customer.page.locator("#challenge")).to_be_visible()
    await customer.page.locator("#challenge button").click()
    await expect(customer.view.locator("#tblOdds")).to_be_visible()
    assert await control.get("/lotus/faults") == []


@pytest.mark.shows("UI-17a", "UI-17b", "UI-17c", "UI-17d")
async def test_interruption_covers_the_page_once(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    dialog = customer.page.get_by_role("dialog")
    for notice in ("cookies", "reality_check", "last_login", "deposit_limit", "identity"):
        await customer.order_fault("interruption", notice=notice)
        await customer.page.reload()
        await expect(dialog).to_have_class(f"ovlBox {notice}")
        await dialog.locator("[data-do='close']").click()
        await expect(dialog).to_have_count(0)
    await customer.page.reload()
    await expect(customer.view.locator("#tblOdds")).to_be_visible()
    await expect(dialog).to_have_count(0)


async def test_reality_check_can_end_the_session(arrive: Welcome) -> None:
    customer = await arrive(SEN_BIEN)
    await customer.order_fault("interruption", notice="reality_check")
    await customer.page.get_by_role("button", name="Thoát").click()
    await expect(customer.page.locator("[name=password]")).to_be_visible()


async def test_maintenance_closes_shell_and_view(arrive: Welcome, control: Control) -> None:
    customer = await arrive(LOTUS_QUAY)
    await control.patch("/lotus/settings", maintenance=True)
    await customer.go_to("/sports")
    await expect(customer.view.locator("#maintenance")).to_be_visible()
    await expect(customer.page.locator("#maintenance")).to_be_visible()
    await control.patch("/lotus/settings", maintenance=False)
    await customer.page.reload()
    await expect(customer.view.locator("#tblOdds")).to_be_visible()
