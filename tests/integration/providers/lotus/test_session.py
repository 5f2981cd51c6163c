"""A Lotus session: the shell and the view in its frame, each with a session that can end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext

from bot.domain.placement import Accepted, SessionState
from bot.errors import SessionUnusable
from tests.integration.providers.lotus.customer import Brand, Opener, one_brand_is_enough
from tests.integration.sandbox.control_client import Control


async def test_a_login_reaches_the_view_in_the_frame_and_reads_the_balance(opened: Opener, brand: Brand) -> None:
    customer = await opened()
    assert await customer.bookmaker.session_state() is SessionState.LOGGED_IN
    assert await customer.bookmaker.balance() == brand.money("1000000")
    assert customer.view.url.endswith(f"/{brand.name}/sports")


async def test_a_restored_session_is_used_without_a_password(
    opened: Opener, context: BrowserContext, chrome: Browser
) -> None:
    await opened()
    restored = await chrome.new_context(storage_state=await context.storage_state())
    again = await opened(password="not the password", where=restored)
    assert await again.bookmaker.session_state() is SessionState.LOGGED_IN
    await restored.close()


async def test_a_refused_login_says_so_without_the_password(opened: Opener) -> None:
    with pytest.raises(SessionUnusable, match="logged_out") as refused:
        await opened(password="wrong-password-7")
    assert "wrong-password-7" not in str(refused.value)


@one_brand_is_enough
async def test_a_restored_session_of_somebody_else_is_refused(opened: Opener) -> None:
    await opened()
    with pytest.raises(SessionUnusable, match="somebody else"):
        await opened(username="somebody-else")


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
async def test_a_session_that_the_site_ended_is_seen_and_comes_back_by_login(opened: Opener, control: Control) -> None:
    customer = await opened()
    since = datetime.now(UTC)
    await customer.bookmaker.history(since, frozenset())
    await control.post("/lotus/logout", username=customer.username)
    with pytest.raises(SessionUnusable, match="logged_out"):
        await customer.bookmaker.history(since, frozenset())
    await customer.bookmaker.login()
    assert await customer.bookmaker.session_state() is SessionState.LOGGED_IN
    assert (await customer.bookmaker.history(since, frozenset())).complete


@one_brand_is_enough
@pytest.mark.parametrize(
    ("order", "state"),
    [
        (("post", "/lotus/faults", {"kind": "challenge"}), SessionState.CHALLENGE),
        (("patch", "/lotus/settings", {"maintenance": True}), SessionState.MAINTENANCE),
    ],
    ids=["challenge", "maintenance"],
)
async def test_a_page_in_front_of_the_site_is_named(
    opened: Opener, control: Control, match: str, order: tuple[str, str, dict[str, Any]], state: SessionState
) -> None:
    customer = await opened()
    verb, path, body = order
    await getattr(control, verb)(path, **body)
    with pytest.raises(SessionUnusable, match=state.value):
        await customer.bookmaker.arm(customer.bet(match))
    with pytest.raises(SessionUnusable, match=state.value):
        await customer.bookmaker.login()
    assert await customer.bookmaker.session_state() is state


@one_brand_is_enough
@pytest.mark.parametrize("notice", ["cookies", "reality_check", "last_login"])
async def test_a_notice_over_the_shell_is_taken_away_at_the_login(
    opened: Opener, control: Control, match: str, notice: str
) -> None:
    await control.post("/lotus/faults", kind="interruption", notice=notice)
    customer = await opened()
    assert isinstance(await customer.place(customer.bet(match)), Accepted)
    assert await control.get("/lotus/faults") == [], "the notice was shown"
    assert await customer.bookmaker.session_state() is SessionState.LOGGED_IN


@one_brand_is_enough
async def test_a_reality_check_that_comes_later_is_taken_away_and_the_session_stays(
    opened: Opener, control: Control, match: str
) -> None:
    customer = await opened()
    await control.post("/lotus/faults", kind="interruption", notice="reality_check")
    await customer.page.locator("#overlay .reality_check").wait_for()
    assert isinstance(await customer.place(customer.bet(match)), Accepted)
    assert await customer.bookmaker.session_state() is SessionState.LOGGED_IN


@one_brand_is_enough
async def test_a_site_that_cannot_be_reached_is_named(opened: Opener, match: str, context: BrowserContext) -> None:
    customer = await opened()
    await context.set_offline(True)
    with pytest.raises(SessionUnusable, match="unreachable"):
        await customer.bookmaker.arm(customer.bet(match))
    with pytest.raises(SessionUnusable, match="unreachable"):
        await customer.bookmaker.history(datetime.now(UTC), frozenset())
