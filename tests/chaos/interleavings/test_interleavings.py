"""Two workers, one ledger, bookmakers whose history lags, and any crash, freeze or lost message.

Nothing is placed twice, forgotten, resolved wrongly, left unannounced or claimed without being true.
``CHAOS_RUNS=20000 CHAOS_SEED=7 pytest tests/chaos/interleavings`` draws more. A printed history can be played again:
``judged(History(…))``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.engine import scheduler
from tests.chaos.interleavings.conftest import Report
from tests.chaos.interleavings.crash_points import Fault, Injection
from tests.chaos.interleavings.histories import (
    EMERGENCY,
    READS,
    History,
    Tally,
    crashes_everywhere,
    drawn_faults,
    outcome_of,
    points_of_its_own,
    scenarios,
    tallied,
    walks,
)
from tests.chaos.interleavings.world import POLICY, Scenario

pytestmark = pytest.mark.timeout(0)
_PARTS = 4
CRASHES = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)
in_parts = pytest.mark.parametrize("part", range(_PARTS))
"""Several processes play the parts at the same time."""


@pytest.fixture(autouse=True)
def _fewer_idle_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "_LOOK_EVERY_S", POLICY.interval_s)


def crashes(part: int) -> Iterator[History]:
    """Return the crashes at every call whose number belongs to a part."""
    for history in crashes_everywhere():
        if history.injections[0].at_call % _PARTS == part:
            yield history


def assert_clean(tally: Tally) -> None:
    assert not tally.stories, f"{tally}\n" + "\n".join(tally.stories[:20])


class TestWithoutFaults:
    def test_every_answer_of_either_leg_comes_to_a_good_end(self, report: Report) -> None:
        tally = tallied(History(scenario) for scenario in scenarios())
        report("no fault", tally)
        assert_clean(tally)


@in_parts
class TestACrashBeforeAndAfterEveryCall:
    def test_while_the_positive_is_answered_in_every_way(self, report: Report, part: int) -> None:
        tally = tallied(history for history in crashes(part) if not history.scenario.hedge)
        report(f"a crash at every call, positive answered in every way, part {part}", tally)
        assert tally.injected["crash after"] > tally.injected["crash before"] > 30
        assert_clean(tally)


@in_parts
class TestACrashBeforeAndAfterEveryCallOfTheHedge:
    def test_while_the_hedge_is_answered_in_every_way(self, report: Report, part: int) -> None:
        tally = tallied(history for history in crashes(part) if history.scenario.hedge)
        report(f"a crash at every call, hedge answered in every way, part {part}", tally)
        assert tally.injected["crash after"] > tally.injected["crash before"] > 30
        assert_clean(tally)


class TestCrashesAtACallThatReads:
    @pytest.mark.parametrize("scenario", [Scenario(), EMERGENCY], ids=["both are accepted", "an emergency"])
    def test_before_it_and_after_it_leave_the_same_behind(self, scenario: Scenario) -> None:
        reading = {call.name: call.number for call in points_of_its_own(scenario) if call.name in READS}
        assert len(reading) > 10
        for name, number in reading.items():
            before, after = (outcome_of(History(scenario, (Injection(number, fault),))) for fault in CRASHES)
            assert before == after, name


class TestDrawnFaults:
    def test_one_fault_of_any_kind(self, report: Report, seed: int, runs: int) -> None:
        tally = tallied(drawn_faults(seed, runs))
        report(f"one fault of any kind, seed {seed}", tally)
        assert_clean(tally)

    def test_up_to_three_faults_and_messages_that_take_their_time(self, report: Report, seed: int, runs: int) -> None:
        tally = tallied(walks(seed, runs))
        report(f"up to three faults, seed {seed}", tally)
        assert_clean(tally)
