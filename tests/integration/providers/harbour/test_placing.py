"""What is peculiar to Harbour's answers to a click."""

from __future__ import annotations

from bot.domain.placement import Unknown
from bot.ports import Bookmaker
from tests.integration.providers.harbour.account import a_bet, place
from tests.integration.sandbox.control_client import Control


async def test_a_receipt_without_a_reference_is_quoted_as_the_page_shows_it(
    harbour: Bookmaker, control: Control
) -> None:
    await control.post("/harbour/faults", kind="record_without_ticket")
    assert await place(harbour, a_bet()) == Unknown("Bet placed Please check My Bets for confirmation.")
