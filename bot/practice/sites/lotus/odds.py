"""Odds and lines as Lotus writes them: Malay, Hong Kong, Indonesian and decimal odds, Asian lines.

The practice site is the ground truth, so this arithmetic is its own and shares nothing with the bot's.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

ONE = Decimal(1)
ROUND_TRIP_TOLERANCE = Decimal("0.005")
FEWEST_PLACES, MOST_PLACES = 2, 8


class OddsStyle(StrEnum):
    """Name the style in which an account sees odds."""

    MALAY = "malay"
    HONG_KONG = "hong_kong"
    INDONESIAN = "indonesian"
    DECIMAL = "decimal"

    @property
    def tag(self) -> str:
        """Return the short tag that the bet list and the statement print after the odds."""
        return {"malay": "MY", "hong_kong": "HK", "indonesian": "ID", "decimal": "EU"}[self.value]


def format_odds(decimal_odds: Decimal, style: OddsStyle) -> str:
    """Write decimal odds in a style, with two decimal places or as many as the conversion back needs.

    The text, converted back, lies within 0.005 of the decimal odds. Negative odds have an ASCII minus. Raises
    ValueError for odds up to 1 and for odds that eight places cannot express.
    """
    exact = _from_decimal(decimal_odds, style)
    for places in range(FEWEST_PLACES, MOST_PLACES + 1):
        rounded = exact.quantize(ONE.scaleb(-places), rounding=ROUND_HALF_UP)
        if rounded and abs(_to_decimal(rounded, style) - decimal_odds) < ROUND_TRIP_TOLERANCE:
            return str(rounded)
    raise ValueError(f"odds {decimal_odds} cannot be written as {style.value}")


def parse_odds(text: str, style: OddsStyle) -> Decimal:
    """Convert odds shown in a style to decimal odds, without rounding."""
    return _to_decimal(Decimal(text), style)


def format_line(line: Decimal) -> str:
    """Write a line as the odds table does: unsigned, and a quarter line as its two halves ("0.25" is "0/0.5")."""
    size = abs(line)
    if size * 2 == int(size * 2):
        return format_plain(size)
    quarter = Decimal("0.25")
    return f"{format_plain(size - quarter)}/{format_plain(size + quarter)}"


def format_signed_line(line: Decimal) -> str:
    """Write a handicap as the bet box and the bet list do: a signed decimal ("-0.25", "+0.25", "0")."""
    sign = "+" if line > 0 else "-" if line < 0 else ""
    return sign + format_plain(abs(line))


def format_plain(number: Decimal) -> str:
    """Write a number without trailing zeros or an exponent ("2.50" is "2.5", "10" stays)."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _from_decimal(odds: Decimal, style: OddsStyle) -> Decimal:
    if odds <= ONE:
        raise ValueError(f"decimal odds must be above 1, not {odds}")
    profit = odds - ONE
    match style:
        case OddsStyle.DECIMAL:
            return odds
        case OddsStyle.HONG_KONG:
            return profit
        case OddsStyle.MALAY:
            return profit if profit <= ONE else -ONE / profit
        case OddsStyle.INDONESIAN:
            return profit if profit >= ONE else -ONE / profit


def _to_decimal(shown: Decimal, style: OddsStyle) -> Decimal:
    if style is OddsStyle.DECIMAL:
        return shown
    if style is OddsStyle.HONG_KONG or shown > 0:
        return ONE + shown
    return ONE - ONE / shown
