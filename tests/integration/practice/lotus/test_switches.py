"""The switches of Lotus' pages, each as a customer sees it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from bot.practice.sites.lotus.clock import operator_now
from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control
from tests.integration.practice.lotus.site import LOTUS_QUAY, SEN_BIEN, Customer, Welcome

HOME = "ev-calm-asian_handicap-home"
LIVE_AWAY = "ev-live-asian_handicap-away"


async def ask_directly(customer: Customer, practice_sites: PracticeSites, selection: str) -> dict[str, Any]:
    """Send the bet box's bet request in the view's own session, and return the answer."""
    offered = {
        HOME: {"odds": "0.95", "line": "-0.25", "score": ""},
        LIVE_AWAY: {"odds": "-0.80", "line": "-0.5", "score": "1-0"},
    }[selection]
    asked = {"selection": selection, "stake": "10"} | offered
    address = f"{practice_sites.addresses.lotus_view}/{customer.brand.name}/bets"
    answer: dict[str, Any] = await (await customer.page.context.request.post(address, data=asked)).json()
    return answer


async def place_directly(customer: Customer, practice_sites: PracticeSites, selection: str) -> str:
    """Place a bet by such a request and return its ticket."""
    return str((await ask_directly(customer, practice_sites, selection))["ticket"])


SETTLED = ["won", "lost", "draw", "half_won", "half_lost", "void", "refund"]
VOCABULARIES = {
    # vocabulary: words of the bet list, words of the statement from the last bet to the first
    "trading": (
        ["Waiting Rejected", "Waiting", "Running", "Running"],
        ["Refund", "Void", "Lose", "Won", "Draw", "Lose", "Won"],
    ),
    "capitals": (
        ["REJECT", "WAITING", "RUNING", "RUNING"],
        ["REFUND", "VOID", "HALF LOSE", "HALF WON", "DRAW", "LOSE", "WON"],
    ),
    "codes": (
        ["REJECTED", "WAITING", "OPEN", "OPEN"],
        ["CANCELLED", "VOIDED", "HALF_LOST_HALF_PUSHED", "HALF_WON_HALF_PUSHED", "PUSHED", "LOST", "WON"],
    ),
    "clearing": (
        ["rejected", "PENDING_ACCEPTANCE", "unsettled", "pending"],
        ["refunded", "cancelled", "Half Lose", "Half Won", "push", "lost", "won"],
    ),
}


@pytest.mark.shows("UI-13a", "UI-13b", "UI-13d", "UI-13e")
async def test_statuses_are_in_another_vocabulary(
    arrive: Welcome, control: Control, practice_sites: PracticeSites
) -> None:
    customer = await arrive(LOTUS_QUAY)
    await fill_lists(customer, control, practice_sites)
    for vocabulary, (current, settled) in VOCABULARIES.items():
        await control.patch("/lotus/settings", vocabulary=vocabulary)
        await customer.go_to("/bets")
        await expect(customer.view.locator("td.s > span")).to_have_text(current)
        await customer.go_to(f"/statement?date={operator_now().date()}")
        await expect(customer.view.locator("td.s > span")).to_have_text(settled)


async def fill_lists(customer: Customer, control: Control, practice_sites: PracticeSites) -> None:
    """Create one settled bet of each outcome, two running bets, one waiting and one rejected."""
    await control.patch("/lotus/settings", acceptance_delay_ms=600_000)
    running = [await place_directly(customer, practice_sites, HOME) for _ in SETTLED]
    for ticket, outcome in zip(running, SETTLED, strict=True):
        await control.post(f"/lotus/bets/{ticket}/decide", accept=True)
        await control.post(f"/lotus/bets/{ticket}/settle", outcome=outcome)
    for selection in (HOME, LIVE_AWAY):
        ticket = await place_directly(customer, practice_sites, selection)
        await control.post(f"/lotus/bets/{ticket}/decide", accept=True)
    await place_directly(customer, practice_sites, HOME)
    rejected = await place_directly(customer, practice_sites, HOME)
    await control.post(f"/lotus/bets/{rejected}/decide", accept=False, reason="late")


REFUSALS: list[tuple[dict[str, Any], int, str]] = [
    ({"kind": "max_stake", "amount": "60"}, 103, "Max bet exceeded. The maximum bet is 60."),
    ({"kind": "insufficient_funds"}, 104, "Insufficient credit."),
    ({"kind": "reject", "reason": "updating_odds"}, 205, "Odds are being updated. Please try again."),
    ({"kind": "reject", "reason": "account"}, 301, "There is an issue with your account. Please contact us."),
    ({"kind": "reject", "reason": "over_budget"}, 303, "Over budget. Your betting budget for today is used up."),
    ({"kind": "reject", "reason": "match_limit"}, 304, "Max bet per match exceeded."),
    ({"kind": "reject", "reason": "reversed"}, 306, "Your bet has been reversed."),
    ({"kind": "price_change", "odds": "1.80"}, 202, "Odds changed from 0.95 to 0.80."),
    ({"kind": "suspend"}, 201, "Odds closed. Please choose another bet."),
]


@pytest.mark.shows("UI-10a", "UI-10b", "UI-10c", "UI-10e")
async def test_refusals_have_a_code_and_a_message_of_their_own(arrive: Welcome, control: Control) -> None:
    await control.patch(f"/lotus/selections/{HOME}", min_stake="20")
    customer = await arrive(LOTUS_QUAY)
    await customer.choose(HOME)
    await customer.type_stake("10")
    await customer.box.locator("#btnProcess").click()
    await expect(customer.box.locator("#boxErr[data-code='102']")).to_have_text("Stake is below the minimum bet of 20.")
    await customer.box.locator("#txtStake").fill("")
    await customer.type_stake("100")
    for fault, code, message in REFUSALS:
        await customer.order_fault(**fault)
        await customer.box.locator("#btnProcess").click()
        await expect(customer.box.locator(f"#boxErr[data-code='{code}']")).to_have_text(message)
    assert await customer.bets() == []


@pytest.mark.shows("UI-10d")
async def test_forced_logout_has_a_code_and_leads_to_the_login(arrive: Welcome, practice_sites: PracticeSites) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.order_fault("reject", reason="forced_logout")
    answer = await ask_directly(customer, practice_sites, HOME)
    assert (answer["code"], answer["message"]) == (305, "You have been logged out.")
    await expect(customer.page.locator("[name=password]")).to_be_visible()
    assert await customer.bets() == []


@pytest.mark.shows("UI-03d")
async def test_a_waiting_bet_waits_on_while_asking_after_it_fails(arrive: Welcome, control: Control) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.order_fault("stay_waiting")
    await customer.order_fault("pending_500", times=2)
    async with customer.page.expect_response(lambda each: "/lotusquay/bets/" in each.url and each.status == 500):
        await customer.submit(HOME, "10")
    await expect(customer.box.locator(".st-wait")).to_have_text("Waiting")
    [bet] = await customer.bets()
    await control.post(f"/lotus/bets/{bet['ticket']}/decide", accept=True)
    await expect(customer.box.locator(".st-run")).to_be_visible()


@pytest.mark.shows("UI-15b")
async def test_betting_in_play_has_a_frame_and_a_layout_of_its_own(arrive: Welcome, control: Control) -> None:
    await control.patch("/lotus/settings", live_frame="own")
    customer = await arrive(LOTUS_QUAY)
    live = customer.page.frame_locator("#liveFrame")
    await expect(live.locator("[data-match='ev-live'] h3")).to_have_text("Harwick Town – Port Elling 1-0")
    await expect(customer.view.locator("tr[data-match]")).to_have_count(1)
    await expect(customer.view.locator("tr[data-match='ev-calm']")).to_be_visible()
    await live.locator(f"button[value='{LIVE_AWAY}']").click()
    await live.locator("[name=stake]").fill("20")
    await live.locator("[name=bet]").click()
    await expect(live.locator(".answer")).to_have_text(re.compile(r"^Bet Ref \d{10}: RUNNING$"))
    [bet] = await customer.bets()
    assert (bet["selection"], bet["stake"], bet["score"]) == (LIVE_AWAY, "20", "1-0")


@pytest.mark.shows("UI-17e")
async def test_restricted_account_is_told_so_around_the_view_and_takes_no_bet(arrive: Welcome) -> None:
    customer = await arrive(SEN_BIEN)
    await customer.order_fault("restricted")
    await expect(customer.page.locator("#restricted")).to_be_visible()
    await customer.submit(HOME, "10")
    await expect(customer.box.locator("#boxErr[data-code='301']")).to_be_visible()
    assert await customer.bets() == []


@pytest.mark.shows("UI-18a")
async def test_silent_logout_takes_the_view_along_and_leaves_no_bet(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.order_fault("logout")
    await customer.submit(HOME, "10")
    await expect(customer.page.locator("[name=password]")).to_be_visible()
    assert await customer.bets() == []


@pytest.mark.shows("UI-19d")
async def test_the_lagoon_skin_has_the_same_data_under_other_names(arrive: Welcome, control: Control) -> None:
    customer = await arrive(LOTUS_QUAY)
    await control.patch("/lotus/settings", skin="lagoon")
    await customer.view.locator(f"a.od[data-sel='{HOME}']").click()
    await customer.box.locator(".amount").press_sequentially("100")
    await expect(customer.box.locator("output")).to_have_text("195.00")
    await expect(customer.box.locator("#txtStake, #lblOdds, .nm")).to_have_count(0)
    await customer.box.locator("button.bet").click()
    await expect(customer.box.locator(".st-run")).to_have_text("Running")
    [bet] = await customer.bets()
    await expect(customer.box.locator("code")).to_have_text(bet["ticket"])
    await customer.go_to("/bets")
    row = customer.view.locator(".lgn-row")
    await expect(row.locator("td").first).to_have_text("Running")
    await expect(row.locator("td").last.locator("code")).to_have_text(bet["ticket"])
    await expect(row).to_contain_text("FT. Handicap: Northgate Rovers -0.25 @ 0.95 MY")
