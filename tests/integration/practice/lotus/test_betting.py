"""Lotus from the bet box to a running bet."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control
from tests.integration.practice.lotus.site import LOTUS_QUAY, SEN_BIEN, Brand, Welcome

HOME = "ev-calm-asian_handicap-home"
LIVE_AWAY = "ev-live-asian_handicap-away"


@pytest.mark.shows("UI-12a")
async def test_bet_box_shows_choice_line_at_score_odds_and_limits(arrive: Welcome, control: Control) -> None:
    await control.patch(f"/lotus/selections/{LIVE_AWAY}", max_stake="1500")
    customer = await arrive(LOTUS_QUAY)
    await customer.choose(LIVE_AWAY)
    await expect(customer.box.locator(".nm")).to_have_text("Port Elling")
    await expect(customer.box.locator(".hdp")).to_have_text("-0.5 @ 1-0")
    await expect(customer.box.locator("#lblOdds")).to_have_text("-0.80")
    await expect(customer.box.locator(".ty")).to_have_text("MY")
    await expect(customer.box.locator("#lblMin")).to_have_text("1")
    await expect(customer.box.locator("#lblMax")).to_have_text("1,500")
    await expect(customer.box.locator("#btnProcess")).to_be_disabled()


@pytest.mark.shows("UI-05f")
async def test_open_bet_box_follows_the_offer_and_keeps_the_stake(arrive: Welcome, control: Control) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.choose(HOME)
    await customer.type_stake("40")
    await control.patch(f"/lotus/selections/{HOME}", odds="1.90", line="-0.5")
    await expect(customer.box.locator("#lblOdds")).to_have_text("0.90")
    await expect(customer.box.locator(".hdp")).to_have_text("-0.5")
    await expect(customer.box.locator("#boxErr")).to_have_text("Odds have been updated.")
    await expect(customer.box.locator("#txtStake")).to_have_value("40")
    await expect(customer.box.locator("#lblPayout")).to_have_text("76.00")


@pytest.mark.shows("UI-08b")
async def test_stake_is_understood_only_from_the_keyboard(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.choose(HOME)
    await customer.box.locator("#txtStake").fill("40")  # sets the value and fires input, but not keyup
    await expect(customer.box.locator("#txtStake")).to_have_value("40")
    await expect(customer.box.locator("#lblPayout")).to_have_text("0.00")
    await expect(customer.box.locator("#btnProcess")).to_be_disabled()
    await customer.box.locator("#txtStake").press("End")
    await expect(customer.box.locator("#lblPayout")).to_have_text("78.00")
    await expect(customer.box.locator("#btnProcess")).to_be_enabled()


@pytest.mark.shows("UI-07d")
@pytest.mark.parametrize(
    ("brand", "message"),
    [
        (LOTUS_QUAY, "Incorrect stake. Whole amounts only."),
        (SEN_BIEN, "Tiền cược không hợp lệ. Chỉ nhận số nguyên."),
    ],
    ids=["lotusquay", "senbien"],
)
async def test_page_refuses_a_fraction_of_a_unit(arrive: Welcome, brand: Brand, message: str) -> None:
    customer = await arrive(brand)
    await customer.choose(HOME)
    await customer.type_stake("12.50")
    await expect(customer.box.locator("#stakeMsg")).to_have_text(message)
    await expect(customer.box.locator("#btnProcess")).to_be_disabled()


@pytest.mark.shows("UI-10a")
async def test_server_refuses_a_fraction_too(arrive: Welcome, practice_sites: PracticeSites) -> None:
    customer = await arrive(LOTUS_QUAY)
    asked = {"selection": HOME, "odds": "0.95", "line": "-0.25", "score": "", "stake": "12.50"}
    answer = await customer.page.context.request.post(
        f"{practice_sites.addresses.lotus_view}/lotusquay/bets", data=asked
    )
    assert (await answer.json())["code"] == 101
    assert await customer.bets() == []


@pytest.mark.shows("UI-03a")
async def test_bet_waits_and_then_runs(arrive: Welcome, control: Control, brand: Brand) -> None:
    await control.patch("/lotus/settings", acceptance_delay_ms=1500)
    customer = await arrive(brand, balance="1000.00")
    await customer.submit(HOME, "100")
    waiting, running = {
        "lotusquay": (r"Bet Ref \d{10}: Waiting", r"Bet Ref \d{10}: Running"),
        "senbien": (r"Mã cược \d{10}: Đang chờ", r"Mã cược \d{10}: Đang chạy"),
    }[brand.name]
    await expect(customer.box.locator("#refBox")).to_have_text(re.compile(waiting))
    await expect(customer.box.locator("#refBox")).to_have_text(re.compile(running))
    await expect(customer.balance).to_have_text("900.00")
    [bet] = await customer.bets()
    assert await customer.box.locator(".done").get_attribute("data-ref") == bet["ticket"]
    assert (bet["status"], bet["odds"], bet["stake"], bet["line"]) == ("open", "1.95", "100", "-0.25")


async def test_bet_struck_in_play_runs_in_capitals(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.submit(LIVE_AWAY, "20")
    await expect(customer.box.locator(".st-run")).to_have_text("RUNNING")
    assert (await customer.bets())[0]["score"] == "1-0"


@pytest.mark.shows("UI-03b")
async def test_trader_rejects_after_waiting_and_the_stake_comes_back(
    arrive: Welcome, control: Control, brand: Brand
) -> None:
    await control.patch("/lotus/settings", acceptance_delay_ms=1500)
    customer = await arrive(brand, balance="1000.00")
    await customer.order_fault("reject_after_waiting", reason="Score under review")
    await customer.submit(HOME, "100")
    await expect(customer.box.locator(".st-wait")).to_be_visible()
    await expect(customer.balance).to_have_text("900.00")
    word = {"lotusquay": "Rejected", "senbien": "Từ chối"}[brand.name]
    await expect(customer.box.locator(".st-rej")).to_have_text(f"{word} (Score under review)")
    await expect(customer.balance).to_have_text("1,000.00")
    assert [bet["status"] for bet in await customer.bets()] == ["rejected"]


async def test_bet_held_in_waiting_is_decided_by_the_control_api(arrive: Welcome, control: Control) -> None:
    customer = await arrive(SEN_BIEN)
    for accept, css in ((True, ".st-run"), (False, ".st-rej")):
        await customer.order_fault("stay_waiting")
        await customer.submit(HOME, "100")
        await expect(customer.box.locator(".st-wait")).to_be_visible()
        bet = (await customer.bets())[-1]
        assert bet["status"] == "waiting"
        await control.post(f"/lotus/bets/{bet['ticket']}/decide", accept=accept)
        await expect(customer.box.locator(css)).to_be_visible()
