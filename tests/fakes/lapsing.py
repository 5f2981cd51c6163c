"""Values that expire, like Redis keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta


class Lapsing:
    """Named values that are gone when their time is up."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._values: dict[str, tuple[str, datetime]] = {}

    def get(self, name: str) -> str | None:
        """Return a value that has not lapsed."""
        value, until = self._values.get(name, (None, self._now()))
        return value if self._now() < until else None

    def put(self, name: str, value: str, ttl_s: float) -> None:
        """Set a value for a time."""
        self._values[name] = (value, self._now() + timedelta(seconds=ttl_s))

    def drop(self, name: str) -> None:
        """Delete a value."""
        self._values.pop(name, None)

    def left_s(self, name: str) -> int | None:
        """Return the whole seconds that a value has left, at least one, or None when it has lapsed."""
        if self.get(name) is None:
            return None
        return max(int((self._values[name][1] - self._now()).total_seconds()), 1)
