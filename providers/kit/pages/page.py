"""Base class of page objects: opening pages, reading, typing and clicking, each with a check that it worked."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urljoin

from playwright.async_api import Error, Frame, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout
from pydantic import SecretStr

from bot.domain.placement import Rejected
from bot.errors import PageDrift
from providers.kit.pages.view import RETRY_S, View
from providers.kit.reading.locators import Locator
from providers.kit.reading.parsing import dialog_refusal
from providers.kit.reading.questions import NOTHING, Answers, Question, T, asking
from providers.kit.reading.readings import (
    READING_SCRIPT,
    Reading,
    Values,
    interpret,
    locator_argument,
    readable,
    script,
)

_TARGET = script("target", "dom.js", "press.js")
_SHOWN_NOW = script("shownNow", "dom.js", "wait.js")
_TYPING = ("dom.js", "read.js", "type.js")
_CHOOSE = script("choose", *_TYPING)
_ENTERED_LENGTH = script("enteredLength", *_TYPING)
_SELECTED_ALL = script("selectedAll", *_TYPING)

_LISTEN_S = 0.1
"""How often a wait for an answer checks whether a dialog gave it."""

_GRACE_S = 0.5
_AMOUNT = re.compile(r"[0-9.]{1,12}")
_INTERRUPTED = re.compile("ERR_ABORTED|interrupted by another|detached")
"""The browser's error when the site itself navigated at the same time."""


