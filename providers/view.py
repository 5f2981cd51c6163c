"""What a page object asks of its document, which is the tab's own or that of a frame in it."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from playwright.async_api import Error, Frame, Page

from bot.errors import AmbiguousLocator, LocatorMissing, PageDrift
from providers.frames import Embedded, Sighting
from providers.locators import Locator
from providers.reading import locator_argument, script
from providers.site import Site

ACTING = ("dom.js", "read.js", "act.js")
_NODE_AT = script("nodeAt", *ACTING)
_SIGHTED = script("sighted", *ACTING)
_POINT_INSIDE = script("pointInside", *ACTING)

RETRY_S = 0.025

_LEFT = re.compile("context was destroyed|was detached")
"""What the browser says when the document was left while it was looked at."""

_CRASHED = "crashed"
"""What it says of a page whose process died; such a page is open for ever and never answers again."""

PROBLEMS = {
    "missing": "nothing visible matches",
    "ambiguous": "several nodes match where one must",
    "disabled": "the node cannot be used now",
    "covered": "something else lies over the node",
}


class View:
    """Where a page object looks. Its frame is found once, and at every look the tab must still have it in its place."""

    name: ClassVar[str]

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self._spec = site.locators.page(self.name)

    async def frame(self) -> Frame:
        """Return the frame that the page lives in, waiting for it to be there."""
        if self._spec.frame is None:
            return self.page.main_frame
        return (await self._embedded(self._spec.frame)).frame

    async def _look(self, function: str, argument: Any) -> Any:
        """Ask what the page shows; asked again of the next document where the site left this one meanwhile."""
        deadline = self._deadline()
        while True:
            try:
                return await self._evaluate(function, argument)
            except Error as error:
                if time.monotonic() >= deadline or not _LEFT.search(str(error)):
                    raise

    async def _evaluate(self, function: str, argument: Any, timeout_s: float | None = None) -> Any:
        """Ask the page; TimeoutError if it does not answer, as one that waits for the answer to a form does not."""
        return (await self._look_within(function, argument, timeout_s))[0]

    async def _look_within(
        self, function: str, argument: Any, timeout_s: float | None = None
    ) -> tuple[Any, Sighting | None]:
        """Ask the page, and the tab in the same moment whether its frame is still the one that was asked.

        An answer of another frame counts for nothing, so what is asked must change nothing.
        """
        locator = self._spec.frame
        if locator is None:
            return await self._ask(await self.frame(), function, argument, timeout_s), None
        if (known := self.site.frames.known(self.page, locator)) is not None:
            asking = self._ask(known.frame, function, argument, timeout_s)
            answers: tuple[Any, Any] = await asyncio.gather(asking, self._sighted(known), return_exceptions=True)
            answer, sighting = answers
            if isinstance(sighting, Sighting):
                if isinstance(answer, BaseException):
                    raise answer
                return answer, sighting
            self.site.frames.forget(self.page, locator)
        found = await self._embedded(locator)
        return await self._ask(found.frame, function, argument, timeout_s), Sighting(found)

    async def _ask(self, frame: Frame, function: str, argument: Any, timeout_s: float | None = None) -> Any:
        async with asyncio.timeout(timeout_s or self.site.timings.page_s):
            return await frame.evaluate(function, None if argument is None else json.dumps(argument))

    async def _embedded(self, locator: Locator) -> Embedded:
        known = self.site.frames.known(self.page, locator)
        if known is not None and await self._sighted(known) is not None:
            return known
        deadline = self._deadline()
        while time.monotonic() < deadline:
            try:
                if (found := await self._found(locator)) is not None:
                    self.site.frames.keep(self.page, locator, found)
                    await self.site.frames.let_go()
                    return found
                await self._check_frame_may_come()
            except Error as error:
                if self._is_gone(error):
                    raise
            await asyncio.sleep(RETRY_S)
        raise self._drift("frame", locator, "missing")

    async def _found(self, locator: Locator) -> Embedded | None:
        async with asyncio.timeout(self.site.timings.page_s):
            handle = await self.page.main_frame.evaluate_handle(_NODE_AT, locator_argument(locator))
            node = handle.as_element()
            frame = None if node is None else await node.content_frame()
            if node is not None and frame is not None:
                return Embedded(frame, node)
            await handle.dispose()
            return None

    async def _sighted(self, known: Embedded) -> Sighting | None:
        """See whether the locator still finds the frame's node, and what lies over the point last aimed at."""
        aim, locator = known.last_aim, locator_argument(self._spec.frame or ())
        try:
            async with asyncio.timeout(self.site.timings.page_s):
                told = json.dumps({"locator": locator, "aim": aim})  # as text: nested values take longer on their way
                seen = await self.page.main_frame.evaluate(_SIGHTED, [known.node, told])
        except Error as error:
            if self._is_gone(error):
                raise
            return None
        return Sighting(known, aim, seen["point"]) if seen["held"] else None

    async def _on_tab(self, sighting: Sighting | None, target: dict[str, Any]) -> Mapping[str, Any]:
        """Turn a point of the page's frame into one of the tab, provided that the frame is topmost there."""
        if sighting is None or "problem" in target:
            return target
        aim = sighting.embedded.last_aim = target["x"], target["y"]
        if aim == sighting.aim and sighting.on_tab is not None:
            return sighting.on_tab
        inside = {"iframe": sighting.embedded.node, "x": target["x"], "y": target["y"]}
        async with asyncio.timeout(self.site.timings.page_s):
            point: dict[str, Any] = await self.page.main_frame.evaluate(_POINT_INSIDE, inside)
        return point

    def _is_gone(self, error: Error) -> bool:
        return self.page.is_closed() or _CRASHED in str(error)

    async def _check_frame_may_come(self) -> None:
        """Raise what a provider knows of a page that lacks the frame; by itself the page just waits for it."""

    def _deadline(self) -> float:
        return time.monotonic() + self.site.timings.page_s

    def _drift(self, name: str, locator: Locator, problem: str) -> PageDrift:
        kinds: dict[str, type[PageDrift]] = {"missing": LocatorMissing, "ambiguous": AmbiguousLocator}
        described = " | ".join(str(way) for way in locator)
        text = PROBLEMS.get(problem, problem)
        return kinds.get(problem, PageDrift)(self.site.locators.provider, self.name, name, described, text)
