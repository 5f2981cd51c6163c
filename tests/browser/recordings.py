"""Recorded pages: fixtures/<provider>/<page>/<case>/ with page.html, meta.toml, and expected.json or error.json.

``meta.toml`` names the reading that is taken from the page and how the whitelabel writes; ``expected.json`` has its
values, ``error.json`` the error that it must end in.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Page

from bot.domain.odds import OddsStyle
from bot.errors import PageDrift
from providers.locators import Locators, load_locators
from providers.parsing import Dialect, Status, Value
from providers.reading import READING_SCRIPT, Reading, Values, interpret, locator_argument, script

FOLDER = Path(__file__).resolve().parents[2] / "fixtures"
_NODE_AT = script("nodeAt", "dom.js")


@dataclass(frozen=True, slots=True)
class Meta:
    """How a page was recorded: whose it is, what is read from it, and how its whitelabel writes."""

    provider: str
    whitelabel: str
    page: str
    reading: str
    language: str
    odds_style: str
    time_zone: str
    currency: str
    url: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded page."""

    folder: Path

    @property
    def name(self) -> str:
        """The case as test ids name it: provider, page, case."""
        return "/".join(self.folder.relative_to(FOLDER).parts)

    @property
    def meta(self) -> Meta:
        """How it was recorded."""
        return Meta(**tomllib.loads((self.folder / "meta.toml").read_text("utf-8")))

    @property
    def locators(self) -> Locators:
        """Where things are on it."""
        return load_locators(self.meta.provider, self.meta.whitelabel)

    @property
    def dialect(self) -> Dialect:
        """How its whitelabel writes."""
        meta = self.meta
        frozen = meta.recorded_at
        return Dialect(self.locators, OddsStyle(meta.odds_style), meta.time_zone, meta.currency, lambda: frozen)

    @property
    def markup(self) -> str:
        """The page itself."""
        return (self.folder / "page.html").read_text("utf-8")

    @property
    def expected(self) -> dict[str, Any] | None:
        """The values to be read, by dotted names; a row field has a list, one entry per row. None for an error case."""
        return self._json("expected.json")

    @property
    def error(self) -> dict[str, Any] | None:
        """The error to be raised: its class, page, field and locator."""
        return self._json("error.json")

    def _json(self, name: str) -> dict[str, Any] | None:
        file = self.folder / name
        return json.loads(file.read_text("utf-8")) if file.exists() else None


def recordings() -> list[Recording]:
    """Return every recorded page."""
    return [Recording(file.parent) for file in sorted(FOLDER.glob("*/*/*/page.html"))]


def take_reading(page: Page, recording: Recording) -> Values:
    """Show a recorded page, cut off from any network, and take its reading."""
    frame, reading = shown(page, recording)
    return interpret(frame.evaluate(READING_SCRIPT, reading.argument), reading, recording.dialect)


def shown(page: Page, recording: Recording) -> tuple[Frame, Reading]:
    """Show a recorded page, cut off from any network; return the frame to read in and the reading to take."""
    meta, locators = recording.meta, recording.locators
    page.route("**/*", lambda route: route.abort())
    page.set_content(recording.markup)
    return _frame(page, locators, meta.page), Reading.of(locators, meta.page, meta.reading)


def _frame(page: Page, locators: Locators, name: str) -> Frame:
    locator = locators.page(name).frame
    if locator is None:
        return page.main_frame
    element = page.evaluate_handle(_NODE_AT, locator_argument(locator)).as_element()
    frame = element and element.content_frame()
    assert frame, f"the recording has no frame at {locator[0]}"
    return frame


def flattened(values: Values) -> dict[str, Any]:
    """Write a reading's values as JSON values by dotted names; a row field becomes a list, one entry per row."""
    names = {name for row in values.rows for name in row.values}
    of_rows = {f"rows.{name}": [_as_json(row.values.get(name)) for row in values.rows] for name in sorted(names)}
    return {name: _as_json(value) for name, value in values.values.items()} | of_rows


def described(error: PageDrift) -> dict[str, str]:
    """Write an error as a recording keeps it."""
    return {"error": type(error).__name__, "page": error.page, "field": error.field, "locator": error.locator}


def _as_json(value: Value | None) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case Status(state, outcome, word):
            return state.value if word is None and outcome is None else f"{state.value}: {word or outcome}"
        case datetime():
            return value.isoformat()
        case _:
            return str(value)
