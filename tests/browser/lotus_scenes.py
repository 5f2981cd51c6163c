"""Scenes of the pages of Lotus' whitelabels in the states that are recorded."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from decimal import Decimal
from functools import partial
from typing import Any

from playwright.async_api import Frame, Page
from pydantic import SecretStr

from bot.domain.money import Money
from bot.domain.odds import Odds, OddsStyle
from bot.domain.pair import Account, Bet, Event
from bot.ports.bookmaker import Bookmaker, Credentials, Whitelabel
from bot.practice.sites.servers import Addresses
from providers.kit.browser.site import Timings
from providers.registry import open_bookmaker
from tests.browser.scenes import Scene, Stage

_SETTLEMENTS: tuple[dict[str, str], ...] = (
    {"outcome": "won"},
    {"outcome": "lost"},
    {"outcome": "draw"},
    {"outcome": "void"},
    {"outcome": "refund"},
    {"outcome": "half_won"},
    {"outcome": "half_lost"},
    {"outcome": "cashed_out", "payout": "1250.75"},
)
_MATCH: dict[str, Any] = {
    "id": "m1",
    "home": "Northgate Rovers",
    "away": "Castle Albion",
    "league": "Coastal Premier",
    "markets": [
        {
            "kind": "asian_handicap",
            "line": "-0.25",
            "selections": [{"outcome": "home", "odds": "2.25"}, {"outcome": "away", "odds": "1.72"}],
        },
        {
            "kind": "asian_handicap",
            "line": "0.5",
            "selections": [{"outcome": "home", "odds": "1.62"}, {"outcome": "away", "odds": "2.40"}],
        },
        {
            "kind": "total_goals",
            "line": "2.75",
            "selections": [
                {"outcome": "over", "odds": "1.88", "max_stake": "1500"},
                {"outcome": "under", "odds": "1.98"},
            ],
        },
        {
            "kind": "1x2",
            "selections": [
                {"outcome": "home", "odds": "2.25"},
                {"outcome": "draw", "odds": "3.40"},
                {"outcome": "away", "odds": "3.00"},
            ],
        },
    ],
}
_GOALS = {"market": "total_goals", "selection": "over", "line": Decimal("2.75")}

Play = Callable[[str, Stage], Awaitable[Page]]


def _quay(addresses: Addresses) -> Whitelabel:
    return Whitelabel("lotusquay", "lotus", addresses.lotusquay, "en", OddsStyle.MALAY, "Etc/GMT+4")


def _senbien(addresses: Addresses) -> Whitelabel:
    return Whitelabel("senbien", "lotus", addresses.senbien, "vi", OddsStyle.HONG_KONG, "Etc/GMT+4")


_BRANDS = {"lotusquay": (_quay, "EUR"), "senbien": (_senbien, "VND")}


def _bet(brand: str, **changes: Any) -> Bet:
    fields: dict[str, Any] = {
        "bet_id": "b1",
        "account": Account(brand, "lotus", "binh"),
        "event": Event(id="m1", name="Northgate Rovers -vs- Castle Albion"),
        "market": "asian_handicap",
        "selection": "home",
        "line": Decimal("-0.25"),
        "odds": Odds.parse("2.25"),
        "min_odds": Odds.parse("2.20"),
        "stake": Money(Decimal(1200), _BRANDS[brand][1]),
    }
    return Bet(**(fields | changes))


async def _opened(brand: str, stage: Stage, score: str | None = None) -> tuple[Bookmaker, Page]:
    whitelabel, currency = _BRANDS[brand]
    login = {"username": f"binh-{brand}", "password": "made-up-1"}
    await stage.control.post("/lotus/accounts", whitelabel=brand, currency=currency, balance="123456.70", **login)
    await stage.control.post("/lotus/events", **_MATCH, **({"score": score} if score else {}))
    lotus = await open_bookmaker(
        Account(brand, "lotus", "binh"),
        whitelabel(stage.addresses),
        Credentials(login["username"], SecretStr(login["password"])),
        currency,
        stage.context,
        Timings(page_s=10, answer_s=5),
    )
    return lotus, stage.context.pages[0]


async def _logged_in(brand: str, stage: Stage) -> Page:
    return (await _opened(brand, stage))[1]


async def _logged_out(brand: str, stage: Stage) -> Page:
    page = (await _opened(brand, stage))[1]
    await stage.control.post("/lotus/logout", username=f"binh-{brand}")
    await page.locator('form[action="/login"]').wait_for()
    return page


async def _table(brand: str, stage: Stage) -> Page:
    lotus, page = await _opened(brand, stage)
    await stage.control.patch("/lotus/selections/m1-asian_handicap-away-2", status="suspended")
    await lotus.arm(_bet(brand))
    await lotus.disarm()
    return page


async def _armed(brand: str, stage: Stage, score: str | None = None, **changes: Any) -> Page:
    lotus, page = await _opened(brand, stage, score)
    await lotus.arm(_bet(brand, **changes))
    return page


async def _armed_in_play(brand: str, stage: Stage) -> Page:
    return await _armed(brand, stage, score="1-0", **_GOALS)


async def _moved(brand: str, stage: Stage, **change: str) -> Page:
    page = await _armed(brand, stage)
    await stage.control.patch("/lotus/selections/m1-asian_handicap-home", **change)
    await _view(page).locator("#boxErr").wait_for()
    return page


async def _answered(brand: str, stage: Stage, score: str | None = None, **fault: str) -> Page:
    lotus, page = await _opened(brand, stage, score)
    if fault:
        await stage.control.post("/lotus/faults", **fault)
    await lotus.submit(await lotus.arm(_bet(brand)))
    return page


async def _bet_list(brand: str, stage: Stage) -> Page:
    lotus, page = await _opened(brand, stage, score="1-0")
    for fault in ({"kind": "reject_after_waiting", "reason": "Late"}, None, {"kind": "stay_waiting"}):
        if fault:
            await stage.control.post("/lotus/faults", **fault)
        await lotus.submit(await lotus.arm(_bet(brand, **({} if fault else _GOALS))))
    return await _shown(brand, stage, page, "bets")


async def _statement(brand: str, stage: Stage, path: str = "") -> Page:
    lotus, page = await _opened(brand, stage)
    for settlement in (*_SETTLEMENTS, {"outcome": "draw", "payout": "0"}):
        on_the_result = {"market": "1x2", "selection": "away", "line": None}
        await lotus.submit(await lotus.arm(_bet(brand, **(on_the_result if "payout" in settlement else {}))))
        ticket = (await stage.control.get("/lotus/bets"))[-1]["ticket"]
        await stage.control.post(f"/lotus/bets/{ticket}/settle", **settlement)
    page = await _shown(brand, stage, page, "statement")
    if path == "day":
        await _view(page).locator("tr.dy a").click()
        await _view(page).locator("#tblStatement").wait_for()
    return page


async def _shown(brand: str, stage: Stage, page: Page, path: str) -> Page:
    view = _view(page)
    await view.goto(f"{stage.addresses.lotus_view}/{brand}/{path}")
    await view.locator(".betTbl, .dayTbl").wait_for()
    return page


async def _altered(play: Play, script: str, brand: str, stage: Stage) -> Page:
    page = await play(brand, stage)
    await _view(page).evaluate(script)
    return page


def _view(page: Page) -> Frame:
    frame = page.frame(url=re.compile("/(lotusquay|senbien)/"))
    assert frame is not None
    return frame


def _scene(page: str, case: str, reading: str, play: Play, brand: str = "lotusquay") -> Scene:
    whitelabel, currency = _BRANDS[brand]
    return Scene(page, f"{brand}_{case}", reading, whitelabel, currency, partial(play, brand))


def _both(page: str, case: str, reading: str, play: Play) -> tuple[Scene, ...]:
    return tuple(_scene(page, case, reading, play, brand) for brand in _BRANDS)


_day = partial(_statement, path="day")
_WRITE = "document.querySelector('{0}').textContent = '{1}'"
_DOUBLE = "document.querySelectorAll('{0}').forEach((node) => node.after(node.cloneNode(true)))"

LOTUS_SCENES = (
    *_both("session", "logged_in", "account", _logged_in),
    _scene("session", "logged_out", "account", _logged_out),
    *_both("match", "two_handicaps", "asian_handicap_away", _table),
    _scene("match", "two_handicaps_home", "asian_handicap_home", _table),
    _scene("match", "goals", "total_goals_under", _table),
    _scene("match", "result", "1x2_draw", _table),
    _scene("match", "teams", "match", _table),
    *_both("slip", "armed", "armed", _armed),
    _scene("slip", "armed_in_play", "armed", _armed_in_play),
    _scene("slip", "odds_moved", "armed", partial(_moved, odds="1.80")),
    _scene("slip", "suspended", "armed", partial(_moved, status="suspended")),
    _scene("slip", "running_in_play", "receipt", partial(_answered, score="1-0")),
    _scene("slip", "waiting", "receipt", partial(_answered, kind="stay_waiting")),
    *_both("slip", "rejected", "receipt", partial(_answered, kind="reject_after_waiting", reason="Late")),
    _scene("slip", "partly_accepted", "receipt", partial(_answered, kind="partial", amount="40.50")),
    *_both("slip", "maximum_exceeded", "message", partial(_answered, kind="max_stake", amount="1150")),
    _scene("slip", "without_reference", "message", partial(_answered, kind="record_without_ticket")),
    _scene("slip", "system_error", "message", partial(_answered, kind="record_then_500")),
    *_both("bets", "list", "list", _bet_list),
    *_both("days", "one_day", "list", _statement),
    *_both("statement", "every_result", "list", _day),
    _scene("slip", "odds_of_unknown_style", "armed", partial(_altered, _armed, _WRITE.format("#betBox .ty", "XX"))),
    _scene("slip", "return_of_another_stake", "armed", partial(_altered, _armed, _WRITE.format("#lblPayout", "1.00"))),
    _scene("match", "column_renamed", "asian_handicap_home", partial(_altered, _table, _WRITE.format("th.c3", "HDP"))),
    _scene("bets", "ticket_doubled", "list", partial(_altered, _bet_list, _DOUBLE.format("td.tk b"))),
    _scene("statement", "zone_gone", "list", partial(_altered, _day, _WRITE.format(".zn", "Your local time"))),
    _scene("statement", "lost_that_won", "list", partial(_altered, _day, _WRITE.format("td.s .st-lose", "Won"))),
)
