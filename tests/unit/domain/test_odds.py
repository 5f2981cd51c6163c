from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.odds import Odds, OddsStyle

DECIMAL, AMERICAN, HONG_KONG = OddsStyle.DECIMAL, OddsStyle.AMERICAN, OddsStyle.HONG_KONG
MALAY, INDONESIAN, FRACTIONAL = OddsStyle.MALAY, OddsStyle.INDONESIAN, OddsStyle.FRACTIONAL
STYLES = (DECIMAL, AMERICAN, HONG_KONG, MALAY, INDONESIAN, FRACTIONAL)

# Rows of published conversion charts in which every style is exact; columns as in STYLES.
EXACT_CHART = [
    ("1.01", "-10000", "0.01", "0.01", "-100.00", "1/100"),
    ("1.20", "-500", "0.20", "0.20", "-5.00", "1/5"),
    ("1.25", "-400", "0.25", "0.25", "-4.00", "1/4"),
    ("1.40", "-250", "0.40", "0.40", "-2.50", "2/5"),
    ("1.50", "-200", "0.50", "0.50", "-2.00", "1/2"),
    ("1.80", "-125", "0.80", "0.80", "-1.25", "4/5"),
    ("2.00", "+100", "1.00", "1.00", "1.00", "1/1"),
    ("2.25", "+125", "1.25", "-0.80", "1.25", "5/4"),
    ("3.00", "+200", "2.00", "-0.50", "2.00", "2/1"),
    ("3.50", "+250", "2.50", "-0.40", "2.50", "5/2"),
    ("5.00", "+400", "4.00", "-0.25", "4.00", "4/1"),
    ("11.00", "+1000", "10.00", "-0.10", "10.00", "10/1"),
    ("101.00", "+10000", "100.00", "-0.01", "100.00", "100/1"),
]

# Rows in which some styles have no finite form: the written odds, and what the charts show for them.
ROUNDED_CHART = [
    ("-110", AMERICAN, ("1.91", "-110", "0.91", "0.91", "-1.10", "10/11")),
    ("10/11", FRACTIONAL, ("1.91", "-110", "0.91", "0.91", "-1.10", "10/11")),
    ("-1.10", INDONESIAN, ("1.91", "-110", "0.91", "0.91", "-1.10", "10/11")),
    ("5/6", FRACTIONAL, ("1.83", "-120", "0.83", "0.83", "-1.20", "5/6")),
    ("4/6", FRACTIONAL, ("1.67", "-150", "0.67", "0.67", "-1.50", "2/3")),
    ("100/30", FRACTIONAL, ("4.33", "+333", "3.33", "-0.30", "3.33", "10/3")),
    ("-0.95", MALAY, ("2.05", "+105", "1.05", "-0.95", "1.05", "20/19")),
    ("-0.60", MALAY, ("2.67", "+167", "1.67", "-0.60", "1.67", "5/3")),
    ("+115", AMERICAN, ("2.15", "+115", "1.15", "-0.87", "1.15", "23/20")),
    ("1.95", DECIMAL, ("1.95", "-105", "0.95", "0.95", "-1.05", "19/20")),
]

CONVERSIONS = [
    pytest.param(row[i], source, row[j], target, id=f"{source.value} {row[i]} is {target.value} {row[j]}")
    for row in EXACT_CHART
    for i, source in enumerate(STYLES)
    for j, target in enumerate(STYLES)
]


@pytest.mark.parametrize(("written", "style", "expected", "target"), CONVERSIONS)
def test_a_published_price_is_the_same_in_every_style(
    written: str, style: OddsStyle, expected: str, target: OddsStyle
) -> None:
    assert Odds.parse(written, style) == Odds.parse(expected, target)


@pytest.mark.parametrize(("written", "style", "expected"), ROUNDED_CHART)
def test_a_price_without_a_finite_form_is_not_rounded_as_the_charts_round_it(
    written: str, style: OddsStyle, expected: tuple[str, ...]
) -> None:
    odds = Odds.parse(written, style)
    assert odds.decimal == _decimal_from(style, Fraction(written))
    for target, rounded in zip(STYLES, expected, strict=True):
        assert abs(Odds.parse(rounded, target).decimal - odds.decimal) < Fraction(1, 100)


def test_minus_110_is_21_elevenths_and_not_1_91() -> None:
    assert Odds.parse("-110", AMERICAN).decimal == Fraction(21, 11)
    assert Odds.parse("-110", AMERICAN) != Odds.parse("1.91")


@pytest.mark.parametrize(
    ("written", "style"),
    [
        ("-100", AMERICAN),
        ("+100", AMERICAN),
        ("100", AMERICAN),
        ("-1", MALAY),
        ("1", MALAY),
        ("-1.00", INDONESIAN),
        ("1.00", INDONESIAN),
        ("1.00", HONG_KONG),
        ("1/1", FRACTIONAL),
        ("7/7", FRACTIONAL),
    ],
)
def test_even_money_is_two_however_it_is_signed(written: str, style: OddsStyle) -> None:
    assert Odds.parse(written, style) == Odds.parse("2")