class PageObject(View):
    """One page of a site, by its name in the provider's TOML.

    Methods raise PageDrift (or a subclass) if the page is not what the TOML says, and Playwright's Error if the page or
    browser is gone.
    """

    async def goto(self, **parts: str) -> None:
        """Open the page, with its path's ``{name}`` parts filled in; a page in a frame opens at the frame's origin."""
        path = self._spec.path.format_map({name: quote(part, safe="") for name, part in parts.items()})
        deadline = self._deadline()
        while True:
            try:
                await self._navigate(path)
                return
            except Error as error:
                if self._is_gone(error) or time.monotonic() >= deadline or not _INTERRUPTED.search(str(error)):
                    raise
            await asyncio.sleep(RETRY_S)

    async def load(self, **parts: str) -> None:
        """Open the page in a new document, even if only the fragment of its address differs."""
        with self.site.dialogs.leaving(self.page):
            await self.page.goto("about:blank")
        await self.goto(**parts)

    async def read(self, name: str) -> Values:
        """Take a reading, in one round trip."""
        reading = self._reading(name)
        raw = await self._look(READING_SCRIPT, reading.argument)
        return interpret(raw, reading, self.site.dialect)

    async def ask(self, *questions: Question[Any]) -> Answers:
        """Ask several questions about the same moment, in one round trip."""
        script_ = asking("together", *sorted({each.function for each in questions}))
        return Answers(questions, await self._look(script_, [each.request for each in questions]))

    async def ask_one(self, question: Question[T]) -> T:
        """Ask one question; raises what its interpretation raises."""
        return (await self.ask(question)).to(question)

    def reading(self, name: str) -> Question[Values]:
        """Ask for a reading."""
        reading = self._reading(name)
        return Question("readAsText", reading.argument, lambda raw: interpret(raw, reading, self.site.dialect))

    def readings(self, *names: str) -> Question[dict[str, Values]]:
        """Ask for several readings, all or none."""
        each = {name: self._reading(name) for name in names}

        def interpreted(raw: Sequence[str]) -> dict[str, Values]:
            answered = zip(each.items(), raw, strict=True)
            return {name: interpret(text, reading, self.site.dialect) for (name, reading), text in answered}

        return Question("readAllAsText", [reading.argument for reading in each.values()], interpreted)

    def seeing(self, *nodes: str) -> Question[frozenset[str]]:
        """Ask which of these nodes a person can see."""
        return Question("shownNow", self.awaited(*nodes), frozenset)

    def place_of(self, node: str) -> Question[Mapping[str, Any]]:
        """Ask at which point a node can be pressed, or what prevents that."""
        return Question("target", locator_argument(self._node(node)), lambda point: point)

    def entered(self, node: str) -> Question[str | None]:
        """Ask what an input holds."""
        return Question("entered", locator_argument(self._node(node)), lambda held: held)

    async def read_loosely(self, name: str) -> Values:
        """Return the readable fields of a reading. Use it only to diagnose a page: it proves nothing else."""
        reading = self._reading(name)
        return readable(await self._look(READING_SCRIPT, reading.argument), reading, self.site.dialect)

    async def read_until(
        self, name: str, condition: Callable[[Values], bool], *, unless: tuple[str, ...] = ()
    ) -> Values:
        """Read again until the values meet a condition.

        At the deadline it raises the last PageDrift, or TimeoutError. It raises a PageDrift at once if one of the nodes
        in ``unless`` is visible.
        """
        deadline = self._deadline()
        while True:
            try:
                values = await self.read(name)
                if condition(values):
                    return values
                problem: Exception = TimeoutError(f"{self.name}.{name} never met the condition")
            except PageDrift as drift:
                if unless and await self.shown(*unless):
                    raise
                problem = drift
            if time.monotonic() >= deadline:
                raise problem
            await asyncio.sleep(RETRY_S)

    def known(self, *nodes: str) -> tuple[str, ...]:
        """Return those of these nodes that the TOML has."""
        return tuple(node for node in nodes if node in self._spec.nodes)

    async def shown(self, *nodes: str) -> frozenset[str]:
        """Return which of these nodes a person can see now."""
        return frozenset(await self._look(_SHOWN_NOW, self.awaited(*nodes)))

    async def wait_for_any(self, *nodes: str) -> frozenset[str]:
        """Wait, across navigations, until one of these nodes is visible; raises LocatorMissing naming them all."""
        return (await self.wait_and_ask(nodes))[0]

    async def wait_and_ask(
        self, nodes: tuple[str, ...], *questions: Question[Any], besides: Mapping[str, Locator] | None = None
    ) -> tuple[frozenset[str], Answers]:
        """Wait as ``wait_for_any`` does, also for the nodes ``besides``, and ask the questions in the same look."""
        locators = {node: self._node(node) for node in nodes} | dict(besides or {})
        deadline = self._deadline()
        while (left := deadline - time.monotonic()) > 0:
            try:
                shown, answers = await self._first_shown(locators, left, questions)
                if shown:
                    return shown, answers
            except Error as error:
                if self._is_gone(error):
                    raise
                await asyncio.sleep(RETRY_S)
        raise self._drift(" | ".join(locators), tuple(way for each in locators.values() for way in each), "missing")

    async def first_shown(self, nodes: tuple[str, ...], timeout_s: float) -> frozenset[str]:
        """Wait in the current document until a node is visible; empty after the timeout, Error if the page is left."""
        return (await self.first_shown_and_ask(nodes, timeout_s))[0]

    async def first_shown_and_ask(
        self, nodes: tuple[str, ...], timeout_s: float, *questions: Question[Any]
    ) -> tuple[frozenset[str], Answers]:
        """Wait as ``first_shown`` does, and ask the questions in the same look."""
        return await self._first_shown({node: self._node(node) for node in nodes}, timeout_s, questions)

    async def answered(self, nodes: tuple[str, ...], since: int, timeout_s: float) -> frozenset[str] | Rejected:
        """Wait, across navigations, until a node is visible or a dialog proves that no bet was taken.

        The set is empty after the timeout. Dialogs count from the moment ``since``, taken before the click.
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
                await asyncio.sleep(RETRY_S)
        return frozenset()

    def refused_by_dialog(self, since: int) -> Rejected | None:
        """Return the rejection that a dialog since then proves; None if the TOML lists no such dialog."""
        said = self.site.dialogs.since(since, self.page)
        return next(filter(None, (dialog_refusal(each.kind, each.message, self.site.dialect) for each in said)), None)

    async def open_window(self, node: str, **parts: str) -> Page:
        """Click a node that opens a window, and return that window; its dialogs are handled as on any tab."""

        async def act() -> None:
            await self.click(node, **parts)

        try:
            return self.site.attend(await self.site.windows.wanted(self.page, act, self.site.timings.page_s))
        except PlaywrightTimeout:
            raise self._drift(node, self._node(node), "opens no window") from None

    async def click(self, node: str, **parts: str) -> None:
        """Click a node as soon as a person could, with its ``{name}`` parts filled in.

        Do not use this for the click that submits a bet.
        """
        locator = _filled(self._node(node), parts)
        deadline = self._deadline()
        while True:
            point = await self._target(_TARGET, locator_argument(locator))
            if "problem" not in point:
                await self._press(point)
                return
            if time.monotonic() >= deadline:
                raise self._drift(node, locator, point["problem"])
            await self.dismiss_interruptions()
            await asyncio.sleep(RETRY_S)

    async def press(self, place: Mapping[str, Any]) -> bool:
        """Press once at the place that ``place_of`` returned; False, without a press, if that is no longer possible."""
        point = await self._place_on_tab(place)
        if "problem" in point:
            return False
        await self._press(point)
        return True

    async def enter(self, node: str, text: str) -> None:
        """Replace the text of an input by typing, and check that the input holds exactly this text."""
        await self.enter_and_ask(node, text)

    async def enter_and_ask(self, node: str, text: str, *questions: Question[Any]) -> Answers:
        """Enter a text as ``enter`` does, and ask the questions in the look that checks the input."""
        held = self.entered(node)
        await self.type(node, text)
        answers = await self.ask(held, *questions)
        self.check_entered(node, text, answers.to(held))
        return answers

    async def type(self, node: str, text: str) -> None:
        """Replace the text of an input by typing; the caller must check what the input then holds."""
        deadline = self._deadline()
        while not await self._ask_last_found(_SELECTED_ALL, locator_argument(self._node(node))):
            if time.monotonic() >= deadline:
                raise self._drift(node, self._node(node), "does not take the focus")
            await self.click(node)  # again if the layout moved the node away from the click
        await self._strike(text)

    def check_entered(self, node: str, text: str, held: str | None) -> None:
        """Raise PageDrift unless an input holds exactly what was typed."""
        if held != text:
            raise self._drift(node, self._node(node), f"holds {held!r} after {text!r} was typed")

    async def enter_secret(self, node: str, secret: SecretStr) -> None:
        """Type a secret into an input; only the length of the input's text leaves the page."""
        await self.type(node, secret.get_secret_value())
        length = await self._evaluate(_ENTERED_LENGTH, locator_argument(self._node(node)))
        if length != len(secret.get_secret_value()):
            raise self._drift(node, self._node(node), "does not hold what was typed")

    async def choose(self, node: str, value: str) -> None:
        """Choose an option of a drop-down list by its value, and check that it is selected."""
        argument = {"locator": locator_argument(self._node(node)), "value": value}
        if await self._ask(await self.frame(), _CHOOSE, argument) != value:
            raise self._drift(node, self._node(node), f"does not offer {value!r}")

    async def scroll_to_end(self) -> None:
        """Scroll to the end of the page, so that an endless list loads more."""
        await self._ask(await self.frame(), "scrollTo(0, document.documentElement.scrollHeight)", None)

    async def dismiss_interruptions(self) -> bool:
        """Close the known notices that cover the page (cookies, reality check), and agree to nothing else.

        Return whether there were any.
        """
        notices, frame = self.site.locators.interruptions, self.page.main_frame
        awaited = {name: locator_argument(known.shown) for name, known in notices.items()}
        shown = await self._ask(frame, _SHOWN_NOW, awaited)
        for name in shown:
            target = await self._ask(frame, _TARGET, locator_argument(notices[name].dismiss))
            if "problem" not in target:
                await self._press(target)
        return bool(shown)

    async def _press(self, point: Mapping[str, Any]) -> None:
        await self.site.guards.lift(self.page)
        await self.page.mouse.click(point["x"], point["y"])

    async def _strike(self, text: str) -> None:
        """Type a text. The keys of an amount are sent in order without waiting for each, to save time."""
        keyboard = self.page.keyboard
        if not _AMOUNT.fullmatch(text):
            await keyboard.type(text)
            return
        await asyncio.gather(*(act(key) for key in text for act in (keyboard.down, keyboard.up)))

    async def _first_shown(
        self, locators: Mapping[str, Locator], timeout_s: float, questions: tuple[Question[Any], ...]
    ) -> tuple[frozenset[str], Answers]:
        awaited = {name: locator_argument(locator) for name, locator in locators.items()}
        argument = {
            "awaited": awaited,
            "timeoutMs": timeout_s * 1000,
            "questions": [each.request for each in questions],
        }
        function = asking("whenShown", *sorted({each.function for each in questions}), files=("wait.js",))
        try:
            seen = await self._evaluate(function, argument, timeout_s + _GRACE_S)
        except TimeoutError:
            return frozenset(), NOTHING
        return frozenset(seen["names"]), Answers(questions, seen["answers"])

    async def _navigate(self, path: str) -> None:
        timeout_ms = self.site.timings.page_s * 1000
        if self._spec.frame is None:
            with self.site.dialogs.leaving(self.page):
                await self.page.goto(self.site.address + path, wait_until="domcontentloaded", timeout=timeout_ms)
            self.site.require_known(self.page.url)
            return

        async def go(frame: Frame) -> None:
            await frame.goto(urljoin(frame.url, path), wait_until="domcontentloaded", timeout=timeout_ms)

        await self._within(go)

    def _reading(self, name: str) -> Reading:
        return Reading.of(self.site.locators, self.name, name)

    def _node(self, name: str) -> Locator:
        return self.site.locators.node(self.name, name)

    def awaited(self, *nodes: str) -> dict[str, Any]:
        """Return nodes as the argument of the scripts that check which are visible."""
        return {node: locator_argument(self._node(node)) for node in nodes}


def _filled(locator: Locator, parts: dict[str, str]) -> Locator:
    quoted = {name: part.replace("\\", "\\\\").replace('"', '\\"') for name, part in parts.items()}
    return tuple(way.model_copy(update={"css": way.css.format_map(quoted)}) for way in locator) if parts else locator
