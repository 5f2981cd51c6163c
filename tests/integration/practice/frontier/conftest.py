"""Frontier with two matches on the board, and a logged-in customer."""

from __future__ import annotations

import pytest_asyncio
from playwright.async_api import BrowserContext

from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control
from tests.integration.practice.frontier.site import Customer


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(practice_sites: PracticeSites, control: Control, browser_context: BrowserContext) -> Customer:
    """A customer with an account and an empty browser window."""
    customer = Customer(practice_sites.addresses.frontier, control, await browser_context.new_page())
    await customer.open_account()
    return customer


@pytest_asyncio.fixture(loop_scope="session")
async def customer(visitor: Customer) -> Customer:
    """The same customer, logged in."""
    await visitor.arrive_logged_in()
    return visitor
