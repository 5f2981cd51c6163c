from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import Money, exact, minor_unit, nearest, rounded
from tests.builders import euros

AMOUNTS = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12.50", "12.50"),
        ("-0.25", "-0.25"),
        ("+3", "3"),
        (".95", "0.95"),
        ("1E+3", "1000"),
        (7, "7"),
        (Decimal("0.1"), "0.1"),
        (Fraction(1, 8), "0.125"),
    ],
)
def test_a_finite_number_is_read_exactly(written: str | int | Decimal | Fraction, number: str) -> None:
    assert exact(written) == Decimal(number)


@pytest.mark.parametrize("inexact", [0.1, 1.0, float("nan"), True, False])
def test_a_float_or_bool_is_refused_by_type(inexact: float) -> None:
    with pytest.raises(TypeError, match="not exact"):
        exact(inexact)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abc",
        "NaN",
        "sNaN",
        "inf",
        "-Infinity",
        "1.2.3",
        "1,5",
        "1_000",
        "１２",
        "٣",
        " 5",
        "5 EUR",
        "--1",
        "1e999999999",
        "9" * 65,
    ],
)
def test_a_text_that_is_no_finite_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        exact(text)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Fraction(1, 3)])
def test_a_value_without_a_finite_decimal_form_is_refused(value: Decimal | Fraction) -> None:
    with pytest.raises(ValueError, match="finite"):
        exact(value)


@pytest.mark.parametrize(
    ("currency", "unit"),
    [
        ("EUR", "0.01"),
        ("USD", "0.01"),
        ("GBP", "0.01"),
        ("JPY", "1"),
        ("VND", "1"),
        ("KRW", "1"),
        ("UGX", "1"),
        ("KWD", "0.001"),
        ("JOD", "0.001"),
    ],
)
def test_the_minor_unit_is_that_of_iso_4217(currency: str, unit: str) -> None:
    assert minor_unit(currency) == Decimal(unit)


def test_amounts_of_one_currency_add_subtract_negate_and_compare() -> None:
    assert euros("0.10") + euros("0.20") == euros("0.30")
    assert euros("5") - euros("7.50") == euros("-2.50")
    assert -euros("5") == euros("-5")
    assert euros("1.00") == euros("1")
    assert euros("1") < euros("1.01")
    assert euros("1.00") <= euros("1")
    assert not euros("1.01") <= euros("1")


def test_amounts_of_two_currencies_neither_add_nor_subtract_nor_compare() -> None:
    one, other = euros("1"), Money(Decimal(1), "USD")
    assert one != other
    for operation in (lambda: one + other, lambda: one - other, lambda: one < other, lambda: one <= other):
        with pytest.raises(ValueError, match="different currencies"):
            operation()


def test_money_refuses_a_float() -> None:
    with pytest.raises(TypeError, match="not exact"):
        Money(1.5, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["", "EU", "EURO", "eur", "Eur", "E1R", "€", "EU ", "ÄÖÜ", "EUR\n"])
def test_money_refuses_what_is_no_currency_code(code: str) -> None:
    with pytest.raises(ValueError, match="currency code"):
        Money(Decimal(1), code)


def test_money_is_written_as_amount_and_currency() -> None:
    assert str(euros("1234.50")) == "1234.50 EUR"


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (Fraction("2.005"), "EUR", "2.01 EUR"),
        (Fraction("-2.005"), "EUR", "-2.01 EUR"),
        (Fraction("2.0049"), "EUR", "2.00 EUR"),
        (Fraction(1, 3), "EUR", "0.33 EUR"),
        (Fraction(2, 3), "JPY", "1 JPY"),
        (Fraction("0.0005"), "KWD", "0.001 KWD"),
        (Fraction("-0.001"), "EUR", "0.00 EUR"),
        (Fraction(0), "EUR", "0.00 EUR"),
        (Fraction("0.005") - Fraction(1, 10**40), "EUR", "0.00 EUR"),
    ],
)
def test_rounding_goes_to_the_minor_unit_with_halves_away_from_zero(
    amount: Fraction, currency: str, shown: str
) -> None:
    assert str(rounded(amount, currency)) == shown


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [("12.50", "EUR", 1250), ("-0.01", "EUR", -1), ("0.005", "EUR", 1), ("12", "JPY", 12), ("0.5", "KWD", 500)],
)
def test_an_amount_is_a_whole_number_of_minor_units(amount: str, currency: str, units: int) -> None:
    money = Money(Decimal(amount), currency)
    assert money.minor_units == units
    assert Money.of_minor_units(units, currency) == money.times(1)


@pytest.mark.parametrize(
    ("amount", "step", "near", "below"),
    [
        ("12.49", "0.50", "12.50", "12.00"),
        ("12.25", "0.50", "12.50", "12.00"),
        ("12.24", "0.50", "12.00", "12.00"),
        ("12.50", "0.50", "12.50", "12.50"),
        ("4.99", "10", "0.00", "0.00"),
        ("105", "100", "100.00", "100.00"),
    ],
)
def test_an_amount_is_brought_to_a_step_and_written_with_its_minor_units(
    amount: str, step: str, near: str, below: str
) -> None:
    assert str(nearest(Fraction(amount), euros(step)).amount) == near
    assert str(euros(amount).down_to(euros(step)).amount) == below


def test_multiplying_and_converting_round_once() -> None:
    assert euros("33.33").times(Fraction(1, 3)) == euros("11.11")
    assert euros("10").converted(Decimal("27345.678"), "VND") == Money(Decimal(273457), "VND")
    assert Money(Decimal(273457), "VND").converted(Decimal("0.0000366"), "EUR") == euros("10.01")


@given(AMOUNTS, AMOUNTS)
def test_what_is_added_and_taken_away_again_leaves_nothing(one: Decimal, other: Decimal) -> None:
    first, second = Money(one, "EUR"), Money(other, "EUR")
    assert first + second - second == first
    assert first - second == -(second - first)


@given(st.fractions(min_value=-10_000, max_value=10_000))
def test_rounding_moves_an_amount_by_half_a_unit_at_most(amount: Fraction) -> None:
    assert abs(Fraction(rounded(amount, "EUR").amount) - amount) <= Fraction(1, 200)
