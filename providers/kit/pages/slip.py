"""The betslip of any site: what it shows when one click submits it, and what may answer that click."""

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
    """The betslip: its reading ``armed`` is what a slip shows when one click on the node ``place`` submits it.

    ``answers`` are the nodes that answer a click; a slip that shows one beforehand is not clicked. The reading
    ``receipt`` is taken in the look that sees an answer. A node ``suspended``, where there is one, says that what was
    chosen takes no bets now.
    """

    name: ClassVar[str] = "slip"
    answers: ClassVar[tuple[str, ...]] = ()

    async def clear(self) -> None:
        """Empty the slip, or put a receipt away."""
        raise NotImplementedError

    async def answer(self, asked: ArmedSlip, timeout_s: float) -> Placement:
        """Wait for what answers a click; whatever is neither an acceptance nor a refusal is unknown."""
        raise NotImplementedError

    async def guard(self, armed: Values) -> Guard:
        """Set a guard over the slip, provided that it shows exactly what was armed; raises CannotArm."""
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
        """Wait for a node of the slip after its selection was picked, and press it as soon as it is there.

        False when a notice came up in that very moment and took the click: it is taken away, and the selection is to be
        picked again. Raises LocatorMissing.
        """
        place = self.place_of(node)
        with suppress(Error):  # of a document that is left, the next one is waited for
            shown, told = await self.first_shown_and_ask((node,), _COMES_UP_S, place)
            if shown:
                await self.press(told.to(place))
                return True
            if await self.dismiss_interruptions():
                return False
        await self.wait_for_any(node)
        return True

    async def first_answer(self, timeout_s: float) -> tuple[frozenset[str], Values | None]:
        """Wait after the click until one of ``answers`` can be seen; nothing after the timeout.

        With them come the values of the reading ``receipt``, where the page showed them all in the same look. The
        page's guard tells both by itself; a page that has gone elsewhere is asked.
        """
        deadline, guard = time.monotonic() + timeout_s, self.site.guards.of(self.page)
        receipt = self.reading(_RECEIPT)
        if guard is not None and (told := await guard.answer()) is not None:
            names, raw = told
            return names, None if raw is None else Answers([receipt], [raw]).find(receipt)
        left_s = max(0.0, deadline - time.monotonic())
        shown, answers = await self.first_shown_and_ask(self.answers, left_s, receipt)
        return shown, answers.find(receipt)

    async def why_unreadable(self, armed: Values) -> Reason:
        """Name what is wrong with a slip that was armed and does not read as a whole any more."""
        if await self.is_suspended():
            return Reason.SELECTION_SUSPENDED
        seen = await self.read_loosely(_ARMED)
        if "username" in armed.values.keys() - seen.values.keys():
            return Reason.SESSION_ENDED
        return _named(armed.differences(seen) & seen.values.keys()) or Reason.SLIP_UNREADABLE

    async def is_suspended(self) -> bool:
        """Tell whether the slip shows that what was chosen takes no bets now."""
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
        """Return where in its document the button is to be pressed; raises CannotArm where it must not be."""
        changed = armed.differences(interpret(seen["raw"], self._reading(_ARMED), self.site.dialect))
        if changed:
            raise CannotArm(_named(changed) or Reason.SLIP_CHANGED, f"{', '.join(sorted(changed))} changed")
        if seen["answered"]:
            raise CannotArm(Reason.BUTTON_NOT_READY, f"{' and '.join(seen['answered'])} shown before the click")
        return _hit(seen["target"])

    async def _guarded(self, posts: list[Post], armed: Values, embedded: Embedded | None) -> Guard:
        """Take up the posts, all at once, and note each; there are two where the slip is in a frame."""
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
    """Write a stake as a person types it, without a fraction that is zero: every key takes its time."""
    amount = stake.amount
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:f}"


def _hit(target: dict[str, Any]) -> tuple[float, float]:
    if problem := target.get("problem"):
        raise CannotArm(_UNREADY.get(problem, Reason.BUTTON_NOT_READY), f"{_PLACE}: {PROBLEMS[problem]}")
    return target["x"], target["y"]


def _named(changed: Collection[str]) -> Reason | None:
    return next((reason for name, reason in _CHANGES.items() if name in changed), None)
