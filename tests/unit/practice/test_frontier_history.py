"""Frontier uses Eastern Time, pages its lists, and reads a risk as customers write it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bot.practice.sites.frontier.clock import format_moment, operator_time, parse_day
from bot.practice.sites.frontier.history import page_of
from bot.practice.sites.frontier.slips import read_risk
from bot.practice.sites.frontier.wording import dollars


@pytest.mark.parametrize(
    ("iso", "shown"),
    [
        ("2026-05-04T22:30:00+00:00", "05/04/2026 06:30 PM ET"),
        ("2026-12-04T22:30:00+00:00", "12/04/2026 05:30 PM ET"),
        ("2026-05-04T22:30:00", "05/04/2026 06:30 PM ET"),
        ("2026-05-04T00:30:00-04:00", "05/04/2026 12:30 AM ET"),
    ],
    ids=["daylight saving", "standard time", "without a zone it is UTC", "after midnight"],
)
def test_times_are_eastern(iso: str, shown: str) -> None:
    assert format_moment(iso) == shown


@pytest.mark.parametrize(
    ("iso", "day"),
    [
        ("2026-05-05T03:59:59+00:00", date(2026, 5, 4)),
        ("2026-05-05T04:00:00+00:00", date(2026, 5, 5)),
        ("2026-12-05T04:59:59+00:00", date(2026, 12, 4)),
    ],
)
def test_day_ends_at_eastern_midnight(iso: str, day: date) -> None:
    assert operator_time(iso).date() == day


def test_days_are_read_month_first() -> None:
    assert parse_day(" 05/04/2026 ") == date(2026, 5, 4)
    with pytest.raises(ValueError, match="does not match"):
        parse_day("2026-05-04")


@pytest.mark.parametrize(
    ("number", "rows", "first", "shown"),
    [(1, 20, 1, 1), (2, 20, 21, 2), (3, 5, 41, 3), (4, 5, 41, 3), (0, 20, 1, 1)],
    ids=["first", "second", "last", "beyond the last", "before the first"],
)
def test_list_is_cut_into_pages(number: int, rows: int, first: int, shown: int) -> None:
    page = page_of(range(45), number, 45)
    assert (len(page.rows), page.first, page.number, page.count) == (rows, first, shown, 3)


@pytest.mark.parametrize(
    ("text", "risk"),
    [("25", "25"), ("25.5", "25.5"), ("$1,125.00", "1125.00"), ("1,000,000", "1000000")],
)
def test_risk_is_read_as_customers_write_it(text: str, risk: str) -> None:
    assert read_risk(text) == Decimal(risk)


@pytest.mark.parametrize("text", ["", "0", "0.00", "-5", "1.005", "1,00", "ten", "1e3", "$"])
def test_what_is_no_amount_of_whole_cents_is_not_read(text: str) -> None:
    assert read_risk(text) is None


def test_amounts_are_in_dollars_and_cents() -> None:
    assert [dollars(Decimal(text)) for text in ("0", "1125", "-5.1")] == ["$0.00", "$1,125.00", "−$5.10"]
