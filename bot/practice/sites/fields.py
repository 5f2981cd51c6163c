"""Reading JSON requests; every error names its field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from bot.practice.sites.errors import FieldError

_Word = TypeVar("_Word", bound=StrEnum)
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,6})?")
_QUARTER = Decimal("0.25")


class Fields:
    """Read the fields of one JSON object; each reader raises FieldError with the field's full name."""

    def __init__(self, values: object, path: str = "") -> None:
        if not isinstance(values, Mapping):
            raise FieldError("must be a JSON object", field=path or "body")
        self._values: Mapping[str, object] = values
        self._path = path

    @classmethod
    async def of(cls, request: web.Request) -> Fields:
        """Read the body of a request; an empty body is an empty object."""
        body = await request.text()
        if not body:
            return cls({})
        try:
            return cls(json.loads(body))
        except json.JSONDecodeError:
            raise FieldError("must be JSON", field="body") from None

    def only(self, *names: str) -> Fields:
        """Refuse fields other than these, so that a mistyped name is not ignored; return self."""
        for name in self._values:
            if name not in names:
                raise self.error(name, "is not a known field")
        return self

    def text(self, name: str) -> str:
        """Return a non-empty string."""
        value = self.optional_text(name)
        if value is None:
            raise self.error(name, "is missing")
        return value

    def optional_text(self, name: str) -> str | None:
        """Return a non-empty string, or None if it is left out."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.error(name, "must be a non-empty string")
        return value

    def id(self, name: str) -> str:
        """Return an id of letters, digits, dots, dashes and underscores."""
        value = self.text(name)
        if not _ID.fullmatch(value):
            raise self.error(name, "must match [A-Za-z0-9._-]{1,64}")
        return value

    def word(self, name: str, words: type[_Word]) -> _Word:
        """Return a value of an enumeration."""
        value = self.optional_word(name, words)
        if value is None:
            raise self.error(name, "is missing")
        return value

    def optional_word(self, name: str, words: type[_Word]) -> _Word | None:
        """Return a value of an enumeration, or None if it is left out."""
        value = self.optional_text(name)
        if value is None:
            return None
        return words(self.one_of(name, [str(word) for word in words]))

    def one_of(self, name: str, allowed: Iterable[str]) -> str:
        """Return one of the allowed strings."""
        value = self.text(name)
        choices = list(allowed)
        if value not in choices:
            raise self.error(name, f"must be one of {', '.join(choices)}")
        return value

    def amount(self, name: str) -> Decimal:
        """Return an exact number above zero, given as a string."""
        value = self.optional_amount(name)
        if value is None:
            raise self.error(name, "is missing")
        return value

    def optional_amount(self, name: str) -> Decimal | None:
        """Return an exact number above zero, or None if it is left out."""
        value = self._number(name)
        if value is not None and value <= 0:
            raise self.error(name, "must be above zero")
        return value

    def optional_payment(self, name: str) -> Decimal | None:
        """Return an exact number of at least zero, or None if it is left out."""
        value = self._number(name)
        if value is not None and value < 0:
            raise self.error(name, "must not be negative")
        return value

    def odds(self, name: str) -> Decimal:
        """Return decimal odds above 1."""
        value = self.optional_odds(name)
        if value is None:
            raise self.error(name, "is missing")
        return value

    def optional_odds(self, name: str) -> Decimal | None:
        """Return decimal odds above 1, or None if they are left out."""
        value = self._number(name)
        if value is not None and value <= 1:
            raise self.error(name, "must be decimal odds above 1")
        return value

    def optional_line(self, name: str) -> Decimal | None:
        """Return a line, a multiple of 0.25, or None if it is left out."""
        value = self._number(name)
        if value is not None and value % _QUARTER:
            raise self.error(name, "must be a multiple of 0.25")
        return value

    def count(self, name: str, default: int | None = None, *, least: int = 0) -> int:
        """Return a whole number of at least `least`; without a default the field is required."""
        value = self._values.get(name, default)
        if value is None:
            raise self.error(name, "is missing")
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.error(name, f"must be a whole number of at least {least}")
        return value

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """Return true or false; without a default the field is required."""
        value = self._values.get(name, default)
        if not isinstance(value, bool):
            raise self.error(name, "must be true or false")
        return value

    def objects(self, name: str) -> list[Fields]:
        """Return a non-empty list of objects."""
        values = self._values.get(name)
        if not isinstance(values, list) or not values:
            raise self.error(name, "must be a non-empty list")
        return [Fields(value, f"{self._full_name(name)}[{index}]") for index, value in enumerate(values)]

    def error(self, name: str, message: str) -> FieldError:
        """Return a FieldError about one field, for the caller to raise."""
        return FieldError(message, field=self._full_name(name))

    def _number(self, name: str) -> Decimal | None:
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not _NUMBER.fullmatch(value):
            raise self.error(name, 'must be a number in a string, such as "1.95"')
        return Decimal(value)

    def _full_name(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name