@pytest.mark.parametrize(
    ("written", "style", "plain"),
    [
        ("−112", AMERICAN, "-112"),
        ("−0.95", MALAY, "-0.95"),
        ("−1.10", INDONESIAN, "-1.10"),
        (" 1.95\n", DECIMAL, "1.95"),
        ("\u00a01.95", DECIMAL, "1.95"),
        (".95", HONG_KONG, ".95"),
        ("+0.85", MALAY, "+0.85"),
        ("5 / 2", FRACTIONAL, "5/2"),
    ],
)
def test_odds_are_read_as_bookmakers_write_them(written: str, style: OddsStyle, plain: str) -> None:
    assert Odds.parse(written, style) == Odds.parse(plain, style)


OUT_OF_RANGE = {
    DECIMAL: ["0", "1", "1.0", "1.00", "0.99", "-2", "-0.95"],
    AMERICAN: ["0", "1", "+50", "99", "99.99", "-99.99", "-1", "1.95"],
    HONG_KONG: ["0", "0.00", "-0.5", "-1"],
    MALAY: ["0", "0.00", "-0", "1.01", "-1.01", "2", "-110"],
    INDONESIAN: ["0", "0.99", "-0.99", "0.5", "-0.5"],
    FRACTIONAL: ["0/1", "1/0", "0/0", "-1/2", "1/-2", "5", "2.5", "5/", "/2", "5/2/1", "1.5/2", "5:2", "٣/٢"],
}
NO_NUMBER = ["", " ", "-", "+", "abc", "SP", "NaN", "nan", "inf", "-inf", "Infinity", "1.9.5", "1,95", "1.", "--2"]
NO_NUMBER += ["1 95", "$1.95", "1_9", "１.９５", "1e2", "1e999999999", "0x2", "1.95x", "2" * 41]


@pytest.mark.parametrize(
    ("style", "written"),
    [(style, text) for style, texts in OUT_OF_RANGE.items() for text in texts]
    + [(style, text) for style in STYLES for text in NO_NUMBER],
)
def test_what_is_no_price_in_its_style_is_refused(style: OddsStyle, written: str) -> None:
    with pytest.raises(ValueError, match="price"):
        Odds.parse(written, style)


def test_odds_of_different_styles_compare_by_price() -> None:
    short, long = Odds.parse("0.50", MALAY), Odds.parse("-0.50", MALAY)
    assert short < Odds.parse("2.00") < long
    assert Odds.parse("-200", AMERICAN) <= short
    assert long >= Odds.parse("2/1", FRACTIONAL)
    assert len({short, Odds.parse("1.5"), Odds.parse("1/2", FRACTIONAL)}) == 1


def test_odds_do_not_equal_a_bare_number() -> None:
    assert Odds.parse("1.5") != Fraction(3, 2)


@pytest.mark.parametrize(("written", "style", "shown"), [("1.950", DECIMAL, "1.950"), ("-0.95", MALAY, "-0.95 malay")])
def test_odds_are_shown_as_they_were_written(written: str, style: OddsStyle, shown: str) -> None:
    assert str(Odds.parse(written, style)) == shown


CENTS = st.integers(min_value=1, max_value=1_000_000).map(lambda n: f"{n / 100:.2f}")
SIGNS = st.sampled_from(["", "+", "-", "−"])
WRITTEN = {
    DECIMAL: st.integers(min_value=101, max_value=1_000_000).map(lambda n: f"{n / 100:.2f}"),
    AMERICAN: st.builds(lambda sign, n: f"{sign}{n}", SIGNS, st.integers(min_value=101, max_value=100_000)),
    HONG_KONG: CENTS,
    MALAY: st.builds(lambda sign, n: f"{sign}0.{n:03}", SIGNS, st.integers(min_value=1, max_value=999)),
    INDONESIAN: st.builds(lambda sign, n: f"{sign}{n / 100:.2f}", SIGNS, st.integers(min_value=101, max_value=99_999)),
    FRACTIONAL: st.builds(lambda a, b: f"{a}/{b}", *[st.integers(min_value=1, max_value=10**9)] * 2),
}
PRICES = st.one_of(*(st.tuples(texts, st.just(style)) for style, texts in WRITTEN.items()))


@given(PRICES)
def test_a_price_is_exactly_what_its_style_says(price: tuple[str, OddsStyle]) -> None:
    written, style = price
    assert Odds.parse(written, style).decimal == _decimal_from(style, Fraction(written.replace("−", "-")))


@given(PRICES)
def test_a_price_written_as_a_fraction_is_the_same_price(price: tuple[str, OddsStyle]) -> None:
    odds = Odds.parse(*price)
    assert Odds.parse(f"{odds.profit.numerator}/{odds.profit.denominator}", FRACTIONAL) == odds


def _decimal_from(style: OddsStyle, number: Fraction) -> Fraction:
    """Convert by the published rule of each style, independently of the code under test."""
    if style is DECIMAL:
        return number
    if style in (HONG_KONG, FRACTIONAL):
        return 1 + number
    risked = number / 100 if style is AMERICAN else number
    return 1 + risked if risked > 0 else 1 + 1 / -risked
