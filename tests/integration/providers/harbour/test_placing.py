"""What is special about Harbour's answers to a click."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext

from bot.domain.placement import Unknown
from bot.errors import LocatorMissing
from bot.ports.bookmaker import Bookmaker
from providers.kit.browser.site import Timings
from tests.integration.practice.control_client import Control
from tests.integration.providers.harbour.account import a_bet, place
from tests.integration.providers.harbour.conftest import Opener


async def test_a_receipt_without_a_reference_is_quoted_as_the_page_shows_it(
    harbour: Bookmaker, control: Control
) -> None:
    await control.post("/harbour/faults", kind="record_without_ticket")
    assert await place(harbour, a_bet()) == Unknown("Bet placed Please check My Bets for confirmation.")


async def test_nothing_is_picked_where_no_marker_says_that_somebody_is_logged_in(
    open_: Opener, window_on_sites: BrowserContext
) -> None:
    harbour = await open_(Timings(page_s=2, answer_s=2))
    picked = "document.body.dataset.picked = String(event.target.closest('[data-selection]') !== null)"
    await window_on_sites.pages[-1].evaluate(f"void addEventListener('click', (event) => {{ {picked} }}, true)")
    await window_on_sites.pages[-1].add_style_tag(
        content='[data-test-id="account-balance"] { display: none !important }'
    )
    with pytest.raises(LocatorMissing, match="logged_in"):
        await harbour.arm(a_bet())
    assert await window_on_sites.pages[-1].evaluate("document.body.dataset.picked") is None
