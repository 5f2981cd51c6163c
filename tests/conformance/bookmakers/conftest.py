"""Runs every provider at its stand: one practice site and a few sessions per stand, and a match for each test.

All tests of this folder share one event loop, so that they can share sites, sessions and the browser.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Error, ViewportSize

from bot.errors import BookmakerError
from bot.ports.bookmaker import Credentials
from providers.kit.browser.site import Timings
from tests.conformance.bookmakers.cases import Case
from tests.conformance.bookmakers.customer import (
    IMPATIENT,
    PASSWORD,
    PATIENT,
    Customer,
    Match,
    login_of,
    opened,
)
from tests.conformance.bookmakers.stand import Brand, Site, Stand
from tests.conformance.bookmakers.stands import stands

_HERE = Path(__file__).parent
_NUMBERS = count(1)
_TABLES = {"refusal": "refusals", "meddling": "meddlings"}
_VIEWPORT: ViewportSize = {"width": 1280, "height": 800}
_SPOILT = "spoilt"
_TEN_TIMES_AS_FAST = """
for (const name of ["setInterval", "setTimeout"]) {
    const real = window[name];
    window[name] = (act, ms, ...rest) => real(act, ms / 10, ...rest);
}
"""

Opener = Callable[..., Awaitable[Customer]]
"""Opens a session of an account of the test's own; keyword arguments change the login."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            _name(item)


