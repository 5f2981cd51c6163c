"""What the control API can switch on Lotus' pages, each as a customer meets it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import expect

from bot.sandbox.servers import Sandbox
from tests.integration.sandbox.control_client import Control
from tests.integration.sandbox.lotus.site import LOTUS_QUAY, SEN_BIEN, Brand, Customer, Welcome

HOME = "ev-calm-asian_handicap-home"
RESULT = "ev-calm-1x2-home"
LIVE_AWAY = "ev-live-asian_handicap-away"


async def place_directly(customer: Customer, sandbox: Sandbox, selection: str, stake: str = "10") -> str:
    """Place a bet as the bet box does, in the view's own session, and return its ticket."""
    offered = {
        HOME: {"odds": "0.95", "line": "-0.25", "score": ""},
        RESULT: {"odds": "-0.80", "line": "", "score": ""},
        LIVE_AWAY: {"odds": "-0.80", "line": "-0.5", "score": "1-0"},
    }[selection]
    asked = {"selection": selection, "stake": stake} | offered
    address = f"{sandbox.addresses.lotus_view}/{customer.brand.name}/bets"
    answer = await (await customer.page.context.request.post(address, data=asked)).json()
    assert answer["code"] == 0, answer
    return str(answer["ticket"])


SETTLED = ["won", "lost", "draw", "half_won", "half_lost", "void", "refund"]
VOCABULARIES = [
    pytest.param(
        "trading",
        ["Waiting Rejected", "Waiting", "Running", "Running"],
        ["Refund", "Void", "Lose", "Won", "Draw", "Lose", "Won"],
        marks=pytest.mark.shows("UI-13a"),
    ),
    pytest.param(
        "capitals",
        ["REJECT", "WAITING", "RUNING", "RUNING"],
        ["REFUND", "VOID", "HALF LOSE", "HALF WON", "DRAW", "LOSE", "WON"],
        marks=pytest.mark.shows("UI-13b"),
    ),
    pytest.param(
        "codes",
        ["REJECTED", "WAITING", "OPEN", "OPEN"],
        ["CANCELLED", "VOIDED", "HALF_LOST_HALF_PUSHED", "HALF_WON_HALF_PUSHED", "PUSHED", "LOST", "WON"],
        marks=pytest.mark.shows("UI-13d"),
    ),
    pytest.param(
        "clearing",
        ["rejected", "PENDING_ACCEPTANCE", "unsettled", "pending"],
        ["refunded", "cancelled", "Half Lose", "Half Won", "push", "lost", "won"],
        marks=pytest.mark.shows("UI-13e"),
    ),
]


@pytest.mark.parametrize(("vocabulary", "current", "settled"), VOCABULARIES)
async def test_statuses_are_in_another_vocabulary(
    arrive: Welcome, control: Control, sandbox: Sandbox, vocabulary: str, current: list[str], settled: list[str]
) -> None:
    await control.patch("/lotus/settings", vocabulary=vocabulary, acceptance_delay_ms=0)
    customer = await arrive(LOTUS_QUAY)
    for outcome in SETTLED:
        ticket = await place_directly(customer, sandbox, HOME)
        await control.post(f"/lotus/bets/{ticket}/settle", outcome=outcome)
    for selection in (HOME, LIVE_AWAY):
        await place_directly(customer, sandbox, selection)
    await customer.order_fault("stay_waiting", times=2)
    await place_directly(customer, sandbox, HOME)
    rejected = await place_directly(customer, sandbox, HOME)
    await control.post(f"/lotus/bets/{rejected}/decide", accept=False, reason="late")
    await customer.go_to("/bets")
    await expect(customer.view.locator("td.s > span")).to_have_text(current)
    await customer.go_to("/statement")
    await customer.view.locator(".dy a").first.click()
    await expect(customer.view.locator("td.s > span")).to_have_text(settled)


REASONS = [
    ("updating_odds", 205, "Odds are being updated. Please try again."),
    ("account", 301, "There is an issue with your account. Please contact us."),
    ("over_budget", 303, "Over budget. Your betting budget for today is used up."),
    ("match_limit", 304, "Max bet per match exceeded."),
    ("reversed", 306, "Your bet has been reversed."),
]


@pytest.mark.shows("UI-10b", "UI-10c", "UI-10e")
async def test_refusals_have_a_code_and_a_message_of_their_own(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.choose(HOME)
    await customer.type_stake("10")
    for reason, code, message in REASONS:
        await customer.order_fault("reject", reason=reason)
        await customer.box.locator("#btnProcess").click()
        await expect(customer.box.locator(f"#boxErr[data-code='{code}']")).to_have_text(message)
    assert await customer.bets() == []


@pytest.mark.shows("UI-10d")
async def test_forced_logout_has_a_code_and_leads_to_the_login(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.order_fault("reject", reason="forced_logout")
    async with customer.page.expect_response("**/lotusquay/bets") as answer:
        await customer.submit(HOME, "10")
    told = await (await answer.value).json()
    assert (told["code"], told["message"]) == (305, "You have been logged out.")
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
async def test_restricted_account_is_told_so_around_the_view_and_takes_no_bet(arrive: Welcome, brand: Brand) -> None:
    customer = await arrive(brand)
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


@pytest.mark.shows("UI-11g")
@pytest.mark.parametrize("settings", [{"odds_style": "indonesian"}], ids=["an account's own style"])
async def test_odds_can_be_indonesian(arrive: Welcome, settings: dict[str, Any]) -> None:
    customer = await arrive(SEN_BIEN, **settings)
    row = customer.view.locator("tr[data-match='ev-calm']")
    await expect(row.locator(".od")).to_have_text(["-1.05", "-1.10", "1.06", "-1.22", "1.25", "2.10", "2.40"])


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
