"""Ann's account at Harbour, a match to bet on, and her session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext
from pydantic import SecretStr

from bot.domain.odds import OddsStyle
from bot.ports.bookmaker import Bookmaker, Credentials, Whitelabel
from bot.practice.sites.servers import PracticeSites
from providers.kit.browser.site import Timings
from providers.registry import open_bookmaker
from tests.integration.practice.control_client import Control, football_event
from tests.integration.providers.harbour.account import ACCOUNT, PASSWORD, PATIENT


@pytest_asyncio.fixture(loop_scope="session")
async def ann(control: Control) -> None:
    """An account with 500.00 EUR, and a match to bet on."""
    await control.post(
        "/harbour/accounts", username="ann", password=PASSWORD, whitelabel="harbourline", balance="500.00"
    )
    await control.post("/harbour/events", **football_event())


Opener = Callable[..., Awaitable[Bookmaker]]


@pytest.fixture
def open_(practice_sites: PracticeSites, window_on_sites: BrowserContext, ann: None) -> Opener:
    """Open ann's session, after the test has ordered what it needs."""

    async def open_(timings: Timings = PATIENT) -> Bookmaker:
        whitelabel = Whitelabel(
            "harbourline", "harbour", practice_sites.addresses.harbour, "en", OddsStyle.DECIMAL, "UTC"
        )
        credentials = Credentials(ACCOUNT.account_id, SecretStr(PASSWORD))
        return await open_bookmaker(ACCOUNT, whitelabel, credentials, "EUR", window_on_sites, timings)

    return open_


@pytest_asyncio.fixture(loop_scope="session")
async def harbour(open_: Opener) -> Bookmaker:
    """Ann's session, logged in."""
    return await open_()
