"""Recorded pairs: accounts, odds and amounts survive the way to JSON and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.changes import LegAccepted
from bot.domain.lifecycle import apply
from bot.domain.money import exact
from bot.domain.odds import Odds, OddsStyle
from bot.domain.pair import Account, Leg, Pair, PairState, Role, read_odds
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_pair, a_pair_in, euros

PRICES = [
    ("1.950", OddsStyle.DECIMAL),
    ("-110", OddsStyle.AMERICAN),
    ("+105", OddsStyle.AMERICAN),
    ("0.950", OddsStyle.HONG_KONG),
    ("-0.95", OddsStyle.MALAY),
    ("0.95", OddsStyle.MALAY),
    ("-1.10", OddsStyle.INDONESIAN),
    ("10/11", OddsStyle.FRACTIONAL),
]


def read_back(pair: Pair) -> Pair:
    return Pair.model_validate_json(pair.model_dump_json())


def all_of(leg: Leg) -> list[tuple[OddsStyle, str]]:
    return [(odds.style, odds.text) for odds in (leg.bet.odds, leg.bet.min_odds, leg.odds) if odds]


@pytest.mark.parametrize("state", PairState)
def test_a_pair_reads_back_from_json_as_it_was_in_every_state(state: PairState) -> None:
    pair = a_pair_in(
        state, expiresAt="2030-01-31T19:00:00.123456+02:00", expectedProfit="5.00", maxLoss="0.02", rebetOf="pair-0"
    )
    assert read_back(pair) == pair
    assert read_back(pair).model_dump_json() == pair.model_dump_json()


@pytest.mark.parametrize(("text", "style"), PRICES)
def test_odds_read_back_in_the_style_and_words_in_which_they_were_written(text: str, style: OddsStyle) -> None:
    written = {"style": style.value, "value": text}
    pair = a_pair_in(PairState.PLACING_POSITIVE, positiveBet={"odds": written, "minOdds": written})
    pair = apply(pair, LegAccepted(Role.POSITIVE, "HB10000007", euros("100.00"), Odds.parse(text, style)))
    assert all_of(read_back(pair).positive) == all_of(pair.positive) == [(style, text)] * 3
    assert read_back(pair).positive.odds == Odds.parse(text, style)


@given(
    stake=st.decimals(min_value="0.01", max_value=10_000_000, places=2),
    line=st.none() | st.integers(min_value=-4000, max_value=4000).map(lambda quarters: Decimal(quarters) / 4),
    fx_rate=st.decimals(min_value="0.000001", max_value=1_000_000, places=6),
    expires_at=st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_amounts_lines_rates_and_times_read_back_exactly(
    stake: Decimal, line: Decimal | None, fx_rate: Decimal, expires_at: datetime
) -> None:
    bet = {"stake": str(stake), "line": None if line is None else str(line)}
    pair = a_pair(positiveBet=bet, fxRate=str(fx_rate), expiresAt=expires_at.isoformat())
    back = read_back(pair)
    assert back == pair
    assert (back.positive.bet.stake.amount, back.positive.bet.line, back.fx_rate) == (stake, line, fx_rate)
    assert back.expires_at == expires_at


@given(
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none() | st.booleans(), max_size=5)
)
def test_meta_reads_back_as_the_producer_sent_it(meta: dict[str, Any]) -> None:
    assert read_back(a_pair(meta=meta)).meta == meta


def test_amounts_and_prices_are_text_in_the_ledger() -> None:
    leg = json.loads(a_pair_in(PairState.HEDGED).model_dump_json())["positive"]
    assert (leg["stake"], leg["odds"], leg["bet"]["line"]) == ("100.00 EUR", "2.10", "2.5")
    assert leg["bet"]["account"] == "harbourline:harbour:ann"


def test_a_float_in_the_ledger_is_not_taken_for_an_amount() -> None:
    written = json.loads(a_pair().model_dump_json())
    written["fx_rate"] = 0.9
    with pytest.raises(TypeError, match="not exact"):
        Pair.model_validate_json(json.dumps(written))


@pytest.mark.parametrize(("field", "value"), [("stake", "100.00"), ("stake", "ten EUR"), ("surprise", 1)])
def test_a_record_that_is_not_ours_is_refused(field: str, value: object) -> None:
    written = json.loads(a_pair().model_dump_json())
    written["positive"]["bet"][field] = value
    with pytest.raises(ValidationError, match=field):
        Pair.model_validate_json(json.dumps(written))


def test_a_pair_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        a_pair().state = PairState.HEDGED  # type: ignore[misc]


def test_a_pair_knows_its_legs_by_role() -> None:
    pair = a_pair()
    assert pair.legs == (pair.leg(Role.POSITIVE), pair.leg(Role.HEDGE)) == (pair.positive, pair.hedge)
    assert pair.accounts == (POSITIVE_ACCOUNT, HEDGE_ACCOUNT)
    assert (Role.POSITIVE.other, Role.HEDGE.other) == (Role.HEDGE, Role.POSITIVE)


def test_an_account_is_written_with_colons_and_reads_back() -> None:
    assert str(POSITIVE_ACCOUNT) == "harbourline:harbour:ann"
    assert Account.parse("harbourline:harbour:ann") == POSITIVE_ACCOUNT


@pytest.mark.parametrize(
    "text", ["", "a", "a:b", "a:b:c:d", "a::c", "a:b:c d", ":b:c", "a:b:", "a:b:" + "x" * 65, "a:b:ñ"]
)
def test_a_text_that_is_no_account_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        Account.parse(text)


@pytest.mark.parametrize("part", ["a:b", "a b", "", "a*", "x" * 65, "a\n"])
def test_no_part_of_an_account_can_reach_into_another_key(part: str) -> None:
    for parts in ((part, "b", "c"), ("a", part, "c"), ("a", "b", part)):
        with pytest.raises(ValueError, match="is not an id"):
            Account(*parts)


@pytest.mark.parametrize("value", [1.95, "1.95", exact("1.95"), {"style": "decimal", "value": 1.95}])
def test_odds_are_read_from_json_as_number_text_or_with_a_style(value: object) -> None:
    assert read_odds(value) == Odds.parse("1.95")


@pytest.mark.parametrize(
    "value", [None, True, [], {}, {"style": "malay"}, {"style": "odd", "value": "1"}, float("nan")]
)
def test_what_is_no_price_is_not_read_as_odds(value: object) -> None:
    with pytest.raises(ValueError, match=r"must be|is not"):
        read_odds(value)
