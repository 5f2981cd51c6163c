"""The practice sites on free ports and one browser; all tests of this folder share one event loop for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ViewportSize

from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control
from tests.integration.practice.renewal import SharedWindow, renew_sites

_HERE = Path(__file__).parent
_VIEWPORT: ViewportSize = {"width": 1280, "height": 800}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session")
async def context(chrome: Browser) -> AsyncIterator[BrowserContext]:
    """A browser context without any saved state, for tests of what a context keeps or how many tabs it has."""
    context = await chrome.new_context(viewport=_VIEWPORT)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shared_window(chrome: Browser) -> AsyncIterator[SharedWindow]:
    """The browser context of all tests that make their pages up."""
    context = await chrome.new_context(viewport=_VIEWPORT)
    yield await SharedWindow.open(context)
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def window(shared_window: SharedWindow) -> AsyncIterator[BrowserContext]:
    """A browser context to open tabs in; it is as new after each test."""
    yield shared_window.context
    await shared_window.renew()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shared_sites(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PracticeSites]:
    """The practice sites of all tests of this folder that do not start their own."""
    practice_sites = await PracticeSites.start(tmp_path_factory.mktemp("sandbox"))
    yield practice_sites
    await practice_sites.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def practice_sites(shared_sites: PracticeSites, tmp_path: Path) -> AsyncIterator[PracticeSites]:
    """The practice sites, with empty ledgers."""
    yield shared_sites
    await renew_sites(shared_sites, tmp_path)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shared_window_on_sites(chrome: Browser, shared_sites: PracticeSites) -> AsyncIterator[SharedWindow]:
    """The browser context of all tests at the shared practice sites."""
    context = await chrome.new_context(viewport=_VIEWPORT)
    yield await SharedWindow.open(context, shared_sites)
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def window_on_sites(
    shared_window_on_sites: SharedWindow, practice_sites: PracticeSites
) -> AsyncIterator[BrowserContext]:
    """A browser context for the practice sites; it is as new after each test."""
    yield shared_window_on_sites.context
    await shared_window_on_sites.renew()


@pytest_asyncio.fixture(loop_scope="session")
async def control(practice_sites: PracticeSites) -> AsyncIterator[Control]:
    """A client of the control API."""
    async with aiohttp.ClientSession(practice_sites.addresses.control) as http:
        yield Control(http)
