"""A guard over an armed slip, which runs in the page itself from arming to the answer.

Anything read from outside may have changed before the click arrives. The guard therefore judges the press in the page:
it lets one press on the button through, and only while the slip shows exactly what it showed when it was armed. It
reports at once what disturbs the slip, and what the page answers, so that neither must be polled.
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
"""How long to wait for news from the guard, after the browser confirmed a press, before asking it for the press."""


@dataclass(frozen=True, slots=True)
class Post:
    """The part of a guard in one document."""

    handle: JSHandle
    news: asyncio.Task[dict[str, Any]]

    @classmethod
    async def taken(cls, frame: Frame, function: str, argument: Any) -> Post:
        """Set up a guard in a document by calling a script function; raises Playwright's Error."""
        handle = await frame.evaluate_handle(function, argument)
        news = asyncio.create_task(_news(handle))
        news.add_done_callback(_noticed)
        return cls(handle, news)

    async def first(self) -> Any:
        """Return what the document showed when the guard was set up."""
        return json.loads(await self.handle.evaluate(_FIRST))

    async def watch(self, place: tuple[float, float]) -> Any:
        """Watch the frame at a point given in its own coordinates, and return where that point is on the tab."""
        x, y = place
        return json.loads(await self.handle.evaluate(_WATCH, {"x": x, "y": y}))

    async def leave(self) -> None:
        """Stop holding presses back. A document that is gone holds none back, and one that hangs takes none."""
        self.news.cancel()
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_LEAVES_WITHIN_S):
                await self.handle.evaluate(_LEAVE)


class Guard:
    """The guard of one slip: in the slip's document and, if that is in a frame, in the document around it.

    ``point`` is where to press the button. The mouse is moved there at once, so that only the press remains.
    """

    def __init__(self, page: Page, point: tuple[float, float], slip: Post, around: Post | None = None) -> None:
        self.point = point
        self._slip = slip
        self._posts = [slip] if around is None else [slip, around]
        self._pointing = asyncio.create_task(page.mouse.move(*point))  # the page notices it in its next animation frame
        self._pointing.add_done_callback(_noticed)

    @property
    def is_undisturbed(self) -> bool:
        """Whether no change since the guard was set up has been reported so far."""
        return not any(post.news.done() for post in self._posts)

    async def pointed(self, within_s: float) -> bool:
        """Wait until the mouse is on the button; False if it does not get there in time."""
        await asyncio.wait({self._pointing}, timeout=within_s)
        return self._pointing.done() and not self._pointing.cancelled() and self._pointing.exception() is None

    async def disturbed(self) -> None:
        """Wait until something changes or the page navigates away."""
        await asyncio.wait([post.news for post in self._posts], return_when=asyncio.FIRST_COMPLETED)

    async def answer(self) -> tuple[frozenset[str], str | None] | None:
        """Wait for the answer to the press: the names of the visible answer nodes, and the raw reading of the receipt.

        There are no names if the time for an answer is up. None means that the page navigated away and took the guard
        with it. Without a press there is no answer, and this waits forever.
        """
        news = self._slip.news
        await asyncio.wait({news})
        if news.cancelled() or news.exception() is not None:
            return None
        if not self._is_answered:
            await asyncio.Event().wait()
        answer = news.result()
        return frozenset(answer["names"]), answer["raw"]

    async def held_back(self, press: asyncio.Task[None]) -> None:
        """Return once a press provably has not reached the slip and never will; wait forever while it may."""
        news = [post.news for post in self._posts]
        await asyncio.wait([press, *news], return_when=asyncio.FIRST_COMPLETED)
        if self.is_undisturbed:
            await asyncio.wait(news, timeout=_LET_THROUGH_S, return_when=asyncio.FIRST_COMPLETED)
        if self._is_answered or not await self._ended_unpressed():
            await asyncio.Event().wait()

    @property
    def _is_answered(self) -> bool:
        """Whether the guard has reported an answer, which proves that there was a press."""
        news = self._slip.news
        is_told = news.done() and not news.cancelled() and news.exception() is None
        return is_told and "names" in news.result()

    async def leave(self) -> None:
        """Stop holding presses back."""
        await asyncio.gather(*(post.leave() for post in self._posts))

    async def _ended_unpressed(self) -> bool:
        try:
            return not await self._slip.handle.evaluate(_END)
        except Error:
            return False


class Guards:
    """The guards of one session's tabs: one per tab, set up by one caller at a time."""

    def __init__(self) -> None:
        self._standing: dict[Page, asyncio.Task[Guard]] = {}

    def of(self, page: Page) -> Guard | None:
        """Return a tab's guard, if one has been set up."""
        known = self._known(page)
        return known if isinstance(known, Guard) else None

    async def settled(self, page: Page) -> Guard | BaseException | None:
        """Wait until a tab's guard is set up, and return it or the error; None if there is no guard."""
        if (setting_up := self._standing.get(page)) is not None:
            await asyncio.wait({setting_up})
        return self._known(page)

    def _known(self, page: Page) -> Guard | BaseException | None:
        setting_up = self._standing.get(page)
        if setting_up is None or not setting_up.done() or setting_up.cancelled():
            return None
        return setting_up.exception() or setting_up.result()

    def begin(self, page: Page, set_up: Coroutine[Any, Any, Guard]) -> asyncio.Task[Guard]:
        """Start setting up a guard that replaces the current one."""
        before = self._standing.get(page)
        self._standing[page] = relieving = asyncio.create_task(_relieved(before, set_up))
        relieving.add_done_callback(_noticed)
        return relieving

    async def over(self, page: Page, set_up: Coroutine[Any, Any, Guard]) -> Guard:
        """Set up a guard that replaces the current one.

        Cancelling the caller does not cancel this: an unregistered guard would hold back every later press.
        """
        return await asyncio.shield(self.begin(page, set_up))

    async def lift(self, page: Page) -> None:
        """Remove a tab's guard, so that the tab can be used."""
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
    news: dict[str, Any] = json.loads(await handle.evaluate(_NEWS))
    return news


def _noticed(task: asyncio.Task[Any]) -> None:
    """Retrieve the task's error, so that asyncio does not report it as never retrieved."""
    if not task.cancelled():
        task.exception()
