"""Texts of a page become values or are refused, never a plausible wrong value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.money import Money
from bot.domain.odds import Odds, OddsStyle
from bot.domain.outcome import Outcome
from bot.domain.placement import Rejected, TicketState
from bot.domain.reasons import Reason
from providers.kit.reading.locators import FieldSpec, Locators
from providers.kit.reading.parsing import Dialect, Status, dialog_refusal, parse, refusal

LOCATORS = Locators.model_validate(
    {
        "provider": "made-up",
        "numbers": {
            "default": {"decimal_mark": ".", "thousands": ",", "decimals": [2]},
            "comma": {"decimal_mark": ",", "thousands": ".", "decimals": [2]},
            "spaced": {"decimal_mark": ",", "thousands": " ", "decimals": [0, 2]},
            "whole": {"decimal_mark": ".", "thousands": ",", "decimals": [0]},
            "line": {"decimal_mark": ".", "decimals": [0, 1, 2]},
            "odds": {"decimal_mark": ".", "decimals": [2, 3]},
            "us": {"decimal_mark": ".", "decimals": [0], "signed": True, "words": {"EVEN": "+100"}},
            "spread": {"decimal_mark": ".", "decimals": [0, 1, 2], "signed": True, "words": {"PK": "0"}},
        },
        "currencies": {"€": "EUR", "$": "USD", "US$": "USD", "đ": "VND"},
        "statuses": {"Running": "open", "Thắng nửa": "half_won", "Lose": "lost", "Waiting": "waiting"},
        "words": {"markets": {"Match result": "1x2"}},
        "days": {"Today": 0, "Yesterday": -1, "Hôm nay": 0},
        "refusals": [
            {"pattern": "^between min .+ and max (?P<limit>.+)$", "reason": "stake_above_maximum", "when": "above"},
            {"pattern": "^between min (?P<limit>.+) and max .+$", "reason": "stake_below_minimum", "when": "below"},
            {"pattern": "^Maximum stake is (?P<limit>.+)$", "reason": "stake_above_maximum"},
            {"pattern": "^Odds have changed$", "reason": "odds_changed"},
        ],
        "dialogs": [
            {"kind": "confirm", "pattern": "^Repeat the bet\\?$", "reason": "duplicate_bet"},
            {"kind": "alert", "pattern": "^At least (?P<limit>.+)$", "reason": "stake_below_minimum"},
        ],
        "pages": {},
    }
)
NOW = datetime(2030, 1, 1, 2, tzinfo=UTC)  # nine in the morning in Vietnam
DIALECT = Dialect(LOCATORS, OddsStyle.DECIMAL, "Asia/Ho_Chi_Minh", "EUR", lambda: NOW)


def read(text: str, **field: Any) -> Any:
    return parse(text, FieldSpec.model_validate({"at": "b", **field}), DIALECT)


@pytest.mark.covers("UI-11a", "UI-11b")
@pytest.mark.parametrize(
    ("text", "numbers", "number"),
    [
        ("19.50", "default", "19.50"),
        ("1,234.50", "default", "1234.50"),
        ("1,234,567.00", "default", "1234567.00"),
        ("1234.50", "default", "1234.50"),
        ("−19.50", "default", "-19.50"),
        ("-1,000.00", "default", "-1000.00"),
        ("1.234,50", "comma", "1234.50"),
        ("2,00", "comma", "2.00"),
        ("1 234,50", "spaced", "1234.50"),
        ("1\u202f234", "spaced", "1234"),
        ("1,234", "whole", "1234"),
    ],
)
def test_a_number_is_read_as_its_page_writes_them(text: str, numbers: str, number: str) -> None:
    assert read(text, kind="number", numbers=numbers) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", "default"),
        ("SP", "default"),
        ("19", "default"),
        ("19.5", "default"),
        ("19,50", "default"),
        ("1.234", "default"),
        ("1,23.50", "default"),
        ("1,2345.50", "default"),
        ("12,34,567.00", "default"),
        ("19.50.00", "default"),
        ("1 234.50", "default"),
        ("19.50 net", "default"),
        ("--19.50", "default"),
        ("1e3", "whole"),
        ("NaN", "whole"),
        ("١٢", "whole"),
        ("1,234.50", "comma"),
        ("2.00", "comma"),
        ("1.", "whole"),
        (".50", "default"),
    ],
)
def test_a_number_in_another_format_is_refused(text: str, numbers: str) -> None:
    with pytest.raises(ValueError, match=r"not a number|decimal places"):
        read(text, kind="number", numbers=numbers)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("€19.50", "19.50"), ("19.50 €", "19.50"), ("EUR 19.50", "19.50"), ("-€1,019.50", "-1019.50"), ("€ 0.00", "0.00")],
)
def test_money_carries_the_accounts_currency(text: str, amount: str) -> None:
    assert read(text, kind="money") == Money(Decimal(amount), "EUR")


@pytest.mark.parametrize("text", ["$19.50", "US$19.50", "19.50", "19.50 đ", "€", "€ten", "€19.50 (bonus)", "£19.50"])
def test_money_in_another_currency_or_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is in|no currency|not a number"):
        read(text, kind="money")


def test_an_amount_is_in_the_accounts_currency_and_carries_none() -> None:
    assert read("1,200", kind="amount", numbers="whole") == Money(Decimal(1200), "EUR")
    with pytest.raises(ValueError, match="1,200"):
        read("€1,200", kind="amount", numbers="whole")


@pytest.mark.parametrize(
    ("text", "style", "decimal"),
    [
        ("1.95", None, "1.95"),
        ("0.95", "malay", "1.95"),
        ("-0.80", "malay", "2.25"),
        ("−0.80", "malay", "2.25"),
        ("0.950", "hong_kong", "1.95"),
        ("5/2", "fractional", "3.5"),
    ],
)
def test_odds_are_read_in_their_style(text: str, style: str | None, decimal: str) -> None:
    assert read(text, kind="odds", numbers="odds", style=style) == Odds.parse(decimal)


@pytest.mark.parametrize(
    ("text", "style"),
    [("SP", None), ("1,95", None), ("195", None), ("0.95", None), ("1.00", None), ("1.95", "malay"), ("", None)],
)
def test_odds_that_are_no_price_in_their_style_are_refused(text: str, style: str | None) -> None:
    with pytest.raises(ValueError, match=r"not a (?:number|price)|decimal places"):
        read(text, kind="odds", numbers="odds", style=style)


@pytest.mark.parametrize(
    ("text", "line"),
    [("2.5", "2.5"), ("+0.25", "0.25"), ("-0.25", "-0.25"), ("−1", "-1"), ("0", "0"), ("0/0.5", "0.25"),
     ("-0/0.5", "-0.25"), ("-0.5/1", "-0.75"), ("2.5/3", "2.75")],
)  # fmt: skip
def test_a_line_is_read_in_quarters(text: str, line: str) -> None:
    assert read(text, kind="line", numbers="line") == Decimal(line)


@pytest.mark.parametrize("text", ["2.3", "0/1", "1/0.5", "0/0.5/1", "pk", "", "0-0.5", "2,5"])
def test_what_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a (?:number|line|quarter line)|decimal places"):
        read(text, kind="line", numbers="line")


@pytest.mark.covers("UI-12a")
def test_a_line_before_a_score_is_recognised_by_its_pattern() -> None:
    assert read("-0.25 @ 1 - 0", kind="line", numbers="line", pattern=r"^(\S+) @") == Decimal("-0.25")
    with pytest.raises(ValueError, match="does not match"):
        read("-0.25", kind="line", numbers="line", pattern=r"^(\S+) @")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Running", Status(TicketState.OPEN)),
        ("RUNNING", Status(TicketState.OPEN)),
        (" lose ", Status(TicketState.SETTLED, Outcome.LOST)),
        ("Tha\u0306\u0301ng nu\u031b\u0309a", Status(TicketState.SETTLED, Outcome.HALF_WON)),
        ("Waiting", Status(TicketState.WAITING)),
    ],
)
def test_a_status_word_is_found_in_any_case_and_composition(text: str, status: Status) -> None:
    assert read(text, kind="status") == status


@pytest.mark.parametrize("text", ["Half", "Won", "Run", "", "Running Running"])
def test_a_status_word_that_is_not_in_the_vocabulary_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not in \[statuses\]"):
        read(text, kind="status")


@pytest.mark.covers("UI-14d")
@pytest.mark.parametrize(
    ("text", "field", "moment"),
    [
        ("2030-05-01T18:00:00+00:00", {}, datetime(2030, 5, 1, 18, tzinfo=UTC)),
        ("2030-05-01T18:00:00Z", {}, datetime(2030, 5, 1, 18, tzinfo=UTC)),
        ("2030-05-02T01:00:00", {}, datetime(2030, 5, 1, 18, tzinfo=UTC)),
        (
            "01/05/2030 14:00:00",
            {"format": "%d/%m/%Y %H:%M:%S", "zone": "Etc/GMT+4"},
            datetime(2030, 5, 1, 18, tzinfo=UTC),
        ),
        ("1 May 2030 14:00 -0400", {"format": "%d %b %Y %H:%M %z"}, datetime(2030, 5, 1, 18, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_the_zone_that_is_its_own_or_declared(
    text: str, field: dict[str, str], moment: datetime
) -> None:
    read_moment = read(text, kind="datetime", **field)
    assert read_moment == moment
    assert read_moment.utcoffset() is not None


@pytest.mark.parametrize("text", ["yesterday", "2030-13-01", "18:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Invalid isoformat|month must be"):
        read(text, kind="datetime")


@pytest.mark.covers("UI-14e")
@pytest.mark.parametrize("text", ["HB12345678", "O/0242888/0028045", "2000000001"])
def test_a_ticket_id_may_look_like_any_bookmakers(text: str) -> None:
    assert read(text, kind="ticket") == text


@pytest.mark.parametrize("text", ["", "Reference", "HB 12345678", "12", "HB12345678, HB12345679"])
def test_what_is_no_ticket_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a ticket id"):
        read(text, kind="ticket")


@pytest.mark.parametrize("text", ["", "1.5", "-1", "1,234", "12345678901"])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a count"):
        read(text, kind="count")


@pytest.mark.parametrize("text", ["–", "-", "—", "−", "…", "...", " ? "])
def test_a_placeholder_is_no_text(text: str) -> None:
    with pytest.raises(ValueError, match="is a placeholder"):
        read(text, kind="text")


def test_a_word_means_what_its_vocabulary_says() -> None:
    assert read("match  RESULT", kind="word", words="markets") == "1x2"
    with pytest.raises(ValueError, match=r"not in \[words.markets\]"):
        read("Corners", kind="word", words="markets")


def test_a_refusal_is_known_by_its_message_with_the_limit_that_it_names() -> None:
    assert refusal("Maximum stake\n is €11.25", DIALECT) == Rejected(
        Reason.STAKE_ABOVE_MAXIMUM, "Maximum stake is €11.25", Money(Decimal("11.25"), "EUR")
    )
    assert refusal("Odds have changed", DIALECT) == Rejected(Reason.ODDS_CHANGED, "Odds have changed")


@pytest.mark.covers("UI-07b")
@pytest.mark.parametrize(
    ("stake", "reason", "limit"),
    [
        ("800", Reason.STAKE_ABOVE_MAXIMUM, "750.00"),
        ("0.05", Reason.STAKE_BELOW_MINIMUM, "0.10"),
        ("1", None, None),
        (None, None, None),
    ],
)
def test_a_message_with_two_limits_means_the_one_that_the_stake_breaks(
    stake: str | None, reason: Reason | None, limit: str | None
) -> None:
    message = "between min €0.10 and max €750.00"
    asked = None if stake is None else Money(Decimal(stake), "EUR")
    expected = None if reason is None or limit is None else Rejected(reason, message, Money(Decimal(limit), "EUR"))
    assert refusal(message, DIALECT, asked) == expected


@pytest.mark.parametrize("message", ["Something went wrong", "", "Odds have changed, bet placed"])
def test_an_unknown_message_proves_nothing(message: str) -> None:
    assert refusal(message, DIALECT) is None


def test_a_limit_that_cannot_be_read_is_no_refusal_without_limit() -> None:
    with pytest.raises(ValueError, match="soon"):
        refusal("Maximum stake is told soon", DIALECT)


def test_the_zone_of_an_aware_text_wins_over_the_declared_one() -> None:
    moment = read("2030-05-01T18:00:00+02:00", kind="datetime", zone="Etc/GMT+4")
    assert moment == datetime(2030, 5, 1, 18, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.covers("UI-11c")
@pytest.mark.parametrize(
    ("text", "decimal"),
    [("+145", "2.45"), ("\N{MINUS SIGN}112", "1.892857142857"), ("-200", "1.5"), ("EVEN", "2"), ("+100", "2")],
)
def test_an_american_price_has_its_sign_or_is_a_word_for_one(text: str, decimal: str) -> None:
    odds = read(text, kind="odds", style="american", numbers="us")
    assert abs(odds.decimal - Odds.parse(decimal).decimal) < Decimal("1e-12")


@pytest.mark.covers("UI-11c")
@pytest.mark.parametrize("text", ["145", "112", "SP", "OTB", "even", "+1.45", "+45", "", "+"])
def test_an_american_price_that_lost_its_sign_or_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text, kind="odds", style="american", numbers="us")


@pytest.mark.parametrize(("text", "line"), [("PK", "0"), ("+0.5", "0.5"), ("\N{MINUS SIGN}0.25", "-0.25")])
def test_a_line_may_be_a_word_and_must_have_its_sign_where_all_do(text: str, line: str) -> None:
    assert read(text, kind="line", numbers="spread") == Decimal(line)
    with pytest.raises(ValueError, match="has no sign"):
        read("0.5", kind="line", numbers="spread")


@pytest.mark.parametrize(
    ("text", "formats", "moment"),
    [
        ("31 Dec 18:30", "%d %b %H:%M", datetime(2029, 12, 31, 11, 30, tzinfo=UTC)),
        ("02 Jan 18:30", "%d %b %H:%M", datetime(2030, 1, 2, 11, 30, tzinfo=UTC)),
        ("30 Jun 18:30", "%d %b %H:%M", datetime(2030, 6, 30, 11, 30, tzinfo=UTC)),
        ("29 Feb 08:00", "%d %b %H:%M", None),
        ("Today 18:30", "{day} %H:%M", datetime(2030, 1, 1, 11, 30, tzinfo=UTC)),
        ("Hôm nay, 18:30", "{day}, %H:%M", datetime(2030, 1, 1, 11, 30, tzinfo=UTC)),
        ("18:30 yesterday", "%H:%M {day}", datetime(2029, 12, 31, 11, 30, tzinfo=UTC)),
        ("Yesterday 18:30", ["%d %b %H:%M", "{day} %H:%M"], datetime(2029, 12, 31, 11, 30, tzinfo=UTC)),
        ("31 Dec 18:30", ["{day} %H:%M", "%d %b %H:%M"], datetime(2029, 12, 31, 11, 30, tzinfo=UTC)),
        ("Tomorrow 18:30", ["{day} %H:%M", "%d %b %H:%M"], None),
    ],
)
def test_a_date_without_its_year_or_day_is_seen_from_now(text: str, formats: Any, moment: datetime | None) -> None:
    if moment is None:
        with pytest.raises(ValueError, match="not a date and time of the form"):
            read(text, kind="datetime", format=formats)
    else:
        assert read(text, kind="datetime", format=formats) == moment


def test_a_dialog_proves_what_its_kind_and_message_say() -> None:
    repeated = dialog_refusal("confirm", "Repeat the bet?", DIALECT)
    assert repeated == Rejected(Reason.DUPLICATE_BET, "Repeat the bet?")
    small = dialog_refusal("alert", "At least €2.00", DIALECT)
    assert small is not None
    assert small.limit == Money(Decimal("2.00"), "EUR")
    assert dialog_refusal("alert", "Repeat the bet?", DIALECT) is None
    assert dialog_refusal("confirm", "Place the bet?", DIALECT) is None
