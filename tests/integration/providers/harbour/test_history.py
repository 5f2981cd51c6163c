"""What is special about Harbour's list of bets: scrolling loads more of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest_asyncio

from bot.ports.bookmaker import Bookmaker
from bot.practice.sites.ledger import BetEntry
from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control


@pytest_asyncio.fixture(loop_scope="session")
async def recorded(practice_sites: PracticeSites, ann: None) -> list[str]:
    """Tickets of 45 open bets, oldest first."""
    entry = BetEntry(
        username="ann",
        selection_id="m1-asian_handicap-away",
        odds=Decimal("1.99"),
        stake=Decimal(5),
        requested_odds=Decimal("1.99"),
        requested_stake=Decimal(5),
    )
    return [practice_sites.sites["harbour"].record_bet(entry).ticket for _ in range(45)]


async def test_reading_stops_below_the_span_asked_for(
    harbour: Bookmaker, control: Control, recorded: list[str]
) -> None:
    bets = await control.get("/harbour/bets")
    since = datetime.fromisoformat(bets[40]["placed_at"])

    reading = await harbour.history(since, frozenset())

    assert reading.complete
    assert {row.ticket for row in reading.rows} == set(recorded[25:])
