"""Lotus' bet list and statement: their rows and pages, in each brand's words."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from bot.practice.sites.lotus.clock import operator_now
from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control
from tests.integration.practice.lotus.site import LOTUS_QUAY, SEN_BIEN, Brand, Customer, Welcome

HOME = "ev-calm-asian_handicap-home"
LIVE_AWAY = "ev-live-asian_handicap-away"
SETTLED_WORDS = {
    # result at the practice site: English, Vietnamese, class, win/loss of a stake of 100 at 1.95
    "won": ("Won", "Thắng", "st-won", "95.00"),
    "lost": ("Lose", "Thua", "st-lose", "-100.00"),
    "draw": ("Draw", "Hòa", "st-draw", "0.00"),
    "half_won": ("Half Won", "Thắng nửa", "st-hwon", "47.50"),
    "half_lost": ("Half Lose", "Thua nửa", "st-hlose", "-50.00"),
    "void": ("Void", "Hủy", "st-void", "0.00"),
    "refund": ("Refund", "Hoàn tiền", "st-refund", "0.00"),
    "cashed_out": ("Cashed Out", "Bán vé", "st-cash", "-16.00"),
}


async def place(
    customer: Customer, practice_sites: PracticeSites, count: int, stake: str = "100", **offer: str
) -> list[str]:
    """Place bets by the page's request, without the page, and accept them; return their tickets."""
    await customer.control.patch("/lotus/settings", acceptance_delay_ms=600_000)
    address = f"{practice_sites.addresses.lotus_view}/{customer.brand.name}/bets"
    asked = {"selection": HOME, "odds": "0.95", "line": "-0.25", "score": "", "stake": stake} | offer
    tickets: list[str] = []
    for _ in range(count):
        answer = await customer.page.context.request.post(address, data=asked)
        ticket = (await answer.json())["ticket"]
        await customer.control.post(f"/lotus/bets/{ticket}/decide", accept=True)
        tickets.append(ticket)
    return tickets


@pytest.mark.shows("UI-12c", "UI-22a")
@pytest.mark.parametrize(
    ("brand", "word_at", "minus"),
    [(LOTUS_QUAY, 0, "-"), pytest.param(SEN_BIEN, 1, "\N{MINUS SIGN}", marks=pytest.mark.shows("UI-13c"))],
    ids=["lotusquay", "senbien"],
)
async def test_every_result_has_its_word_and_money_in_the_statement(
    arrive: Welcome, practice_sites: PracticeSites, brand: Brand, word_at: int, minus: str
) -> None:
    customer = await arrive(brand)
    tickets = await place(customer, practice_sites, len(SETTLED_WORDS))
    for ticket, result in zip(tickets, SETTLED_WORDS, strict=True):
        paid = {"payout": "84.00"} if result == "cashed_out" else {}
        await customer.control.post(f"/lotus/bets/{ticket}/settle", outcome=result, **paid)
    await customer.go_to(f"/statement?date={operator_now().date()}")
    for ticket, words in zip(tickets, SETTLED_WORDS.values(), strict=True):
        row = customer.view.locator(f"tr[data-ref='{ticket}']")
        await expect(row.locator(f".s .{words[2]}")).to_have_text(words[word_at])
        await expect(row.locator(".wl")).to_have_text(words[3].replace("-", minus))


