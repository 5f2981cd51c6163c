"""When a breaker opens, is tried and closes: every state with everything that can happen in it."""

from __future__ import annotations

import pytest

from bot.domain.breaker import (
    Breaker,
    BreakerCause,
    BreakerPolicy,
    BreakerState,
    Failure,
    Opened,
    after_failure,
    after_success,
    cause_of,
    probed_by,
)
from bot.domain.placement import SessionState
from bot.domain.reasons import Reason
from bot.errors import BookmakerError, CannotArm, LocatorMissing, SessionUnusable

POLICY = BreakerPolicy(failures=3, window_s=60, pause_s=30, max_pause_s=100, jitter=0.5, probe_s=20)
NOW = 1_000_000
SCOPE = "harbourline:harbour"
CAUSE = BreakerCause.TIME_OUT


def opened(until_ms: int, prober: str | None = None, probe_until_ms: int = 0, pauses: int = 1) -> Breaker:
    why = Opened(
        cause=CAUSE,
        reason="why",
        since_ms=NOW - 90_000,
        until_ms=until_ms,
        prober=prober,
        probe_until_ms=probe_until_ms,
    )
    return Breaker(scope=SCOPE, opened=why, pauses=pauses)


def failed(breaker: Breaker, cause: BreakerCause = CAUSE, now_ms: int = NOW, chance: float = 0) -> Breaker:
    return after_failure(breaker, cause, "no answer", POLICY, now_ms, chance)


def failed_before(*ago_s: int, cause: BreakerCause = CAUSE) -> Breaker:
    failures = tuple(Failure(cause=cause, at_ms=NOW - ago * 1000) for ago in ago_s)
    return Breaker(scope=SCOPE, failures=failures)


STATES = {
    "closed": Breaker(scope=SCOPE),
    "nearly open": failed_before(40, 20),
    "open": opened(NOW + 1),
    "half-open": opened(NOW),
    "probing": opened(NOW - 5000, "worker-b", NOW + 1),
    "prober gone": opened(NOW - 25_000, "worker-b", NOW),
}
CLOSED, OPEN, HALF_OPEN, PROBING = BreakerState
SAME = None
TABLE = {
    # state: as it is, after a failure, after a success, after worker-a asks to try it
    "closed": (CLOSED, CLOSED, SAME, SAME),
    "nearly open": (CLOSED, OPEN, CLOSED, SAME),
    "open": (OPEN, SAME, SAME, SAME),
    "half-open": (HALF_OPEN, OPEN, CLOSED, PROBING),
    "probing": (PROBING, OPEN, CLOSED, SAME),
    "prober gone": (HALF_OPEN, OPEN, CLOSED, PROBING),
}


@pytest.mark.parametrize("name", STATES)
def test_every_state_meets_everything_that_can_happen(name: str) -> None:
    before = STATES[name]
    afters = (failed(before), after_success(before, NOW), probed_by(before, "worker-a", POLICY, NOW))
    assert before.state(NOW) is TABLE[name][0]
    assert tuple(SAME if after == before else after.state(NOW) for after in afters) == TABLE[name][1:]


@pytest.mark.parametrize("cause", BreakerCause)
def test_each_cause_opens_by_itself(cause: BreakerCause) -> None:
    after = failed(failed_before(40, 20, cause=cause), cause)
    assert after.opened is not None
    assert (after.opened.cause, after.opened.since_ms, after.failures) == (cause, NOW, ())
    assert after.opened.reason == "3 times in a row within 60 s, last: no answer"


def test_failures_of_different_causes_are_not_added_up() -> None:
    breaker = failed(failed_before(40, 20, cause=BreakerCause.SERVER_ERROR))
    assert breaker.opened is None
    assert len(breaker.failures) == 3


def test_a_success_in_between_restarts_the_count() -> None:
    breaker = after_success(failed_before(40, 20), NOW)
    for _ in range(POLICY.failures - 1):
        breaker = failed(breaker)
    assert breaker.opened is None
    assert failed(breaker).opened is not None


def test_a_failure_that_has_left_the_window_no_longer_counts() -> None:
    assert failed(failed_before(59, 20)).opened is not None
    aged = failed(failed_before(60, 20))
    assert aged.opened is None
    assert [failure.at_ms for failure in aged.failures] == [NOW - 20_000, NOW]


@pytest.mark.parametrize(
    ("pauses", "chance", "pause_ms"),
    [(1, 0, 60_000), (2, 0, 100_000), (1, 0.5, 75_000), (2, 0.5, 125_000), (1000, 0, 100_000)],
)
def test_a_pause_doubles_up_to_the_longest_and_chance_lengthens_it(pauses: int, chance: float, pause_ms: int) -> None:
    after = failed(opened(NOW, pauses=pauses), chance=chance)
    assert after.opened is not None
    assert (after.opened.until_ms - NOW, after.pauses) == (pause_ms, pauses + 1)


def test_a_failed_try_pauses_again_with_its_own_reason_and_is_as_old_as_the_first_failure() -> None:
    after = failed(opened(NOW, "worker-b", NOW + 1), BreakerCause.SERVER_ERROR)
    assert after.opened is not None
    assert (after.opened.cause, after.opened.reason) == (BreakerCause.SERVER_ERROR, "no answer")
    assert (after.opened.since_ms, after.opened.prober) == (NOW - 90_000, None)


@pytest.mark.parametrize(("closed_ago_s", "pauses"), [(1, 3), (100, 3), (101, 1)])
def test_what_opens_again_soon_goes_on_doubling(closed_ago_s: int, pauses: int) -> None:
    closed = after_success(opened(NOW, pauses=2), NOW)
    assert (closed.pauses, closed.closed_ms) == (2, NOW)
    later = NOW + closed_ago_s * 1000
    for _ in range(3):
        closed = failed(closed, now_ms=later)
    assert closed.pauses == pauses


def test_a_try_that_takes_too_long_ends() -> None:
    probing = probed_by(opened(NOW), "worker-a", POLICY, NOW)
    assert probing.state(NOW + 19_999) is PROBING
    assert probing.state(NOW + 20_000) is HALF_OPEN


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (SessionUnusable(SessionState.LOGGED_OUT.value), BreakerCause.LOGIN_LOST),
        (SessionUnusable("elsewhere"), BreakerCause.LOGIN_LOST),
        (SessionUnusable("unreachable"), BreakerCause.TIME_OUT),
        (SessionUnusable(SessionState.MAINTENANCE.value), BreakerCause.SERVER_ERROR),
        (SessionUnusable("server_error"), BreakerCause.SERVER_ERROR),
        (SessionUnusable(SessionState.CHALLENGE.value), None),
        (SessionUnusable(SessionState.RESTRICTED.value), None),
        (LocatorMissing("harbour", "bets", "ticket", "#t", "is missing"), None),
        (CannotArm(Reason.ODDS_CHANGED), None),
    ],
)
def test_what_an_error_counts_towards(error: BookmakerError, cause: BreakerCause | None) -> None:
    assert cause_of(error) is cause
