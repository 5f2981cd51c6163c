"""One reading of a page: a declared set of fields, taken in one round trip and then parsed strictly.

A reading has two halves, so that a recorded page reads exactly like the live one. ``READING_SCRIPT``, evaluated in a
frame with ``reading_argument(spec)``, returns raw strings as one JSON text; ``interpret`` converts them into values in
pure Python.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.money import Money, minor_unit
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.errors import AmbiguousLocator, LocatorMissing, PageDrift, UnreadableValue
from providers.kit.reading.locators import (
    DRAW,
    GAIN,
    LOSS,
    REVERSED,
    Check,
    FieldSpec,
    Locator,
    Locators,
    Need,
    ReadingSpec,
)
from providers.kit.reading.parsing import Dialect, Status, Value, parse

_SCRIPTS = Path(__file__).parents[1] / "scripts"

MATCH_RESULT = "1x2"
"""The only market without a line."""

T = TypeVar("T")


def script(call: str, *files: str) -> str:
    """Build a function for ``evaluate`` from the kit's script files: it calls ``call`` with its one argument.

    The argument may be JSON text, which Playwright transfers much faster than nested values.
    """
    texts = [(_SCRIPTS / name).read_text("utf-8") for name in files]
    given = 'typeof argument === "string" ? JSON.parse(argument) : argument'
    return "(argument) => {{\n{}\nreturn {}({});\n}}".format("\n".join(texts), call, given)


READING_SCRIPT = script("readAsText", "dom.js", "read.js")


@dataclass(frozen=True, slots=True)
class Values:
    """The fields of a page, a region or a row, by name; fields that are not on the page are absent."""

    values: Mapping[str, Value]
    rows: tuple[Values, ...] = ()

    def get(self, name: str, kind: type[T]) -> T:
        """Return a required field; KeyError and TypeError mean that the provider's module and its TOML disagree."""
        value = self.values[name]
        if not isinstance(value, kind):
            raise TypeError(f"field {name!r} is a {type(value).__name__}, not a {kind.__name__}")
        return value

    def find(self, name: str, kind: type[T]) -> T | None:
        """Return an optional field."""
        return self.get(name, kind) if name in self.values else None

    def differences(self, other: Values) -> frozenset[str]:
        """Return the names of the fields that differ from another reading of the same page."""
        names = self.values.keys() | other.values.keys()
        return frozenset(name for name in names if self.values.get(name) != other.values.get(name))


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading's specification, and the names for its errors."""

    provider: str
    page: str
    name: str
    spec: ReadingSpec
    argument: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "argument", reading_argument(self.spec))

    @classmethod
    def of(cls, locators: Locators, page: str, name: str) -> Reading:
        """Return a reading of a provider's locators; raises ConfigurationInvalid if there is none by that name."""
        return cls(locators.provider, page, name, locators.reading(page, name))


def reading_argument(spec: ReadingSpec) -> dict[str, Any]:
    """Return the argument for ``READING_SCRIPT``."""
    return {
        "region": None if spec.region is None else locator_argument(spec.region),
        "fields": {name: _field_argument(each) for name, each in spec.fields.items()},
        "rows": None if spec.rows is None else locator_argument(spec.rows),
        "row": {name: _field_argument(each) for name, each in spec.row.items()},
    }


@lru_cache(maxsize=4096)
def locator_argument(locator: Locator) -> Sequence[Mapping[str, Any]]:
    """Return a locator as the argument of the scripts."""
    return tuple(way.model_dump() for way in locator)


def _field_argument(spec: FieldSpec) -> dict[str, Any]:
    return {"at": locator_argument(spec.at), "take": spec.take, "within": spec.within, "up": spec.up}


def interpret(text: str, reading: Reading, dialect: Dialect) -> Values:
    """Convert the script's result into values.

    Raises LocatorMissing, AmbiguousLocator, UnreadableValue, or PageDrift for a forbidden field, naming provider,
    page, field and locator.
    """
    raw = json.loads(text)
    _check_region(raw["regions"], reading)
    rows = tuple(
        _values(row, reading.spec.row, _Place(reading, f"row {number} "), dialect)
        for number, row in enumerate(raw["rows"], start=1)
    )
    page = _values(raw["fields"], reading.spec.fields, _Place(reading, ""), dialect)
    return Values(page.values, rows)


def readable(text: str, reading: Reading, dialect: Dialect) -> Values:
    """Return the fields of a page that can be read on their own; never raises PageDrift and proves nothing."""
    found = {}
    for name, raw in json.loads(text)["fields"].items():
        with suppress(PageDrift):
            found[name] = _value(raw, reading.spec.fields[name], (_Place(reading, ""), name), dialect)
    return Values({name: value for name, value in found.items() if value is not None})


@dataclass(frozen=True, slots=True)
class _Place:
    reading: Reading
    prefix: str

    def drift(self, kind: type[PageDrift], name: str, locator: str, problem: str) -> PageDrift:
        page = f"{self.reading.page}.{self.reading.name}"
        return kind(self.reading.provider, page, f"{self.prefix}{name}", locator, problem)


def _check_region(count: int, reading: Reading) -> None:
    if count == 1:
        return
    locator = " | ".join(str(way) for way in reading.spec.region or ())
    kind = AmbiguousLocator if count else LocatorMissing
    raise _Place(reading, "").drift(kind, "region", locator, _counted(count))


def _counted(count: int) -> str:
    return f"{count} nodes match, but only one may" if count else "nothing visible matches"


