"""Runs every provider at its harness: one practice site and a few sessions per harness, and a match for each test.

All tests of this folder share one event loop, so that they can share sites, sessions and the browser.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
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
from tests.conformance.bookmakers.harness import Brand, Harness, Site
from tests.conformance.bookmakers.harnesses import harnesses

_HERE = Path(__file__).parent
_NUMBERS = count(1)
_TABLES = {"refusal": "refusals", "meddling": "meddlings"}
_VIEWPORT: ViewportSize = {"width": 1280, "height": 800}
_SPOILT = "spoilt"
_EMPTY = "about:blank"
_TEN_TIMES_AS_FAST = """
for (const name of ["setInterval", "setTimeout"]) {
    const real = window[name];
    window[name] = (act, ms, ...rest) => real(act, ms / 10, ...rest);
}
"""

Opener = Callable[..., Awaitable[Customer]]
"""Opens a session of an account of the test's own; keyword arguments change the login."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ours = [index for index, item in enumerate(items) if item.path.is_relative_to(_HERE)]
    for index in ours:
        items[index].add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
        _name(items[index])
    ordered = sorted((items[index] for index in ours), key=_file_and_provider)
    for index, item in zip(ours, ordered, strict=True):
        items[index] = item


def _file_and_provider(item: pytest.Item) -> tuple[str, str]:
    """Sort the tests of a file by provider, so that each provider's sessions are set up once."""
    provider = next((str(value) for name, value in item.user_properties if name == "provider"), "")
    return str(item.path), provider


