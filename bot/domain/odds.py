"""Odds in the styles that bookmakers show, read as exact prices.

Decimal odds d are what a winning unit stake pays back, stake included. The others, for the same price:

- Hong Kong h = d - 1.
- Malay: h where h <= 1, otherwise -1/h (negative: what must be risked to win one).
- Indonesian: h where h >= 1, otherwise -1/h (negative: what must be risked to win one).
- American: 100h where h >= 1, otherwise -100/h.
- Fractional: h as a fraction "a/b".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

_PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)", re.ASCII)
_FRACTION = re.compile(r"(\d+)\s*/\s*(\d+)", re.ASCII)
_MAX_TEXT = 40


class OddsStyle(StrEnum):
    """How odds are written."""

    DECIMAL = "decimal"
    AMERICAN = "american"
    HONG_KONG = "hong_kong"
    MALAY = "malay"
    INDONESIAN = "indonesian"
    FRACTIONAL = "fractional"


@dataclass(frozen=True, slots=True)
class Odds:
    """A price as it was written: a style and its text, for example ``Odds.parse("-0.95", OddsStyle.MALAY)``.

    Two odds are equal when they are the same price, in any style.
    """

    style: OddsStyle
    text: str
    decimal: Fraction

    @classmethod
    def parse(cls, text: str, style: OddsStyle = OddsStyle.DECIMAL) -> Odds:
        """Read odds as a bookmaker writes them; U+2212 counts as a minus sign.

        Raises ValueError when the text is not a number or lies outside the style's range.
        """
        if len(text) > _MAX_TEXT:
            raise ValueError(f"a text of {len(text)} characters is not a price")
        clean = text.strip().replace("\N{MINUS SIGN}", "-")
        profit = _PROFIT[style](clean)
        if profit <= 0:
            raise ValueError(f"{text!r} is not a price in {style.value} style")
        return cls(style, clean, profit + 1)

    @property
    def profit(self) -> Fraction:
        """The win on a unit stake, stake not included."""
        return self.decimal - 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Odds) and self.decimal == other.decimal

    def __hash__(self) -> int:
        return hash(self.decimal)

    def __lt__(self, other: Odds) -> bool:
        return self.decimal < other.decimal

    def __le__(self, other: Odds) -> bool:
        return self.decimal <= other.decimal

    def __str__(self) -> str:
        return self.text if self.style is OddsStyle.DECIMAL else f"{self.text} {self.style.value}"


def _number(text: str) -> Fraction:
    if not _PLAIN_NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a price")
    return Fraction(text)


def _profit_of_decimal(text: str) -> Fraction:
    return _number(text) - 1


def _profit_of_american(text: str) -> Fraction:
    number = _number(text)
    if abs(number) < 100:
        raise ValueError(f"{text!r} is not a price in american style: it lies between -100 and 100")
    return number / 100 if number > 0 else 100 / -number


def _profit_of_malay(text: str) -> Fraction:
    number = _number(text)
    if number == 0 or abs(number) > 1:
        raise ValueError(f"{text!r} is not a price in malay style: it must lie from -1 to 1, without 0")
    return number if number > 0 else 1 / -number


def _profit_of_indonesian(text: str) -> Fraction:
    number = _number(text)
    if abs(number) < 1:
        raise ValueError(f"{text!r} is not a price in indonesian style: it lies between -1 and 1")
    return number if number > 0 else 1 / -number


def _profit_of_fractional(text: str) -> Fraction:
    fraction = _FRACTION.fullmatch(text)
    if fraction is None or int(fraction[2]) == 0:
        raise ValueError(f"{text!r} is not a price in fractional style such as 5/2")
    return Fraction(int(fraction[1]), int(fraction[2]))


_PROFIT = {
    OddsStyle.DECIMAL: _profit_of_decimal,
    OddsStyle.AMERICAN: _profit_of_american,
    OddsStyle.HONG_KONG: _number,
    OddsStyle.MALAY: _profit_of_malay,
    OddsStyle.INDONESIAN: _profit_of_indonesian,
    OddsStyle.FRACTIONAL: _profit_of_fractional,
}
