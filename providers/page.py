"""Page objects' base: going somewhere, reading, entering and clicking, each with proof that it happened."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote, urljoin

from playwright.async_api import ElementHandle, Error, Frame, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout
from pydantic import SecretStr

from bot.domain.placement import Rejected
from bot.errors import AmbiguousLocator, LocatorMissing, PageDrift
from providers.locators import Locator
from providers.parsing import dialog_refusal
from providers.reading import READING_SCRIPT, Reading, Values, interpret, locator_argument, script
from providers.site import Site

_ACTING = ("dom.js", "read.js", "act.js")
_TARGET = script("target", *_ACTING)
_GUARD = script("guard", *_ACTING)
_POINT_INSIDE = script("pointInside", *_ACTING)
_SHOWN_NOW = script("shownNow", *_ACTING)
_WHEN_SHOWN = script("whenShown", *_ACTING)
_CHOOSE = script("choose", *_ACTING)
_ENTERED = script("entered", *_ACTING)
_ENTERED_LENGTH = script("enteredLength", *_ACTING)
_IS_FOCUSED = script("isFocused", *_ACTING)
_NODE_AT = script("nodeAt", *_ACTING)

_RETRY_S = 0.025
_LISTEN_S = 0.1
"""How often a wait for an answer looks whether a dialog has given it."""

_GRACE_S = 0.5
_INTERRUPTED = re.compile("ERR_ABORTED|interrupted by another|detached")
"""What the browser says when the site itself went somewhere else at the same time."""

_LEFT = re.compile("context was destroyed|was detached")
"""What it says when the document was left while it was looked at."""

_CRASHED = "crashed"
"""What it says of a page whose process died; such a page is open for ever and never answers again."""

_PROBLEMS = {
    "missing": "nothing visible matches",
    "ambiguous": "several nodes match where one must",
    "disabled": "the node cannot be used now",
    "covered": "something else lies over the node",
}


@dataclass(frozen=True, slots=True)
class Guarded:
    """What one look at a page said before a click: a reading's values, and where to hit the button, or why not."""

    values: Values
    point: tuple[float, float] | None
    problem: str = ""


