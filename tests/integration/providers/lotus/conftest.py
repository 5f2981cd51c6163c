"""Lotus with one session per whitelabel and module, and a new match for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext
from pydantic import SecretStr

from bot.domain.pair import Account
from bot.ports.bookmaker import Credentials
from bot.practice.sites.servers import Sandbox
from providers.registry import open_bookmaker
from tests.integration.practice.control_client import Control
from tests.integration.providers.lotus.customer import (
    BRANDS,
    PASSWORD,
    PATIENT,
    TEN_TIMES_AS_FAST,
    Brand,
    Customer,
    Opener,
    a_match,
)

_NUMBERS = count(1)


@pytest.fixture(params=BRANDS, ids=lambda brand: brand.name, scope="module")
def brand(request: pytest.FixtureRequest) -> Brand:
    """Each whitelabel in turn."""
    chosen: Brand = request.param
    return chosen


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sandbox]:
    """The practice sites, for all tests of a module."""
    sandbox = await Sandbox.start(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    await sandbox.stop()


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def shared_control(sandbox: Sandbox) -> AsyncIterator[Control]:
    """A client of the control API."""
    async with aiohttp.ClientSession(sandbox.addresses.control) as http:
        yield Control(http)


@pytest_asyncio.fixture(loop_scope="session")
async def control(shared_control: Control) -> AsyncIterator[Control]:
    """The control API; what a test orders ends with it."""
    await shared_control.patch("/lotus/settings", response_delay_ms=0, acceptance_delay_ms=50, maintenance=False)
    yield shared_control
    await shared_control.delete("/lotus/faults")


@pytest_asyncio.fixture(loop_scope="session")
async def match(control: Control) -> AsyncIterator[str]:
    """The id of a match that only this test bets on; open pages poll the whole offer, so it is withdrawn."""
    event: dict[str, str] = await control.post("/lotus/events", **a_match(f"ev-{next(_NUMBERS)}"))
    yield event["id"]
    await control.delete(f"/lotus/events/{event['id']}")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def customer(brand: Brand, sandbox: Sandbox, shared_control: Control, chrome: Browser) -> AsyncIterator[Customer]:
    """A logged-in customer with 1,000,000 to bet, shared by all tests of a module."""
    context = await chrome.new_context(viewport={"width": 1280, "height": 800})
    login = Credentials(f"shared-{brand.name}", SecretStr(PASSWORD))
    yield await _opened(brand, sandbox, shared_control, context, login)
    await context.close()


@pytest.fixture
def newcomer(customer: Customer, sandbox: Sandbox) -> Customer:
    """The shared customer, without bets of other tests."""
    sandbox.books["lotus"].ledger._database.run("DELETE FROM bets WHERE account = ?", (customer.username,))
    return customer


@pytest_asyncio.fixture(loop_scope="session")
async def opened(brand: Brand, sandbox: Sandbox, control: Control, context: BrowserContext) -> Opener:
    """Open a new account, or log in to it again, in a context of the test's own."""
    await context.add_init_script(TEN_TIMES_AS_FAST)
    username = f"own-{next(_NUMBERS)}"

    async def open_(
        username: str = username,
        password: str = PASSWORD,
        where: BrowserContext = context,
    ) -> Customer:
        login = Credentials(username, SecretStr(password))
        return await _opened(brand, sandbox, control, where, login)

    return open_


async def _opened(
    brand: Brand,
    sandbox: Sandbox,
    control: Control,
    context: BrowserContext,
    login: Credentials,
) -> Customer:
    if login.username not in [account["username"] for account in await control.get("/lotus/accounts")]:
        await control.post(
            "/lotus/accounts",
            username=login.username,
            password=PASSWORD,
            whitelabel=brand.name,
            currency=brand.currency,
            balance="1000000.00",
        )
    account = Account(brand.name, "lotus", login.username)
    bookmaker = await open_bookmaker(account, brand.whitelabel(sandbox), login, brand.currency, context, PATIENT)
    return Customer(brand, login.username, bookmaker, context)
