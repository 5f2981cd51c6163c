"""Fixtures for every kind of test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright

from bot.adapters.chromium import find_chromium, find_headless_chromium
from bot.adapters.embedded_redis import embedded_redis

_ONE_RENDERER = "--renderer-process-limit=1"
"""Pages of all tests share processes, which saves a sixth of the time; the pages themselves notice nothing of it."""


@pytest.fixture
async def redis_url(tmp_path: Path) -> AsyncIterator[str]:
    """A real, empty redis-server of the test's own."""
    async with embedded_redis(tmp_path / "redis") as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The Chromium that set-up found or installed, for headless use."""
    found = find_headless_chromium()
    assert found, "no browser on this machine: run make setup"
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], chromium: Path, pytestconfig: pytest.Config
) -> dict[str, Any]:
    """pytest-playwright's launch options: our browser, and no sandbox for root, which cannot work there."""
    unsandboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    executable = find_chromium() if pytestconfig.getoption("--headed") else chromium
    return browser_type_launch_args | {"executable_path": str(executable), "args": unsandboxed}


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def driver() -> AsyncIterator[Playwright]:
    """One Playwright for all asyncio tests of a process."""
    async with async_playwright() as driver:
        driver.selectors.set_test_id_attribute("data-test-id")
        yield driver


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def chrome(chromium: Path, driver: Playwright) -> AsyncIterator[Browser]:
    """One headless Chromium for all asyncio tests of a process; each test opens contexts of its own in it."""
    unsandboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = await driver.chromium.launch(executable_path=chromium, args=[*unsandboxed, _ONE_RENDERER])
    yield browser
    await browser.close()
