"""The tab in which an account's history is read, beside the one that bets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from playwright.async_api import Error, Page

_EMPTY = "about:blank"


class HistoryTab:
    """Opens when it is first needed, opens anew after a crash, and is emptied after a reading that was given up."""

    def __init__(self, open_page: Callable[[], Awaitable[Page]]) -> None:
        self._open_page = open_page
        self._page: Page | None = None
        self._opening: asyncio.Task[Page] | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._was_given_up = False

    def leave(self) -> None:
        """Begin to empty the tab, whose page takes its share of the machine; whoever reads next waits for that."""
        if self._page is not None and not self._page.is_closed():
            self._leaving = asyncio.create_task(_left(self._page))

    async def opened(self) -> Page:
        """Return the tab, open, and on its way nowhere."""
        if self._leaving is not None:
            await asyncio.wait({self._leaving})
        if self._page is not None and not self._page.is_closed():
            return self._page
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
        return await asyncio.shield(self._opening)  # a tab that opens for nobody would stay open for ever

    async def empty_if_given_up(self, page: Page) -> None:
        """Leave whatever a reading that was given up had asked for: it would arrive under the next one's eyes."""
        if not self._was_given_up:
            return
        try:
            await page.goto(_EMPTY)
        except Error:  # a page that was on its way came first, and this one comes after it
            await page.wait_for_url(_EMPTY)
        self._was_given_up = False

    def note_given_up(self, page: Page) -> None:
        """Remember that what was done in this tab, if it is the history's, was given up."""
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
    with suppress(Error):  # a page that is gone takes no share either, and one that stays is left by the next reading
        await page.goto(_EMPTY)
