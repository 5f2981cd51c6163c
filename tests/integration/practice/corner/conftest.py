"""Corner with two matches, and a signed-in customer."""

from __future__ import annotations

import pytest_asyncio
from playwright.async_api import BrowserContext

from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control
from tests.integration.practice.corner.site import Customer


@pytest_asyncio.fixture(loop_scope="session")
async def customer(practice_sites: PracticeSites, control: Control, browser_context: BrowserContext) -> Customer:
    """A customer with £1,000.00."""
    customer = Customer(practice_sites.addresses.corner, control, await browser_context.new_page())
    await customer.open_account()
    await customer.arrive_signed_in()
    return customer
