"""Scenes of Harbour's pages in the states that are recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from playwright.async_api import Page
from pydantic import SecretStr

from bot.domain.money import Money
from bot.domain.odds import Odds, OddsStyle
from bot.domain.pair import Account, Bet, Event
from bot.errors import CannotArm
from bot.ports.bookmaker import Bookmaker, Credentials, Whitelabel
from bot.practice.sites.servers import Addresses
from providers.kit.browser.site import Timings
from providers.registry import open_bookmaker
from tests.browser.scenes import Scene, Stage
from tests.integration.practice.control_client import football_event

_SETTLEMENTS: tuple[dict[str, str], ...] = (
    {"outcome": "won"},
    {"outcome": "lost"},
    {"outcome": "void"},
    {"outcome": "half_won"},
    {"outcome": "half_lost"},
    {"outcome": "cashed_out", "payout": "1250.75"},
)


def _harbourline(addresses: Addresses) -> Whitelabel:
    return Whitelabel("harbourline", "harbour", addresses.harbour, "en", OddsStyle.DECIMAL, "UTC")


def _bet(**changes: Any) -> Bet:
    fields: dict[str, Any] = {
        "bet_id": "b1",
        "account": Account("harbourline", "harbour", "ann"),
        "event": Event(id="m1", name="Northgate United v Port Alder"),
        "market": "1x2",
        "selection": "home",
        "line": None,
        "odds": Odds.parse("1.95"),
        "min_odds": Odds.parse("1.90"),
        "stake": Money(Decimal(10), "EUR"),
    }
    return Bet(**(fields | changes))


_HANDICAP = {"market": "asian_handicap", "selection": "away", "line": Decimal("0.25")}


async def _opened(stage: Stage) -> tuple[Bookmaker, Page]:
    login = {"username": "ann", "password": "made-up-1"}
    await stage.control.post("/harbour/accounts", whitelabel="harbourline", balance="12345.60", **login)
    await stage.control.post("/harbour/events", **football_event())
    harbour = await open_bookmaker(
        Account("harbourline", "harbour", "ann"),
        _harbourline(stage.addresses),
        Credentials("ann", SecretStr(login["password"])),
        "EUR",
        stage.context,
        Timings(page_s=5, answer_s=2),
    )
    return harbour, stage.context.pages[0]


def _armed(**changes: Any) -> Callable[[Stage], Awaitable[Page]]:
    async def play(stage: Stage) -> Page:
        harbour, page = await _opened(stage)
        await harbour.arm(_bet(**changes))
        return page

    return play


def _answered(fault: dict[str, str] | None = None, **changes: Any) -> Callable[[Stage], Awaitable[Page]]:
    async def play(stage: Stage) -> Page:
        harbour, page = await _opened(stage)
        if fault is not None:
            await stage.control.post("/harbour/faults", **fault)
        await harbour.submit(await harbour.arm(_bet(**changes)))
        return page

    return play


def _armed_then(change: dict[str, str]) -> Callable[[Stage], Awaitable[Page]]:
    async def play(stage: Stage) -> Page:
        page = await _armed()(stage)
        await stage.control.patch("/harbour/selections/m1-1x2-home", **change)
        await page.locator('[data-test-id="slip-notice"]').wait_for()
        return page

    return play


def _altered(play: Callable[[Stage], Awaitable[Page]], script: str) -> Callable[[Stage], Awaitable[Page]]:
    async def altered(stage: Stage) -> Page:
        page = await play(stage)
        await page.evaluate(script)
        return page

    return altered


async def _logged_in(stage: Stage) -> Page:
    return (await _opened(stage))[1]


async def _logged_out(stage: Stage) -> Page:
    page = (await _opened(stage))[1]
    await stage.control.post("/harbour/logout", username="ann")
    await page.locator('[data-test-id="login-form"]').wait_for()
    return page


async def _prices(stage: Stage) -> Page:
    harbour, page = await _opened(stage)
    await stage.control.patch("/harbour/selections/m1-total_goals-over", status="suspended")
    await stage.control.patch("/harbour/selections/m1-1x2-draw", status="closed")
    try:
        await harbour.arm(_bet(selection="draw"))
    except CannotArm:
        return page
    raise AssertionError("a closed selection was armed")


def _bets(tab: str) -> Callable[[Stage], Awaitable[Page]]:
    async def play(stage: Stage) -> Page:
        harbour, page = await _opened(stage)
        for settlement in (*_SETTLEMENTS, None, None):
            await harbour.submit(await harbour.arm(_bet(**(_HANDICAP if settlement else {}))))
            ticket = (await stage.control.get("/harbour/bets"))[-1]["ticket"]
            if settlement:
                await stage.control.post(f"/harbour/bets/{ticket}/settle", **settlement)
        await page.goto(f"{stage.addresses.harbour}/#/bets")
        await page.locator(f'[data-test-id="bets-tab-{tab}"]').click()
        await page.locator(f'[data-test-id="bets-tab-{tab}"][aria-selected="true"]').wait_for()
        await page.locator('[data-test-id="bets-end"]').wait_for()
        return page

    return play


def _with_offers(play: Callable[[Stage], Awaitable[Page]]) -> Callable[[Stage], Awaitable[Page]]:
    async def offering(stage: Stage) -> Page:
        await stage.control.patch("/harbour/settings", cash_out="offered")
        return await play(stage)

    return offering


def _scene(page: str, case: str, reading: str, play: Callable[[Stage], Awaitable[Page]]) -> Scene:
    return Scene(page, case, reading, _harbourline, "EUR", play)


_RENAME = "document.querySelectorAll('[data-test-id={0}]').forEach((node) => {{ node.dataset.testId = '{1}' }})"
_DOUBLE = "document.querySelectorAll('[data-test-id={0}]').forEach((node) => node.after(node.cloneNode(true)))"
_WRITE = "document.querySelector('[data-test-id={0}]').textContent = '{1}'"

HARBOUR_SCENES = (
    _scene("session", "logged_in", "account", _logged_in),
    _scene("session", "logged_out", "account", _logged_out),
    _scene("event", "prices", "prices", _prices),
    _scene("slip", "armed", "armed", _armed(stake=Money(Decimal("1234.5"), "EUR"))),
    _scene("slip", "armed_handicap", "armed", _armed(**_HANDICAP)),
    _scene("slip", "odds_changed", "armed", _armed_then({"odds": "2.05"})),
    _scene("slip", "suspended", "armed", _armed_then({"status": "suspended"})),
    _scene("slip", "receipt", "receipt", _answered(stake=Money(Decimal("1234.5"), "EUR"))),
    _scene("slip", "receipt_partial", "receipt", _answered({"kind": "partial", "amount": "4.00"})),
    _scene("slip", "receipt_without_reference", "receipt", _answered({"kind": "record_without_ticket"})),
    _scene("slip", "maximum_stake", "refusal", _answered({"kind": "max_stake", "amount": "5.25"})),
    _scene("slip", "declined", "refusal", _answered({"kind": "reject", "reason": "Trader"})),
    _scene("bets", "open", "open", _bets("open")),
    _scene("bets", "cash_out_offered", "open", _with_offers(_bets("open"))),
    _scene("bets", "settled", "settled", _bets("settled")),
    _scene("slip", "odds_renamed", "armed", _altered(_armed(), _RENAME.format("slip-odds", "slip-price"))),
    _scene("slip", "odds_with_comma", "armed", _altered(_armed(), _WRITE.format("slip-odds", "1,95"))),
    _scene("slip", "return_of_another_stake", "armed", _altered(_armed(), _WRITE.format("slip-return", "€195.00"))),
    _scene("bets", "reference_doubled", "open", _altered(_bets("open"), _DOUBLE.format("bet-ref"))),
    _scene("bets", "lost_that_paid", "settled", _altered(_bets("settled"), _WRITE.format("bet-status", "Lost"))),
)
