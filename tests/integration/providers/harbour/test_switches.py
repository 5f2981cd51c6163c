"""The settings of Harbour's pages: each is handled, or stops everything before a bet or a misreading."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from itertools import cycle
from typing import Any

import pytest
from playwright.async_api import BrowserContext, expect

from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.placement import Accepted, Rejected
from bot.domain.reasons import Reason
from bot.errors import CannotArm
from bot.practice.sites.ledger import BetEntry
from bot.practice.sites.servers import PracticeSites
from providers.kit.browser.site import Timings
from tests.integration.practice.control_client import Control, football_event
from tests.integration.providers.harbour.account import ACCOUNT, a_bet, euros, place
from tests.integration.providers.harbour.conftest import Opener

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HOME = "/harbour/selections/m1-1x2-home"


async def switch(control: Control, **settings: Any) -> None:
    await control.patch("/harbour/settings", **settings)


def record(practice_sites: PracticeSites, number: int) -> list[str]:
    """Record bets of 10 at 2.00 without a page; return their tickets."""
    ten, two = Decimal(10), Decimal(2)
    entry = BetEntry(ACCOUNT.account_id, "m1-1x2-home", two, ten, requested_odds=two, requested_stake=ten)
    return [practice_sites.sites["harbour"].record_bet(entry).ticket for _ in range(number)]


changed_price_is_told_by = pytest.mark.parametrize(
    "prompt",
    [
        pytest.param("separate", marks=pytest.mark.covers("UI-05a")),
        pytest.param("accept_and_place", marks=pytest.mark.covers("UI-05b")),
        pytest.param("dialog", marks=pytest.mark.covers("UI-05c")),
        pytest.param("disabled", marks=pytest.mark.covers("UI-05d")),
    ],
)


@changed_price_is_told_by
async def test_a_slip_whose_price_has_changed_is_not_clicked_and_is_armed_again(
    open_: Opener, control: Control, window_on_sites: BrowserContext, prompt: str
) -> None:
    await switch(control, change_prompt=prompt)
    harbour = await open_()
    slip = await harbour.arm(a_bet())
    await control.patch(HOME, odds="2.63")
    await expect(window_on_sites.pages[-1].get_by_test_id("slip-odds")).to_have_text("2.63")
    with pytest.raises(CannotArm, match="odds_changed"):
        await harbour.submit(slip)
    assert (await harbour.arm(a_bet())).odds == Odds.parse("2.63")
    assert await control.get("/harbour/journal") == []


@changed_price_is_told_by
async def test_while_the_price_moves_arming_places_no_bet(open_: Opener, control: Control, prompt: str) -> None:
    await switch(control, change_prompt=prompt)
    harbour = await open_(Timings(page_s=3.0))

    async def move() -> None:
        for odds in cycle(("2.00", "2.25", "3.00", "2.60")):
            await control.patch(HOME, odds=odds)
            await asyncio.sleep(0.02)

    moving = asyncio.create_task(move())
    given_up = set()
    for _ in range(2):
        try:
            await harbour.arm(a_bet())
        except CannotArm as refused:
            given_up.add(refused.reason)
    moving.cancel()
    assert given_up <= {"odds_moving", "slip_differs", "line_changed", "stake_refused"}
    assert await control.get("/harbour/journal") == []


@pytest.mark.covers("UI-07b")
async def test_a_message_that_names_both_limits_is_a_refusal(open_: Opener, control: Control) -> None:
    await switch(control, limit_wording="range")
    await control.patch(HOME, min_stake="2", max_stake="5")
    harbour = await open_()
    over, under = await place(harbour, a_bet()), await place(harbour, a_bet(stake=euros("1")))
    assert isinstance(over, Rejected)
    assert isinstance(under, Rejected)
    assert (over.reason, over.limit) == (Reason.STAKE_ABOVE_MAXIMUM, euros("5"))
    assert (under.reason, under.limit) == (Reason.STAKE_BELOW_MINIMUM, euros("2"))


@pytest.mark.covers("UI-08a")
async def test_a_stake_field_that_is_no_input_and_remembers_is_filled_and_read_back(
    open_: Opener, control: Control, window_on_sites: BrowserContext
) -> None:
    await switch(control, stake_field="editable")
    harbour = await open_()
    await harbour.arm(a_bet(stake=euros("12.50")))
    remember = window_on_sites.pages[-1].get_by_label("Remember stake")
    await remember.evaluate("(box) => box.click()")  # the guard would hold back a person's click
    for stake in ("12.50", "7.00"):
        slip = await harbour.arm(a_bet(stake=euros(stake)))
        assert slip.stake == euros(stake)
        assert isinstance(await harbour.submit(slip), Accepted)
    assert [bet["stake"] for bet in await control.get("/harbour/bets")] == ["12.50", "7"]


@pytest.mark.covers("UI-03c")
async def test_in_play_the_answer_is_awaited_for_as_long_as_the_page_counts_down(
    open_: Opener, control: Control
) -> None:
    await switch(control, acceptance_delay_ms=1200)
    await control.post("/harbour/events", **football_event("m2", score="1-0"))
    harbour = await open_()
    event = a_bet().event.model_copy(update={"id": "m2"})
    placement = await place(harbour, a_bet(event=event))
    [bet] = await control.get("/harbour/bets")
    assert placement == Accepted(bet["ticket"], euros("10"), Odds.parse("1.95"))


@pytest.mark.covers("UI-20b")
async def test_bets_in_a_tab_for_cash_outs_are_read_too(
    open_: Opener, control: Control, practice_sites: PracticeSites
) -> None:
    await switch(control, cash_out_tab="shown")
    won, cashed_out = record(practice_sites, 2)
    await control.post(f"/harbour/bets/{won}/settle", outcome="won")
    await control.post(f"/harbour/bets/{cashed_out}/settle", outcome="cashed_out", payout="8.00")
    harbour = await open_()
    reading = await harbour.history(LONG_AGO, frozenset())
    assert reading.complete
    assert {row.ticket: row.outcome for row in reading.rows} == {won: Outcome.WON, cashed_out: Outcome.CASHED_OUT}


@pytest.mark.covers("UI-22b")
async def test_what_an_open_bet_would_be_cashed_out_for_is_read_where_it_is_offered(
    open_: Opener, control: Control, practice_sites: PracticeSites
) -> None:
    await switch(control, cash_out="offered")
    running, won = record(practice_sites, 2)
    await control.post(f"/harbour/bets/{won}/settle", outcome="won")
    await control.patch(HOME, odds="4.00")
    harbour = await open_()
    reading = await harbour.history(LONG_AGO, frozenset())
    assert {row.ticket: row.cash_out for row in reading.rows} == {running: euros("4.75"), won: None}


@pytest.mark.covers("UI-20e")
async def test_bets_whose_odds_are_shown_only_on_request_are_read_with_them(
    open_: Opener, control: Control, practice_sites: PracticeSites
) -> None:
    await switch(control, bet_details="on_request")
    tickets = record(practice_sites, 3)
    harbour = await open_()
    reading = await harbour.history(LONG_AGO, frozenset())
    assert reading.complete
    assert {row.ticket: row.odds for row in reading.rows} == dict.fromkeys(tickets, Odds.parse("2.00"))
