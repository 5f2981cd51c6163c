"""The tab in which an account's history is read. It is separate from the betting tab."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from playwright.async_api import Error, Page

_EMPTY = "about:blank"


class HistoryTab:
    """Opens on first use, reopens after a crash, and is emptied after a cancelled reading."""

    def __init__(self, open_page: Callable[[], Awaitable[Page]]) -> None:
        self._open_page = open_page
        self._page: Page | None = None
        self._opening: asyncio.Task[Page] | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._was_given_up = False

    def leave(self) -> None:
        """Start emptying the tab, to free what its page uses; the next reading waits for this."""
        if self._page is not None and not self._page.is_closed():
            self._leaving = asyncio.create_task(_left(self._page))

    async def opened(self) -> Page:
        """Return the open tab, after any emptying of it has ended."""
        if self._leaving is not None:
            await asyncio.wait({self._leaving})
        if self._page is not None and not self._page.is_closed():
            return self._page
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
        return await asyncio.shield(self._opening)  # else a cancelled caller would leak a tab

    async def empty_if_given_up(self, page: Page) -> None:
        """Leave the page of a cancelled reading: its late answers would arrive during the next reading."""
        if not self._was_given_up:
            return
        try:
            await page.goto(_EMPTY)
        except Error:  # a pending navigation came first; the empty page follows
            await page.wait_for_url(_EMPTY)
        self._was_given_up = False

    def note_given_up(self, page: Page) -> None:
        """Remember that an action in this tab was cancelled, if it is the history tab."""
        self._was_given_up = self._was_given_up or page is self._page

    async def close(self) -> None:
        """Close the tab, if it is open."""
        if self._opening is not None:
            await asyncio.gather(self._opening, return_exceptions=True)
        if self._page is not None and not self._page.is_closed():
            await self._page.close()

    async def _open(self) -> Page:
        self._page = await self._open_page()
        self._page.once("crash", self._forget)
        return self._page

    def _forget(self, _page: Page) -> None:
        self._page = None


async def _left(page: Page) -> None:
    with suppress(Error):  # a page that is gone uses nothing; the next reading leaves one that stays
        await page.goto(_EMPTY)
