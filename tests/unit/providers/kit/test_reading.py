"""Raw strings and match counts become values or a named error; both halves of a reading are tested without a page."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.money import Money
from bot.domain.odds import Odds, OddsStyle
from bot.errors import AmbiguousLocator, LocatorMissing, PageDrift, UnreadableValue
from providers.kit.reading.locators import Locators
from providers.kit.reading.parsing import Dialect
from providers.kit.reading.readings import Reading, Values, interpret, reading_argument, return_shown

_WORDS = ("open", "won", "lost", "void", "half_won", "half_lost", "cashed_out", "gain", "loss", "reversed")
_MONEY = {"kind": "money", "need": "optional"}
LOCATORS = Locators.model_validate(
    {
        "provider": "made-up",
        "numbers": {"default": {"decimal_mark": ".", "decimals": [2]}},
        "currencies": {"€": "EUR"},
        "statuses": {word: word for word in _WORDS},
        "words": {"markets": {"Result": "1x2", "Goals": "total_goals"}},
        "pages": {
            "slip": {
                "readings": {
                    "armed": {
                        "region": "#slip",
                        "fields": {
                            "odds": {"at": "#odds", "kind": "odds"},
                            "note": {"at": "#note", "need": "optional"},
                            "warning": {"at": "#warning", "need": "forbidden"},
                            "busy": {"at": "#busy", "take": "visible", "kind": "flag", "need": "optional"},
                        },
                    }
                }
            },
            "bets": {
                "readings": {
                    "list": {
                        "rows": "tr",
                        "row": {
                            "market": {"at": ".m", "kind": "word", "words": "markets", "need": "optional"},
                            "line": {"at": ".l", "kind": "line", "need": "optional"},
                            "odds": {"at": ".o", "kind": "odds", "need": "optional"},
                            "status": {"at": ".s", "kind": "status", "need": "optional"},
                            "stake": {"at": ".k", **_MONEY},
                            "potential_return": {"at": ".r", **_MONEY},
                            "win": {"at": ".w", **_MONEY},
                            "payout": {"at": ".p", **_MONEY},
                        },
                        "checks": ["return_is_stake_times_odds", "payout_fits_outcome", "line_fits_market"],
                    }
                }
            },
        },
    }
)
DIALECT = Dialect(LOCATORS, OddsStyle.DECIMAL, "UTC", "EUR")
ARMED = Reading.of(LOCATORS, "slip", "armed")
LIST = Reading.of(LOCATORS, "bets", "list")
ABSENT = {"way": -1, "count": 0, "value": None}


def found(value: str | None, count: int = 1) -> dict[str, Any]:
    return {"way": 0, "count": count, "value": value}


def armed(**fields: dict[str, Any]) -> Values:
    shown = {"odds": found("1.95"), "note": ABSENT, "warning": ABSENT, "busy": ABSENT} | fields
    return interpret(json.dumps({"regions": 1, "fields": shown, "rows": []}), ARMED, DIALECT)


def listed(**texts: str) -> Values:
    row = {name: found(texts[name]) if name in texts else ABSENT for name in LIST.spec.row}
    return interpret(json.dumps({"regions": 1, "fields": {}, "rows": [row]}), LIST, DIALECT)


def test_what_is_there_is_read_and_what_may_be_missing_is_left_out() -> None:
    assert armed().values == {"odds": Odds.parse("1.95"), "busy": False}
    assert armed(note=found("Hello"), busy=found("true")).values["note"] == "Hello"
    assert armed(busy=found("true", 3)).get("busy", bool) is True


@pytest.mark.parametrize(
    ("fields", "error", "problem"),
    [
        ({"odds": ABSENT}, LocatorMissing, "nothing visible matches"),
        ({"odds": found(None)}, LocatorMissing, "the node has no text"),
        ({"odds": found("1.95", 2)}, AmbiguousLocator, "2 nodes match"),
        ({"odds": found("SP")}, UnreadableValue, "'SP'"),
        ({"note": found("")}, UnreadableValue, "is empty"),
        ({"note": found("Hi", 2)}, AmbiguousLocator, "2 nodes match"),
        ({"warning": found("Account limited")}, PageDrift, "must not be here, but reads 'Account limited'"),
    ],
)
def test_a_page_that_drifted_is_named(fields: dict[str, Any], error: type[PageDrift], problem: str) -> None:
    [name] = fields
    with pytest.raises(error, match=problem) as raised:
        armed(**fields)
    drift = raised.value
    assert (drift.provider, drift.page, drift.field, drift.locator) == ("made-up", "slip.armed", name, f"#{name}")


@pytest.mark.parametrize(("count", "error"), [(0, LocatorMissing), (2, AmbiguousLocator)])
def test_a_region_must_be_there_once(count: int, error: type[PageDrift]) -> None:
    with pytest.raises(error, match="#slip") as raised:
        interpret(json.dumps({"regions": count, "fields": {}, "rows": []}), ARMED, DIALECT)
    assert raised.value.field == "region"


def test_a_row_that_cannot_be_read_is_named_by_its_number() -> None:
    rows = [dict.fromkeys(LIST.spec.row, ABSENT) for _ in range(3)]
    rows[2]["stake"] = found("ten")
    with pytest.raises(UnreadableValue, match="row 3 stake"):
        interpret(json.dumps({"regions": 1, "fields": {}, "rows": rows}), LIST, DIALECT)


@pytest.mark.parametrize("shown", ["19.49", "19.50", "19.51"])
def test_a_return_may_differ_from_stake_times_odds_by_a_cent(shown: str) -> None:
    row = listed(stake="€10.00", odds="1.95", potential_return=f"€{shown}").rows[0]
    assert row.get("potential_return", Money) == Money(Decimal(shown), "EUR")


@pytest.mark.parametrize("shown", ["19.48", "19.52", "195.00", "10.00"])
def test_a_return_that_is_not_stake_times_odds_is_refused(shown: str) -> None:
    with pytest.raises(UnreadableValue, match=f"potential_return.*{shown} EUR is not 10.00 EUR at 1.95"):
        listed(stake="€10.00", odds="1.95", potential_return=f"€{shown}")


def test_what_a_page_shows_as_the_win_beside_the_stake_is_held_against_stake_and_odds() -> None:
    row = listed(stake="€10.00", odds="1.95", win="€9.50").rows[0]
    assert return_shown(row) == Money(Decimal("19.50"), "EUR")
    with pytest.raises(UnreadableValue, match=r"row 1 win.*19\.50 EUR is not 10\.00 EUR at 1\.95"):
        listed(stake="€10.00", odds="1.95", win="€19.50")


@pytest.mark.parametrize(
    ("status", "payout"),
    [
        ("won", "19.50"),
        ("lost", "0.00"),
        ("void", "10.00"),
        ("half_won", "14.75"),
        ("half_lost", "5.00"),
        ("cashed_out", "7.77"),
        ("open", "0.00"),
        ("gain", "10.01"),
        ("loss", "0.00"),
        ("loss", "9.99"),
        ("reversed", "19.50"),
    ],
)
def test_a_payout_that_fits_its_outcome_is_read(status: str, payout: str) -> None:
    row = listed(status=status, stake="€10.00", payout=f"€{payout}").rows[0]
    assert row.get("payout", Money) == Money(Decimal(payout), "EUR")


@pytest.mark.parametrize(
    ("status", "payout"),
    [
        ("won", "0.00"),
        ("won", "5.00"),
        ("lost", "19.50"),
        ("lost", "10.00"),
        ("void", "0.00"),
        ("void", "10.01"),
        ("half_won", "5.00"),
        ("half_lost", "14.75"),
        ("open", "19.50"),
        ("cashed_out", "-1.00"),
        ("gain", "10.00"),
        ("gain", "0.00"),
        ("loss", "10.00"),
        ("loss", "19.50"),
        ("loss", "-1.00"),
    ],
)
def test_a_payout_that_contradicts_its_outcome_is_refused(status: str, payout: str) -> None:
    with pytest.raises(UnreadableValue, match="row 1 payout"):
        listed(status=status, stake="€10.00", payout=f"€{payout}")


def test_a_line_goes_with_its_market() -> None:
    with pytest.raises(LocatorMissing, match="row 1 line"):
        listed(market="Goals")
    with pytest.raises(UnreadableValue, match="row 1 line"):
        listed(market="Result", line="2.50")
    assert listed(market="Goals", line="2.50").rows[0].get("line", Decimal) == Decimal("2.5")


def test_a_field_asked_for_as_another_kind_is_a_programming_error() -> None:
    with pytest.raises(TypeError, match="odds"):
        armed().get("odds", str)
    with pytest.raises(KeyError, match="note"):
        armed().get("note", str)
    assert armed().find("note", str) is None


def test_differences_are_named_by_field() -> None:
    before, after = armed(), armed(odds=found("1.90"), note=found("Moved"))
    assert before.differences(after) == after.differences(before) == {"odds", "note"}
    assert before.differences(armed(odds=found("1.95"))) == frozenset()


def test_the_script_is_told_where_to_look_and_nothing_of_how_to_read() -> None:
    argument = reading_argument(ARMED.spec)
    assert argument["fields"]["odds"] == {
        "at": ({"css": "#odds", "text": None, "then": None, "hidden": False},),
        "take": "text",
        "within": "region",
        "up": None,
    }
    assert argument["rows"] is None
