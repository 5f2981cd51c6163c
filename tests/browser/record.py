"""Record pages of the practice sites: python -m tests.browser.record [PROVIDER/PAGE/CASE ...]

Without names every case is recorded again. Then review the diff: expected.json holds what was just read, and only a
human can confirm that the page really showed it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, async_playwright

from bot.adapters.chromium import find_headless_chromium
from bot.ports.bookmaker import Whitelabel
from bot.practice.sites.servers import PracticeSites
from providers.kit.browser.site import Site, Timings
from providers.kit.reading.locators import load_locators
from providers.kit.reading.parsing import Dialect
from providers.registry import provider_folders
from providers.upkeep.recorder import Case, record
from providers.upkeep.scrubbing import Scrubber
from tests.browser.frontier_scenes import FRONTIER_SCENES
from tests.browser.harbour_scenes import HARBOUR_SCENES
from tests.browser.lotus_scenes import LOTUS_SCENES
from tests.browser.scenes import Scene, Stage
from tests.integration.practice.control_client import Control

SCENES: Sequence[Scene] = (*HARBOUR_SCENES, *LOTUS_SCENES, *FRONTIER_SCENES)
_VIEWPORT = {"width": 1280, "height": 800}


async def record_scenes(names: Sequence[str]) -> None:
    """Play the named scenes, or all of them, and save the pages."""
    unsandboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_headless_chromium(), args=unsandboxed)
        for scene in SCENES:
            await _record(scene, browser, names)
        await browser.close()


async def _record(scene: Scene, browser: Browser, names: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as data:
        practice_sites = await PracticeSites.start(Path(data))
        whitelabel = scene.whitelabel(practice_sites.addresses)
        if not names or f"{whitelabel.provider}/{scene.page}/{scene.case}" in names:
            async with aiohttp.ClientSession(practice_sites.addresses.control) as http:
                context = await browser.new_context(viewport=_VIEWPORT)  # type: ignore[arg-type]
                page = await scene.play(Stage(Control(http), practice_sites.addresses, context))
                case = Case(scene.page, scene.case, scene.reading)
                folders = provider_folders(whitelabel.provider)
                recording, result = await record(page, _site(scene, whitelabel), case, Scrubber(), folders)
                sys.stdout.write(f"{recording.name}: {'read' if result.error is None else result.problem}\n")
                await context.close()
        await practice_sites.stop()


def _site(scene: Scene, whitelabel: Whitelabel) -> Site:
    locators = load_locators(whitelabel.provider, whitelabel.name)
    return Site(whitelabel, locators, Dialect.of(locators, whitelabel, scene.currency), Timings())


if __name__ == "__main__":
    asyncio.run(record_scenes(sys.argv[1:]))