async def test_bet_list_tells_everything_about_a_bet(arrive: Welcome) -> None:
    customer = await arrive(LOTUS_QUAY)
    await customer.submit(LIVE_AWAY, "125")
    await expect(customer.box.locator(".st-run")).to_be_visible()
    [bet] = await customer.bets()
    await customer.go_to("/bets")
    row = customer.view.locator(f"#tblBets tr[data-ref='{bet['ticket']}']")
    await expect(row.locator(".n")).to_have_text("1")
    await expect(row.locator(".nm")).to_have_text("Port Elling")
    await expect(row.locator(".hdp")).to_have_text("-0.5 @ 1-0")
    await expect(row.locator(".od")).to_have_text("-0.80")
    await expect(row.locator(".ty")).to_have_text("MY")
    await expect(row.locator(".mk")).to_have_text("FT. Handicap")
    await expect(row.locator(".ev")).to_have_text("Harwick Town -vs- Port Elling [1-0]")
    await expect(row.locator(".stk")).to_have_text("125")
    await expect(row.locator(".wl")).to_have_text("")
    await expect(row.locator(".s")).to_have_text("RUNNING")
    await expect(row.locator(".tim")).to_have_text(re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d [AP]M"))
    await expect(customer.view.locator(".zn")).to_have_text("All times GMT-4")
    await expect(customer.view.locator(".rws")).to_have_text("Total rows: 1")


@pytest.mark.shows("UI-20a")
@pytest.mark.parametrize(
    ("brand", "words"),
    [
        (LOTUS_QUAY, ["Reject", "Waiting", "Running"]),
        (SEN_BIEN, ["Từ chối", "Đang chờ", "Đang chạy"]),
    ],
    ids=["lotusquay", "senbien"],
)
async def test_bet_list_holds_running_waiting_and_todays_rejected_bets(
    arrive: Welcome, brand: Brand, words: list[str]
) -> None:
    customer = await arrive(brand)
    await customer.submit(HOME, "10")
    await expect(customer.box.locator(".st-run")).to_be_visible()
    await customer.order_fault("stay_waiting")
    await customer.submit(HOME, "20")
    await expect(customer.box.locator(".st-wait")).to_be_visible()
    await customer.order_fault("reject_after_waiting", reason="price error")
    await customer.submit(HOME, "30")
    await expect(customer.box.locator(".st-rej")).to_be_visible()
    await customer.go_to("/bets")
    await expect(customer.view.locator("#tblBets .bt .s > span")).to_have_text(words)
    await expect(customer.view.locator(".why")).to_have_text("price error")
    await customer.go_to("/statement")
    await expect(customer.view.locator(".rws")).to_have_text(re.compile(r": 0$"))


@pytest.mark.shows("UI-20f")
@pytest.mark.parametrize(
    ("brand", "total", "paging"),
    [
        (LOTUS_QUAY, "Total rows: 45", "Page {} of 3"),
        (SEN_BIEN, "Tổng số dòng: 45", "Trang {} / 3"),
    ],
    ids=["lotusquay", "senbien"],
)
async def test_statement_of_a_day_pages_over_45_rows(
    arrive: Welcome, practice_sites: PracticeSites, brand: Brand, total: str, paging: str
) -> None:
    customer = await arrive(brand, balance="1000.00")
    tickets = await place(customer, practice_sites, 45, stake="10")
    for ticket in tickets:
        await customer.control.post(f"/lotus/bets/{ticket}/settle", outcome="lost")
    await customer.view.locator(".mnu a[href$='/statement']").click()
    await expect(customer.view.locator(".dy td:nth-child(2)")).to_have_text("45")
    await customer.view.locator(".dy a").click()
    read: list[str] = []
    for number in (1, 2, 3):
        await expect(customer.view.locator(".pgo")).to_have_text(paging.format(number))
        await expect(customer.view.locator(".rws")).to_have_text(total)
        rows = customer.view.locator("#tblStatement .bt")
        await expect(rows).to_have_count(20 if number < 3 else 5)
        read += await rows.evaluate_all("rows => rows.map(row => row.dataset.ref)")
        if number < 3:
            await customer.view.locator(f".lnk a[href$='page={number + 1}']").first.click()
    assert read == tickets[::-1]


@pytest.mark.shows("UI-21a")
async def test_resettled_bet_shows_its_new_result_and_money(
    arrive: Welcome, practice_sites: PracticeSites, control: Control
) -> None:
    customer = await arrive(LOTUS_QUAY, balance="1000.00")
    [ticket] = await place(customer, practice_sites, 1)
    await control.post(f"/lotus/bets/{ticket}/settle", outcome="lost")
    await control.post(f"/lotus/bets/{ticket}/settle", outcome="won")
    await customer.go_to(f"/statement?date={operator_now().date()}")
    await expect(customer.view.locator(f"tr[data-ref='{ticket}'] .wl")).to_have_text("95.00")
    await expect(customer.view.locator(".sum .wl")).to_have_text("95.00")
    await expect(customer.balance).to_have_text("1,095.00")


@pytest.mark.shows("UI-13h")
async def test_draw_hands_the_stake_back_on_a_handicap_and_loses_it_on_1x2(
    arrive: Welcome, practice_sites: PracticeSites
) -> None:
    customer = await arrive(LOTUS_QUAY)
    [handicap] = await place(customer, practice_sites, 1)
    [result] = await place(customer, practice_sites, 1, selection="ev-calm-1x2-home", odds="-0.80", line="")
    await customer.control.post(f"/lotus/bets/{handicap}/settle", outcome="draw")
    await customer.control.post(f"/lotus/bets/{result}/settle", outcome="draw", payout="0")
    await customer.go_to(f"/statement?date={operator_now().date()}")
    for ticket, win_loss in ((handicap, "0.00"), (result, "-100.00")):
        row = customer.view.locator(f"tr[data-ref='{ticket}']")
        await expect(row.locator(".s")).to_have_text("Draw")
        await expect(row.locator(".wl")).to_have_text(win_loss)


async def test_nobody_reads_anothers_ticket(arrive: Welcome, practice_sites: PracticeSites) -> None:
    owner = await arrive(LOTUS_QUAY)
    [ticket] = await place(owner, practice_sites, 1)
    other = await arrive(SEN_BIEN)
    answer = await other.page.context.request.get(f"{practice_sites.addresses.lotus_view}/senbien/bets/{ticket}")
    assert answer.status == 404
