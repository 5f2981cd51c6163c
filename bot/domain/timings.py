"""Histograms of how long pairs took: from job to first click, and between the legs."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from bot.domain.pair import Timeline

_MORE = "more"


@dataclass(frozen=True, slots=True)
class Histogram:
    """A measure in milliseconds and its buckets, each named by its inclusive upper bound."""

    name: str
    bounds_ms: tuple[int, ...]

    @property
    def buckets(self) -> tuple[str, ...]:
        """The buckets' names in order; the last one is for longer times."""
        return (*map(str, self.bounds_ms), _MORE)

    def bucket(self, ms: float) -> str:
        """Return the bucket that a measured time belongs to."""
        return self.buckets[bisect_left(self.bounds_ms, ms)]


LEG_GAP = Histogram("leg_gap_ms", (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000))
JOB_TO_CLICK = Histogram("job_to_click_ms", (100, 200, 300, 500, 700, 1000, 2000, 5000, 10_000, 30_000))
HISTOGRAMS = (LEG_GAP, JOB_TO_CLICK)


def counted(timeline: Timeline) -> tuple[tuple[str, str], ...]:
    """Return the histograms that count a hedged pair, each with the bucket; none for missing steps."""
    times = ((LEG_GAP, timeline.leg_gap_ms), (JOB_TO_CLICK, timeline.clicked_positive))
    return tuple((histogram.name, histogram.bucket(ms)) for histogram, ms in times if ms is not None)
