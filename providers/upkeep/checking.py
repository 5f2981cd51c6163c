"""Check a provider: all its TOML files are valid, and every recorded page reads as recorded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Frame, Page

from bot.errors import ConfigurationInvalid, LocatorMissing, PageDrift
from providers.kit.reading.locators import Locators, load_locators
from providers.kit.reading.readings import READING_SCRIPT, locator_argument, script
from providers.registry import provider_folders
from providers.upkeep.recorder import named_errors
from providers.upkeep.recordings import Finding, Recording, Result, recordings

_NODE_AT = script("nodeAt", "dom.js")
_VIEWPORT_WIDTH, _VIEWPORT_HEIGHT = 1280, 800


async def check_provider(name: str, browser: Browser) -> tuple[Finding, ...]:
    """Read every recorded page of a provider with its current locators; no findings mean that all is well.

    Raises ConfigurationInvalid for an unknown provider, and for an invalid TOML of the provider or of one of its
    whitelabels; the error names the file, the key and what is wrong.
    """
    folders = provider_folders(name)
    await asyncio.to_thread(load_all_locators, name, folders.selectors)
    recorded = await asyncio.to_thread(recordings, folders.fixtures, name, folders.selectors)
    if not recorded:
        return (Finding(name, "recordings", "recorded pages", f"none in {folders.fixtures / name}"),)
    async with replaying(browser) as page:
        return tuple([finding for each in recorded for finding in await _checked(page, each)])


def load_all_locators(name: str, selectors: Path) -> dict[str, Locators]:
    """Load a provider's locators and those of each whitelabel that has an overlay; the keys are the file names."""
    base = f"{name}.toml"
    overlays = sorted(selectors.glob(f"{name}.*.toml"))
    loaded = {base: load_locators(name, "", selectors)}
    return loaded | {file.name: load_locators(name, file.name.split(".")[1], selectors) for file in overlays}


@asynccontextmanager
async def replaying(browser: Browser) -> AsyncIterator[Page]:
    """Open a page without network access, to show recordings in."""
    context = await browser.new_context(
        viewport={"width": _VIEWPORT_WIDTH, "height": _VIEWPORT_HEIGHT}, offline=True, service_workers="block"
    )
    try:
        await context.route("**/*", lambda route: route.abort())
        yield await context.new_page()
    finally:
        await context.close()


async def replayed(page: Page, recording: Recording) -> Result:
    """Show a recorded page and take its reading; raises ConfigurationInvalid if its files are invalid."""
    reading = recording.reading
    await page.set_content(recording.markup)  # waits for "load", which includes the frames
    try:
        frame = await _frame(page, recording)
        with named_errors():
            raw = await frame.evaluate(READING_SCRIPT, reading.argument)
        return Result.read(recording.interpreted(raw))
    except PageDrift as drift:
        return Result.drifted(drift)


async def _checked(page: Page, recording: Recording) -> tuple[Finding, ...]:
    try:
        return recording.findings(await replayed(page, recording))
    except ConfigurationInvalid as error:
        return (Finding(recording.name, "reading", "a reading of the provider", str(error)),)


async def _frame(page: Page, recording: Recording) -> Frame:
    locator = recording.locators.page(recording.meta.page).frame
    if locator is None:
        return page.main_frame
    handle = await page.evaluate_handle(_NODE_AT, locator_argument(locator))
    element = handle.as_element()
    frame = None if element is None else await element.content_frame()
    if frame is None:
        described = " | ".join(map(str, locator))
        problem = "nothing visible matches"
        raise LocatorMissing(recording.locators.provider, recording.meta.page, "frame", described, problem)
    return frame
