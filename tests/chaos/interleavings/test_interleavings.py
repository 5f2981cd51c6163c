"""Two workers, one ledger, bookmakers whose history lags, and any crash, freeze or lost message.

Nothing is placed twice, forgotten, resolved wrongly, left unannounced or claimed without being true.
``CHAOS_RUNS=20000 CHAOS_SEED=7 pytest tests/chaos/interleavings`` draws more. A printed history can be played again:
``judged(History(…))``.
"""

from __future__ import annotations

import pytest

from bot.engine import scheduler
from tests.chaos.interleavings.conftest import Report
from tests.chaos.interleavings.histories import (
    EMERGENCY,
    History,
    Tally,
    crashes_alike,
    crashes_at_every_call,
    crashes_that_differ,
    drawn_faults,
    outcome_of,
    scenarios,
    tallied,
    walks,
)
from tests.chaos.interleavings.world import POLICY, Scenario

pytestmark = pytest.mark.timeout(0)


@pytest.fixture(autouse=True)
def _fewer_idle_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "_LOOK_EVERY_S", POLICY.interval_s)


@pytest.fixture
def crashes(draws_more: bool) -> list[History]:
    """Every crash; in an ordinary run only one of those that leave the same behind."""
    return list(crashes_at_every_call() if draws_more else crashes_that_differ())


def assert_clean(tally: Tally) -> None:
    assert not tally.stories, f"{tally}\n" + "\n".join(tally.stories[:20])


class TestWithoutFaults:
    def test_every_answer_of_either_leg_comes_to_a_good_end(self, report: Report) -> None:
        tally = tallied(History(scenario) for scenario in scenarios())
        report("no fault", tally)
        assert_clean(tally)


class TestACrashBeforeAndAfterEveryCall:
    def test_while_the_positive_is_answered_in_every_way(self, crashes: list[History], report: Report) -> None:
        tally = tallied(history for history in crashes if not history.scenario.hedge)
        report("a crash at every call, positive answered in every way", tally)
        assert tally.histories > 300
        assert_clean(tally)

    def test_while_the_hedge_is_answered_in_every_way(self, crashes: list[History], report: Report) -> None:
        tally = tallied(history for history in crashes if history.scenario.hedge)
        report("a crash at every call, hedge answered in every way", tally)
        assert tally.histories > 400
        assert_clean(tally)

    @pytest.mark.parametrize("scenario", [Scenario(), EMERGENCY], ids=["both are accepted", "an emergency"])
    def test_crashes_that_leave_the_same_behind_end_alike(self, scenario: Scenario) -> None:
        alike = list(crashes_alike(scenario))
        assert len(alike) > 20
        for first, last in alike[::3]:
            assert outcome_of(first) == outcome_of(last), f"{first} {last}"


class TestDrawnFaults:
    def test_one_fault_of_any_kind(self, report: Report, seed: int, runs: int) -> None:
        tally = tallied(drawn_faults(seed, runs))
        report(f"one fault of any kind, seed {seed}", tally)
        assert_clean(tally)

    def test_up_to_three_faults_and_messages_that_take_their_time(self, report: Report, seed: int, runs: int) -> None:
        tally = tallied(walks(seed, runs))
        report(f"up to three faults, seed {seed}", tally)
        assert_clean(tally)
