"""The practice sites on free ports, a client of their control API, and a browser.

All tests of this folder share one event loop, so that they can share one browser.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, expect

from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control
from tests.integration.practice.renewal import SharedWindow, renew_sites

__all__ = ["Control"]

_HERE = Path(__file__).parent
_PATIENCE_MS = 20_000  # long enough for a busy machine
expect.set_options(timeout=_PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shared_sites(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PracticeSites]:
    """The practice sites that all tests of this folder share, so that the browser knows their files."""
    practice_sites = await PracticeSites.start(tmp_path_factory.mktemp("sandbox"))
    yield practice_sites
    await practice_sites.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def practice_sites(shared_sites: PracticeSites, tmp_path: Path) -> AsyncIterator[PracticeSites]:
    """The practice sites with empty ledgers."""
    yield shared_sites
    await renew_sites(shared_sites, tmp_path)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shared_window(chrome: Browser, shared_sites: PracticeSites) -> AsyncIterator[SharedWindow]:
    """The browser window that all tests of this folder share."""
    async with _window(chrome) as context:
        yield await SharedWindow.open(context, shared_sites)


@pytest_asyncio.fixture(loop_scope="session")
async def browser_context(shared_window: SharedWindow, practice_sites: PracticeSites) -> AsyncIterator[BrowserContext]:
    """A browser window of one customer, who opens tabs of their own in it."""
    yield shared_window.context
    await shared_window.renew()


@pytest_asyncio.fixture(loop_scope="session")
async def own_context(chrome: Browser) -> AsyncIterator[BrowserContext]:
    """A browser window for a test that stops the clock of its pages, which nothing starts again."""
    async with _window(chrome) as context:
        yield context


@asynccontextmanager
async def _window(chrome: Browser) -> AsyncIterator[BrowserContext]:
    context = await chrome.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(_PATIENCE_MS)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def control(practice_sites: PracticeSites) -> AsyncIterator[Control]:
    """A client of the control API."""
    async with aiohttp.ClientSession(practice_sites.addresses.control) as http:
        yield Control(http)
