"""Frontier offers only odds that are American prices, and pays exactly what they promise, to the cent."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from bot.practice.sites.frontier.odds import format_american, format_spread, format_total, nearest_price, parse_american
from bot.practice.sites.payouts import payout
from bot.practice.sites.records import BetResult

PRICES = [*range(-10_000, -100), *range(100, 10_001)]
STAKES = [Decimal(cents) / 100 for cents in (14, 1125, 5000, 999_999)]


@pytest.mark.parametrize(
    ("decimal", "american"),
    [
        ("1.01", "−10000"),
        ("1.50", "−200"),
        ("1.87", "−115"),
        ("1.893", "−112"),
        ("1.91", "−110"),
        ("1.99", "−101"),
        ("1.996", "EVEN"),
        ("2.00", "EVEN"),
        ("2.004", "EVEN"),
        ("2.05", "+105"),
        ("2.45", "+145"),
        ("2.455", "+146"),
        ("11", "+1000"),
        ("500", "+10000"),
        ("1.001", "−10000"),
    ],
)
def test_decimal_odds_are_written_as_the_nearest_american_price(decimal: str, american: str) -> None:
    assert format_american(Decimal(decimal)) == american


def test_every_price_is_kept_so_that_it_reads_the_same_again() -> None:
    for price in PRICES:
        text = "EVEN" if price == 100 else f"{price:+}".replace("-", "−")
        odds = parse_american(text)
        assert format_american(odds) == text
        assert nearest_price(odds) == odds


def test_ledger_pays_to_the_cent_what_the_american_price_pays() -> None:
    for price in PRICES:
        profit = Fraction(price, 100) if price > 0 else Fraction(-100, price)
        odds = parse_american(format_american(Decimal(1) + Decimal(profit.numerator) / profit.denominator))
        for stake in STAKES:
            cents = Fraction(stake) * (1 + profit) * 100
            half_up = int(cents + Fraction(1, 2))
            assert payout(BetResult.WON, stake, odds) == Decimal(half_up) / 100, (price, stake)


@pytest.mark.parametrize("impossible", ["1", "0.5", "-2"])
def test_odds_that_pay_no_profit_are_refused(impossible: str) -> None:
    with pytest.raises(ValueError, match="must be above 1"):
        format_american(Decimal(impossible))


@pytest.mark.parametrize("text", ["", "-110", "110", "+99", "1.91", "OTB", "even"])
def test_only_what_frontier_writes_is_read(text: str) -> None:
    with pytest.raises(ValueError, match="not an American price"):
        parse_american(text)


@pytest.mark.parametrize(
    ("line", "spread", "total"),
    [
        ("0", "PK", "0"),
        ("0.25", "+0.25", "0.25"),
        ("2.50", "+2.5", "2.5"),
        ("10", "+10", "10"),
    ],
)
def test_spreads_are_signed_and_totals_are_not(line: str, spread: str, total: str) -> None:
    assert format_spread(Decimal(line)) == spread
    assert format_spread(-Decimal(line)) == spread.replace("+", "−")
    assert format_total(Decimal(line)) == total
