from __future__ import annotations

import pytest_asyncio
from playwright.async_api import BrowserContext

from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control
from tests.integration.practice.harbour.customer import Customer


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(practice_sites: PracticeSites, control: Control, browser_context: BrowserContext) -> Customer:
    """A customer who has an account and is not logged in."""
    customer = Customer(practice_sites.addresses.harbour, control, await browser_context.new_page())
    await customer.open_account()
    return customer


@pytest_asyncio.fixture(loop_scope="session")
async def customer(stranger: Customer) -> Customer:
    """A logged-in customer."""
    await stranger.arrive_logged_in()
    return stranger
