"""The practice sites on free ports and one browser; all tests of this folder share one event loop for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from bot.practice.sites.servers import PracticeSites
from tests.integration.practice.control_client import Control

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session")
async def context(chrome: Browser) -> AsyncIterator[BrowserContext]:
    """A browser context without any saved state."""
    context = await chrome.new_context(viewport={"width": 1280, "height": 800})
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def practice_sites(tmp_path: Path) -> AsyncIterator[PracticeSites]:
    """The practice sites, with empty ledgers."""
    practice_sites = await PracticeSites.start(tmp_path / "sandbox")
    yield practice_sites
    await practice_sites.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def control(practice_sites: PracticeSites) -> AsyncIterator[Control]:
    """A client of the control API."""
    async with aiohttp.ClientSession(practice_sites.addresses.control) as http:
        yield Control(http)
