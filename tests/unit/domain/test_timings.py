"""How long pairs took: the bucket of each duration, and durations that are unknown and not counted."""

from __future__ import annotations

import pytest

from bot.domain.pair import Timeline
from bot.domain.timings import HISTOGRAMS, JOB_TO_CLICK, LEG_GAP, Histogram, counted
from tests.builders import a_timeline


@pytest.mark.parametrize(
    ("ms", "bucket"),
    [(0.0, "5"), (5.0, "5"), (5.1, "10"), (10.0, "10"), (10.1, "20"), (5000.0, "5000"), (5000.1, "more")],
)
def test_a_bucket_is_named_by_the_most_that_belongs_to_it(ms: float, bucket: str) -> None:
    assert LEG_GAP.bucket(ms) == bucket


@pytest.mark.parametrize("histogram", HISTOGRAMS)
def test_every_bucket_can_be_filled(histogram: Histogram) -> None:
    longer = histogram.bounds_ms[-1] + 1
    assert histogram.buckets == tuple(histogram.bucket(ms) for ms in (*histogram.bounds_ms, longer))


def test_the_leg_gap_goes_from_acceptance_to_the_next_click() -> None:
    assert a_timeline(accepted_positive=180.2, clicked_hedge=187.7).leg_gap_ms == 7.5


def test_a_hedged_pair_counts_once_in_each_histogram() -> None:
    assert counted(a_timeline()) == ((LEG_GAP.name, "10"), (JOB_TO_CLICK.name, "200"))


@pytest.mark.parametrize(
    ("missing", "histograms"),
    [
        ("accepted_positive", [JOB_TO_CLICK.name]),
        ("clicked_hedge", [JOB_TO_CLICK.name]),
        ("clicked_positive", [LEG_GAP.name]),
    ],
)
def test_what_came_in_another_process_is_not_counted(missing: str, histograms: list[str]) -> None:
    assert [name for name, _ in counted(a_timeline(**{missing: None}))] == histograms
    assert counted(Timeline()) == ()
