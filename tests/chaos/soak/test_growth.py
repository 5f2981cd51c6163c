"""The verdict on memory: growth is found in noise; a plateau and noise are not growth."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.chaos.soak.growth import Kept, Sample, TooShort, growth

_HOUR_S = 3600
_PAIRS_PER_HOUR = 2000


def series(megabytes: Callable[[float], float], noise_mb: float = 0, samples: int = 100) -> list[Sample]:
    """Sample a curve over an hour; its argument is in hours, and the noise is the same each time."""
    chance = random.Random(7)  # noqa: S311 - noise is no secret
    hours = [n / (samples - 1) for n in range(samples)]
    return [
        Sample(100 + hour * _HOUR_S, round(hour * _PAIRS_PER_HOUR), megabytes(hour) + chance.gauss(0, noise_mb))
        for hour in hours
    ]


class TestWhatGrows:
    def test_a_leak_has_its_slope_by_the_hour_and_by_pairs(self) -> None:
        found = growth(series(lambda hour: 100 + 30 * hour))
        assert found.is_growing
        assert found.mb_per_hour == pytest.approx(30)
        assert found.mb_per_1000_pairs == pytest.approx(15, rel=0.01)
        assert found.scatter_mb == pytest.approx(0, abs=1e-6)

    def test_a_leak_is_found_in_noise(self) -> None:
        found = growth(series(lambda hour: 100 + 30 * hour, noise_mb=4))
        assert found.is_growing
        assert found.mb_per_hour == pytest.approx(30, rel=0.1)
        assert found.scatter_mb == pytest.approx(4, rel=0.2)

    def test_a_leak_is_found_under_the_saw_teeth_of_a_collector(self) -> None:
        assert growth(series(lambda hour: 100 + 40 * hour + 8 * (hour * 50 % 1))).is_growing

    def test_a_leak_that_speeds_up_is_found(self) -> None:
        assert growth(series(lambda hour: 100 + 40 * hour**2, noise_mb=2)).is_growing


class TestWhatDoesNot:
    def test_what_stays(self) -> None:
        found = growth(series(lambda _hour: 100))
        assert (found.is_growing, found.level_mb, found.mb_per_hour, found.scatter_mb) == (False, 100, 0, 0)

    @pytest.mark.parametrize("noise_mb", [0.5, 5, 50])
    def test_noise(self, noise_mb: float) -> None:
        assert not growth(series(lambda _hour: 300, noise_mb)).is_growing

    def test_saw_teeth(self) -> None:
        assert not growth(series(lambda hour: 100 + 40 * (hour * 7 % 1))).is_growing

    def test_what_shrinks(self) -> None:
        found = growth(series(lambda hour: 100 - 30 * hour, noise_mb=1))
        assert (found.is_growing, found.mb_per_hour < -25) == (False, True)

    def test_the_warm_up_does_not_count(self) -> None:
        assert not growth(series(lambda hour: min(100, 1000 * hour), noise_mb=0.5)).is_growing

    def test_a_cache_that_fills_up_is_no_leak(self) -> None:
        assert not growth(series(lambda hour: 100 + min(30, 60 * hour), noise_mb=1)).is_growing

    def test_some_wild_samples_do_not_sway_it(self) -> None:
        wild = [
            Sample(each.at_s, each.pairs, 900) if number % 10 == 9 and number > 75 else each
            for number, each in enumerate(series(lambda _hour: 100, noise_mb=1))
        ]
        assert not growth(wild).is_growing


class TestWhatIsKeptOnPurpose:
    def test_what_every_pair_is_to_leave_behind_is_no_leak(self) -> None:
        course = series(lambda hour: 10 + 60 * hour, noise_mb=0.5)
        assert growth(course).is_growing
        assert not growth(course, Kept(31)).is_growing

    def test_more_than_that_is_one(self) -> None:
        found = growth(series(lambda hour: 10 + 60 * hour, noise_mb=0.5), Kept(20))
        assert found.is_growing
        assert found.mb_per_1000_pairs == pytest.approx(30, rel=0.05)

    def test_a_table_that_fills_up_is_none_but_growing_on_is_one(self) -> None:
        table = Kept(100, full_after_pairs=1500)
        assert not growth(series(lambda hour: 100 + min(150, 200 * hour), noise_mb=0.5), table).is_growing
        assert growth(series(lambda hour: 100 + 200 * hour, noise_mb=0.5)).is_growing
        assert growth(series(lambda hour: 100 + min(150, 200 * hour) + 40 * hour, noise_mb=0.5), table).is_growing


class TestTooFewSamples:
    def test_no_verdict_is_made_up(self) -> None:
        with pytest.raises(TooShort):
            growth(series(lambda _hour: 100, samples=24))
        with pytest.raises(TooShort):
            growth([])
