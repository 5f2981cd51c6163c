"""The operator's clock: Frontier shows every time and day in Eastern Time, including daylight saving."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("America/New_York")
_DATE_FORMAT = "%m/%d/%Y"


def operator_today() -> date:
    """Return the current day on the operator's clock."""
    return datetime.now(_ZONE).date()


def operator_time(iso: str) -> datetime:
    """Convert an ISO 8601 time to the operator's clock; a time without a zone is UTC."""
    moment = datetime.fromisoformat(iso)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(_ZONE)


def format_moment(iso: str) -> str:
    """Write a time as Frontier does, such as "05/04/2026 06:30 PM ET"."""
    return operator_time(iso).strftime(f"{_DATE_FORMAT} %I:%M %p ET")


def format_day(day: date) -> str:
    """Write a day as Frontier does, such as "05/04/2026"."""
    return day.strftime(_DATE_FORMAT)


def parse_day(text: str) -> date:
    """Read a day as Frontier writes it; raises ValueError."""
    return datetime.strptime(text.strip(), _DATE_FORMAT).replace(tzinfo=_ZONE).date()
