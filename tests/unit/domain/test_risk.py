"""The risk controls, each at its boundary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.limits import NO_LIMITS, AccountLimits, ControlRefusal, Limits
from bot.domain.money import Money
from bot.domain.odds import Odds, OddsStyle
from bot.domain.pair import Account, Leg, Pair, Role
from bot.domain.placement import ArmedSlip
from bot.domain.risk import ArmedLeg, ArmedPair, refusal_of, refusal_of_age, refusal_of_new, refusal_of_stale
from bot.domain.rounding import rounded_stakes, with_steps
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_pair, euros


def an_armed_leg(
    *,
    odds: str = "2.10",
    style: OddsStyle = OddsStyle.DECIMAL,
    stake: Money | None = None,
    line: str | None = "2.5",
    balance: Money | None = None,
    asked_line: str | None = "2.5",
) -> ArmedLeg:
    """Arm the ordinary positive leg, which asks for 100.00 EUR on line 2.5 at 2.05 or better."""
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


# --- a new pair under the owner's limits ---

NOON = datetime(2030, 1, 31, 12, tzinfo=UTC)


def armed_as_shown(leg: Leg, odds: str | None, stake: str | None, balance: str | None) -> ArmedLeg:
    bet = leg.bet
    slip = ArmedSlip(
        odds=Odds.parse(odds) if odds else bet.odds,
        stake=Money(Decimal(stake), bet.stake.currency) if stake else bet.stake,
        line=bet.line,
        potential_return=None,
        handle="slip",
    )
    return ArmedLeg(leg, slip, Money(Decimal(balance), bet.stake.currency) if balance else None)


def refusal_of_slips(limits: Limits, pair: Pair | None = None, **shown: str) -> ControlRefusal | None:
    """Arm the ordinary pair, or another; ``positive_odds`` and so on set what a slip shows differently."""
    pair = pair or a_pair()
    positive, hedge = (
        armed_as_shown(leg, *(shown.get(f"{leg.role.value}_{name}") for name in ("odds", "stake", "balance")))
        for leg in pair.legs
    )
    return refusal_of_new(ArmedPair(pair, positive, hedge), limits)


def refusal_of_stakes(pair: Pair, accounts: dict[Account, AccountLimits]) -> ControlRefusal | None:
    limits = Limits(accounts=accounts)
    rounded = rounded_stakes(with_steps(pair, limits), limits)
    return rounded if isinstance(rounded, ControlRefusal) else None


def refusal_at_age(age_s: str | None, limit_s: float = 30) -> ControlRefusal | None:
    found_at = NOON - timedelta(seconds=float(age_s)) if age_s is not None else None
    pair = a_pair().model_copy(update={"found_at": found_at})
    return refusal_of_stale(pair, Limits(max_age_s=limit_s), NOON)


def refusal_of_margin(odds: str, margin: str = "0.02") -> ControlRefusal | None:
    """Arm 100.00 EUR on either side at the same odds: at 2.04 that earns 4.00 of 200.00 EUR."""
    bet = {"odds": "2.04", "minOdds": "1.5", "stake": "100.00"}
    pair = a_pair(positiveBet=bet, hedgeBet=bet)
    return refusal_of_slips(Limits(min_margin=Decimal(margin)), pair, positive_odds=odds, hedge_odds=odds)


def refusal_of_slippage(positive_odds: str, slippage: str = "0.01") -> ControlRefusal | None:
    return refusal_of_slips(Limits(max_slippage=Decimal(slippage)), positive_odds=positive_odds)


def refusal_of_stake(limit: str) -> ControlRefusal | None:
    return refusal_of_slips(Limits(accounts={HEDGE_ACCOUNT: AccountLimits(stake_per_bet=euros(limit))}))


def refusal_of_minimum(limit: str) -> ControlRefusal | None:
    return refusal_of_stakes(a_pair(), {POSITIVE_ACCOUNT: AccountLimits(minimum_stake=euros(limit))})


def refusal_of_steps(hedge_odds: str) -> ControlRefusal | None:
    """Round to steps of 50: 100.00 EUR at 2.10 against 100.00 EUR, which at 2.00 neither gains nor loses."""
    steps = AccountLimits(stake_step=euros("50"))
    pair = a_pair(hedgeBet={"odds": hedge_odds})
    return refusal_of_stakes(pair, {POSITIVE_ACCOUNT: steps, HEDGE_ACCOUNT: steps})


def refusal_of_expiry(expires_at: str) -> ControlRefusal | None:
    return refusal_of_stale(a_pair(expiresAt=expires_at), NO_LIMITS, NOON)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        # just inside the limit, at the limit, just beyond
        (refusal_of_slips(NO_LIMITS, positive_odds="2.0501"), None),
        (refusal_of_slips(NO_LIMITS, positive_odds="2.05"), None),
        (refusal_of_slips(NO_LIMITS, positive_odds="2.0499"), "positive minimum_odds: limit 2.05, is 2.0499"),
        (refusal_of_slips(NO_LIMITS, hedge_balance="105.01"), None),
        (refusal_of_slips(NO_LIMITS, hedge_balance="105.00"), None),
        (
            refusal_of_slips(NO_LIMITS, hedge_balance="104.99"),
            "hedge balance_covers_stake: limit 104.99 EUR, is 105.00 EUR",
        ),
        (refusal_of_slips(NO_LIMITS, hedge_stake="104.99"), "hedge stake_as_asked: limit 105.00 EUR, is 104.99 EUR"),
        (refusal_of_slips(NO_LIMITS, hedge_stake="105.00"), None),
        (refusal_of_slips(NO_LIMITS, hedge_stake="105.01"), "hedge stake_as_asked: limit 105.00 EUR, is 105.01 EUR"),
        (refusal_of_stake("105.01"), None),
        (refusal_of_stake("105.00"), None),
        (refusal_of_stake("104.99"), "hedge stake_per_bet: limit 104.99 EUR, is 105.00 EUR"),
        (refusal_of_slippage("2.0791"), None),
        (refusal_of_slippage("2.079"), None),
        (refusal_of_slippage("2.0789"), "positive max_slippage: limit 0.01, is 0.0101"),
        (refusal_of_slippage("2.10", "0"), None),
        (refusal_of_slippage("2.0999", "0"), "positive max_slippage: limit 0, is 0.0001"),
        (refusal_of_margin("2.0401"), None),
        (refusal_of_margin("2.04"), None),
        (refusal_of_margin("2.0399"), "min_margin: limit 0.02, is 0.0199"),
        (refusal_of_margin("1.98", "-0.01"), None),
        (refusal_of_margin("1.9799", "-0.01"), "min_margin: limit -0.01, is -0.0101"),
        (refusal_at_age("29.999"), None),
        (refusal_at_age("30"), None),
        (refusal_at_age("30.001"), "max_age: limit 30 s, is 30.001 s"),
        (refusal_at_age("-30"), None),
        (refusal_at_age("-30.001"), "max_age: limit 30 s, is -30.001 s"),
        (refusal_at_age(None), "max_age: limit 30 s, is unknown"),
        (refusal_of_expiry("2030-01-31T12:00:00.001Z"), None),
        (
            refusal_of_expiry("2030-01-31T12:00:00Z"),
            "expires_at: limit 2030-01-31T12:00:00+00:00, is 2030-01-31T12:00:00+00:00",
        ),
        (refusal_of_minimum("99.99"), None),
        (refusal_of_minimum("100.00"), None),
        (refusal_of_minimum("100.01"), "positive minimum_stake: limit 100.01 EUR, is 100.00 EUR"),
        (refusal_of_steps("2.0001"), None),
        (refusal_of_steps("2.00"), None),
        (refusal_of_steps("1.9999"), "worst case after rounding, stake_step: limit 0.00 EUR, is -0.01 EUR"),
    ],
)  # fmt: skip
def test_a_new_pair_may_go_to_each_limit_and_no_further(refusal: ControlRefusal | None, words: str | None) -> None:
    assert (str(refusal) if refusal else None) == words


def test_what_is_not_limited_is_not_refused() -> None:
    assert refusal_of_slips(NO_LIMITS, positive_odds="2.05", hedge_odds="1.95") is None
    assert rounded_stakes(a_pair(), NO_LIMITS) is None
    assert refusal_of_stale(a_pair(), NO_LIMITS, NOON) is None


def test_better_odds_than_asked_for_are_no_slippage() -> None:
    assert refusal_of_slippage("2.50", "0") is None


def test_the_margin_of_a_pair_in_two_currencies_is_that_of_both_in_one() -> None:
    bet = {"odds": "2.04", "minOdds": "1.5", "stake": "100.00"}
    dollars = bet | {"stake": "125.00", "currency": "USD"}
    pair = a_pair(positiveBet=bet, hedgeBet=dollars, fxRate="0.8")
    assert refusal_of_slips(Limits(min_margin=Decimal("0.02")), pair) is None
    refusal = refusal_of_slips(Limits(min_margin=Decimal("0.0201")), pair)
    assert str(refusal) == "min_margin: limit 0.0201, is 0.0200"


def test_the_owner_s_limits_do_not_hold_for_a_hedge_whose_positive_bet_is_accepted() -> None:
    """``refusal_of`` is the only check before the hedge's click; it is given no limits."""
    hedge = armed_as_shown(a_pair().hedge, "1.95", None, None)
    assert refusal_of(hedge) is None
    strict = Limits(accounts={HEDGE_ACCOUNT: AccountLimits(stake_per_bet=euros("1"))}, max_slippage=Decimal(0))
    assert refusal_of_new(ArmedPair(a_pair(), armed_as_shown(a_pair().positive, None, None, None), hedge), strict)


# --- age ---


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
