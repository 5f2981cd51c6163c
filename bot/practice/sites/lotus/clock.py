"""The operator's clock: Lotus shows every time and day in GMT-4, all year round."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from bot.practice.sites.lotus.whitelabels import Whitelabel

OPERATOR_ZONE = timezone(timedelta(hours=-4), "GMT-4")


def operator_now() -> datetime:
    """Return the current time on the operator's clock."""
    return datetime.now(OPERATOR_ZONE)


def operator_time(iso: str) -> datetime:
    """Convert an ISO 8601 time to the operator's clock; a time without a zone is UTC."""
    moment = datetime.fromisoformat(iso)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(OPERATOR_ZONE)


def format_day(day: date, brand: Whitelabel) -> str:
    """Write a day as the brand does (11/20/2026 or 20/11/2026)."""
    return day.strftime(brand.date_format)


def format_moment(moment: datetime, brand: Whitelabel) -> str:
    """Write a day and a time of day as the brand does."""
    return moment.strftime(f"{brand.date_format} {brand.time_format}")
