"""What is peculiar to Harbour's list of bets: it goes on by scrolling."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest_asyncio
from playwright.async_api import BrowserContext

from bot.ports import Bookmaker
from bot.sandbox.ledger import BetEntry
from bot.sandbox.servers import Sandbox
from tests.integration.sandbox.control_client import Control


@pytest_asyncio.fixture(loop_scope="session")
async def recorded(sandbox: Sandbox, ann: None) -> list[str]:
    """Tickets of 45 open bets, the oldest first."""
    entry = BetEntry(
        username="ann",
        selection_id="m1-asian_handicap-away",
        odds=Decimal("1.99"),
        stake=Decimal(5),
        requested_odds=Decimal("1.99"),
        requested_stake=Decimal(5),
    )
    return [sandbox.books["harbour"].record_bet(entry).ticket for _ in range(45)]


async def test_reading_stops_below_the_span_asked_for(
    harbour: Bookmaker, control: Control, recorded: list[str]
) -> None:
    bets = await control.get("/harbour/bets")
    since = datetime.fromisoformat(bets[40]["placed_at"])

    reading = await harbour.history(since, frozenset())

    assert reading.complete
    assert {row.ticket for row in reading.rows} == set(recorded[25:])


async def test_a_reading_that_was_given_up_at_any_moment_leaves_nothing_for_the_next(
    harbour: Bookmaker, control: Control, context: BrowserContext, recorded: list[str]
) -> None:
    await control.patch("/harbour/settings", latency_ms=150)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    for given_up_after_s in (0.05, 0.2, 0.4):
        given_up = asyncio.create_task(harbour.history(long_ago, frozenset()))
        await asyncio.wait({given_up}, timeout=given_up_after_s)
        given_up.cancel()
        await asyncio.wait({given_up})
        assert given_up.cancelled()
    reading = await harbour.history(long_ago, frozenset())
    assert reading.complete
    assert sorted(row.ticket for row in reading.rows) == sorted(recorded)
    async with asyncio.timeout(10):
        while len(context.pages) > 2:
            await asyncio.sleep(0.05)