def _name(item: pytest.Item) -> None:
    """Record case and provider in the test's user properties, from which the tables are made."""
    if not isinstance(item, pytest.Function) or (case := Case.of(item)) is None:
        return
    harness = item.callspec.params["harness"]
    if isinstance(harness, Harness):  # pytest puts a placeholder there when no harness can show the case
        item.user_properties += [("case", case.id), ("provider", harness.provider)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a case at every harness that can show it, for the brands and rows of the harness's table that it asks for."""
    case = Case.of(metafunc.definition)
    if case is None:
        return
    table = next((name for name in _TABLES if name in metafunc.fixturenames), None)
    names = ("harness", "brand") if table is None else ("harness", "brand", table)
    trials = [
        pytest.param(*trial, id="-".join((case.id, harness.provider, brand.name, *map(str, trial[2:]))))
        for harness in harnesses().values()
        if case.applies_to(harness)
        for brand in case.brands_of(harness)
        for trial in _trials(harness, brand, table)
    ]
    metafunc.parametrize(names, trials)


def _trials(harness: Harness, brand: Brand, table: str | None) -> list[tuple[object, ...]]:
    if table is None:
        return [(harness, brand)]
    return [(harness, brand, row) for row in getattr(harness, _TABLES[table])]


class SharedSites:
    """The practice sites and sessions of all providers, each started at first use and kept for the files that follow.

    Only one provider's sessions are in use; the pages of the others are left, because they would keep polling.
    """

    def __init__(self, folder: Callable[[str], Path], chrome: Browser) -> None:
        self._folder = folder
        self._chrome = chrome
        self._stack = AsyncExitStack()
        self._sites: dict[str, Site] = {}
        self._customers: dict[tuple[str, str, str], Customer] = {}
        self._resting: set[tuple[str, str, str]] = set()
        self._in_use: str | None = None

    async def site(self, harness: Harness) -> Site:
        """Return the site of a harness, whose provider is then the one in use."""
        if harness.provider != self._in_use:
            await self.rest()
            self._in_use = harness.provider
        if harness.provider not in self._sites:
            site = await self._stack.enter_async_context(harness.site(self._folder(harness.provider)))
            await site.calm()
            self._sites[harness.provider] = site
        return self._sites[harness.provider]

    async def rest(self) -> None:
        """Leave the pages of all sessions; each is logged in again, in the same browser context, at its next use."""
        for key in self._customers.keys() - self._resting:
            await leave_pages(self._customers[key])
        self._resting = set(self._customers)

    async def close(self) -> None:
        """Close the sessions and the sites."""
        await self._stack.aclose()

    async def customer(self, harness: Harness, brand: Brand, role: str, timings: Timings) -> Customer:
        """Return the customer who has a role at a brand, logged in at first use."""
        key = (harness.provider, brand.name, role)
        if key in self._resting:
            return await self.recovered(harness, brand, role, timings)
        if key not in self._customers:
            login = login_of(f"{role}-{next(_NUMBERS)}")
            await (await self.site(harness)).open_account(brand, login.username, PASSWORD)
            self._customers[key] = await self._opened(harness, brand, login, await self._context(role), timings)
        return self._customers[key]

    async def recovered(self, harness: Harness, brand: Brand, role: str, timings: Timings) -> Customer:
        """Return the same customer, logged in again if the session was lost."""
        key = (harness.provider, brand.name, role)
        if key not in self._customers:
            return await self.customer(harness, brand, role, timings)
        self._resting.discard(key)
        customer = self._customers[key]
        try:
            await customer.bookmaker.login()
            return customer
        except (BookmakerError, Error):
            await customer.bookmaker.close()
        reopened = await self._opened(harness, brand, login_of(customer.username), customer.context, timings)
        self._customers[key] = reopened
        return reopened

    async def _opened(
        self, harness: Harness, brand: Brand, login: Credentials, context: BrowserContext, timings: Timings
    ) -> Customer:
        return await opened(harness, await self.site(harness), brand, login, context, timings)

    async def _context(self, role: str) -> BrowserContext:
        context = await new_window(self._chrome, is_fast=role == _SPOILT)
        self._stack.push_async_callback(context.close)
        return context


async def new_window(chrome: Browser, *, is_fast: bool) -> BrowserContext:
    """Open a browser context; in a fast one the site polls ten times as fast."""
    context = await chrome.new_context(viewport=_VIEWPORT)
    if is_fast:
        await context.add_init_script(_TEN_TIMES_AS_FAST)
    return context


async def leave_pages(customer: Customer) -> None:
    """Send a customer's tabs to an empty page, so that they poll no more."""
    for page in customer.context.pages:
        with suppress(Error):  # a page that finds its session ended may be on its way elsewhere
            await page.goto(_EMPTY)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def all_sites(tmp_path_factory: pytest.TempPathFactory, chrome: Browser) -> AsyncIterator[SharedSites]:
    """The sites and sessions that all tests of this folder share."""
    all_sites = SharedSites(tmp_path_factory.mktemp, chrome)
    yield all_sites
    await all_sites.close()


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def shared_sites(all_sites: SharedSites) -> AsyncIterator[SharedSites]:
    """The same; when a file ends, its pages are left, because they would poll beside the tests of other folders."""
    yield all_sites
    await all_sites.rest()


@pytest_asyncio.fixture(loop_scope="session")
async def site(shared_sites: SharedSites, harness: Harness) -> AsyncIterator[Site]:
    """The harness's site; faults and settings that a test orders there end with it."""
    site = await shared_sites.site(harness)
    yield site
    await site.calm()


@pytest_asyncio.fixture(loop_scope="session")
async def match(site: Site) -> Match:
    """A match that only this test bets on."""
    event = f"ev-{next(_NUMBERS)}"
    return Match(event, await site.offer(event))


@pytest_asyncio.fixture(loop_scope="session")
async def customer(shared_sites: SharedSites, harness: Harness, brand: Brand, site: Site) -> Customer:
    """A customer whom tests share."""
    return await shared_sites.customer(harness, brand, "patient", PATIENT)


@pytest_asyncio.fixture(loop_scope="session")
async def newcomer(customer: Customer) -> Customer:
    """The shared customer, without bets of other tests."""
    await customer.site.forget_bets(customer.username)
    return customer


@pytest_asyncio.fixture(loop_scope="session")
async def impatient(shared_sites: SharedSites, harness: Harness, brand: Brand, site: Site) -> Customer:
    """A customer without bets who waits only a second for answers and decisions."""
    customer = await shared_sites.recovered(harness, brand, "impatient", IMPATIENT)
    await customer.site.forget_bets(customer.username)
    return customer


@pytest_asyncio.fixture(loop_scope="session")
async def spoilt(shared_sites: SharedSites, harness: Harness, brand: Brand, site: Site) -> AsyncIterator[Customer]:
    """A customer without bets whose session a test may break; the site polls faster in its tabs."""
    customer = await shared_sites.recovered(harness, brand, _SPOILT, PATIENT)
    await customer.site.forget_bets(customer.username)
    yield customer
    await leave_pages(customer)  # the fast polling would go on beside the tests that follow


@pytest_asyncio.fixture(loop_scope="session")
async def open_(harness: Harness, brand: Brand, site: Site, chrome: Browser) -> AsyncIterator[Opener]:
    """Open the session of an account of the test's own; the keyword arguments are those of a login.

    Unless another is named, it is opened in a browser context of the test's own, in which the site polls faster.
    """
    own, windows = f"own-{next(_NUMBERS)}", list[BrowserContext]()
    await site.open_account(brand, own, PASSWORD)

    async def open_(
        username: str = own,
        password: str = PASSWORD,
        where: BrowserContext | None = None,
        timings: Timings = PATIENT,
    ) -> Customer:
        if where is None and not windows:
            windows.append(await new_window(chrome, is_fast=True))
        return await opened(harness, site, brand, login_of(username, password), where or windows[0], timings)

    yield open_
    for window in windows:
        await window.close()
