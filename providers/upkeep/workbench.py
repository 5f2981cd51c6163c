"""Inspect a live page: try a locator, highlight its nodes, and take a reading with the current TOML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from playwright.async_api import Frame
from pydantic import TypeAdapter

from bot.errors import PageDrift, SessionUnusable
from providers.kit.browser.site import Site
from providers.kit.reading.locators import Locator, PageSpec, load_locators
from providers.kit.reading.readings import Values, locator_argument, script
from providers.registry import ProviderFolders
from providers.upkeep.live import LiveAccount
from providers.upkeep.recorder import Case, LivePage, account_scrubber, named_errors, record
from providers.upkeep.recordings import Result

_LOOKING = ("dom.js", "look.js")
_LOOK = script("look", *_LOOKING)
_MARK = script("mark", *_LOOKING)
_UNMARK = script("unmark", *_LOOKING)
_SHOWN_AT_MOST = 20
_PART = re.compile(r"\{[a-z_]+\}")
_LOCATOR: TypeAdapter[Locator] = TypeAdapter(Locator)

AnyLocator = str | Mapping[str, Any] | Sequence[str | Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Lines:
    """Text that a console prints unquoted."""

    lines: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join(self.lines)


class Workbench:
    """The tools for an account's live page. The TOML is loaded for each call, so an edit takes effect at once.

    A locator is written as in the TOML: CSS, or ``{"css": …, "text": …}``, or a list of these.
    """

    def __init__(self, live: LiveAccount, folders: ProviderFolders) -> None:
        self.page = live.page
        self.problem = live.problem
        self._live = live
        self._folders = folders

    async def read(self, page: str, reading: str) -> Lines:
        """Take a reading of a page in the TOML, and show each value or the error."""
        try:
            with named_errors():
                values = await LivePage(self.page, self._fresh_site(), page).read(reading)
        except PageDrift as drift:
            return Lines((f"{type(drift).__name__}: {drift}",))
        return Lines(tuple(_table(values)))

    async def find(self, locator: AnyLocator) -> Lines:
        """Show what a locator matches, in every frame of the page."""
        parsed = _LOCATOR.validate_python(locator)
        lines = [line for frame in self.page.frames for line in await self._found(frame, parsed)]
        return Lines(tuple(lines) or ("nothing matches, visible or hidden",))

    async def highlight(self, locator: AnyLocator | None = None) -> Lines:
        """Draw a box around each node that a locator matches; without a locator, remove the boxes."""
        argument = None if locator is None else {"locator": locator_argument(_LOCATOR.validate_python(locator))}
        counts = [await self._drawn(frame, argument) for frame in self.page.frames]
        return Lines(("boxes removed" if argument is None else f"{sum(counts)} highlighted",))

    async def nodes(self, page: str) -> Lines:
        """Show how many nodes each locator of a page matches now, in ``nodes`` and in the readings."""
        spec = self._fresh_site().locators.page(page)
        frame = await LivePage(self.page, self._fresh_site(), page).frame()
        return Lines(tuple([f"{name:<28} {await _told_of(frame, locator)}" for name, locator in _named_locators(spec)]))

    async def record(self, page: str, case: str, reading: str) -> Lines:
        """Record the page as ``fixtures/<provider>/<page>/<case>`` with the result of its reading."""
        await self.highlight()
        wanted = Case(page, case, reading)
        scrubber = await account_scrubber(self._live.opening.context, self._live.opening.credentials, ())
        recording, result = await record(self.page, self._fresh_site(), wanted, scrubber, self._folders)
        return Lines((f"{recording.name} is recorded in {recording.folder}", *_outcome(result)))

    def _fresh_site(self) -> Site:
        site = self._live.site
        locators = load_locators(site.whitelabel.provider, site.whitelabel.name, self._folders.selectors)
        return replace(site, locators=locators, dialect=replace(site.dialect, locators=locators))

    async def _found(self, frame: Frame, locator: Locator) -> list[str]:
        seen = await _look(frame, locator)
        if not seen["shown"] and not seen["hidden"]:
            return []
        where = "in the page" if frame.parent_frame is None else f"in frame {frame.name or frame.url.split('?')[0]}"
        nodes = [f"  {_node(node)}" for node in seen["shown"][:_SHOWN_AT_MOST]]
        return [f"{where}: {_counted(seen)}", *nodes]

    async def _drawn(self, frame: Frame, argument: dict[str, Any] | None) -> int:
        try:
            with named_errors():
                return int(await frame.evaluate(_UNMARK if argument is None else _MARK, argument) or 0)
        except SessionUnusable:
            if self.page.is_closed():
                raise
            return 0  # the frame is gone: nothing to highlight


async def _look(frame: Frame, locator: Locator) -> dict[str, Any]:
    with named_errors():
        seen: dict[str, Any] = await frame.evaluate(_LOOK, {"locator": locator_argument(locator)})
    return seen


async def _told_of(frame: Frame, locator: Locator) -> str:
    if any(_PART.search(way.css) for way in locator):
        return f"{locator[0]} has a part to fill in"
    return _counted(await _look(frame, locator))


def _named_locators(spec: PageSpec) -> list[tuple[str, Locator]]:
    named = list(spec.nodes.items())
    for name, reading in spec.readings.items():
        named += [(f"{name}: region", reading.region)] if reading.region else []
        named += [(f"{name}: rows", reading.rows)] if reading.rows else []
        named += [(f"{name}.{field}", each.at) for field, each in reading.fields.items()]
    return named


def _counted(seen: Mapping[str, Any]) -> str:
    hidden = f", {seen['hidden']} hidden" if seen["hidden"] else ""
    alternative = f" (by alternative {seen['way'] + 1})" if seen["way"] > 0 else ""
    return f"{len(seen['shown'])} visible{hidden}{alternative}"


def _node(node: Mapping[str, Any]) -> str:
    said = node["text"] if node["value"] is None else f"value {node['value']!r} {node['text']}".strip()
    return f"{node['tag']} {said}".rstrip()


def _table(values: Values) -> list[str]:
    fields = [f"{name:<20} {value}" for name, value in values.values.items()]
    rows = [
        f"row {n:<3} " + ", ".join(f"{k} {v}" for k, v in row.values.items()) for n, row in enumerate(values.rows, 1)
    ]
    return [*fields, *rows] or ["no field is on the page, and none is required"]


def _outcome(result: Result) -> list[str]:
    if result.values is None:
        return [result.problem]
    return [f"{name:<20} {value}" for name, value in result.values.items()]
