"""What happens between the legs, and how the time of each step is recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.adapters.redis_connection import RedisConnection
from bot.adapters.redis_ledger import RedisLedger
from bot.domain.pair import PairState, Timeline
from bot.domain.timings import HISTOGRAMS
from bot.engine.executor import Executor
from bot.errors import SessionUnusable
from tests.builders import HEDGE_ACCOUNT, POSITIVE_ACCOUNT, a_pair
from tests.fakes.bookmaker import Answer, FakeSite
from tests.fakes.calls import noted
from tests.integration.engine.conftest import Engine


async def timings(engine: Engine) -> dict[str, dict[str, int]]:
    """Return the buckets that are not empty."""
    found = await engine.view.timings()
    return {name: {bucket: n for bucket, n in counts.items() if n} for name, counts in found.items()}


def take_time(engine: Engine) -> None:
    """Delay the positive bet's answer by 0.25 s and the hedge's by 0.5 s."""
    engine.positive.on_click = lambda: engine.clock.let_pass(0.25)
    engine.hedge.on_click = lambda: engine.clock.let_pass(0.5)


def go_down(site: FakeSite) -> None:
    site.history_error = SessionUnusable("unreachable")


async def test_between_the_legs_nothing_happens_but_what_must(connection: RedisConnection, ledger: RedisLedger) -> None:
    calls: list[str] = []
    engine = Engine(connection, noted(ledger, "ledger", calls))
    sessions = engine.bookmakers._sessions
    for account, name in ((POSITIVE_ACCOUNT, "positive"), (HEDGE_ACCOUNT, "hedge")):
        sessions[account] = noted(sessions[account], name, calls)
    assert (await engine.place()).state is PairState.HEDGED
    positive, hedge = calls.index("positive.submit"), calls.index("hedge.submit")
    assert calls[positive + 1 : hedge] == ["ledger.commit_and_submit"]
    assert "positive.history" in calls[:positive]
    assert "hedge.history" in calls[:positive]
    assert [call for call in calls[:positive] if call.endswith("snapshot")] == ["positive.snapshot", "hedge.snapshot"]


async def test_each_step_is_recorded_with_the_time_since_the_job_was_picked_up(engine: Engine) -> None:
    take_time(engine)
    await engine.place()
    assert (await engine.pair()).timeline == Timeline(
        armed_positive=0,
        armed_hedge=0,
        clicked_positive=0,
        accepted_positive=250,
        clicked_hedge=250,
        accepted_hedge=750,
    )


async def test_the_audit_shows_each_step_with_its_change(engine: Engine) -> None:
    take_time(engine)
    await engine.place()
    facts = {entry.what: entry.facts for entry in await engine.view.audit_of("pair-1")}
    steps = [
        {step for step, ms in facts[f"{what} timed"]["timeline"].items() if ms is not None}
        for what in ("pair_armed", "positive:accepted", "hedge:accepted")
    ]
    armed, clicked = {"armed_positive", "armed_hedge"}, {"clicked_positive", "accepted_positive"}
    assert steps == [armed, armed | clicked, armed | clicked | {"clicked_hedge", "accepted_hedge"}]


async def test_a_hedged_pair_is_counted_once_however_often_it_is_executed(engine: Engine) -> None:
    take_time(engine)
    for _ in range(2):
        await engine.place()
    assert await timings(engine) == {"leg_gap_ms": {"5": 1}, "job_to_click_ms": {"100": 1}}


async def test_a_hedge_that_was_tried_again_is_timed_by_its_last_click(engine: Engine) -> None:
    engine.hedge.order(Answer.REJECT)
    await engine.place()
    timeline = (await engine.pair()).timeline
    assert timeline is not None
    assert timeline.leg_gap_ms == 1000
    assert (await timings(engine))["leg_gap_ms"] == {"1000": 1}


@pytest.mark.parametrize("later", [Engine._executor, lambda engine: engine.executor], ids=["restarted", "same"])
async def test_steps_after_a_resume_are_not_timed(engine: Engine, later: Callable[[Engine], Executor]) -> None:
    engine.positive.order(Answer.TAKE_AND_STAY_SILENT)
    engine.positive.on_click = lambda: go_down(engine.positive)
    await engine.executor.execute(a_pair())
    engine.positive.history_error = None
    engine.clock.let_pass(5)
    await later(engine).resume("pair-1")
    pair = await engine.pair()
    assert pair.state is PairState.HEDGED
    assert pair.timeline == Timeline(armed_positive=0, armed_hedge=0, clicked_positive=0)
    assert await timings(engine) == {histogram.name: {} for histogram in HISTOGRAMS}
