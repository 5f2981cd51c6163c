"""American odds and US lines as Frontier writes them.

An American price is a whole number of dollars: the risk that wins 100 (negative), or the win of a risk of 100
(positive). Frontier offers only odds that are an American price. The ledger stores them as decimal odds with twelve
places, rounded up, so that they pay to the cent what the American price pays.

The practice site is the ground truth, so this arithmetic is its own and shares nothing with the bot's.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

_ONE = Decimal(1)
_HUNDRED = Decimal(100)
_LONGEST = Decimal(10_000)
_PLACES = Decimal("1e-12")
_MINUS = "\N{MINUS SIGN}"
_EVEN = "EVEN"
_PICK = "PK"


def format_american(decimal_odds: Decimal) -> str:
    """Write decimal odds as the nearest American price, such as "+145", "−112" (U+2212) or "EVEN".

    Raises ValueError for odds that pay no profit.
    """
    price = _american(decimal_odds)
    if price == _HUNDRED:
        return _EVEN
    return f"+{price}" if price > 0 else f"{_MINUS}{-price}"


def parse_american(text: str) -> Decimal:
    """Return the decimal odds of a price as Frontier writes it; raises ValueError for any other text."""
    if text == _EVEN:
        return _decimal(_HUNDRED)
    sign, number = text[:1], text[1:]
    if sign not in {"+", _MINUS} or not (number.isascii() and number.isdigit()) or Decimal(number) < _HUNDRED:
        raise ValueError(f"{text!r} is not an American price")
    return _decimal(Decimal(number) if sign == "+" else -Decimal(number))


def nearest_price(decimal_odds: Decimal) -> Decimal:
    """Return the decimal odds of the American price nearest to these odds; raises ValueError for odds up to 1."""
    return _decimal(_american(decimal_odds))


def format_spread(line: Decimal) -> str:
    """Write a handicap with its sign (U+2212 for minus); zero gives "PK"."""
    if line == 0:
        return _PICK
    return f"{_MINUS if line < 0 else '+'}{format_total(abs(line))}"


def format_total(line: Decimal) -> str:
    """Write a number of goals without trailing zeros."""
    text = f"{line:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _american(decimal_odds: Decimal) -> Decimal:
    profit = decimal_odds - _ONE
    if profit <= 0:
        raise ValueError(f"decimal odds must be above 1, not {decimal_odds}")
    exact = _HUNDRED * profit if profit >= _ONE else -_HUNDRED / profit
    price = max(-_LONGEST, min(_LONGEST, exact.quantize(_ONE, rounding=ROUND_HALF_UP)))
    return _HUNDRED if price == -_HUNDRED else price


def _decimal(price: Decimal) -> Decimal:
    profit = price / _HUNDRED if price > 0 else -_HUNDRED / price
    rounded = (_ONE + profit).quantize(_PLACES, rounding=ROUND_CEILING)
    return Decimal(f"{rounded.normalize():f}")  # plain digits, not an exponent such as 2E+1
