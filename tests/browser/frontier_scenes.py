"""Scenes of Frontier's pages in the states that are recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from functools import partial
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
    {"outcome": "half_won"},
    {"outcome": "half_lost"},
    {"outcome": "void"},
    {"outcome": "draw"},
    {"outcome": "cashed_out", "payout": "1250.75"},
)
_HANDICAP: dict[str, Any] = {"market": "asian_handicap", "selection": "away", "line": Decimal("0.25")}
_GOALS: dict[str, Any] = {"market": "total_goals", "selection": "over", "line": Decimal("2.5")}

Play = Callable[[Stage], Awaitable[Page]]


def _frontier(addresses: Addresses) -> Whitelabel:
    return Whitelabel("frontier", "frontier", addresses.frontier, "en", OddsStyle.AMERICAN, "America/New_York")


def _bet(event: str = "m1", **changes: Any) -> Bet:
    fields: dict[str, Any] = {
        "bet_id": "b1",
        "account": Account("frontier", "frontier", "wyatt"),
        "event": Event(id=event, name="Northgate United vs. Port Alder"),
        "market": "1x2",
        "selection": "home",
        "line": None,
        "odds": Odds.parse("1.95"),
        "min_odds": Odds.parse("1.90"),
        "stake": Money(Decimal("1234.50"), "USD"),
    }
    return Bet(**(fields | changes))


async def _opened(stage: Stage) -> tuple[Bookmaker, Page]:
    login = {"username": "wyatt", "password": "made-up-1"}
    await stage.control.post("/frontier/accounts", whitelabel="frontier", balance="123456.70", **login)
    await stage.control.post("/frontier/events", **football_event())
    frontier = await open_bookmaker(
        Account("frontier", "frontier", "wyatt"),
        _frontier(stage.addresses),
        Credentials(login["username"], SecretStr(login["password"])),
        "USD",
        stage.context,
        Timings(page_s=10, answer_s=5),
    )
    return frontier, stage.context.pages[0]


async def _logged_in(stage: Stage) -> Page:
    return (await _opened(stage))[1]


async def _logged_out(stage: Stage) -> Page:
    page = (await _opened(stage))[1]
    await stage.control.post("/frontier/logout", username="wyatt")
    await page.goto(f"{stage.addresses.frontier}/sports")
    return page


async def _prices(stage: Stage) -> Page:
    frontier, page = await _opened(stage)
    for selection in ("m1-total_goals-over", "m1-1x2-draw"):
        await stage.control.patch(f"/frontier/selections/{selection}", status="suspended")
    await stage.control.patch("/frontier/selections/m1-1x2-away", status="closed")
    await stage.control.patch("/frontier/selections/m1-1x2-home", odds="2.00")
    try:
        await frontier.arm(_bet(selection="draw"))
    except CannotArm:
        return page
    raise AssertionError("a suspended selection was armed")


async def _entering(stage: Stage) -> Page:
    page = (await _opened(stage))[1]
    await page.goto(f"{stage.addresses.frontier}/slip?sel=m1-1x2-home")
    await page.locator("select[name=acceptance]").select_option("better")
    await page.locator("option[value=better][selected]").wait_for(state="attached")
    return page


async def _armed(stage: Stage, **changes: Any) -> Page:
    frontier, page = await _opened(stage)
    await frontier.arm(_bet(**changes))
    return page


async def _moved(stage: Stage) -> Page:
    page = await _entering(stage)
    await stage.control.patch("/frontier/selections/m1-1x2-home", odds="1.80")
    await page.locator("input[type=text][name=risk]").fill("110.00")
    await page.locator("select[name=acceptance]").select_option("never")
    await page.locator("option[value=never][selected]").wait_for(state="attached")
    await stage.control.patch("/frontier/selections/m1-1x2-home", odds="1.70")
    await page.locator("input[value=Continue]").click()
    await page.get_by_text("The line has changed from").filter(visible=True).wait_for()
    return page


async def _repeated(stage: Stage) -> Page:
    frontier, page = await _opened(stage)
    await frontier.submit(await frontier.arm(_bet()))
    try:
        await frontier.arm(_bet(**_HANDICAP))
    except CannotArm:
        return page
    raise AssertionError("a second bet on an event was armed")


async def _answered(stage: Stage, fault: dict[str, str] | None = None, **changes: Any) -> Page:
    frontier, page = await _opened(stage)
    if fault:
        await stage.control.post("/frontier/faults", **fault)
    await frontier.submit(await frontier.arm(_bet(**changes)))
    return page


async def _bets(stage: Stage, tab: str) -> Page:
    frontier, page = await _opened(stage)
    for number, settlement in enumerate((*_SETTLEMENTS, None, None), start=2):
        await stage.control.post("/frontier/events", **football_event(f"m{number}"))
        if number == len(_SETTLEMENTS) + 2:
            await stage.control.post("/frontier/faults", kind="refer_to_trader", amount="400")
        bets_on = ({}, _HANDICAP, _GOALS)[number % 3]
        await frontier.submit(await frontier.arm(_bet(f"m{number}", **bets_on)))
        ticket = (await stage.control.get("/frontier/bets"))[-1]["ticket"]
        if settlement:
            await stage.control.post(f"/frontier/bets/{ticket}/settle", **settlement)
        if settlement == {"outcome": "lost"}:
            await stage.control.post(f"/frontier/bets/{ticket}/settle", outcome="won")
    await page.goto(f"{stage.addresses.frontier}/mybets?tab={tab}")
    return page


async def _no_bets(stage: Stage) -> Page:
    page = (await _opened(stage))[1]
    await page.goto(f"{stage.addresses.frontier}/mybets?tab=settled")
    return page


async def _altered(play: Play, script: str, stage: Stage) -> Page:
    page = await play(stage)
    await page.evaluate(script)
    return page


def _scene(page: str, case: str, reading: str, play: Play) -> Scene:
    return Scene(page, case, reading, _frontier, "USD", play)


def _after(fault: dict[str, str] | None = None, **changes: Any) -> Play:
    return partial(_answered, fault=fault, **changes)


_open = partial(_bets, tab="open")
_settled = partial(_bets, tab="settled")
_CELL = "[...document.querySelectorAll('td')].findLast((cell) => /^{0}/.test(cell.textContent))"
_WRITE = f"{_CELL}.textContent = '{{1}}'"
_ICON = "document.querySelectorAll('td > svg:not([style*=none]) > title')[{0}].textContent = '{1}'"
_REFERRED = {"kind": "refer_to_trader", "amount": "400.00"}

FRONTIER_SCENES = (
    _scene("session", "logged_in", "account", _logged_in),
    _scene("session", "logged_out", "account", _logged_out),
    _scene("event", "prices", "prices", _prices),
    _scene("stake", "better_only", "acceptance", _entering),
    _scene("slip", "armed", "armed", _armed),
    _scene("slip", "armed_handicap", "armed", partial(_armed, **_HANDICAP)),
    _scene("slip", "armed_goals", "armed", partial(_armed, **_GOALS)),
    _scene("slip", "odds_changed", "armed", _moved),
    _scene("slip", "second_bet", "armed", _repeated),
    _scene("slip", "receipt", "receipt", _after()),
    _scene("slip", "receipt_handicap", "receipt", _after(**_HANDICAP)),
    _scene("slip", "receipt_partial", "receipt", _after({"kind": "partial", "amount": "400.00"})),
    _scene("slip", "receipt_referred", "receipt", _after(_REFERRED, **_GOALS)),
    _scene("slip", "without_ticket", "unconfirmed", _after({"kind": "record_without_ticket"})),
    _scene("slip", "maximum_stake", "trouble", _after({"kind": "max_stake", "amount": "1100"})),
    _scene("slip", "declined", "trouble", _after({"kind": "reject", "reason": "Trader"})),
    _scene("bets", "open", "open", _open),
    _scene("bets", "settled", "settled", _settled),
    _scene("bets", "none_settled", "settled", _no_bets),
    _scene(
        "slip",
        "odds_without_sign",
        "armed",
        partial(_altered, _armed, "document.querySelector('td > b + font > b').textContent = '105'"),
    ),
    _scene("slip", "win_of_another_stake", "armed", partial(_altered, _armed, _WRITE.format(r"\$1,175", "$11.75"))),
    _scene("bets", "lost_that_paid", "settled", partial(_altered, _settled, _ICON.format(0, "Loser"))),
    _scene("bets", "word_for_an_icon", "settled", partial(_altered, _settled, _ICON.format(1, "Rejected"))),
)
