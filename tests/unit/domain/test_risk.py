"""The risk controls, each at its boundary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.money import Money
from bot.domain.odds import Odds, OddsStyle
from bot.domain.pair import Role
from bot.domain.placement import ArmedSlip
from bot.domain.risk import ArmedLeg, refusal_of, refusal_of_age
from tests.builders import a_pair, euros


def an_armed_leg(
    *,
    odds: str = "2.10",
    style: OddsStyle = OddsStyle.DECIMAL,
    stake: Money | None = None,
    line: str | None = "2.5",
    balance: Money | None = None,
    asked_line: str | None = "2.5",
) -> ArmedLeg:
    """Arm the ordinary positive leg, which asks for 100.00 EUR on line 2.5 at no less than 2.05."""
    slip = ArmedSlip(
        odds=Odds.parse(odds, style),
        stake=stake or euros("100.00"),
        line=Decimal(line) if line is not None else None,
        potential_return=None,
        handle="slip-1",
    )
    return ArmedLeg(a_pair(positiveBet={"line": asked_line}).leg(Role.POSITIVE), slip, balance)


def control_of(armed: ArmedLeg) -> str | None:
    refusal = refusal_of(armed)
    return refusal.control if refusal else None


def test_a_slip_that_shows_what_was_asked_passes() -> None:
    assert refusal_of(an_armed_leg(balance=euros("500.00"))) is None


@pytest.mark.parametrize(
    ("odds", "style", "control"),
    [
        ("2.04", OddsStyle.DECIMAL, "minimum_odds"),
        ("2.0499", OddsStyle.DECIMAL, "minimum_odds"),
        ("2.05", OddsStyle.DECIMAL, None),
        ("2.06", OddsStyle.DECIMAL, None),
        ("+104", OddsStyle.AMERICAN, "minimum_odds"),
        ("+105", OddsStyle.AMERICAN, None),
        ("-0.96", OddsStyle.MALAY, "minimum_odds"),
        ("-0.95", OddsStyle.MALAY, None),
        ("1.04", OddsStyle.HONG_KONG, "minimum_odds"),
        ("21/20", OddsStyle.FRACTIONAL, None),
    ],
)
def test_odds_may_fall_to_the_minimum_and_no_further_in_any_style(
    odds: str, style: OddsStyle, control: str | None
) -> None:
    assert control_of(an_armed_leg(odds=odds, style=style)) == control


@pytest.mark.parametrize(
    ("stake", "control"),
    [
        (euros("100"), None),
        (euros("99.99"), "stake_as_asked"),
        (euros("100.01"), "stake_as_asked"),
        (Money(Decimal(100), "USD"), "stake_as_asked"),
    ],
)
def test_the_stake_on_the_slip_is_the_one_asked_for(stake: Money, control: str | None) -> None:
    assert control_of(an_armed_leg(stake=stake)) == control


@pytest.mark.parametrize(
    ("asked", "shown", "control"),
    [
        ("2.5", "2.50", None),
        ("2.5", "2.75", "line_as_asked"),
        ("2.5", "-2.5", "line_as_asked"),
        ("2.5", None, "line_as_asked"),
        (None, "0", "line_as_asked"),
        (None, None, None),
        ("0", "-0", None),
    ],
)
def test_the_line_on_the_slip_is_the_one_asked_for(asked: str | None, shown: str | None, control: str | None) -> None:
    assert control_of(an_armed_leg(asked_line=asked, line=shown)) == control


@pytest.mark.parametrize(
    ("balance", "control"),
    [
        ("99.99", "balance_covers_stake"),
        ("0.00", "balance_covers_stake"),
        ("100.00", None),
        ("100.01", None),
        (None, None),
    ],
)
def test_the_balance_covers_the_stake_where_the_page_shows_one(balance: str | None, control: str | None) -> None:
    assert control_of(an_armed_leg(balance=euros(balance) if balance else None)) == control


def test_a_balance_in_another_currency_is_not_compared() -> None:
    with pytest.raises(ValueError, match="different currencies"):
        refusal_of(an_armed_leg(balance=Money(Decimal(1000), "USD")))


@pytest.mark.parametrize(
    ("armed", "words"),
    [
        (an_armed_leg(odds="1.90"), "minimum_odds: limit 2.05, is 1.90"),
        (an_armed_leg(stake=euros("90.00")), "stake_as_asked: limit 100.00 EUR, is 90.00 EUR"),
        (an_armed_leg(line="3"), "line_as_asked: limit 2.5, is 3"),
        (an_armed_leg(balance=euros("40.00")), "balance_covers_stake: limit 40.00 EUR, is 100.00 EUR"),
    ],
)
def test_a_refusal_names_control_limit_and_value(armed: ArmedLeg, words: str) -> None:
    assert str(refusal_of(armed)) == words


@pytest.mark.parametrize(
    ("armed", "gone"),
    [
        (an_armed_leg(odds="1.90"), True),
        (an_armed_leg(line="3"), True),
        (an_armed_leg(stake=euros("90.00")), False),
        (an_armed_leg(balance=euros("40.00")), False),
    ],
)
def test_only_odds_and_line_say_that_the_price_is_gone(armed: ArmedLeg, gone: bool) -> None:
    refusal = refusal_of(armed)
    assert refusal is not None
    assert refusal.price_is_gone is gone


NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "refused"),
    [(NOON - timedelta(microseconds=1), False), (NOON, True), (NOON + timedelta(seconds=1), True)],
)
def test_a_pair_is_refused_from_the_moment_it_expires(now: datetime, refused: bool) -> None:
    refusal = refusal_of_age(a_pair(expiresAt="2030-01-31T13:00:00+01:00"), now)
    assert (refusal is not None) is refused
    assert refusal is None or refusal.control == "expires_at"


def test_a_pair_without_an_expiry_does_not_expire() -> None:
    assert refusal_of_age(a_pair(), NOON + timedelta(days=365)) is None
