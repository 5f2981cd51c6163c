"""Whether memory grows: a robust slope, and a verdict that ignores noise and a plateau. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf
from statistics import median

_WARM_UP = 0.2  # of the time: caches fill, tabs open, accounts log in
_WARM_UP_S = 120  # at least this long, but never more than half of the time
_LEAST_SAMPLES = 20
_SCATTERS = 2.0
_PART_OF_LEVEL = 0.01
_NORMAL = 1.4826  # converts a median absolute deviation to a standard deviation
_S_PER_HOUR = 3600


class TooShort(Exception):
    """Raised when there are too few samples for a verdict."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The memory of a part at a moment, and how many pairs had ended by then."""

    at_s: float
    pairs: int
    megabytes: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of pairs on purpose: of every pair, or in a table that is full after so many pairs."""

    mb_per_1000_pairs: float = 0
    full_after_pairs: float = inf

    def of(self, pairs: int) -> float:
        """Return how much so many pairs may leave behind."""
        return self.mb_per_1000_pairs * min(pairs, self.full_after_pairs) / 1000


NOTHING = Kept()


@dataclass(frozen=True, slots=True)
class Growth:
    """The trend of a series after its warm-up: level, slope by Theil and Sen, scatter about it, and the verdict."""

    level_mb: float
    mb_per_hour: float
    mb_per_1000_pairs: float
    scatter_mb: float
    is_growing: bool


def growth(samples: Sequence[Sample], kept: Kept = NOTHING) -> Growth:
    """Decide whether a series grows beyond what is kept of pairs on purpose; raises TooShort.

    It grows when it climbs over the whole time after the warm-up and also over its last half. A cache that fills up and
    then stays does not climb in the last half.
    """
    steady = _after_warm_up(samples)
    if len(steady) < _LEAST_SAMPLES:
        raise TooShort(f"{len(steady)} samples after the warm-up, {_LEAST_SAMPLES} are needed")
    slope = _slope([(each.at_s, each.megabytes) for each in steady])
    beyond = [(each.at_s, each.megabytes - kept.of(each.pairs)) for each in steady]
    return Growth(
        level_mb=median(each.megabytes for each in steady),
        mb_per_hour=slope * _S_PER_HOUR,
        mb_per_1000_pairs=_slope([(each.pairs / 1000, each.megabytes) for each in steady]),
        scatter_mb=_scatter([(each.at_s, each.megabytes) for each in steady], slope),
        is_growing=_climbs(beyond) and _climbs(beyond[len(beyond) // 2 :]),
    )


def _after_warm_up(samples: Sequence[Sample]) -> list[Sample]:
    if not samples:
        return []
    lasted_s = samples[-1].at_s - samples[0].at_s
    warm_up_s = max(_WARM_UP * lasted_s, min(_WARM_UP_S, lasted_s / 2))
    return [each for each in samples if each.at_s - samples[0].at_s >= warm_up_s]


def _climbs(points: Sequence[tuple[float, float]]) -> bool:
    slope = _slope(points)
    rise = slope * (points[-1][0] - points[0][0])
    level = median(y for _, y in points)
    return rise > max(_SCATTERS * _scatter(points, slope), _PART_OF_LEVEL * level)


def _slope(points: Sequence[tuple[float, float]]) -> float:
    slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2) if x2 != x1]
    return median(slopes) if slopes else 0.0


def _scatter(points: Sequence[tuple[float, float]], slope: float) -> float:
    rests = [y - slope * x for x, y in points]
    middle = median(rests)
    return _NORMAL * median(abs(rest - middle) for rest in rests)
