"""Amounts of money, exact and in a currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

# ISO 4217 currencies whose minor unit is not 1/100.
_WITHOUT_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_WITH_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_MINOR_DIGITS = dict.fromkeys(_WITHOUT_MINOR_UNIT.split(), 0) | dict.fromkeys(_WITH_THREE_DIGITS.split(), 3)

# Decimal alone would also read "1_000", digits of other scripts, and exponents too large to expand.
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(E[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_MAX_TEXT = 64


def exact(value: Decimal | int | str | Fraction) -> Decimal:
    """Convert a value to a finite Decimal.

    Raises TypeError for a float or bool, which cannot be exact, and ValueError for anything but a finite number.
    A Fraction is accepted when it has a finite decimal form.
    """
    if isinstance(value, bool | float):
        raise TypeError(f"{type(value).__name__} {value!r} is not exact; use Decimal or str")
    if isinstance(value, Fraction):
        return _from_fraction(value)
    if isinstance(value, str):
        return _from_text(value)
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a finite number")
    return number


def _from_text(text: str) -> Decimal:
    if len(text) > _MAX_TEXT:
        raise ValueError(f"a text of {len(text)} characters is not a number")
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a finite number")
    return Decimal(text)


def _from_fraction(value: Fraction) -> Decimal:
    number = Decimal(value.numerator) / Decimal(value.denominator)
    if Fraction(number) != value:
        raise ValueError(f"{value} has no finite decimal form")
    return number


def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency, by ISO 4217: 0.01 for EUR, 1 for JPY."""
    return Decimal(1).scaleb(-_MINOR_DIGITS.get(currency, 2))


def share(number: Decimal) -> Decimal:
    """Return a fraction from 0 to 1 unchanged; raises ValueError for any other number."""
    if not 0 <= number <= 1:
        raise ValueError(f"must be a fraction from 0 to 1, such as 0.02 for 2 %, not {number}")
    return number


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in a currency; arithmetic across currencies raises ValueError, a float raises TypeError."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", exact(self.amount))
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise ValueError(f"{self.currency!r} is not a currency code such as EUR")

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    @classmethod
    def of_minor_units(cls, units: int, currency: str) -> Money:
        """Build an amount from a whole number of the currency's minor units: 1250 is 12.50 EUR."""
        return cls(units * minor_unit(currency), currency)

    @property
    def minor_units(self) -> int:
        """The amount in whole minor units of the currency, halves away from zero."""
        return int(self.times(1).amount / minor_unit(self.currency))

    def down_to(self, step: Money) -> Money:
        """Round down to a multiple of ``step``."""
        return _in_minor_units(self.amount - self.amount % self._same(step), self.currency)

    def times(self, factor: Fraction | Decimal | int) -> Money:
        """Multiply, then round to the currency's minor unit, halves away from zero."""
        return rounded(Fraction(self.amount) * Fraction(factor), self.currency)

    def converted(self, rate: Decimal, currency: str) -> Money:
        """Convert at ``rate`` units of ``currency`` per unit of this one, rounded to the minor unit."""
        return rounded(Fraction(self.amount) * Fraction(rate), currency)

    def _same(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise ValueError(f"{self} and {other} are in different currencies")
        return other.amount


def nearest(amount: Fraction, step: Money) -> Money:
    """Round an exact amount to the nearest multiple of ``step``, halves up."""
    steps = floor(amount / Fraction(step.amount) + Fraction(1, 2))
    return _in_minor_units(steps * step.amount, step.currency)


def _in_minor_units(amount: Decimal, currency: str) -> Money:
    return Money(amount.quantize(minor_unit(currency)), currency)


def rounded(amount: Fraction, currency: str) -> Money:
    """Round an exact amount to the currency's minor unit, halves away from zero."""
    unit = minor_unit(currency)
    units = floor(abs(amount) / Fraction(unit) + Fraction(1, 2))
    return Money((units if amount >= 0 else -units) * unit, currency)
