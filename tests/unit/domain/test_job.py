"""A pair job: how it is read, and how each malformed one is refused."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.job import PairJob, read_job
from bot.domain.money import Money
from bot.domain.odds import Odds, OddsStyle
from bot.domain.pair import Account, LegState, Pair, PairState, Role
from bot.errors import JobInvalid
from tests.builders import ACCOUNT_CURRENCIES, HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_job, euros

GONE = object()
SECRET = "hunter2-s3cret"


def a_job_with(path: str, value: object) -> dict[str, Any]:
    """Build a job in which the field at a path has another value or is missing."""
    job = deepcopy(a_job())
    *parents, field = path.split(".")
    part = job
    for parent in parents:
        part = part[parent]
    if value is GONE:
        del part[field]
    else:
        part[field] = value
    return job


def problems_of(data: object) -> dict[str, str]:
    with pytest.raises(JobInvalid) as refused:
        read_job(data, ACCOUNT_CURRENCIES)
    for field, problem in refused.value.problems:
        assert f"{field}: {problem}" in str(refused.value)
    return dict(refused.value.problems)


def test_a_job_becomes_a_pair_that_has_not_begun() -> None:
    pair = read_job(
        a_job(
            rebetOf="pair-0",
            expiresAt="2030-01-31T19:00:00+02:00",
            expectedProfit="5.00",
            fxRate="1.0",
            meta={"source": "scanner", "edges": [1, 2.5, None]},
        ),
        ACCOUNT_CURRENCIES,
    )
    assert (pair.arb_id, pair.bet_pair_id, pair.rebet_of) == ("arb-1", "pair-1", "pair-0")
    assert (pair.state, pair.positive.state, pair.hedge.state) == (PairState.RECEIVED, *[LegState.PLANNED] * 2)
    assert pair.expires_at == datetime(2030, 1, 31, 17, tzinfo=UTC)
    assert (pair.expected_profit, pair.fx_rate) == (Decimal("5.00"), Decimal("1.0"))
    assert pair.meta == {"source": "scanner", "edges": [1, 2.5, None]}
    assert not pair.needs_review


def test_each_leg_carries_what_its_bet_asks_for() -> None:
    pair = read_job(a_job(), ACCOUNT_CURRENCIES)
    bet = pair.positive.bet
    assert (bet.bet_id, bet.market, bet.selection, bet.line) == ("bet-1", "total_goals", "over", Decimal("2.5"))
    assert (bet.event.id, bet.event.name) == ("ev-1", "Reds v Blues")
    assert bet.event.starts_at == datetime(2030, 1, 31, 18, tzinfo=UTC)
    assert (bet.odds, bet.min_odds, bet.stake) == (Odds.parse("2.10"), Odds.parse("2.05"), euros("100.00"))
    assert (pair.hedge.bet.selection, pair.hedge.bet.stake) == ("under", euros("105.00"))


def test_a_leg_bets_with_the_pairs_whitelabel_and_provider_unless_it_names_its_own() -> None:
    assert read_job(a_job(), ACCOUNT_CURRENCIES).accounts == (POSITIVE_ACCOUNT, HEDGE_ACCOUNT)
    other = Account("lotusquay", "harbour", "ann")
    job = a_job(positiveBet={"whitelabel": "lotusquay"})
    assert read_job(job, {**ACCOUNT_CURRENCIES, other: "EUR"}).positive.bet.account == other


NUMBERS = ("odds", "minOdds", "stake", "line")


@pytest.mark.parametrize("role", Role)
def test_numbers_as_node_sends_them_and_as_text_give_the_same_pair(role: Role) -> None:
    sent = a_job(fxRate="1.0731", expectedProfit="5.01", positiveBet={"stake": "100.1", "line": "-0.25"})
    floats = deepcopy(sent)
    leg = floats[f"{role.value}Bet"]
    leg.update({field: float(leg[field]) for field in NUMBERS})
    floats.update({field: float(floats[field]) for field in ("fxRate", "expectedProfit")})
    as_node_sends = json.loads(json.dumps(floats))
    assert read_job(as_node_sends, ACCOUNT_CURRENCIES) == read_job(sent, ACCOUNT_CURRENCIES)


@pytest.mark.parametrize(
    ("style", "value"),
    [
        ("decimal", "2.10"),
        ("american", "+110"),
        ("hong_kong", 1.1),
        ("malay", "-0.9"),
        ("malay", "−0.90"),
        ("indonesian", "1.1"),
        ("fractional", "11/10"),
    ],
)
def test_odds_may_come_in_any_style(style: str, value: object) -> None:
    job = a_job_with("positiveBet.odds", {"style": style, "value": value})
    odds = read_job(job, ACCOUNT_CURRENCIES).positive.bet.odds
    assert odds.style is OddsStyle(style)
    assert odds >= Odds.parse("2.1")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("arbId", "A-z_0.9"),
        ("betPairId", "x" * 64),
        ("positiveBet.stake", "10000000"),
        ("positiveBet.stake", 0.01),
        ("positiveBet.odds", "1001"),
        ("positiveBet.minOdds", "2.10"),
        ("positiveBet.line", None),
        ("positiveBet.line", GONE),
        ("positiveBet.line", "-1000"),
        ("positiveBet.event.startsAt", None),
        ("positiveBet.selection", "Đội nhà thắng"),
        ("expectedProfit", "-3"),
        ("maxLoss", "0"),
        ("maxLoss", 0.02),
        ("maxLoss", "1"),
        ("meta", {"note": "x" * 4000}),
    ],
)
def test_what_lies_just_inside_the_limits_is_taken(path: str, value: object) -> None:
    assert read_job(a_job_with(path, value), ACCOUNT_CURRENCIES).state is PairState.RECEIVED


def each(path: str, *values: object) -> list[tuple[str, object]]:
    return [(path, value) for value in values]


MALFORMED: list[tuple[str, object]] = [
    *((field, GONE) for field in ("arbId", "betPairId", "whitelabel", "provider", "positiveBet", "hedgeBet")),
    *((f"hedgeBet.{field}", GONE) for field in ("betId", "accountId", "event", "market", "selection")),
    *((f"positiveBet.{field}", GONE) for field in ("odds", "minOdds", "stake", "currency", "event.id", "event.name")),
    *each("arbId", "arb:1", "arb 1", "x" * 65, "", "arb/1", "arb\n", "ärb", 7, None, True, ["arb"]),
    *((field, "a:b") for field in ("betPairId", "whitelabel", "provider", "rebetOf")),
    *((f"positiveBet.{field}", "a:b") for field in ("betId", "accountId", "whitelabel", "market", "event.id")),
    *each("positiveBet", None, [], "bet", 5),
    *each("hedgeBet.event", None, "ev-9", ["ev-9"]),
    *each("hedgeBet.event.name", "", "x" * 201, 5, None, "\ud800"),
    *each("hedgeBet.selection", "", "x" * 201, 1),
    *each("positiveBet.stake", 0, "0.00", -5, "-5", "", "ten", True, None, [100], {"amount": 1}),
    *each("positiveBet.stake", float("nan"), float("inf"), "NaN", "Infinity", "-Infinity", 1e308),
    *each("positiveBet.stake", "10000000.01", 10**400, "9" * 400, "1e3", "1e999999999"),
    *each("positiveBet.stake", "10.001", 10.005, 0.1 + 0.2, "1,000", "1_000", " 5", "5 EUR", "€5"),
    *each("positiveBet.odds", "abc", "1.0", 1, 0, "-2", "", "1.9.5", "1,95", None, True, [], {}),
    *each("positiveBet.odds", float("nan"), float("inf"), "NaN", "1001.01", "1e999999999", 10**400),
    *each(
        "positiveBet.odds",
        {"style": "dutch", "value": "0.95"},
        {"style": None, "value": "0.95"},
        {"style": ["malay"], "value": "0.95"},
        {"style": "malay"},
        {"value": "1.95"},
        {"style": "malay", "value": "1.95"},
        {"style": "malay", "value": None},
        {"style": "american", "value": 99},
        {"style": "fractional", "value": "5"},
        {"style": "malay", "value": "-0.95", "decimal": "2.05"},
    ),
    *each("positiveBet.minOdds", "2.11", "1.00", "low", {"style": "malay", "value": "-0.5"}),
    *each("positiveBet.line", "0-0.5", "1000.1", float("nan"), "", True, "+2.5", "2½"),
    *each("positiveBet.currency", "eur", "EURO", "€", "", "EU", "E1R", None, 978, "EUR "),
    *each("expiresAt", "2030-01-31T18:00:00", "2030-01-31", "soon", "", 1893456000, True, "1893456000"),
    *each("foundAt", "2030-01-31T18:00:00", "just now", 1893456000),
    *each("hedgeBet.event.startsAt", "2030-01-31T18:00:00", "2030-13-31T18:00:00Z", 1893456000000),
    *each("expectedProfit", "much", float("nan"), 1e9, True),
    *each("fxRate", 0, "-1", float("inf"), "1/2"),
    *each("maxLoss", "-0.01", "1.01", 2, "a lot", True, float("nan"), "1e-2"),
    *each("meta", None, [], "text", {"x": "y" * 5000}, {"x": [float("nan")]}, {"x": "\ud800"}),
]
MISSPELT = ["minOdd", "minodds", "min_odds", "Stake", "stakes", "odd", "password"]


def _case(path: str, value: object) -> str:
    text = "gone" if value is GONE else repr(value).encode("ascii", "backslashreplace").decode()
    return f"{path}={text[:40]}"


@pytest.mark.parametrize(("path", "value"), MALFORMED, ids=[_case(*case) for case in MALFORMED])
def test_a_malformed_field_is_refused_by_its_name(path: str, value: object) -> None:
    assert path in problems_of(a_job_with(path, value))


@pytest.mark.parametrize("path", ["", "positiveBet.", "hedgeBet.event."])
@pytest.mark.parametrize("field", MISSPELT)
def test_a_field_that_is_none_of_ours_is_refused_and_not_ignored(path: str, field: str) -> None:
    assert problems_of(a_job_with(f"{path}{field}", SECRET)) == {f"{path}{field}": "is not a field of a pair job"}


def test_a_misspelt_field_is_named_beside_the_one_that_is_missing() -> None:
    job = a_job_with("hedgeBet.minOdds", GONE)
    job["hedgeBet"]["minOdd"] = "1.95"
    assert problems_of(job) == {
        "hedgeBet.minOdds": "is missing",
        "hedgeBet.minOdd": "is not a field of a pair job",
    }


@pytest.mark.parametrize("data", [None, [], [{}], "{}", 5, True, b"{}"])
def test_what_is_no_object_is_no_job(data: object) -> None:
    assert "must be a JSON object" in problems_of(data)["(job)"]


def test_an_empty_object_misses_every_required_field() -> None:
    required = {"arbId", "betPairId", "whitelabel", "provider", "positiveBet", "hedgeBet"}
    assert problems_of({}) == dict.fromkeys(required, "is missing")


def test_all_faults_are_named_at_once() -> None:
    job = a_job(arbId="a:b", positiveBet={"stake": -1}, hedgeBet={"odds": "abc"})
    assert problems_of(job).keys() == {"arbId", "positiveBet.stake", "hedgeBet.odds"}


def test_legs_must_be_at_two_accounts() -> None:
    same = {"accountId": "ann", "whitelabel": "harbourline", "provider": "harbour"}
    assert "is also the account of the positive bet" in problems_of(a_job(hedgeBet=same))["hedgeBet.accountId"]


def test_one_name_at_two_bookmakers_is_two_accounts() -> None:
    other = Account("senbien", "lotus", "ann")
    job = a_job(hedgeBet={"accountId": "ann"})
    assert read_job(job, {**ACCOUNT_CURRENCIES, other: "EUR"}).hedge.bet.account == other


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"positiveBet": {"accountId": "nobody"}}, "positiveBet.accountId"),
        ({"hedgeBet": {"whitelabel": "nowhere"}}, "hedgeBet.accountId"),
        ({"provider": "nothing"}, "positiveBet.accountId"),
    ],
)
def test_an_account_that_is_not_configured_is_refused(change: dict[str, Any], path: str) -> None:
    assert "not an account in the configuration" in problems_of(a_job(**change))[path]


def test_a_currency_that_is_not_the_accounts_is_refused() -> None:
    job = a_job(fxRate="0.9", hedgeBet={"currency": "USD"})
    assert problems_of(job) == {"hedgeBet.currency": "USD is not the account's currency EUR"}


def test_two_currencies_need_a_rate() -> None:
    currencies = {POSITIVE_ACCOUNT: "EUR", HEDGE_ACCOUNT: "USD"}
    job = a_job(hedgeBet={"currency": "USD"})
    with pytest.raises(JobInvalid, match="fxRate: is needed for a pair in two currencies"):
        read_job(job, currencies)
    assert read_job(job | {"fxRate": 0.9}, currencies).fx_rate == Decimal("0.9")


@pytest.mark.parametrize(("currency", "stake"), [("JPY", "100.5"), ("VND", "0.5"), ("KWD", "0.0001")])
def test_a_stake_has_no_more_decimals_than_its_currency(currency: str, stake: str) -> None:
    job = a_job(fxRate="1", positiveBet={"stake": stake, "currency": currency})
    assert "not a multiple" in problems_of(job)["positiveBet.stake"]


def test_a_stake_may_have_the_decimals_of_its_currency() -> None:
    job = a_job(fxRate="3", positiveBet={"stake": "1.005", "currency": "KWD"})
    pair = read_job(job, {**ACCOUNT_CURRENCIES, POSITIVE_ACCOUNT: "KWD"})
    assert pair.positive.bet.stake == Money(Decimal("1.005"), "KWD")


def test_two_legs_need_two_bet_ids() -> None:
    assert "hedgeBet.betId" in problems_of(a_job(hedgeBet={"betId": "bet-1"}))


def test_a_pair_cannot_be_a_rebet_of_itself() -> None:
    assert "rebetOf" in problems_of(a_job(rebetOf="pair-1"))


@pytest.mark.parametrize(("path", "value"), MALFORMED, ids=[_case(*case) for case in MALFORMED])
def test_a_refusal_repeats_no_other_value_of_the_job(path: str, value: object) -> None:
    job = a_job_with(path, value)
    if path.partition(".")[0] == "hedgeBet":
        job["positiveBet"]["selection"] = SECRET
    else:
        job["hedgeBet"]["selection"] = SECRET
    if path != "meta":
        job["meta"] = {"password": SECRET}
    assert SECRET not in str(problems_of(job))


def test_the_models_own_error_shows_no_value_either() -> None:
    with pytest.raises(ValidationError) as refused:
        PairJob.model_validate(a_job(arbId=f"{SECRET}:", positiveBet={"stake": [SECRET]}, password=SECRET))
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(("path", "value"), MALFORMED, ids=[_case(*case) for case in MALFORMED])
def test_a_refusal_is_short_and_in_words_for_producers(path: str, value: object) -> None:
    problem = problems_of(a_job_with(path, value))[path]
    assert len(problem) < 200
    assert not any(python in problem for python in ("Decimal(", "OddsStyle", "BetJob", "dictionary", "codec"))


def test_the_schema_requires_what_the_reader_requires_and_allows_nothing_else() -> None:
    schema = PairJob.model_json_schema()
    parts = {"PairJob": schema, **schema["$defs"]}
    assert all(parts[name]["additionalProperties"] is False for name in ("PairJob", "BetJob", "EventJob"))
    assert set(schema["required"]) == {"arbId", "betPairId", "whitelabel", "provider", "positiveBet", "hedgeBet"}
    assert set(parts["BetJob"]["required"]) == set(a_job()["positiveBet"]) - {"line"}
    assert set(parts["EventJob"]["required"]) == {"id", "name"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
PATHS = sorted({path for path, _ in MALFORMED})


@given(st.sampled_from(PATHS), JSON)
def test_any_json_in_any_field_is_either_read_or_refused_by_name(path: str, value: object) -> None:
    try:
        pair = read_job(a_job_with(path, value), ACCOUNT_CURRENCIES)
    except JobInvalid:
        assert problems_of(a_job_with(path, value))
    else:
        assert Pair.model_validate_json(pair.model_dump_json()) == pair


def test_a_pair_is_as_old_as_its_producer_says_or_else_as_its_stay_in_the_queue() -> None:
    queued_at = datetime(2030, 1, 31, 17, 59, tzinfo=UTC)
    found = read_job(a_job(foundAt="2030-01-31T18:58:30+01:00"), ACCOUNT_CURRENCIES, queued_at).found_at
    assert found == datetime(2030, 1, 31, 17, 58, 30, tzinfo=UTC)
    assert read_job(a_job(), ACCOUNT_CURRENCIES, queued_at).found_at == queued_at
    assert read_job(a_job(), ACCOUNT_CURRENCIES).found_at is None
