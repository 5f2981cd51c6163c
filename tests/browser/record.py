"""Record pages from the practice bookmakers: python -m tests.browser.record [PROVIDER/PAGE/CASE ...]

Without names every case is recorded anew. Then look at what changed: expected.json holds what was read just now, and
only you can say that the page really showed it.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page, async_playwright

from bot.adapters.chromium import find_headless_chromium
from bot.errors import PageDrift
from bot.ports import PageSnapshot, Whitelabel
from bot.sandbox.servers import Sandbox
from providers.locators import load_locators
from providers.page import PageObject, Site, Timings
from providers.parsing import Dialect
from providers.snapshot import take_snapshot
from tests.browser.harbour_scenes import HARBOUR_SCENES
from tests.browser.lotus_scenes import LOTUS_SCENES
from tests.browser.recordings import FOLDER, Meta, described, flattened
from tests.browser.scenes import Scene, Stage
from tests.integration.sandbox.control_client import Control

SCENES: Sequence[Scene] = (*HARBOUR_SCENES, *LOTUS_SCENES)
_VIEWPORT = {"width": 1280, "height": 800}


async def record(names: Sequence[str]) -> None:
    """Play the scenes of these names, or all, and keep the pages."""
    unsandboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_headless_chromium(), args=unsandboxed)
        for scene in SCENES:
            await _record(scene, browser, names)
        await browser.close()


async def _record(scene: Scene, browser: Browser, names: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as data:
        sandbox = await Sandbox.start(Path(data))
        whitelabel = scene.whitelabel(sandbox.addresses)
        name = f"{whitelabel.provider}/{scene.page}/{scene.case}"
        if not names or name in names:
            async with aiohttp.ClientSession(sandbox.addresses.control) as http:
                context = await browser.new_context(viewport=_VIEWPORT)  # type: ignore[arg-type]
                page = await scene.play(Stage(Control(http), sandbox.addresses, context))
                _keep(name, scene, whitelabel, await take_snapshot(page), await _read(page, scene, whitelabel))
                await context.close()
        await sandbox.stop()


async def _read(page: Page, scene: Scene, whitelabel: Whitelabel) -> tuple[str, dict[str, Any]]:
    locators = load_locators(whitelabel.provider, whitelabel.name)
    site = Site(whitelabel, locators, Dialect.of(locators, whitelabel, scene.currency), Timings())
    try:
        return "expected.json", flattened(await _Recorded(page, site, scene.page).read(scene.reading))
    except PageDrift as drift:
        return "error.json", described(drift)


class _Recorded(PageObject):
    def __init__(self, page: Page, site: Site, name: str) -> None:
        self.name = name  # type: ignore[misc]
        super().__init__(page, site)


def _keep(
    name: str, scene: Scene, whitelabel: Whitelabel, snapshot: PageSnapshot, read: tuple[str, dict[str, Any]]
) -> None:
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    brand = {key: str(getattr(whitelabel, key)) for key in ("provider", "language", "odds_style", "time_zone")}
    url = snapshot.url.removeprefix(whitelabel.base_url)
    meta = Meta(
        whitelabel=whitelabel.name,
        page=scene.page,
        reading=scene.reading,
        currency=scene.currency,
        url=url,
        recorded_at=snapshot.taken_at.replace(microsecond=0),
        **brand,
    )
    (folder / "page.html").write_text(snapshot.html + "\n", "utf-8")
    (folder / "meta.toml").write_text(_toml(asdict(meta)), "utf-8")
    file, content = read
    (folder / file).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    sys.stdout.write(f"{name}: {file}\n")


def _toml(table: dict[str, Any]) -> str:
    return "".join(
        f"{key} = {value.isoformat() if key == 'recorded_at' else json.dumps(value)}\n" for key, value in table.items()
    )


if __name__ == "__main__":
    asyncio.run(record(sys.argv[1:]))
