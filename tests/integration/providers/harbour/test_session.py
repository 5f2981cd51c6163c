"""A Harbour session: logging in, being restored, and what may stand in front of the site."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext

from bot.domain.placement import Accepted, SessionState
from bot.errors import SessionUnusable
from bot.ports import Bookmaker
from tests.integration.providers.harbour.account import Opener, a_bet, euros
from tests.integration.sandbox.control_client import Control


async def test_a_login_reaches_the_logged_in_state_and_reads_the_balance(harbour: Bookmaker) -> None:
    assert await harbour.session_state() is SessionState.LOGGED_IN
    assert await harbour.balance() == euros("500.00")


async def test_a_restored_session_is_used_without_a_password(
    harbour: Bookmaker, opened: Opener, context: BrowserContext, chrome: Browser
) -> None:
    restored = await chrome.new_context(storage_state=await context.storage_state())
    again = await opened(password="not the password", where=restored)
    assert await again.session_state() is SessionState.LOGGED_IN
    await restored.close()


async def test_a_refused_login_says_so_without_the_password(opened: Opener) -> None:
    with pytest.raises(SessionUnusable, match="logged_out") as refused:
        await opened(password="wrong-password-7")
    assert "wrong-password-7" not in str(refused.value)


async def test_a_restored_session_of_somebody_else_is_refused(harbour: Bookmaker, opened: Opener) -> None:
    with pytest.raises(SessionUnusable, match="somebody else"):
        await opened(user="ben", password="ben-secret-1")


async def test_a_session_that_the_site_ended_is_seen_and_comes_back_by_login(
    harbour: Bookmaker, control: Control
) -> None:
    await control.post("/harbour/logout", username="ann")
    with pytest.raises(SessionUnusable, match="logged_out"):
        await harbour.history(datetime.now(UTC), frozenset())
    await harbour.login()
    assert await harbour.session_state() is SessionState.LOGGED_IN
    assert (await harbour.history(datetime.now(UTC), frozenset())).complete


@pytest.mark.parametrize(
    ("order", "state"),
    [
        (("post", "/harbour/faults", {"kind": "challenge"}), SessionState.CHALLENGE),
        (("patch", "/harbour/settings", {"maintenance": True}), SessionState.MAINTENANCE),
    ],
)
async def test_a_page_in_front_of_the_site_is_named(
    harbour: Bookmaker, control: Control, order: tuple[str, str, dict[str, Any]], state: SessionState
) -> None:
    verb, path, body = order
    await getattr(control, verb)(path, **body)
    with pytest.raises(SessionUnusable, match=state.value):
        await harbour.login()
    assert await harbour.session_state() is state


@pytest.mark.parametrize("notice", ["cookies", "reality_check", "last_login"])
async def test_a_notice_over_the_page_is_taken_away_and_the_session_stays(
    harbour: Bookmaker, control: Control, notice: str
) -> None:
    await control.post("/harbour/faults", kind="interruption", notice=notice)
    slip = await harbour.arm(a_bet())
    assert isinstance(await harbour.submit(slip), Accepted)
    assert await harbour.session_state() is SessionState.LOGGED_IN
