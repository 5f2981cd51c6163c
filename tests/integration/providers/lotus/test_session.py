"""A Lotus session: the shell and the view in its frame, each with a session that can end."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext

from bot.domain.placement import Accepted, SessionState
from bot.errors import SessionUnusable
from tests.integration.practice.control_client import Control
from tests.integration.providers.lotus.customer import Brand, Opener, one_brand_is_enough


@pytest.mark.covers("UI-15a")
@one_brand_is_enough
async def test_a_view_without_session_in_a_living_shell_is_logged_out(
    opened: Opener, brand: Brand, match: str, context: BrowserContext
) -> None:
    customer = await opened()
    await context.clear_cookies(name=f"view_{brand.name}")
    with pytest.raises(SessionUnusable, match="logged_out"):
        await customer.bookmaker.arm(customer.bet(match))
    await customer.page.locator('form[action="/login"]').wait_for()
    assert await customer.bookmaker.session_state() is SessionState.LOGGED_OUT
    await customer.bookmaker.login()
    assert isinstance(await customer.place(customer.bet(match)), Accepted)


@one_brand_is_enough
async def test_a_reality_check_that_comes_later_is_taken_away_and_the_session_stays(
    opened: Opener, control: Control, match: str
) -> None:
    customer = await opened()
    await control.post("/lotus/faults", kind="interruption", notice="reality_check")
    await customer.page.locator("#overlay .reality_check").wait_for()
    assert isinstance(await customer.place(customer.bet(match)), Accepted)
    assert await customer.bookmaker.session_state() is SessionState.LOGGED_IN
