"""Times the steps of the pairs in hand by this process's monotonic clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.changes import PairTimed
from bot.domain.pair import Role, Timeline
from bot.ports.clock import Clock


class Step(StrEnum):
    """The steps of a leg that are timed."""

    ARMED = "armed"
    CLICKED = "clicked"
    ACCEPTED = "accepted"


@dataclass(slots=True)
class _Stopwatch:
    clock: Clock
    began_s: float
    timeline: Timeline = field(default_factory=Timeline)


class Stopwatches:
    """One stopwatch for each pair whose job this process has picked up. A pair resumed from the ledger has none."""

    def __init__(self) -> None:
        self._running: dict[str, _Stopwatch] = {}

    @contextmanager
    def running(self, bet_pair_id: str, clock: Clock) -> Iterator[None]:
        """Time a pair from now until the end of the body."""
        self._running[bet_pair_id] = _Stopwatch(clock, clock.monotonic_s())
        try:
            yield
        finally:
            del self._running[bet_pair_id]

    def mark(self, bet_pair_id: str, step: Step, role: Role) -> None:
        """Record that a step happens now; does nothing for a pair that is not timed."""
        if (stopwatch := self._running.get(bet_pair_id)) is not None:
            since_ms = round((stopwatch.clock.monotonic_s() - stopwatch.began_s) * 1000, 1)
            stopwatch.timeline = stopwatch.timeline.model_copy(update={f"{step.value}_{role.value}": since_ms})

    def timed(self, bet_pair_id: str) -> tuple[PairTimed, ...]:
        """Return the change that records the timeline; none for a pair that is not timed."""
        stopwatch = self._running.get(bet_pair_id)
        return () if stopwatch is None else (PairTimed(stopwatch.timeline),)
