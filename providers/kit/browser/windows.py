"""Windows that a site opens. They are closed at once, unless a page object asked for one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from urllib.parse import urlsplit

from loguru import logger
from playwright.async_api import Error, Page


class Windows:
    """The windows that one session's tabs open. None of them ever becomes the betting page on its own."""

    def __init__(self) -> None:
        self._wanted_by: set[Page] = set()
        self._closing: set[asyncio.Task[None]] = set()

    def attend(self, page: Page) -> None:
        """Close the windows that a tab opens from now on."""
        page.on("popup", partial(self._opened, page))

    async def wanted(self, page: Page, act: Callable[[], Awaitable[None]], timeout_s: float) -> Page:
        """Run an action that opens a window from a tab, and return it; raises Playwright's Error if none opens."""
        self._wanted_by.add(page)
        try:
            async with page.expect_popup(timeout=timeout_s * 1000) as opening:
                await act()
            return await opening.value
        finally:
            self._wanted_by.discard(page)

    def _opened(self, page: Page, window: Page) -> None:
        if page in self._wanted_by:
            self._wanted_by.discard(page)  # only one window was asked for
            return
        closing = asyncio.create_task(_close(window))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)


async def _close(window: Page) -> None:
    logger.info("closed a window that the site opened, at {!r}", urlsplit(window.url).netloc)
    with suppress(Error):
        await window.close()