def _values(raw: Mapping[str, Any], specs: Mapping[str, FieldSpec], place: _Place, dialect: Dialect) -> Values:
    found = {name: _value(raw[name], spec, (place, name), dialect) for name, spec in specs.items()}
    values = {name: _decided(value, found) for name, value in found.items() if value is not None}
    for check in place.reading.spec.checks:
        _CHECKS[check](values, specs, place)
    return Values(values)


def _value(raw: Mapping[str, Any], spec: FieldSpec, where: tuple[_Place, str], dialect: Dialect) -> Value | None:
    place, name = where
    if spec.take == "visible" and spec.need is Need.OPTIONAL:
        return bool(raw["count"])
    if raw["count"] == 0 or raw["value"] is None:
        _refuse_absence(raw["count"], spec, where)
        return None
    if spec.need is Need.FORBIDDEN:
        raise place.drift(PageDrift, name, spec.described, f"must not be here, but reads {raw['value'][:80]!r}")
    if raw["count"] > 1:
        raise place.drift(AmbiguousLocator, name, spec.described, _counted(raw["count"]))
    try:
        return parse(raw["value"], spec, dialect)
    except ValueError as error:
        raise place.drift(UnreadableValue, name, spec.described, str(error)) from None


def _decided(value: Value, found: Mapping[str, Value | None]) -> Value:
    """Convert a draw into its outcome: lost in a market in which the draw is a selection, else void."""
    if not isinstance(value, Status) or value.word != DRAW:
        return value
    return Status(value.state, Outcome.LOST if found.get("market") == MATCH_RESULT else value.outcome)


def _refuse_absence(count: int, spec: FieldSpec, where: tuple[_Place, str]) -> None:
    place, name = where
    if spec.need is Need.REQUIRED:
        problem = _counted(0) if count == 0 else f"the node has no {spec.take}"
        raise place.drift(LocatorMissing, name, spec.described, problem)


def return_shown(values: Values) -> Money | None:
    """Return what a winning bet would pay back: ``potential_return``, or the stake plus ``win``."""
    win = values.find("win", Money)
    return values.find("potential_return", Money) if win is None else values.get("stake", Money) + win


def _check_return(values: Mapping[str, Value], specs: Mapping[str, FieldSpec], place: _Place) -> None:
    stake, odds = values.get("stake"), values.get("odds")
    if not isinstance(stake, Money) or not isinstance(odds, Odds):
        return
    allowed = Fraction(minor_unit(stake.currency)) + Fraction(stake.amount) * Fraction(
        place.reading.spec.odds_precision
    )
    for name, factor in (("potential_return", odds.decimal), ("win", odds.profit)):
        shown = values.get(name)
        if not isinstance(shown, Money) or abs(Fraction(shown.amount) - Fraction(stake.amount) * factor) <= allowed:
            continue
        raise place.drift(UnreadableValue, name, specs[name].described, f"{shown} is not {stake} at {odds}")


def _check_payout(values: Mapping[str, Value], specs: Mapping[str, FieldSpec], place: _Place) -> None:
    status, stake, payout = values.get("status"), values.get("stake"), values.get("payout")
    if not isinstance(status, Status) or not isinstance(stake, Money) or not isinstance(payout, Money):
        return
    if not _payout_fits(status, stake.amount, payout.amount):
        problem = f"a payout of {payout} does not fit a stake of {stake} that is {status.described}"
        raise place.drift(UnreadableValue, "payout", specs["payout"].described, problem)


def _check_profit(values: Mapping[str, Value], specs: Mapping[str, FieldSpec], place: _Place) -> None:
    status, stake, profit = values.get("status"), values.get("stake"), values.get("profit")
    if not isinstance(status, Status) or not isinstance(stake, Money) or not isinstance(profit, Money):
        return
    if status.outcome is None and status.word is None:
        fits = profit.amount == 0
    else:
        fits = _payout_fits(status, stake.amount, (stake + profit).amount)
    if not fits:
        problem = f"a profit of {profit} does not fit a stake of {stake} that is {status.described}"
        raise place.drift(UnreadableValue, "profit", specs["profit"].described, problem)


def _payout_fits(status: Status, stake: Decimal, payout: Decimal) -> bool:
    if status.word == GAIN:
        return payout > stake
    if status.word == LOSS:
        return 0 <= payout < stake
    match status.outcome:
        case Outcome.WON | Outcome.HALF_WON:
            return payout >= stake
        case Outcome.HALF_LOST:
            return 0 <= payout <= stake
        case Outcome.LOST:
            return payout == 0
        case Outcome.VOID:
            return payout == stake
        case None:
            return payout == 0 or status.word == REVERSED
        case _:
            return payout >= 0


def _check_line(values: Mapping[str, Value], specs: Mapping[str, FieldSpec], place: _Place) -> None:
    if "market" not in values or (values["market"] == MATCH_RESULT) != ("line" in values):
        return
    kind, problem = (UnreadableValue, "has no line") if "line" in values else (LocatorMissing, "must have a line")
    raise place.drift(kind, "line", specs["line"].described, f"market {values['market']} {problem}")


_CHECKS = {
    Check.RETURN_IS_STAKE_TIMES_ODDS: _check_return,
    Check.PAYOUT_FITS_OUTCOME: _check_payout,
    Check.PROFIT_FITS_OUTCOME: _check_profit,
    Check.LINE_FITS_MARKET: _check_line,
}