class PageObject:
    """One page of a site, by its name in the provider's TOML.

    Methods raise PageDrift (or a kind of it) when the page is not what the TOML says, and Playwright's Error when the
    page or browser is gone.
    """

    name: ClassVar[str]

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self._spec = site.locators.page(self.name)

    async def goto(self, **parts: str) -> None:
        """Open the page, with its path's ``{name}`` parts filled in; a page in a frame is opened at its own origin."""
        path = self._spec.path.format_map({name: quote(part, safe="") for name, part in parts.items()})
        deadline = self._deadline()
        while True:
            try:
                await self._navigate(path)
                return
            except Error as error:
                if self._is_gone(error) or time.monotonic() >= deadline or not _INTERRUPTED.search(str(error)):
                    raise
            await asyncio.sleep(_RETRY_S)

    async def load(self, **parts: str) -> None:
        """Open the page in a new document, even where only the address' fragment differs."""
        with self.site.dialogs.leaving(self.page):
            await self.page.goto("about:blank")
        await self.goto(**parts)

    async def frame(self) -> Frame:
        """Return the frame that the page lives in, waiting for it to be there."""
        if self._spec.frame is None:
            return self.page.main_frame
        deadline = self._deadline()
        while time.monotonic() < deadline:
            try:
                if (frame := await self._frame_at(self._spec.frame)) is not None:
                    return frame
                await self._check_frame_may_come()
            except Error as error:
                if self._is_gone(error):
                    raise
            await asyncio.sleep(_RETRY_S)
        raise self._drift("frame", self._spec.frame, "missing")

    async def read(self, name: str) -> Values:
        """Take a reading, in one round trip."""
        reading = self._reading(name)
        raw = await self._look(READING_SCRIPT, reading.argument)
        return interpret(raw, reading, self.site.dialect)

    async def read_until(
        self, name: str, condition: Callable[[Values], bool], *, unless: tuple[str, ...] = ()
    ) -> Values:
        """Read again until the values meet a condition.

        A page that never does raises the last PageDrift, or TimeoutError; drift is raised at once when one of the
        nodes in ``unless`` can be seen.
        """
        deadline = self._deadline()
        while True:
            try:
                values = await self.read(name)
                if condition(values):
                    return values
                problem: Exception = TimeoutError(f"{self.name}.{name} did not become what was expected")
            except PageDrift as drift:
                if unless and await self.shown(*unless):
                    raise
                problem = drift
            if time.monotonic() >= deadline:
                raise problem
            await asyncio.sleep(_RETRY_S)

    def known(self, *nodes: str) -> tuple[str, ...]:
        """Return those of these nodes that the TOML has."""
        return tuple(node for node in nodes if node in self._spec.nodes)

    async def shown(self, *nodes: str) -> frozenset[str]:
        """Return which of these nodes a person can see now."""
        return frozenset(await self._look(_SHOWN_NOW, self._awaited(nodes)))

    async def wait_for_any(self, *nodes: str) -> frozenset[str]:
        """Wait until one of these nodes can be seen, across navigations; raises LocatorMissing naming them all."""
        deadline = self._deadline()
        while (left := deadline - time.monotonic()) > 0:
            try:
                if names := await self.first_shown(nodes, left):
                    return names
            except Error as error:
                if self._is_gone(error):
                    raise
                await asyncio.sleep(_RETRY_S)
        locators = tuple(way for node in nodes for way in self._node(node))
        raise self._drift(" | ".join(nodes), locators, "missing")

    async def first_shown(self, nodes: tuple[str, ...], timeout_s: float) -> frozenset[str]:
        """Wait in the present document until a node can be seen; nothing after the timeout, Error if it goes away."""
        argument = {"awaited": self._awaited(nodes), "timeoutMs": timeout_s * 1000}
        try:
            return frozenset(await self._evaluate(_WHEN_SHOWN, argument, timeout_s + _GRACE_S))
        except TimeoutError:
            return frozenset()

    async def answered(self, nodes: tuple[str, ...], since: int, timeout_s: float) -> frozenset[str] | Rejected:
        """Wait, across navigations, until a node can be seen or a dialog has told that nothing was taken.

        Nothing after the timeout. ``since`` is the moment from which dialogs count: that before the click.
        """
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            if rejected := self.refused_by_dialog(since):
                return rejected
            try:
                if names := await self.first_shown(nodes, min(left, _LISTEN_S)):
                    return names
            except Error as error:
                if self._is_gone(error):
                    raise
                await asyncio.sleep(_RETRY_S)
        return frozenset()

    def refused_by_dialog(self, since: int) -> Rejected | None:
        """Return what a dialog since then has proved not to be taken; None without a dialog that the TOML knows."""
        said = self.site.dialogs.since(since, self.page)
        return next(filter(None, (dialog_refusal(each.kind, each.message, self.site.dialect) for each in said)), None)

    async def open_window(self, node: str, **parts: str) -> Page:
        """Click a node whose page comes in a window of its own, and return that window, its dialogs attended to."""

        async def act() -> None:
            await self.click(node, **parts)

        try:
            return self.site.attend(await self.site.windows.wanted(self.page, act, self.site.timings.page_s))
        except PlaywrightTimeout:
            raise self._drift(node, self._node(node), "opens no window") from None

    async def click(self, node: str, **parts: str) -> None:
        """Click a node as soon as a person could, with its ``{name}`` parts filled in.

        Not for the click that submits a bet.
        """
        locator = _filled(self._node(node), parts)
        deadline = self._deadline()
        while True:
            frame = await self.frame()
            target = await self._evaluate(_TARGET, locator_argument(locator), frame=frame)
            point = await self._on_page(frame, target)
            if "problem" not in point:
                await self.page.mouse.click(point["x"], point["y"])
                return
            if time.monotonic() >= deadline:
                raise self._drift(node, locator, point["problem"])
            await self.dismiss_interruptions()
            await asyncio.sleep(_RETRY_S)

    async def guard(self, reading_name: str, button: str) -> Guarded:
        """Read and aim in one look: what the page shows at the moment at which the button could be hit."""
        reading = self._reading(reading_name)
        argument = {"reading": reading.argument, "button": locator_argument(self._node(button))}
        frame = await self.frame()
        looked = await self._evaluate(_GUARD, argument, frame=frame)
        values = interpret(looked["raw"], reading, self.site.dialect)
        point = await self._on_page(frame, looked["target"])
        if problem := point.get("problem"):
            return Guarded(values, None, f"{button}: {_PROBLEMS[problem]}")
        return Guarded(values, (point["x"], point["y"]))

    async def enter(self, node: str, text: str) -> None:
        """Type a text into an input in place of what it holds, and check that the input holds exactly this."""
        await self._type(node, text)
        held = await self._evaluate(_ENTERED, locator_argument(self._node(node)))
        if held != text:
            raise self._drift(node, self._node(node), f"holds {held!r} after {text!r} was typed")

    async def enter_secret(self, node: str, secret: SecretStr) -> None:
        """Type a secret into an input; only the length of what it then holds leaves the page."""
        await self._type(node, secret.get_secret_value())
        length = await self._evaluate(_ENTERED_LENGTH, locator_argument(self._node(node)))
        if length != len(secret.get_secret_value()):
            raise self._drift(node, self._node(node), "does not hold what was typed")

    async def choose(self, node: str, value: str) -> None:
        """Choose an option of a drop-down list by its value, and check that it is chosen."""
        argument = {"locator": locator_argument(self._node(node)), "value": value}
        if await self._evaluate(_CHOOSE, argument) != value:
            raise self._drift(node, self._node(node), f"does not offer {value!r}")

    async def scroll_to_end(self) -> None:
        """Bring the end of the page into view, so that an endless list loads more."""
        await self._evaluate("scrollTo(0, document.documentElement.scrollHeight)", None)

    async def dismiss_interruptions(self) -> None:
        """Take away known notices that lie over the page (cookies, reality check); nothing else is agreed to."""
        for known in self.site.locators.interruptions.values():
            frame = self.page.main_frame
            if not await self._evaluate(_SHOWN_NOW, {"it": locator_argument(known.shown)}, frame=frame):
                continue
            target = await self._evaluate(_TARGET, locator_argument(known.dismiss), frame=frame)
            if "problem" not in target:
                await self.page.mouse.click(target["x"], target["y"])

    async def _type(self, node: str, text: str) -> None:
        deadline = self._deadline()
        await self.click(node)
        while not await self._evaluate(_IS_FOCUSED, locator_argument(self._node(node))):
            if time.monotonic() >= deadline:
                raise self._drift(node, self._node(node), "does not take the focus")
            await self.click(node)  # a page that is still being laid out moved away from under the first click
        await self.page.keyboard.press("ControlOrMeta+A")
        await self.page.keyboard.press("Delete")
        await self.page.keyboard.type(text)

    async def _look(self, function: str, argument: Any) -> Any:
        """Ask what the page shows; asked again of the next document where the site left this one meanwhile."""
        deadline = self._deadline()
        while True:
            try:
                return await self._evaluate(function, argument)
            except Error as error:
                if time.monotonic() >= deadline or not _LEFT.search(str(error)):
                    raise

    async def _evaluate(
        self, function: str, argument: Any, timeout_s: float | None = None, frame: Frame | None = None
    ) -> Any:
        """Ask the page; TimeoutError if it does not answer, as one that waits for the answer to a form does not."""
        asked = frame or await self.frame()
        async with asyncio.timeout(timeout_s or self.site.timings.page_s):
            return await asked.evaluate(function, argument)

    async def _navigate(self, path: str) -> None:
        timeout_ms = self.site.timings.page_s * 1000
        if self._spec.frame is None:
            with self.site.dialogs.leaving(self.page):
                await self.page.goto(self.site.address + path, wait_until="domcontentloaded", timeout=timeout_ms)
            self.site.require_known(self.page.url)
            return
        frame = await self.frame()
        await frame.goto(urljoin(frame.url, path), wait_until="domcontentloaded", timeout=timeout_ms)

    async def _frame_at(self, locator: Locator) -> Frame | None:
        async with asyncio.timeout(self.site.timings.page_s):
            handle = await self.page.main_frame.evaluate_handle(_NODE_AT, locator_argument(locator))
            element = handle.as_element()
            frame = None if element is None else await element.content_frame()
            await handle.dispose()
            return frame

    async def _on_page(self, frame: Frame, target: dict[str, Any]) -> dict[str, Any]:
        """Turn a point of a frame into one of the page, provided that every frame is topmost there."""
        while "problem" not in target and (parent := frame.parent_frame) is not None:
            iframe: ElementHandle = await frame.frame_element()
            inner = {"iframe": iframe, "x": target["x"], "y": target["y"]}
            target = await self._evaluate(_POINT_INSIDE, inner, frame=parent)
            frame = parent
        return target

    def _is_gone(self, error: Error) -> bool:
        return self.page.is_closed() or _CRASHED in str(error)

    async def _check_frame_may_come(self) -> None:
        """Raise what a provider knows of a page that lacks the frame; by itself the page just waits for it."""

    def _reading(self, name: str) -> Reading:
        return Reading.of(self.site.locators, self.name, name)

    def _node(self, name: str) -> Locator:
        return self.site.locators.node(self.name, name)

    def _awaited(self, nodes: tuple[str, ...]) -> dict[str, Any]:
        return {node: locator_argument(self._node(node)) for node in nodes}

    def _deadline(self) -> float:
        return time.monotonic() + self.site.timings.page_s

    def _drift(self, name: str, locator: Locator, problem: str) -> PageDrift:
        kinds: dict[str, type[PageDrift]] = {"missing": LocatorMissing, "ambiguous": AmbiguousLocator}
        described = " | ".join(str(way) for way in locator)
        text = _PROBLEMS.get(problem, problem)
        return kinds.get(problem, PageDrift)(self.site.locators.provider, self.name, name, described, text)


def _filled(locator: Locator, parts: dict[str, str]) -> Locator:
    quoted = {name: part.replace("\\", "\\\\").replace('"', '\\"') for name, part in parts.items()}
    return tuple(way.model_copy(update={"css": way.css.format_map(quoted)}) for way in locator) if parts else locator
