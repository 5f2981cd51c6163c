"""An event loop with virtual time, which jumps ahead whenever all tasks wait: minutes take milliseconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
_BEGINNING = datetime(2030, 1, 31, 12, tzinfo=UTC)


class _InstantSelector(selectors.DefaultSelector):
    """Returns at once from every wait and counts the requested time as passed."""

    def __init__(self) -> None:
        super().__init__()
        self.passed_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits, and nothing will ever happen")
        self.passed_s += max(timeout, 0)
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Runs coroutines that wait only for each other and for timers."""

    def __init__(self) -> None:
        self._instant = _InstantSelector()
        super().__init__(self._instant)

    def time(self) -> float:
        return self._instant.passed_s


class VirtualClock:
    """Implements the Clock port in the running loop's time."""

    def monotonic_s(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def virtual_now() -> datetime:
    """Return the running loop's time as a date."""
    return _BEGINNING + timedelta(seconds=asyncio.get_running_loop().time())


def play(history: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine in virtual time of its own; cancel the tasks that it leaves running."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(history())
