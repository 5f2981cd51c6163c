"""Dates and times as pages write them: often without the year, or with a word such as "Today"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

DAY_WORD = "{day}"
_DAY = "%Y-%m-%d"


def read_moment(text: str, formats: Sequence[str], days: Mapping[str, int], now: datetime) -> datetime:
    """Read a text by the first format that fits, in the time zone of ``now`` unless it names its own.

    Without a year the moment nearest to now is returned. ``{day}`` is a word of ``days``, counted from today. Raises
    ValueError if no format fits.
    """
    for form in formats:
        if moments := list(_moments(text, form, days, now)):
            return min(moments, key=lambda moment: abs(moment - now))
    raise ValueError(f"{text!r} is not a date and time of the form {' | '.join(formats)}")


def _moments(text: str, form: str, days: Mapping[str, int], now: datetime) -> Iterator[datetime]:
    for stated, full in _stated(text, form, days, now):
        with suppress(ValueError):
            moment = datetime.strptime(stated, full)  # noqa: DTZ007 - the zone is added in the next line
            yield moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def _stated(text: str, form: str, days: Mapping[str, int], now: datetime) -> Iterator[tuple[str, str]]:
    """Yield the text completed by what it leaves out, and the format of the result."""
    if DAY_WORD in form:
        before, _, after = form.partition(DAY_WORD)
        for word, count in days.items():
            day = f"{now + timedelta(days=count):{_DAY}}"
            yield f"{day} {text}", f"{_DAY} {before}{word.replace('%', '%%')}{after}"
    elif "%Y" in form or "%y" in form:
        yield text, form
    else:
        for year in (now.year - 1, now.year, now.year + 1):
            yield f"{year} {text}", f"%Y {form}"
