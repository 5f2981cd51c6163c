"""Where things are on a provider's pages and what its words mean: read from TOML and validated on loading.

``selectors/<provider>.toml`` describes the provider. ``selectors/<provider>.<whitelabel>.toml``, if it exists, is
merged over it table by table: a value there replaces the provider's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.domain.odds import OddsStyle
from bot.domain.outcome import Outcome
from bot.domain.placement import TicketState
from bot.domain.reasons import Reason, Where
from bot.errors import ConfigurationInvalid

SELECTORS_FOLDER = Path(__file__).resolve().parents[3] / "selectors"

T = TypeVar("T")


class Need(StrEnum):
    """Whether a field must be, may be, or must not be on the page."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    FORBIDDEN = "forbidden"


class Kind(StrEnum):
    """The type of a field.

    ``money`` has a currency sign or code; ``amount`` has none and is in the account's currency.
    """

    TEXT = "text"
    TICKET = "ticket"
    COUNT = "count"
    NUMBER = "number"
    MONEY = "money"
    AMOUNT = "amount"
    ODDS = "odds"
    LINE = "line"
    STATUS = "status"
    WORD = "word"
    DATETIME = "datetime"
    FLAG = "flag"


class Check(StrEnum):
    """A consistency check between the fields of one reading, which it finds by their names."""

    RETURN_IS_STAKE_TIMES_ODDS = "return_is_stake_times_odds"
    PAYOUT_FITS_OUTCOME = "payout_fits_outcome"
    PROFIT_FITS_OUTCOME = "profit_fits_outcome"
    LINE_FITS_MARKET = "line_fits_market"


