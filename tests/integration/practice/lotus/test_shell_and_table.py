"""Lotus before a bet: two whitelabels, the frame on another origin, and the odds table in it."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import BrowserContext, Route, expect

from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control
from tests.integration.practice.lotus.site import FRAME, LOTUS_QUAY, SEN_BIEN, Brand, Customer, Welcome

HOME = "ev-calm-asian_handicap-home"


async def test_header_shows_user_and_balance_after_login(arrive: Welcome, brand: Brand) -> None:
    customer = await arrive(brand, balance="12500.50")
    await expect(customer.page.locator(brand.user)).to_have_text(customer.name)
    await expect(customer.balance).to_have_text("12,500.50")


@pytest.mark.parametrize(
    ("brand", "message"),
    [
        (LOTUS_QUAY, "Invalid username or password."),
        (SEN_BIEN, "Tên đăng nhập hoặc mật khẩu không đúng."),
    ],
    ids=["lotusquay", "senbien"],
)
async def test_wrong_password_is_refused_in_the_brands_language(
    practice_sites: PracticeSites, control: Control, browser_context: BrowserContext, brand: Brand, message: str
) -> None:
    customer = Customer(brand, practice_sites, control, await browser_context.new_page())
    await customer.open_account()
    await customer.log_in(password="not it")
    await expect(customer.page.get_by_text(message)).to_be_visible()
    await expect(customer.page.locator(FRAME)).to_have_count(0)


async def test_account_of_one_brand_does_not_open_the_other(
    practice_sites: PracticeSites, control: Control, browser_context: BrowserContext
) -> None:
    customer = Customer(LOTUS_QUAY, practice_sites, control, await browser_context.new_page())
    await customer.open_account()
    customer.brand = SEN_BIEN
    await customer.log_in()
    await expect(customer.page.locator(".loi")).to_be_visible()


@pytest.mark.shows("UI-15a")
async def test_frame_is_blank_first_and_then_of_another_origin(
    practice_sites: PracticeSites, control: Control, browser_context: BrowserContext, brand: Brand
) -> None:
    customer = Customer(brand, practice_sites, control, await browser_context.new_page())
    await customer.open_account()
    released = asyncio.Event()

    async def hold(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await customer.page.route("**/api/view", hold)
    await customer.log_in()
    await expect(customer.page.locator(FRAME)).to_have_attribute("src", "about:blank")
    released.set()
    await expect(customer.view.locator("#tblOdds")).to_be_visible()
    address = await customer.page.locator(FRAME).get_attribute("src")
    assert address is not None
    assert address.startswith(f"{practice_sites.addresses.lotus_view}/{brand.name}/")
    assert practice_sites.addresses.lotus_view != brand.address(practice_sites)


async def test_pass_in_the_frames_address_works_once(
    practice_sites: PracticeSites, control: Control, arrive: Welcome, brand: Brand
) -> None:
    customer = await arrive(brand)
    used = await customer.page.locator(FRAME).get_attribute("src")
    assert used is not None
    await customer.page.context.clear_cookies()
    stranger = await customer.page.context.new_page()
    await stranger.goto(used)
    await expect(stranger.locator("#sessionEnded")).to_be_visible()


@pytest.mark.parametrize(
    ("brand", "settings", "prices"),
    [
        pytest.param(
            LOTUS_QUAY,
            {},
            ["0.95", "0.91", "-0.94", "0.82", "-0.80", "-0.476", "-0.417"],
            marks=pytest.mark.shows("UI-11f"),
        ),
        pytest.param(
            SEN_BIEN,
            {},
            ["0.95", "0.91", "1.06", "0.82", "1.25", "2.10", "2.40"],
            marks=pytest.mark.shows("UI-11e"),
        ),
        pytest.param(
            SEN_BIEN,
            {"odds_style": "indonesian"},
            ["-1.05", "-1.10", "1.06", "-1.22", "1.25", "2.10", "2.40"],
            marks=pytest.mark.shows("UI-11g"),
        ),
        (LOTUS_QUAY, {"odds_style": "decimal"}, ["1.95", "1.91", "2.06", "1.82", "2.25", "3.10", "3.40"]),
    ],
    ids=["Malay by default", "Hong Kong by default", "Indonesian", "the account's own style"],
)
async def test_odds_table_is_in_the_accounts_style(
    arrive: Welcome, brand: Brand, settings: dict[str, str], prices: list[str]
) -> None:
    customer = await arrive(brand, **settings)
    row = customer.view.locator("tr[data-match='ev-calm']")
    await expect(row.locator(".od")).to_have_text(prices)
    negative = [price for price in prices if price.startswith("-")]
    await expect(row.locator(".od.neg")).to_have_text(negative)


@pytest.mark.shows("UI-11h")
async def test_odds_style_is_a_lasting_setting(arrive: Welcome) -> None:
    customer = await arrive(SEN_BIEN)
    async with customer.page.expect_response("**/style"):
        await customer.view.locator("#selStyle").select_option("malay")
    await expect(customer.view.locator("[data-sel='ev-calm-total_goals-over']")).to_have_text("-0.94")
    await customer.page.reload()
    await expect(customer.view.locator("[data-sel='ev-calm-total_goals-over']")).to_have_text("-0.94")


@pytest.mark.shows("UI-12b", "UI-14d")
async def test_table_shows_asian_lines_favourite_and_score(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    calm = customer.view.locator("tr[data-match='ev-calm']")
    await expect(calm.locator(".hc")).to_have_text(["0/0.5", "", "2.5/3", "u"])
    await expect(calm.locator(".fav")).to_have_text("Northgate Rovers")
    await expect(calm).to_contain_text("05/04")
    await expect(calm).to_contain_text("14:30")  # 18:30 UTC on the operator's clock
    live = customer.view.locator("tr[data-match='ev-live']")
    await expect(live.locator(".fav")).to_have_text("Port Elling")
    await expect(live.locator(".sc")).to_have_text("1-0")


async def test_match_page_shows_one_match_by_its_id(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.go_to("/match/ev-live")
    await expect(customer.view.locator("tr[data-match]")).to_have_count(1)
    await expect(customer.view.get_by_role("link", name="Harwick Town")).to_be_visible()


async def test_table_follows_odds_suspension_and_new_matches(arrive: Welcome, control: Control) -> None:
    customer = await arrive(LOTUS_QUAY)
    await control.patch(f"/lotus/selections/{HOME}", odds="2.25")
    await expect(customer.view.locator(f"[data-sel='{HOME}']")).to_have_text("-0.80")
    await control.patch(f"/lotus/selections/{HOME}", status="suspended")
    await expect(customer.view.locator(f"span.lk[data-sel='{HOME}']")).to_be_visible()
    await control.patch("/lotus/events/ev-live", score="2-0")
    await expect(customer.view.locator("tr[data-match='ev-live'] .sc")).to_have_text("2-0")


async def test_logging_out_ends_shell_and_view(arrive: Welcome, practice_sites: PracticeSites, brand: Brand) -> None:
    customer = await arrive(brand)
    await customer.page.locator("form[action='/logout'] [type=submit]").click()
    await expect(customer.page.locator("[name=password]")).to_be_visible()
    await customer.page.goto(f"{practice_sites.addresses.lotus_view}/{brand.name}/bets")
    await expect(customer.page.locator("#sessionEnded")).to_be_visible()


async def test_session_ended_at_the_server_shows_the_login_again(arrive: Welcome, control: Control) -> None:
    customer = await arrive(LOTUS_QUAY)
    await control.post("/lotus/logout", username=customer.name)
    await expect(customer.page.locator("[name=password]")).to_be_visible()


async def test_page_can_be_clicked_only_once_it_works(
    practice_sites: PracticeSites, control: Control, browser_context: BrowserContext
) -> None:
    customer = Customer(LOTUS_QUAY, practice_sites, control, await browser_context.new_page())
    await customer.open_account()
    released = asyncio.Event()

    async def hold(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await customer.page.route("**/static/view.js", hold)
    await customer.log_in()
    await expect(customer.view.locator("#tblOdds")).to_be_attached()
    await expect(customer.view.locator("#tblOdds")).to_be_hidden()
    released.set()
    await expect(customer.view.locator("#tblOdds")).to_be_visible()
