"""Arming a Harbour slip, and what keeps an armed slip from being clicked; the journal counts bet requests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.async_api import BrowserContext

from bot.domain.odds import Odds
from bot.domain.pair import Event
from bot.domain.placement import Accepted, Rejected
from bot.errors import CannotArm
from bot.ports import Bookmaker
from tests.integration.providers.harbour.account import EVENT_NAME, a_bet, euros, tickets
from tests.integration.sandbox.control_client import Control


@pytest.mark.parametrize(
    ("market", "selection", "line", "odds"),
    [
        ("1x2", "home", None, "1.95"),
        ("1x2", "draw", None, "3.40"),
        ("1x2", "away", None, "4.10"),
        ("total_goals", "over", "2.5", "1.88"),
        ("total_goals", "under", "2.5", "1.98"),
        ("asian_handicap", "home", "-0.25", "1.91"),
        ("asian_handicap", "away", "0.25", "1.99"),
    ],
)
async def test_every_kind_of_selection_is_armed_and_accepted_as_asked(
    harbour: Bookmaker, control: Control, market: str, selection: str, line: str | None, odds: str
) -> None:
    asked = None if line is None else Decimal(line)
    slip = await harbour.arm(a_bet(market=market, selection=selection, line=asked, stake=euros("12.50")))
    assert (slip.odds, slip.stake, slip.line) == (Odds.parse(odds), euros("12.50"), asked)

    placement = await harbour.submit(slip)

    [bet] = await control.get("/harbour/bets")
    assert placement == Accepted(bet["ticket"], euros("12.50"), Odds.parse(odds))
    assert (bet["market"], bet["outcome"], bet["line"]) == (market, selection, line)


async def test_arming_clicks_nothing_that_bets(harbour: Bookmaker, control: Control) -> None:
    await harbour.arm(a_bet())
    await harbour.arm(a_bet(selection="away"))
    await harbour.disarm()
    await harbour.disarm()
    assert await control.get("/harbour/journal") == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"event": Event(id="m9", name=EVENT_NAME)}, "event_not_found"),
        ({"event": Event(id="m1", name="Northgate United v Southgate")}, "event_not_found"),
        ({"market": "corners"}, "market_not_found"),
        ({"selection": "over"}, "selection_not_found"),
        ({"market": "total_goals", "selection": "over", "line": Decimal("3.5")}, "line_not_found"),
        ({"market": "asian_handicap", "selection": "away", "line": Decimal("-0.25")}, "line_not_found"),
        ({"stake": euros("10.005")}, "stake_refused"),
    ],
)
async def test_what_the_site_does_not_offer_cannot_be_armed(
    harbour: Bookmaker, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(CannotArm) as refused:
        await harbour.arm(a_bet(**changes))
    assert refused.value.reason == reason


async def test_a_suspended_selection_cannot_be_armed(harbour: Bookmaker, control: Control) -> None:
    await control.patch("/harbour/selections/m1-1x2-home", status="suspended")
    with pytest.raises(CannotArm, match="selection_suspended"):
        await harbour.arm(a_bet())


async def test_arming_sets_that_changed_odds_are_never_accepted(
    harbour: Bookmaker, control: Control, context: BrowserContext
) -> None:
    await harbour.arm(a_bet())
    page = context.pages[0]
    async with page.expect_response("**/api/settings"):
        await page.select_option('[data-test-id="odds-changes"]', "any")

    slip = await harbour.arm(a_bet())
    await control.post("/harbour/faults", kind="price_change", odds="1.80")

    assert isinstance(await harbour.submit(slip), Rejected)
    assert await tickets(control) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"odds": "1.90"}, "odds_changed"),
        ({"odds": "2.05"}, "odds_changed"),
        ({"status": "suspended"}, "selection_suspended"),
    ],
)
async def test_a_slip_that_moved_since_it_was_armed_is_not_clicked(
    harbour: Bookmaker, control: Control, context: BrowserContext, change: dict[str, str], reason: str
) -> None:
    slip = await harbour.arm(a_bet())
    await control.patch("/harbour/selections/m1-1x2-home", **change)
    await context.pages[0].locator('[data-test-id="slip-notice"]').wait_for()
    with pytest.raises(CannotArm) as refused:
        await harbour.submit(slip)
    assert refused.value.reason == reason
    assert await control.get("/harbour/journal") == []


async def test_a_line_that_moved_since_it_was_armed_is_not_clicked(
    harbour: Bookmaker, control: Control, context: BrowserContext
) -> None:
    slip = await harbour.arm(a_bet(market="total_goals", selection="over", line=Decimal("2.5")))
    await control.patch("/harbour/selections/m1-total_goals-over", line="3.0")
    await context.pages[0].locator('[data-test-id="slip-notice"]').wait_for()
    with pytest.raises(CannotArm, match="line_changed"):
        await harbour.submit(slip)
    assert await control.get("/harbour/journal") == []


@pytest.mark.parametrize(
    ("meddling", "reason"),
    [
        ("document.querySelector('#slip-stake').value = '100'", "slip_unreadable"),
        ("document.querySelector('#place-bet').disabled = true", "button_not_ready"),
        (
            "document.body.insertAdjacentHTML('beforeend', '<p style=\"position:fixed;inset:0;z-index:99\">Hi</p>')",
            "button_not_ready",
        ),
        ("document.querySelector('#slip-body').style.opacity = 0", "slip_unreadable"),
        ("document.querySelector('#account').replaceChildren()", "slip_unreadable"),
    ],
    ids=["stake reset", "button disabled", "button covered", "slip invisible", "no logged-in marker"],
)
async def test_a_page_that_was_tampered_with_is_not_clicked(
    harbour: Bookmaker, control: Control, context: BrowserContext, meddling: str, reason: str
) -> None:
    slip = await harbour.arm(a_bet())
    await context.pages[0].evaluate(meddling)
    with pytest.raises(CannotArm) as refused:
        await harbour.submit(slip)
    assert refused.value.reason == reason
    assert await control.get("/harbour/journal") == []


async def test_a_session_that_ended_since_arming_is_not_clicked(
    harbour: Bookmaker, control: Control, context: BrowserContext
) -> None:
    slip = await harbour.arm(a_bet())
    await control.post("/harbour/logout", username="ann")
    await context.pages[0].locator('[data-test-id="login-button"]').wait_for()
    with pytest.raises(CannotArm, match="session_ended"):
        await harbour.submit(slip)


async def test_a_closed_page_is_not_clicked(harbour: Bookmaker, context: BrowserContext) -> None:
    slip = await harbour.arm(a_bet())
    await context.pages[0].close()
    with pytest.raises(CannotArm, match="page_gone"):
        await harbour.submit(slip)


async def test_a_slip_is_clicked_once(harbour: Bookmaker, control: Control) -> None:
    slip = await harbour.arm(a_bet())
    await harbour.submit(slip)
    with pytest.raises(CannotArm, match="slip_gone"):
        await harbour.submit(slip)
    assert len(await tickets(control)) == 1


async def test_only_the_slip_armed_last_is_clicked(harbour: Bookmaker, control: Control) -> None:
    first = await harbour.arm(a_bet())
    await harbour.arm(a_bet(selection="away"))
    with pytest.raises(CannotArm, match="slip_gone"):
        await harbour.submit(first)
    assert await tickets(control) == []
