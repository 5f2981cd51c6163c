from __future__ import annotations

import pytest_asyncio
from playwright.async_api import BrowserContext

from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control
from tests.integration.practice.harbour.customer import Customer


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(practice_sites: PracticeSites, control: Control, browser_context: BrowserContext) -> Customer:
    """A customer who has an account and is not logged in."""
    return await _with_account(practice_sites, control, browser_context)


@pytest_asyncio.fixture(loop_scope="session")
async def stranger_out_of_time(
    practice_sites: PracticeSites, control: Control, own_context: BrowserContext
) -> Customer:
    """The same in a window of the test's own, in which time passes only as the test says."""
    stranger = await _with_account(practice_sites, control, own_context)
    await stranger.page.clock.install()
    return stranger


async def _with_account(practice_sites: PracticeSites, control: Control, context: BrowserContext) -> Customer:
    customer = Customer(practice_sites.addresses.harbour, control, await context.new_page())
    await customer.open_account()
    return customer


@pytest_asyncio.fixture(loop_scope="session")
async def customer(stranger: Customer) -> Customer:
    """A logged-in customer."""
    await stranger.arrive_logged_in()
    return stranger
