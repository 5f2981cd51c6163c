"""How a page object asks its document, which is that of the tab or of a frame in it."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, TypeVar, cast

from playwright.async_api import Error, Frame, Page

from bot.errors import AmbiguousLocator, LocatorMissing, PageDrift
from providers.kit.browser.frames import Embedded
from providers.kit.browser.site import Site
from providers.kit.reading.locators import Locator
from providers.kit.reading.readings import locator_argument, script

_T = TypeVar("_T")

_NODE_AT = script("nodeAt", "dom.js")
_IS_HELD = script("isHeld", "dom.js", "frame.js")
_ON_TAB = script("onTab", "dom.js", "frame.js")

RETRY_S = 0.025

_LEFT = re.compile("context was destroyed|was detached")
"""The browser's error when the document was left during a look."""

_CRASHED = "crashed"
"""The browser's error for a page whose process died; such a page stays open and never answers again."""

PROBLEMS = {
    "missing": "nothing visible matches",
    "ambiguous": "several nodes match, but only one may",
    "disabled": "the node cannot be used now",
    "covered": "another node covers the node",
}


async def all_ended(*acts: Awaitable[Any]) -> list[Any]:
    """Run several actions together; raise the first error only when all have ended, so that none runs on."""
    ended: list[Any] = await asyncio.gather(*acts, return_exceptions=True)
    for each in ended:
        if isinstance(each, BaseException):
            raise each
    return ended


class View:
    """The view of a page object. Its frame is found once; every look verifies that the tab still has it in place."""

    name: ClassVar[str]

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self._spec = site.locators.page(self.name)

    @property
    def is_at_hand(self) -> bool:
        """Whether the page can be opened directly: it is in the tab itself, or its frame is known."""
        locator = self._spec.frame
        return locator is None or self.site.frames.known(self.page, locator) is not None

    async def frame(self) -> Frame:
        """Wait for the frame of the page and return it."""
        if self._spec.frame is None:
            return self.page.main_frame
        return (await self._embedded(self._spec.frame)).frame

    async def _look(self, function: str, argument: Any) -> Any:
        """Ask the page; if the site leaves the document during the look, ask the next one."""
        deadline = self._deadline()
        while True:
            try:
                return await self._evaluate(function, argument)
            except Error as error:
                if time.monotonic() >= deadline or not _LEFT.search(str(error)):
                    raise

    async def _evaluate(self, function: str, argument: Any, timeout_s: float | None = None) -> Any:
        """Ask the page; TimeoutError if it does not answer, for example while it waits for the answer to a form."""
        return await self._within(lambda frame: self._ask(frame, function, argument, timeout_s))

    async def _within(self, act: Callable[[Frame], Awaitable[_T]]) -> _T:
        """Act in the frame found last, and ask the tab at the same time whether that frame is still in place.

        If another frame is in its place, the result is discarded and ``act`` runs again in that one. It must therefore
        be harmless to run twice.
        """
        locator = self._spec.frame
        if locator is None:
            return await act(self.page.main_frame)
        if (known := self.site.frames.known(self.page, locator)) is not None:
            answers: tuple[Any, Any] = await asyncio.gather(
                act(known.frame), self._is_held(known), return_exceptions=True
            )
            answer, is_held = answers
            if is_held is True:
                if isinstance(answer, BaseException):
                    raise answer
                return cast("_T", answer)
            self.site.frames.forget(self.page, locator)
        return await act((await self._embedded(locator)).frame)

    async def _ask_last_found(self, function: str, argument: Any) -> Any:
        """Ask the frame found last without verifying that it is still in place; the answer proves nothing."""
        locator = self._spec.frame
        frame = self.page.main_frame if locator is None else (await self._last_found(locator)).frame
        return await self._ask(frame, function, argument)

    async def _target(self, function: str, argument: Any) -> Mapping[str, Any]:
        """Return where on the tab to press, or the problem; a frame must be in place and topmost there."""
        try:
            place = cast("Mapping[str, Any]", await self._ask_last_found(function, argument))
        except Error as error:
            if self._spec.frame is None or self._is_gone(error):
                raise
            place = {"problem": "missing"}  # the frame is gone or has navigated
        return await self._place_on_tab(place)

    async def _place_on_tab(self, place: Mapping[str, Any]) -> Mapping[str, Any]:
        """Convert a point or problem reported by the page into a point on the tab, or into a problem."""
        locator = self._spec.frame
        if locator is None:
            return place
        known = await self._last_found(locator)
        try:
            point = await self._target_within(known, locator, place)
        except Error as error:
            if self._is_gone(error):
                raise
            point = {"problem": "missing"}
        if "problem" in point and not await self._is_held(known):
            self.site.frames.forget(self.page, locator)
        return point

    async def _target_within(self, known: Embedded, locator: Locator, inside: Mapping[str, Any]) -> Mapping[str, Any]:
        if "problem" in inside:
            return inside
        text = json.dumps({"locator": locator_argument(locator), "x": inside["x"], "y": inside["y"]})
        async with asyncio.timeout(self.site.timings.page_s):
            return cast("Mapping[str, Any]", await self.page.main_frame.evaluate(_ON_TAB, [known.node, text]))

    async def _last_found(self, locator: Locator) -> Embedded:
        return self.site.frames.known(self.page, locator) or await self._embedded(locator)

    async def _ask(self, frame: Frame, function: str, argument: Any, timeout_s: float | None = None) -> Any:
        async with asyncio.timeout(timeout_s or self.site.timings.page_s):
            return await frame.evaluate(function, None if argument is None else json.dumps(argument))

    async def _embedded(self, locator: Locator) -> Embedded:
        known = self.site.frames.known(self.page, locator)
        if known is not None and await self._is_held(known):
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

    async def _is_held(self, known: Embedded) -> bool:
        """Return whether the frame's locator still finds the node that holds it."""
        text = json.dumps(locator_argument(self._spec.frame or ()))  # as text, which is transferred faster
        try:
            async with asyncio.timeout(self.site.timings.page_s):
                is_held: bool = await self.page.main_frame.evaluate(_IS_HELD, [known.node, text])
        except Error as error:
            if self._is_gone(error):
                raise
            return False
        return is_held

    def _is_gone(self, error: Error) -> bool:
        return self.page.is_closed() or _CRASHED in str(error)

    async def _check_frame_may_come(self) -> None:
        """Raise an error if the frame cannot appear any more. Providers override this; by default the page waits."""

    def _deadline(self) -> float:
        return time.monotonic() + self.site.timings.page_s

    def _drift(self, name: str, locator: Locator, problem: str) -> PageDrift:
        kinds: dict[str, type[PageDrift]] = {"missing": LocatorMissing, "ambiguous": AmbiguousLocator}
        described = " | ".join(str(way) for way in locator)
        text = PROBLEMS.get(problem, problem)
        return kinds.get(problem, PageDrift)(self.site.locators.provider, self.name, name, described, text)