def _compiled(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return pattern


Pattern = Annotated[str, BeforeValidator(_compiled)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Way(_Table):
    """One way to find nodes: CSS, optionally limited to nodes whose visible text matches a regular expression.

    ``:scope`` is the row or region itself; ``>>>`` steps into an open shadow root. Nodes that a person cannot see do
    not count, unless ``hidden`` is true. ``then`` is CSS that leads on from each node found, for example from a line
    with a certain label to the value in it.
    """

    css: str
    text: Pattern | None = None
    then: str | None = None
    hidden: bool = False

    def __str__(self) -> str:
        found = self.css if self.text is None else f"{self.css} with text /{self.text}/"
        return found if self.then is None else f"{found}, then {self.then}"


def _as_way(value: Any) -> Any:
    return {"css": value} if isinstance(value, str) else value


def _as_ways(value: Any) -> Any:
    return [_as_way(way) for way in value] if isinstance(value, list | tuple) else [_as_way(value)]


Locator = Annotated[tuple[Way, ...], BeforeValidator(_as_ways), Field(min_length=1)]
"""Alternatives in order; the first that matches any node is used."""


def _as_formats(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Formats = Annotated[tuple[str, ...], BeforeValidator(_as_formats)]
"""Formats of a date and time, for strptime; the first that fits is used. ``{day}`` is a word of ``[days]``."""


class FieldSpec(_Table):
    """How one value is located, taken and parsed.

    ``take`` is ``text``, ``own`` (the text of the node without that of its child nodes), ``value`` (the live value of
    an input), ``visible``, ``enabled`` or ``@attribute``. ``pattern`` reduces the text to its first group, or to the
    match. ``within = "frame"`` searches the whole document instead of the region; ``up`` is the CSS of the closest
    ancestor of the row to search in, such as the table with the row's title. ``format`` and ``zone`` apply to a
    datetime, ``style`` to odds in another style than the account's. ``words`` names the vocabulary of a word,
    ``numbers`` the number format.
    """

    at: Locator
    take: Annotated[str, Field(pattern=r"^(text|own|value|visible|enabled|@[a-z][a-z0-9_-]*)$")] = "text"
    kind: Kind = Kind.TEXT
    need: Need = Need.REQUIRED
    within: Literal["region", "frame"] = "region"
    up: str | None = None
    pattern: Pattern | None = None
    numbers: str = "default"
    style: OddsStyle | None = None
    words: str | None = None
    format: Formats = ()
    zone: str | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.kind is Kind.FLAG) != (self.take in {"visible", "enabled"}):
            raise ValueError('kind "flag" requires take "visible" or "enabled", and they require it')
        if (self.kind is Kind.WORD) != (self.words is not None):
            raise ValueError('kind "word" requires words = the name of a vocabulary, and words requires it')
        if any(not re.search("%[dj]|{day}", form) for form in self.format):
            raise ValueError("format must contain the day: %d, %j or {day}")
        return self

    @property
    def described(self) -> str:
        """The locator as error messages show it."""
        return " | ".join(str(way) for way in self.at)


class ReadingSpec(_Table):
    """What one reading takes from a page: fields of a region (or the whole frame) and the fields of each row.

    ``odds_precision`` is the largest difference between the odds shown and those that the return was computed with.
    """

    region: Locator | None = None
    fields: dict[str, FieldSpec] = {}
    rows: Locator | None = None
    row: dict[str, FieldSpec] = {}
    checks: tuple[Check, ...] = ()
    odds_precision: Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")] = "0"

    @model_validator(mode="after")
    def _rows_have_fields(self) -> Self:
        if (self.rows is None) == bool(self.row):
            raise ValueError("rows and row go together: the locator of the rows, and the fields of each row")
        return self


class PageSpec(_Table):
    """A page: its path, its frame unless that is the top one, the nodes to act on, and the readings.

    ``{name}`` in a path or in a node's CSS is filled in by the provider's module.
    """

    path: str = "/"
    frame: Locator | None = None
    nodes: dict[str, Locator] = {}
    readings: dict[str, ReadingSpec] = {}


class NumberFormat(_Table):
    """How numbers are written.

    ``decimals`` lists the possible numbers of decimal places, so that a change of the marks is detected. ``signed``
    requires a sign, so that a lost minus is detected. ``words`` stand for numbers, such as EVEN for ``+100``.
    """

    decimal_mark: Literal[".", ","]
    thousands: Literal["", ".", ",", " ", "'", "’"] = ""
    decimals: tuple[int, ...]
    signed: bool = False
    words: dict[str, Annotated[str, Field(pattern=r"^[+-]?\d+(\.\d+)?$")]] = {}

    @field_validator("thousands")
    @classmethod
    def _differs(cls, thousands: str, info: Any) -> str:
        if thousands == info.data.get("decimal_mark"):
            raise ValueError("must differ from decimal_mark")
        return thousands


_REFUSALS = sorted(reason for reason in Reason if Where.VOCABULARY in reason.where)


def _is_refusal(word: Any) -> Any:
    if word in _REFUSALS:
        return word
    raise ValueError(f"must be one of {', '.join(_REFUSALS)}")


class RefusalSpec(_Table):
    """A message that proves that a bet was not taken.

    The pattern's group ``limit`` is the stake that would be taken; its kind is ``money`` or ``amount``. If a message
    names two limits, the refusal applies only if the stake is ``above`` or ``below`` this limit, as ``when`` says.
    """

    pattern: Pattern
    reason: Annotated[Reason, BeforeValidator(_is_refusal)]
    when: Literal["above", "below"] | None = None
    limit: Literal[Kind.MONEY, Kind.AMOUNT] = Kind.MONEY
    numbers: str = "default"


class DialogSpec(RefusalSpec):
    """A browser dialog that proves that no bet was sent, because every dialog is dismissed."""

    kind: Literal["alert", "confirm", "prompt"]


class Interruption(_Table):
    """A notice that may cover any page, and the node that closes it without agreeing to anything that matters."""

    shown: Locator
    dismiss: Locator


DRAW = "draw"
"""A status that depends on the market: lost in a market in which the draw is a selection, else void."""

GAIN = "gain"
"""A result that paid more than the stake; only the payout says whether it is won or half won."""

LOSS = "loss"
"""A result that paid less than the stake; only the payout says whether it is lost or half lost."""

REVERSED = "reversed"
"""A withdrawn result: another row of the same ticket has the valid one, or the bet is open again."""

_STATUSES = {*TicketState, *Outcome, DRAW, GAIN, LOSS, REVERSED} - {Outcome.TIMEOUT}


def _is_status(word: str) -> str:
    if word in _STATUSES:
        return word
    raise ValueError(f"must be one of {', '.join(sorted(_STATUSES))}")


class Locators(_Table):
    """Everything known about a provider's pages, as one whitelabel shows them.

    ``odds_tags`` are the suffixes of odds that name their style, such as ``MY``. ``versus`` separates the two sides in
    an event's name. ``hosts`` is a regular expression of the host names (without a port) that a login may lead to in
    addition to the whitelabel's own. ``days`` are words for days, counted from today: ``Yesterday = -1``. ``release``
    counts the site's releases that required new locators; a recording names the release that it was made with.
    """

    provider: str
    release: Annotated[int, Field(ge=1)] = 1
    versus: str = "v"
    hosts: Pattern | None = None
    numbers: dict[str, NumberFormat]
    currencies: dict[str, Annotated[str, Field(pattern=r"^[A-Z]{3}$")]] = {}
    odds_tags: dict[str, OddsStyle] = {}
    statuses: dict[str, Annotated[str, BeforeValidator(_is_status)]] = {}
    words: dict[str, dict[str, str]] = {}
    days: dict[str, int] = {}
    refusals: tuple[RefusalSpec, ...] = ()
    dialogs: tuple[DialogSpec, ...] = ()
    interruptions: dict[str, Interruption] = {}
    pages: dict[str, PageSpec]

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        for page_name, page in self.pages.items():
            for reading_name, reading in page.readings.items():
                for name, field in (reading.fields | reading.row).items():
                    self._check_names(f"pages.{page_name}.readings.{reading_name}: field {name}", field)
        for refusal in (*self.refusals, *self.dialogs):
            if refusal.numbers not in self.numbers:
                raise ValueError(f"refusals: there is no [numbers.{refusal.numbers}]")
        return self

    def _check_names(self, where: str, field: FieldSpec) -> None:
        if field.numbers not in self.numbers:
            raise ValueError(f"{where}: there is no [numbers.{field.numbers}]")
        if field.words is not None and field.words not in self.words:
            raise ValueError(f"{where}: there is no [words.{field.words}]")
        if any("{day}" in form for form in field.format) and not self.days:
            raise ValueError(f"{where}: {{day}} needs words in [days]")

    def page(self, name: str) -> PageSpec:
        """Return a page by its name; raises ConfigurationInvalid if it is missing."""
        return self._named(self.pages, name, "pages")

    def node(self, page: str, name: str) -> Locator:
        """Return the locator of a node to act on; raises ConfigurationInvalid if it is missing."""
        return self._named(self.page(page).nodes, name, f"pages.{page}.nodes")

    def reading(self, page: str, name: str) -> ReadingSpec:
        """Return a reading's specification; raises ConfigurationInvalid if it is missing."""
        return self._named(self.page(page).readings, name, f"pages.{page}.readings")

    def _named(self, table: Mapping[str, T], name: str, where: str) -> T:
        if name not in table:
            raise ConfigurationInvalid(f"selectors/{self.provider}.toml: [{where}.{name}] is missing")
        return table[name]


def load_locators(provider: str, whitelabel: str, folder: Path = SELECTORS_FOLDER) -> Locators:
    """Load a provider's locators as a whitelabel shows them.

    Raises ConfigurationInvalid naming the file, the key and what is wrong.
    """
    base_file = folder / f"{provider}.toml"
    base = _parsed(base_file)
    locators = _validated(base, base_file)
    if locators.provider != provider:
        raise ConfigurationInvalid(f"{base_file}: provider: is {locators.provider!r}, must be {provider!r}")
    overlay_file = folder / f"{provider}.{whitelabel}.toml"
    if not overlay_file.exists():
        return locators
    return _validated(_overlaid(base, _parsed(overlay_file)), overlay_file)


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationInvalid(f"{file}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationInvalid(f"{file}: is not TOML: {error}") from None


def _validated(data: dict[str, Any], file: Path) -> Locators:
    try:
        return Locators.model_validate(data)
    except ValidationError as error:
        problems = "; ".join(f"{_key(fault['loc'])}: {fault['msg']}" for fault in error.errors())
        raise ConfigurationInvalid(f"{file}: {problems}") from None


def _key(path: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in path) or "file"


def _overlaid(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in overlay.items():
        below = merged.get(key)
        merged[key] = _overlaid(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
