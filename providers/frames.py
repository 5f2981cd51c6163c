"""The frames that pages live in: found once, and held against the tab at every look from then on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.async_api import ElementHandle, Error, Frame, Page

from providers.locators import Locator


@dataclass(slots=True)
class Embedded:
    """A frame, the node of the tab that holds it, and the point in it that was aimed at last."""

    frame: Frame
    node: ElementHandle
    last_aim: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the tab said of a frame while that was looked at: where a point of it is on the tab, or what covers it."""

    embedded: Embedded
    aim: tuple[float, float] | None = None
    on_tab: Mapping[str, Any] | None = None


class Frames:
    """The frames of one session's tabs, by the locators that found them."""

    def __init__(self) -> None:
        self._found: dict[tuple[Page, Locator], Embedded] = {}
        self._superseded: list[Embedded] = []

    def known(self, page: Page, locator: Locator) -> Embedded | None:
        """Return the frame that was found last, unless it is gone; whether it is still the one, the tab must say."""
        found = self._found.get((page, locator))
        return None if found is None or found.frame.is_detached() else found

    def of(self, page: Page) -> list[Frame]:
        """Return the frames of a tab that pages were found to live in."""
        return [found.frame for (tab, _), found in self._found.items() if tab is page and not found.frame.is_detached()]

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
