"""The frames that pages live in: found once, and held against the tab at every look from then on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import ElementHandle, Error, Frame, Page

from providers.kit.reading.locators import Locator


@dataclass(frozen=True, slots=True)
class Embedded:
    """A frame, and the node of the tab that holds it."""

    frame: Frame
    node: ElementHandle


class Frames:
    """The frames of one session's tabs, by the locators that found them."""

    def __init__(self) -> None:
        self._found: dict[tuple[Page, Locator], Embedded] = {}
        self._superseded: list[Embedded] = []

    def known(self, page: Page, locator: Locator) -> Embedded | None:
        """Return the frame that was found last, unless it is gone; whether it is still the one, the tab must say."""
        found = self._found.get((page, locator))
        return None if found is None or found.frame.is_detached() else found

    def of(self, page: Page) -> dict[Frame, ElementHandle]:
        """Return the frames of a tab that pages were found to live in, with the nodes that held them then."""
        found = (each for (tab, _), each in self._found.items() if tab is page)
        return {each.frame: each.node for each in found if not each.frame.is_detached()}

    def keep(self, page: Page, locator: Locator, found: Embedded) -> None:
        """Remember a frame in place of the one before."""
        self.forget(page, locator)
        self._found[page, locator] = found

    def forget(self, page: Page, locator: Locator) -> None:
        """Look for the frame anew the next time."""
        if (before := self._found.pop((page, locator), None)) is not None:
            self._superseded.append(before)

    async def let_go(self) -> None:
        """Let go of the nodes of frames that others came in place of; the browser's driver would keep each for ever."""
        while self._superseded:
            with suppress(Error):  # its page is gone, and the node with it
                await self._superseded.pop().node.dispose()
