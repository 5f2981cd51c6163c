"""Ann's account at Harbour, a match to bet on, and her session."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext
from pydantic import SecretStr

from bot.domain.odds import OddsStyle
from bot.domain.pair import Account
from bot.ports import Bookmaker, Credentials, Whitelabel
from bot.sandbox.servers import Sandbox
from providers.page import Timings
from providers.registry import open_bookmaker
from tests.integration.providers.harbour.account import PASSWORD, PATIENT, Opener
from tests.integration.sandbox.control_client import Control, football_event


@pytest_asyncio.fixture(loop_scope="session")
async def ann(control: Control) -> None:
    """An account with 500.00 EUR, and a match to bet on."""
    await control.post(
        "/harbour/accounts", username="ann", password=PASSWORD, whitelabel="harbourline", balance="500.00"
    )
    await control.post("/harbour/events", **football_event())


@pytest.fixture
def opened(sandbox: Sandbox, context: BrowserContext, ann: None) -> Opener:
    """Open the session of a user, ann unless said otherwise, in a browser context."""

    async def open_(
        user: str = "ann",
        password: str = PASSWORD,
        where: BrowserContext = context,
        timings: Timings = PATIENT,
    ) -> Bookmaker:
        whitelabel = Whitelabel("harbourline", "harbour", sandbox.addresses.harbour, "en", OddsStyle.DECIMAL, "UTC")
        account = Account("harbourline", "harbour", user)
        credentials = Credentials(user, SecretStr(password))
        return await open_bookmaker(account, whitelabel, credentials, "EUR", where, timings)

    return open_


@pytest_asyncio.fixture(loop_scope="session")
async def harbour(opened: Opener) -> Bookmaker:
    """Ann's session, logged in."""
    return await opened()
