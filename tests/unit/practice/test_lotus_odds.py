"""Lotus writes odds in four styles and Asian lines in two; the expected values were calculated by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bot.practice.sites.lotus.odds import OddsStyle, format_line, format_odds, format_signed_line, parse_odds

EXAMPLES = [
    # decimal, Malay, Hong Kong, Indonesian
    ("1.01", "0.01", "0.01", "-100.00"),
    ("1.50", "0.50", "0.50", "-2.00"),
    ("1.85", "0.85", "0.85", "-1.18"),
    ("1.95", "0.95", "0.95", "-1.05"),
    ("2.00", "1.00", "1.00", "1.00"),
    ("2.06", "-0.94", "1.06", "1.06"),
    ("2.25", "-0.80", "1.25", "1.25"),
    ("3.00", "-0.50", "2.00", "2.00"),
    ("5.00", "-0.25", "4.00", "4.00"),
    ("11.00", "-0.10", "10.00", "10.00"),
    ("101.00", "-0.01", "100.00", "100.00"),
]


@pytest.mark.parametrize(("decimal", "malay", "hong_kong", "indonesian"), EXAMPLES)
def test_odds_are_written_as_worked_out_by_hand(decimal: str, malay: str, hong_kong: str, indonesian: str) -> None:
    odds = Decimal(decimal)
    assert format_odds(odds, OddsStyle.MALAY) == malay
    assert format_odds(odds, OddsStyle.HONG_KONG) == hong_kong
    assert format_odds(odds, OddsStyle.INDONESIAN) == indonesian
    assert format_odds(odds, OddsStyle.DECIMAL) == decimal


@pytest.mark.parametrize(
    ("shown", "style", "decimal"),
    [
        ("-0.50", OddsStyle.MALAY, "3"),
        ("-0.80", OddsStyle.MALAY, "2.25"),
        ("0.93", OddsStyle.MALAY, "1.93"),
        ("1.25", OddsStyle.HONG_KONG, "2.25"),
        ("-1.25", OddsStyle.INDONESIAN, "1.8"),
        ("1.80", OddsStyle.DECIMAL, "1.80"),
    ],
)
def test_shown_odds_convert_back(shown: str, style: OddsStyle, decimal: str) -> None:
    assert parse_odds(shown, style) == Decimal(decimal)


@pytest.mark.parametrize(
    ("decimal", "malay"),
    [
        ("2.50", "-0.667"),  # -0.67 would come back as 2.4925
        ("4.10", "-0.323"),  # -0.32 would come back as 4.125
        ("2.57", "-0.637"),  # -0.64 would come back as 2.5625
        ("1.955", "0.955"),  # 0.96 would come back as 1.96
        ("10.00", "-0.1111"),  # -0.111 would come back as 10.009
    ],
)
def test_more_places_are_shown_where_two_would_not_convert_back(decimal: str, malay: str) -> None:
    assert format_odds(Decimal(decimal), OddsStyle.MALAY) == malay


@pytest.mark.parametrize("style", list(OddsStyle))
def test_every_price_from_1_01_to_50_comes_back_within_half_a_cent(style: OddsStyle) -> None:
    prices = [Decimal(hundredths) / 100 for hundredths in range(101, 5001)]
    strayed = [
        price for price in prices if abs(parse_odds(format_odds(price, style), style) - price) >= Decimal("0.005")
    ]
    assert strayed == []


@pytest.mark.parametrize("impossible", ["1", "0.5", "-2"])
def test_odds_that_pay_no_profit_are_refused(impossible: str) -> None:
    with pytest.raises(ValueError, match="must be above 1"):
        format_odds(Decimal(impossible), OddsStyle.MALAY)


@pytest.mark.parametrize(
    ("line", "in_table", "signed"),
    [
        ("0", "0", "0"),
        ("-0.25", "0/0.5", "-0.25"),
        ("0.25", "0/0.5", "+0.25"),
        ("-0.5", "0.5", "-0.5"),
        ("-0.75", "0.5/1", "-0.75"),
        ("1.00", "1", "+1"),
        ("-1.25", "1/1.5", "-1.25"),
        ("2.5", "2.5", "+2.5"),
        ("2.75", "2.5/3", "+2.75"),
        ("10", "10", "+10"),
    ],
)
def test_lines_are_halved_in_the_table_and_signed_on_a_choice(line: str, in_table: str, signed: str) -> None:
    assert format_line(Decimal(line)) == in_table
    assert format_signed_line(Decimal(line)) == signed
