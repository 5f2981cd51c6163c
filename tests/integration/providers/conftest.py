"""The practice sites on free ports and one browser; all tests of this folder share one event loop for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from bot.practice.sites.servers import Sandbox
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
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """The practice sites, with empty ledgers."""
    sandbox = await Sandbox.start(tmp_path / "sandbox")
    yield sandbox
    await sandbox.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def control(sandbox: Sandbox) -> AsyncIterator[Control]:
    """A client of the control API."""
    async with aiohttp.ClientSession(sandbox.addresses.control) as http:
        yield Control(http)
