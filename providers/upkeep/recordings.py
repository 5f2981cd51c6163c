"""Recorded pages: fixtures/<provider>/<page>/<case>/ with page.html, meta.toml, and expected.json or error.json.

``meta.toml`` names the reading to take from the page and the formats of the whitelabel. ``expected.json`` has the
values that the reading must give, ``error.json`` the error that it must raise. Nothing here opens a browser;
``checking`` and the tests do.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from bot.domain.odds import OddsStyle
from bot.errors import ConfigurationInvalid, PageDrift
from bot.ports.bookmaker import Whitelabel
from providers.kit.reading.locators import SELECTORS_FOLDER, Locators, load_locators
from providers.kit.reading.parsing import Dialect, Status, Value
from providers.kit.reading.readings import Reading, Values, interpret
from providers.registry import FIXTURES_FOLDER

_ABSENT = "absent"
_MARKUP = "page.html"
_META = "meta.toml"
_EXPECTED = "expected.json"
_ERROR = "error.json"
_ID = re.compile(r"[^/#?=&]*\d[^/#?=&]*")

LoadLocators = Callable[[str, str], Locators]


class Meta(BaseModel):
    """How a page was recorded: its provider and whitelabel, its reading, and the whitelabel's formats.

    ``url`` has placeholders for ids, so that the same page is recognised. ``recorded_at`` is the time that a replay
    takes as now. ``release`` is the release of the site that the locators were for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    provider: str
    whitelabel: str
    page: str
    reading: str
    language: str
    odds_style: OddsStyle
    time_zone: str
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    url: str
    release: int = 1
    recorded_at: AwareDatetime

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read ``meta.toml``; raises ConfigurationInvalid naming the file, the key and what is wrong."""
        try:
            return cls.model_validate(tomllib.loads(_text(file)))
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationInvalid(f"{file}: is not TOML: {error}") from None
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
            raise ConfigurationInvalid(f"{file}: {faults}") from None

    def as_toml(self) -> str:
        """Return it as the TOML text that ``load`` reads."""
        values = self.model_dump(mode="json", exclude={"recorded_at"})
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()]
        return "".join([*lines, f"recorded_at = {self.recorded_at.isoformat(timespec='seconds')}\n"])


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a reading: its values by dotted names, or its error.

    A row field has a list, one entry per row. ``problem`` is the error's text, ``locator`` the locator that failed.
    """

    values: Mapping[str, Any] | None = None
    error: Mapping[str, str] | None = None
    problem: str = ""
    locator: str = ""

    @classmethod
    def read(cls, values: Values) -> Self:
        """Return the result of a successful reading."""
        return cls(values=flattened(values))

    @classmethod
    def drifted(cls, error: PageDrift) -> Self:
        """Return the result of a reading that raised an error."""
        return cls(error=described(error), problem=str(error), locator=error.locator)


@dataclass(frozen=True, slots=True)
class Finding:
    """One value that does not read as recorded; ``where`` is the name of a recording or of a provider.

    ``file`` and ``key`` say where the locator of the field is written.
    """

    where: str
    field: str
    expected: Any
    got: Any
    locator: str = ""
    file: str = ""
    key: str = ""

    def __str__(self) -> str:
        place = f"field {self.field!r}" + (f" ({self.locator})" if self.locator else "")
        return f"{self.where}: {place}: expected {self.expected!r}, got {self.got!r}"


@dataclass(frozen=True)
class Recording:
    """One recorded page. Its files are read on access; an invalid file raises ConfigurationInvalid.

    ``fixtures`` and ``selectors`` are the folders of all recordings and TOML files of the package.
    """

    folder: Path
    fixtures: Path = FIXTURES_FOLDER
    selectors: Path = SELECTORS_FOLDER
    load: LoadLocators = load_locators

    @property
    def name(self) -> str:
        """The recording's name: ``provider/page/case``."""
        return "/".join(self.folder.relative_to(self.fixtures).parts)

    @cached_property
    def meta(self) -> Meta:
        """How the page was recorded; raises ConfigurationInvalid if the folder does not match it."""
        meta = Meta.load(self.folder / _META)
        if not self.name.startswith(f"{meta.provider}/{meta.page}/"):
            raise ConfigurationInvalid(f"{self.folder / _META}: says {meta.provider}/{meta.page}, but lies elsewhere")
        return meta

    @cached_property
    def locators(self) -> Locators:
        """The current locators of its whitelabel."""
        return self.load(self.meta.provider, self.meta.whitelabel)

    @property
    def reading(self) -> Reading:
        """The reading to take from the page."""
        return Reading.of(self.locators, self.meta.page, self.meta.reading)

    @property
    def dialect(self) -> Dialect:
        """The dialect of its whitelabel, with the clock at the time of the recording."""
        meta = self.meta
        return Dialect(self.locators, meta.odds_style, meta.time_zone, meta.currency, lambda: meta.recorded_at)

    @property
    def markup(self) -> str:
        """The HTML of the page."""
        return _text(self.folder / _MARKUP)

    @property
    def expected(self) -> dict[str, Any] | None:
        """The values that the reading must give; None if it must fail."""
        return _json(self.folder / _EXPECTED)

    @property
    def error(self) -> dict[str, Any] | None:
        """The error that the reading must raise: class, page and field."""
        return _json(self.folder / _ERROR)

    @property
    def wanted(self) -> Result:
        """The result that the reading must have."""
        return Result(self.expected, self.error)

    def interpreted(self, text: str) -> Values:
        """Convert the reading script's result into values; raises PageDrift as the live page would."""
        return interpret(text, self.reading, self.dialect)

    def findings(self, got: Result) -> tuple[Finding, ...]:
        """Compare a result with the expected one."""
        expected = self.wanted
        if expected.values is None and expected.error is None:
            return (Finding(self.name, _EXPECTED, "values or an error", "neither file exists"),)
        return tuple(self._placed(each) for each in _differences(self.name, expected, got))

    def _placed(self, finding: Finding) -> Finding:
        page, spec = self.locators.page(self.meta.page), self.reading.spec
        path = f"pages.{self.meta.page}"
        field = finding.field.removeprefix("rows.").rpartition(" ")[2]
        in_rows = field in spec.row and (field != finding.field or field not in spec.fields)
        fields, kind = (spec.row, "row") if in_rows else (spec.fields, "fields")
        if field in fields:
            locator, key = fields[field].described, f"{path}.readings.{self.meta.reading}.{kind}.{field}"
        elif field == "frame" and page.frame:
            locator, key = finding.locator, f"{path}.frame"
        else:
            locator, key = finding.locator, f"{path}.readings.{self.meta.reading}.{field}"
        return replace(finding, locator=finding.locator or locator, file=self._file_with(key), key=key)

    def _file_with(self, key: str) -> str:
        overlay = self.selectors / f"{self.meta.provider}.{self.meta.whitelabel}.toml"
        table: Any = tomllib.loads(_text(overlay)) if overlay.exists() else {}
        for step in key.split("."):
            table = table.get(step) if isinstance(table, dict) else None
        return str(self.selectors / f"{self.meta.provider}.toml" if table is None else overlay)

    def accept(self, result: Result) -> None:
        """Write a result as the expected one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, content in ((_EXPECTED, result.values), (_ERROR, result.error)):
            file = self.folder / name
            if content is None:
                file.unlink(missing_ok=True)
            else:
                file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")

    def keep(self, markup: str, meta: Meta) -> None:
        """Write the page and its metadata, replacing the previous files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / _MARKUP).write_text(markup + "\n", "utf-8")
        (self.folder / _META).write_text(meta.as_toml(), "utf-8")