def _name(item: pytest.Item) -> None:
    """Record case and provider in the test's user properties, from which the tables are made."""
    if not isinstance(item, pytest.Function) or (case := Case.of(item)) is None:
        return
    stand = item.callspec.params["stand"]
    if isinstance(stand, Stand):  # pytest puts a placeholder there when no stand can show the case
        item.user_properties += [("case", case.id), ("provider", stand.provider)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a case at every stand that can show it, for the brands and rows of the stand's table that it asks for."""
    case = Case.of(metafunc.definition)
    if case is None:
        return
    table = next((name for name in _TABLES if name in metafunc.fixturenames), None)
    names = ("stand", "brand") if table is None else ("stand", "brand", table)
    trials = [
        pytest.param(*trial, id="-".join((case.id, stand.provider, brand.name, *map(str, trial[2:]))))
        for stand in stands().values()
        if case.applies_to(stand)
        for brand in case.brands_of(stand)
        for trial in _trials(stand, brand, table)
    ]
    metafunc.parametrize(names, trials)


def _trials(stand: Stand, brand: Brand, table: str | None) -> list[tuple[object, ...]]:
    if table is None:
        return [(stand, brand)]
    return [(stand, brand, row) for row in getattr(stand, _TABLES[table])]


class Grounds:
    """The practice sites and sessions that tests share, each started at first use."""

    def __init__(self, folder: Callable[[str], Path], chrome: Browser, stack: AsyncExitStack) -> None:
        self._folder = folder
        self._chrome = chrome
        self._stack = stack
        self._sites: dict[str, Site] = {}
        self._customers: dict[tuple[str, str, str], Customer] = {}

    async def site(self, stand: Stand) -> Site:
        """Return the site of a stand."""
        if stand.provider not in self._sites:
            site = stand.site(self._folder(stand.provider))
            self._sites[stand.provider] = await self._stack.enter_async_context(site)
        return self._sites[stand.provider]

    async def customer(self, stand: Stand, brand: Brand, role: str, timings: Timings) -> Customer:
        """Return the customer who has a role at a brand, logged in at first use."""
        key = (stand.provider, brand.name, role)
        if key not in self._customers:
            login = login_of(f"{role}-{next(_NUMBERS)}")
            await (await self.site(stand)).open_account(brand, login.username, PASSWORD)
            self._customers[key] = await self._opened(stand, brand, login, await self._context(role), timings)
        return self._customers[key]

    async def recovered(self, stand: Stand, brand: Brand, role: str, timings: Timings) -> Customer:
        """Return the same customer, logged in again if the session was lost."""
        customer = await self.customer(stand, brand, role, timings)
        try:
            await customer.bookmaker.login()
            return customer
        except (BookmakerError, Error):
            await customer.bookmaker.close()
        reopened = await self._opened(stand, brand, login_of(customer.username), customer.context, timings)
        self._customers[stand.provider, brand.name, role] = reopened
        return reopened

    async def _opened(
        self, stand: Stand, brand: Brand, login: Credentials, context: BrowserContext, timings: Timings
    ) -> Customer:
        return await opened(stand, await self.site(stand), brand, login, context, timings)

    async def _context(self, role: str) -> BrowserContext:
        context = await self._chrome.new_context(viewport=_VIEWPORT)
        if role == _SPOILT:
            await context.add_init_script(_TEN_TIMES_AS_FAST)
        self._stack.push_async_callback(context.close)
        return context


@pytest_asyncio.fixture(loop_scope="session", scope="package")
async def grounds(tmp_path_factory: pytest.TempPathFactory, chrome: Browser) -> AsyncIterator[Grounds]:
    """The sites and sessions that all tests of this folder share; their pages would keep polling beside other tests."""
    async with AsyncExitStack() as stack:
        yield Grounds(tmp_path_factory.mktemp, chrome, stack)


@pytest_asyncio.fixture(loop_scope="session")
async def site(grounds: Grounds, stand: Stand) -> AsyncIterator[Site]:
    """The stand's site; faults and settings that a test orders there end with it."""
    site = await grounds.site(stand)
    await site.calm()
    yield site
    await site.calm()


@pytest_asyncio.fixture(loop_scope="session")
async def match(site: Site) -> Match:
    """A match that only this test bets on."""
    event = f"ev-{next(_NUMBERS)}"
    return Match(event, await site.offer(event))


@pytest_asyncio.fixture(loop_scope="session")
async def customer(grounds: Grounds, stand: Stand, brand: Brand, site: Site) -> Customer:
    """A customer whom tests share."""
    return await grounds.customer(stand, brand, "patient", PATIENT)


@pytest_asyncio.fixture(loop_scope="session")
async def newcomer(customer: Customer) -> Customer:
    """The shared customer, without bets of other tests."""
    await customer.site.forget_bets(customer.username)
    return customer


@pytest_asyncio.fixture(loop_scope="session")
async def impatient(grounds: Grounds, stand: Stand, brand: Brand, site: Site) -> Customer:
    """A customer without bets who waits only a second for answers and decisions."""
    customer = await grounds.recovered(stand, brand, "impatient", IMPATIENT)
    await customer.site.forget_bets(customer.username)
    return customer


@pytest_asyncio.fixture(loop_scope="session")
async def spoilt(grounds: Grounds, stand: Stand, brand: Brand, site: Site) -> Customer:
    """A customer without bets whose session a test may break; the site polls faster in its tabs."""
    customer = await grounds.recovered(stand, brand, _SPOILT, PATIENT)
    await customer.site.forget_bets(customer.username)
    return customer


@pytest_asyncio.fixture(loop_scope="session")
async def context(chrome: Browser) -> AsyncIterator[BrowserContext]:
    """A browser context of the test's own, in which the site polls faster."""
    context = await chrome.new_context(viewport=_VIEWPORT)
    await context.add_init_script(_TEN_TIMES_AS_FAST)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_(stand: Stand, brand: Brand, site: Site, context: BrowserContext) -> Opener:
    """Open the session of an account of the test's own; the keyword arguments are those of a login."""
    own = f"own-{next(_NUMBERS)}"
    await site.open_account(brand, own, PASSWORD)

    async def open_(
        username: str = own,
        password: str = PASSWORD,
        where: BrowserContext = context,
        timings: Timings = PATIENT,
    ) -> Customer:
        return await opened(stand, site, brand, login_of(username, password), where, timings)

    return open_
