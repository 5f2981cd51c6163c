"""What Harbour answers to a click, judged against the bets that it recorded."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import BrowserContext

from bot.domain.money import Money
from bot.domain.placement import Accepted, Rejected, RejectReason, Unknown
from bot.ports import Bookmaker
from providers.page import Timings
from tests.integration.providers.harbour.account import IMPATIENT, Opener, a_bet, euros, place, tickets
from tests.integration.sandbox.control_client import Control


@pytest.mark.parametrize(
    ("fault", "reason", "limit"),
    [
        ({"kind": "price_change", "odds": "1.90"}, RejectReason.ODDS_CHANGED, None),
        ({"kind": "max_stake", "amount": "1234.50"}, RejectReason.STAKE_ABOVE_MAXIMUM, euros("1234.50")),
        ({"kind": "suspend"}, RejectReason.SUSPENDED, None),
        ({"kind": "insufficient_funds"}, RejectReason.INSUFFICIENT_FUNDS, None),
        ({"kind": "reject", "reason": "Trader"}, RejectReason.DECLINED, None),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else None,
)
async def test_a_refusal_is_proof_that_there_is_no_bet(
    harbour: Bookmaker, control: Control, fault: dict[str, str], reason: RejectReason, limit: Money | None
) -> None:
    await control.post("/harbour/faults", **fault)
    placement = await place(harbour, a_bet())
    assert isinstance(placement, Rejected)
    assert (placement.reason, placement.limit) == (reason, limit)
    assert await tickets(control) == []


async def test_a_stake_below_the_minimum_is_refused_with_the_limit(harbour: Bookmaker) -> None:
    placement = await place(harbour, a_bet(stake=euros("0.50")))
    assert placement == Rejected(RejectReason.STAKE_BELOW_MINIMUM, "Minimum stake is €1.00", euros("1.00"))


async def test_after_a_refusal_the_next_bet_can_be_place(harbour: Bookmaker, control: Control) -> None:
    await control.post("/harbour/faults", kind="max_stake", amount="5.00")
    await place(harbour, a_bet())
    assert isinstance(await place(harbour, a_bet(stake=euros("5"))), Accepted)
    assert isinstance(await place(harbour, a_bet(stake=euros("6"))), Accepted)


async def test_a_partly_accepted_bet_shows_the_stake_that_was_taken(harbour: Bookmaker, control: Control) -> None:
    await control.post("/harbour/faults", kind="partial", amount="4.00")
    placement = await place(harbour, a_bet())
    assert isinstance(placement, Accepted)
    assert placement.stake == euros("4.00")


@pytest.mark.parametrize(
    ("fault", "bets"),
    [
        ("record_then_silent", 1),
        ("record_then_500", 1),
        ("record_then_logout", 1),
        ("record_then_redirect", 1),
        ("record_without_ticket", 1),
        ("silent", 0),
        ("error_500", 0),
    ],
)
async def test_without_proof_a_placement_is_unknown(opened: Opener, control: Control, fault: str, bets: int) -> None:
    harbour = await opened(timings=IMPATIENT)
    await control.post("/harbour/faults", kind=fault)
    placement = await place(harbour, a_bet())
    assert isinstance(placement, Unknown), placement
    assert placement.detail
    assert len(await tickets(control)) == bets


async def test_a_receipt_without_a_reference_is_quoted_as_the_page_shows_it(
    harbour: Bookmaker, control: Control
) -> None:
    await control.post("/harbour/faults", kind="record_without_ticket")
    assert await place(harbour, a_bet()) == Unknown("Bet placed Please check My Bets for confirmation.")


async def test_a_page_that_is_closed_after_the_click_is_unknown(
    harbour: Bookmaker, control: Control, context: BrowserContext
) -> None:
    await control.patch("/harbour/settings", response_delay_ms=300)
    slip = await harbour.arm(a_bet())
    page = context.pages[0]
    async with page.expect_request("**/api/bets"):
        placing = asyncio.create_task(harbour.submit(slip))
    await page.close()
    assert isinstance(await placing, Unknown)


async def test_a_placement_that_is_cancelled_says_so_to_its_caller(opened: Opener, control: Control) -> None:
    harbour = await opened(timings=Timings(answer_s=60))
    await control.post("/harbour/faults", kind="record_then_silent")
    slip = await harbour.arm(a_bet())
    placing = asyncio.create_task(harbour.submit(slip))
    while not await tickets(control):
        await asyncio.sleep(0.02)
    placing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await placing
