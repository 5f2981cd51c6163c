"""A guard over an armed slip, which stands in the page itself from arming to the answer.

Whatever is looked at from outside may have changed before the click arrives. The guard therefore judges the press where
it lands: one press is let through, on the button, while the slip shows exactly what it showed when it was armed. What
disturbs the slip beforehand it tells at once, and what the page answers, too, so that neither must be asked for.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Error, Frame, JSHandle, Page

_NEWS = "(post) => post.news"
_FIRST = "(post) => post.first"
_WATCH = "(post, place) => post.watch(place)"
_END = "(post) => post.end()"
_LEAVE = "(post) => post.leave()"
_LEAVES_WITHIN_S = 2.0
_LET_THROUGH_S = 0.3
"""How long after the browser has confirmed a press the guard is asked whether it has seen it, without any news."""


@dataclass(frozen=True, slots=True)
class Post:
    """A guard's place in one document."""

    handle: JSHandle
    news: asyncio.Task[dict[str, Any]]

    @classmethod
    async def taken(cls, frame: Frame, function: str, argument: Any) -> Post:
        """Have a function set up a guard in a document; raises Playwright's Error."""
        handle = await frame.evaluate_handle(function, argument)
        news = asyncio.create_task(_news(handle))
        news.add_done_callback(_noticed)
        return cls(handle, news)

    async def first(self) -> Any:
        """Return what the document showed in the beginning."""
        return json.loads(await self.handle.evaluate(_FIRST))

    async def watch(self, place: tuple[float, float]) -> Any:
        """Have the frame within this document watched at a place of its own, and return where on the tab that is."""
        x, y = place
        return json.loads(await self.handle.evaluate(_WATCH, {"x": x, "y": y}))

    async def leave(self) -> None:
        """Hold nothing back any more; a document that is gone has done so already, one that hangs takes no press."""
        self.news.cancel()
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_LEAVES_WITHIN_S):
                await self.handle.evaluate(_LEAVE)


class Guard:
    """What stands over one slip: in its document and, where that is in a frame, in the one around it.

    ``point`` is where the button is to be pressed; the mouse is moved there at once, and only the press is left to do.
    """

    def __init__(self, page: Page, point: tuple[float, float], slip: Post, around: Post | None = None) -> None:
        self.point = point
        self._slip = slip
        self._posts = [slip] if around is None else [slip, around]
        self._pointing = asyncio.create_task(page.mouse.move(*point))  # the page takes note of it at its next frame
        self._pointing.add_done_callback(_noticed)

    @property
    def is_undisturbed(self) -> bool:
        """Whether, as far as is known by now, all is as it was when the guard was set up."""
        return not any(post.news.done() for post in self._posts)

    async def pointed(self, within_s: float) -> bool:
        """Wait until the mouse is where the button is; False when it does not get there, or not in time."""
        await asyncio.wait({self._pointing}, timeout=within_s)
        return self._pointing.done() and not self._pointing.cancelled() and self._pointing.exception() is None

    async def disturbed(self) -> None:
        """Wait until something is not as it was, or the page has gone elsewhere."""
        await asyncio.wait([post.news for post in self._posts], return_when=asyncio.FIRST_COMPLETED)

    async def answer(self) -> tuple[frozenset[str], str | None] | None:
        """Wait for what the page shows after the press: the answers' nodes, and the receipt as it was read.

        No nodes when the time for an answer is up; None when the page has gone elsewhere, so that its guard is gone.
        What was not pressed is not answered, whatever the page shows: then this waits for ever.
        """
        news = self._slip.news
        await asyncio.wait({news})
        if news.cancelled() or news.exception() is not None:
            return None
        if not self._is_answered:
            await asyncio.Event().wait()
        told = news.result()
        return frozenset(told["names"]), told["raw"]

    async def held_back(self, press: asyncio.Task[None]) -> None:
        """Return when a press has provably not reached the slip and never will; as long as it may, wait for ever."""
        news = [post.news for post in self._posts]
        await asyncio.wait([press, *news], return_when=asyncio.FIRST_COMPLETED)
        if self.is_undisturbed:
            await asyncio.wait(news, timeout=_LET_THROUGH_S, return_when=asyncio.FIRST_COMPLETED)
        if self._is_answered or not await self._ended_unpressed():
            await asyncio.Event().wait()

    @property
    def _is_answered(self) -> bool:
        """Whether the guard has told of a press and its answer, so that it need not be asked whether there was one."""
        news = self._slip.news
        is_told = news.done() and not news.cancelled() and news.exception() is None
        return is_told and "names" in news.result()

    async def leave(self) -> None:
        """Hold nothing back any more."""
        await asyncio.gather(*(post.leave() for post in self._posts))

    async def _ended_unpressed(self) -> bool:
        try:
            return not await self._slip.handle.evaluate(_END)
        except Error:
            return False


class Guards:
    """The guards of one session's tabs: one for each, set up by one caller at a time."""

    def __init__(self) -> None:
        self._standing: dict[Page, asyncio.Task[Guard]] = {}

    def of(self, page: Page) -> Guard | None:
        """Return a tab's guard, if one has been set up."""
        known = self._known(page)
        return known if isinstance(known, Guard) else None

    async def settled(self, page: Page) -> Guard | BaseException | None:
        """Return a tab's guard, or why it could not be set up, as soon as that is known; None where there is none."""
        if (setting_up := self._standing.get(page)) is not None:
            await asyncio.wait({setting_up})
        return self._known(page)

    def _known(self, page: Page) -> Guard | BaseException | None:
        setting_up = self._standing.get(page)
        if setting_up is None or not setting_up.done() or setting_up.cancelled():
            return None
        return setting_up.exception() or setting_up.result()

    def begin(self, page: Page, set_up: Coroutine[Any, Any, Guard]) -> asyncio.Task[Guard]:
        """Begin to set up a guard in place of the one before."""
        before = self._standing.get(page)
        self._standing[page] = relieving = asyncio.create_task(_relieved(before, set_up))
        relieving.add_done_callback(_noticed)
        return relieving

    async def over(self, page: Page, set_up: Coroutine[Any, Any, Guard]) -> Guard:
        """Set up a guard in place of the one before.

        A caller that is given up does not end this: a guard that nobody knows of would hold back whatever comes later.
        """
        return await asyncio.shield(self.begin(page, set_up))

    async def lift(self, page: Page) -> None:
        """Have a tab's guard leave, so that the tab may be used."""
        if (standing := self._standing.pop(page, None)) is not None:
            await asyncio.shield(asyncio.create_task(_gone(standing)))


async def _relieved(before: asyncio.Task[Guard] | None, set_up: Coroutine[Any, Any, Guard]) -> Guard:
    if before is not None:
        await _gone(before)
    return await set_up


async def _gone(standing: asyncio.Task[Guard]) -> None:
    await asyncio.wait({standing})
    if not standing.cancelled() and standing.exception() is None:
        await standing.result().leave()


async def _news(handle: JSHandle) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(await handle.evaluate(_NEWS))
    return told


def _noticed(task: asyncio.Task[Any]) -> None:
    """Take note of an error that nobody may be waiting for."""
    if not task.cancelled():
        task.exception()