def recordings(
    fixtures: Path = FIXTURES_FOLDER, provider: str | None = None, selectors: Path = SELECTORS_FOLDER
) -> list[Recording]:
    """Return the recorded pages of one provider or of all; they share one loaded copy of each whitelabel's locators."""

    @cache
    def load(provider: str, whitelabel: str) -> Locators:
        return load_locators(provider, whitelabel, selectors)

    pages = sorted(fixtures.glob(f"{provider or '*'}/*/*/{_MARKUP}"))
    return [Recording(file.parent, fixtures, selectors, load) for file in pages]


def meta_of(whitelabel: Whitelabel, currency: str, reading: Reading, release: int, seen: tuple[str, datetime]) -> Meta:
    """Return the metadata of a page; ``seen`` is its address and the time of its snapshot."""
    url, taken_at = seen
    return Meta(
        provider=whitelabel.provider,
        whitelabel=whitelabel.name,
        page=reading.page,
        reading=reading.name,
        language=whitelabel.language,
        odds_style=whitelabel.odds_style,
        time_zone=whitelabel.time_zone,
        currency=currency,
        url=url_pattern(url, whitelabel.base_url),
        release=release,
        recorded_at=taken_at.replace(microsecond=0),
    )


def url_pattern(url: str, base_url: str) -> str:
    """Replace each part of an address with a digit by ``{id}``, and a host other than the brand's by ``{host}``."""
    parts = urlsplit(url)
    path = _ID.sub("{id}", parts.path or "/") + (f"#{_ID.sub('{id}', parts.fragment)}" if parts.fragment else "")
    return path if parts.netloc == urlsplit(base_url).netloc else f"//{{host}}{path}"


def flattened(values: Values) -> dict[str, Any]:
    """Return a reading's values as JSON values by dotted names; a row field becomes a list, one entry per row."""
    names = {name for row in values.rows for name in row.values}
    of_rows = {f"rows.{name}": [_as_json(row.values.get(name)) for row in values.rows] for name in sorted(names)}
    return {name: _as_json(value) for name, value in values.values.items()} | of_rows


def described(error: PageDrift) -> dict[str, str]:
    """Return an error as a recording stores it: without the locator, which a repair may change."""
    return {"error": type(error).__name__, "page": error.page, "field": error.field}


def _differences(name: str, expected: Result, got: Result) -> Iterator[Finding]:
    if got.error is not None:
        if got.error != expected.error:
            field = got.error["field"]
            wanted = expected.error or (expected.values or {}).get(field, "values")
            yield Finding(name, field, wanted, got.problem or got.error, got.locator)
        return
    if expected.error is not None:
        yield Finding(name, expected.error["field"], expected.error, "was read")
        return
    was, is_now = expected.values or {}, got.values or {}
    for field in sorted(was.keys() | is_now.keys()):
        if was.get(field, _ABSENT) != is_now.get(field, _ABSENT):
            yield Finding(name, field, was.get(field, _ABSENT), is_now.get(field, _ABSENT))


def _as_json(value: Value | None) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case Status(state, outcome, word):
            return state.value if outcome is None and word is None else f"{state.value}: {word or outcome}"
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationInvalid(f"{file}: cannot be read: {error}") from None


def _json(file: Path) -> dict[str, Any] | None:
    if not file.exists():
        return None
    try:
        content = json.loads(_text(file))
    except json.JSONDecodeError as error:
        raise ConfigurationInvalid(f"{file}: is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise ConfigurationInvalid(f"{file}: must hold an object, not a {type(content).__name__}")
    return content
