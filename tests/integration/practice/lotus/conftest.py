"""Lotus with two matches on offer, and a fixture that logs customers in."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext

from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control
from tests.integration.practice.lotus.site import BRANDS, Brand, Customer, Welcome, add_matches, new_customer


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(practice_sites: PracticeSites, control: Control, browser_context: BrowserContext) -> Welcome:
    """Open an account of a brand, log in, and wait for the odds table."""
    await add_matches(control)

    async def log_in(brand: Brand, **fields: Any) -> Customer:
        return await new_customer(brand, practice_sites, control, browser_context, **fields)

    return log_in


@pytest.fixture(params=BRANDS, ids=lambda brand: brand.name)
def brand(request: pytest.FixtureRequest) -> Brand:
    """Each whitelabel in turn."""
    chosen: Brand = request.param
    return chosen
