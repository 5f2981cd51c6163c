"""The betslip of any site: its guard, its readiness for one click, and the answer to that click."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Collection
from contextlib import suppress
from typing import Any, ClassVar

from playwright.async_api import Error, Frame

from bot.domain.money import Money
from bot.domain.placement import ArmedSlip, Placement
from bot.domain.reasons import Reason
from bot.errors import CannotArm
from providers.kit.browser.frames import Embedded
from providers.kit.browser.guard import Guard, Post
from providers.kit.pages.page import PageObject
from providers.kit.pages.view import PROBLEMS, all_ended
from providers.kit.reading.questions import Answers
from providers.kit.reading.readings import Values, interpret, locator_argument, script

_STAND_GUARD = script("standGuard", "dom.js", "read.js", "wait.js", "press.js", "guard.js")
_STAND_AROUND = script("standAround", "dom.js", "wait.js", "frame.js", "guard.js")

_ARMED, _PLACE, _RECEIPT = "armed", "place", "receipt"
_COMES_UP_S = 2.0

_CHANGES = {
    "odds": Reason.ODDS_CHANGED,
    "line": Reason.LINE_CHANGED,
    "score": Reason.SCORE_CHANGED,
    "stake": Reason.STAKE_CHANGED,
    "notice": Reason.SELECTION_SUSPENDED,
    "username": Reason.SESSION_ENDED,
}
_UNREADY = {"covered": Reason.BUTTON_COVERED, "disabled": Reason.BUTTON_DISABLED}


class SlipPage(PageObject):
    """The betslip. Its reading ``armed`` is what it shows when one click on the node ``place`` submits it.

    ``answers`` are the nodes that answer a click; a slip that already shows one is not clicked. The reading ``receipt``
    is taken in the look that sees an answer. An optional node ``suspended`` says that the selection takes no bets now.
    """

    name: ClassVar[str] = "slip"
    answers: ClassVar[tuple[str, ...]] = ()

    async def clear(self) -> None:
        """Empty the slip, or close a receipt."""
        raise NotImplementedError

    async def answer(self, asked: ArmedSlip, timeout_s: float) -> Placement:
        """Wait for the answer to a click; anything but an acceptance or a refusal is ``Unknown``."""
        raise NotImplementedError

    async def guard(self, armed: Values) -> Guard:
        """Set up a guard over the slip; raises CannotArm unless the slip shows exactly what was armed."""
        locator = self._spec.frame
        embedded = None if locator is None else await self._embedded(locator)
        posts: list[Post] = []
        try:
            async with asyncio.timeout(self.site.timings.page_s):
                return await self._guarded(posts, armed, embedded)
        except BaseException:
            await asyncio.gather(*(post.leave() for post in posts))
            raise

    async def came_up(self, node: str) -> bool:
        """Wait for a node of the slip after its selection was picked, and press it at once.

        False if a notice appeared at that moment and took the click: the notice is closed, and the caller must pick the
        selection again. Raises LocatorMissing.
        """
        place = self.place_of(node)
        with suppress(Error):  # the document was left: wait for the next one below
            shown, answers = await self.first_shown_and_ask((node,), _COMES_UP_S, place)
            if shown:
                await self.press(answers.to(place))
                return True
            if await self.dismiss_interruptions():
                return False
        await self.wait_for_any(node)
        return True

    async def first_answer(self, timeout_s: float) -> tuple[frozenset[str], Values | None]:
        """Wait after the click until one of ``answers`` is visible; the set is empty after the timeout.

        The values are those of the reading ``receipt``, if the page showed them all in the same look. The guard in the
        page reports both. If the page navigated away, the new page is asked.
        """
        deadline, guard = time.monotonic() + timeout_s, self.site.guards.of(self.page)
        receipt = self.reading(_RECEIPT)
        if guard is not None and (answer := await guard.answer()) is not None:
            names, raw = answer
            return names, None if raw is None else Answers([receipt], [raw]).find(receipt)
        left_s = max(0.0, deadline - time.monotonic())
        shown, answers = await self.first_shown_and_ask(self.answers, left_s, receipt)
        return shown, answers.find(receipt)

    async def why_unreadable(self, armed: Values) -> Reason:
        """Return the reason why an armed slip can no longer be read."""
        if await self.is_suspended():
            return Reason.SELECTION_SUSPENDED
        seen = await self.read_loosely(_ARMED)
        if "username" in armed.values.keys() - seen.values.keys():
            return Reason.SESSION_ENDED
        return _named(armed.differences(seen) & seen.values.keys()) or Reason.SLIP_UNREADABLE

    async def is_suspended(self) -> bool:
        """Return whether the slip shows that the selection takes no bets now."""
        return "suspended" in self._spec.nodes and bool(await self.shown("suspended"))

    def _to_guard(self) -> dict[str, Any]:
        has_receipt = _RECEIPT in self._spec.readings
        return {
            "reading": self._reading(_ARMED).argument,
            "button": locator_argument(self._node(_PLACE)),
            "answers": self.awaited(*self.answers),
            "receipt": self._reading(_RECEIPT).argument if has_receipt else None,
            "answerMs": self.site.timings.answer_s * 1000,
        }

    def _point(self, seen: dict[str, Any], armed: Values) -> tuple[float, float]:
        """Return where in the slip's document to press the button; raises CannotArm if it must not be pressed."""
        changed = armed.differences(interpret(seen["raw"], self._reading(_ARMED), self.site.dialect))
        if changed:
            raise CannotArm(_named(changed) or Reason.SLIP_CHANGED, f"{', '.join(sorted(changed))} changed")
        if seen["answered"]:
            raise CannotArm(Reason.BUTTON_NOT_READY, f"{' and '.join(seen['answered'])} shown before the click")
        return _hit(seen["target"])

    async def _guarded(self, posts: list[Post], armed: Values, embedded: Embedded | None) -> Guard:
        """Set up the posts together and add each to ``posts``; there are two if the slip is in a frame."""
        main, to_guard = self.page.main_frame, json.dumps(self._to_guard())

        async def take(frame: Frame, function: str, argument: Any) -> Post:
            posts.append(post := await Post.taken(frame, function, argument))
            return post

        if embedded is None:
            post = await take(main, _STAND_GUARD, to_guard)
            return Guard(self.page, self._point(await post.first(), armed), post)
        locator = json.dumps(locator_argument(self._spec.frame or ()))
        post, around = await all_ended(
            take(embedded.frame, _STAND_GUARD, to_guard), take(main, _STAND_AROUND, [embedded.node, locator])
        )
        inside = self._point(await post.first(), armed)
        return Guard(self.page, _hit(await around.watch(inside)), post, around)


def as_typed(stake: Money) -> str:
    """Write a stake as a person types it, without a zero fraction, because every key takes time."""
    amount = stake.amount
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:f}"


def _hit(target: dict[str, Any]) -> tuple[float, float]:
    if problem := target.get("problem"):
        raise CannotArm(_UNREADY.get(problem, Reason.BUTTON_NOT_READY), f"{_PLACE}: {PROBLEMS[problem]}")
    return target["x"], target["y"]


def _named(changed: Collection[str]) -> Reason | None:
    return next((reason for name, reason in _CHANGES.items() if name in changed), None)
