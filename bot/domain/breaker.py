"""Circuit breakers: when a failing site stops taking new pairs, and when it is tried again.

A human or a repair ends a halt. A breaker ends by itself. It opens after several failures of one cause with no
successful reading in between, and pauses. After the pause one worker tries the site with a reading: the breaker closes,
or pauses again for longer. It stops new pairs only. One account whose tab hangs does not open the breaker of a site
that other accounts read successfully.

Drift is not a breaker's cause. One page that drifted halts the site at once, and a successful reading of another page
proves nothing about it. That halt ends with locators that read the recorded pages correctly (``HaltCause.DRIFT``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.pair import Account, Record
from bot.domain.reasons import Reason
from bot.errors import BookmakerError, SessionUnusable


class BreakerCause(StrEnum):
    """What failed. A lost login concerns its account; time-outs and server errors concern the site."""

    LOGIN_LOST = "login_lost"
    TIME_OUT = "time_out"
    SERVER_ERROR = "server_error"


class BreakerState(StrEnum):
    """Closed: new pairs pass. Open: it pauses. Half-open: it may be tried. Probing: one worker is trying it."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    PROBING = "probing"


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """How many failures of one cause, in a row and within ``window_s``, open a breaker, and how long it pauses.

    The pause doubles with every failed try, up to ``max_pause_s``. ``jitter`` is the largest random extension of a
    pause, as a fraction of it. A worker that reports no result within ``probe_s`` loses its right to try.
    """

    failures: int = 5
    window_s: float = 60
    pause_s: float = 30
    max_pause_s: float = 900
    jitter: float = 0.2
    probe_s: float = 60


class Failure(Record):
    """One counted failure. ``at_ms`` is the ledger's time."""

    cause: BreakerCause
    at_ms: int


class Opened(Record):
    """Why and since when a breaker is open, when its pause ends, and which worker may try it until when."""

    cause: BreakerCause
    reason: str
    since_ms: int
    until_ms: int
    prober: str | None = None
    probe_until_ms: int = 0


class Breaker(Record):
    """The breaker of a site (``whitelabel:provider``) or an account, shared by all workers.

    ``pauses`` counts consecutive pauses. A breaker that opens again soon after it closed continues that count.
    """

    scope: str
    failures: tuple[Failure, ...] = ()
    opened: Opened | None = None
    pauses: int = 0
    closed_ms: int | None = None

    def state(self, now_ms: int) -> BreakerState:
        """Return the state at a time of the ledger."""
        if self.opened is None:
            return BreakerState.CLOSED
        if now_ms < self.opened.until_ms:
            return BreakerState.OPEN
        if self.opened.prober is not None and now_ms < self.opened.probe_until_ms:
            return BreakerState.PROBING
        return BreakerState.HALF_OPEN


_CAUSES: dict[str, BreakerCause] = {
    Reason.LOGGED_OUT: BreakerCause.LOGIN_LOST,
    Reason.ELSEWHERE: BreakerCause.LOGIN_LOST,
    Reason.UNREACHABLE: BreakerCause.TIME_OUT,
    Reason.MAINTENANCE: BreakerCause.SERVER_ERROR,
    Reason.SERVER_ERROR: BreakerCause.SERVER_ERROR,
}


def cause_of(error: BookmakerError) -> BreakerCause | None:
    """Return the cause that an error counts towards; None if it halts at once or is no fault of site or session."""
    return _CAUSES.get(error.state) if isinstance(error, SessionUnusable) else None


def site_of(account: Account) -> str:
    """Return the scope of an account's site."""
    return f"{account.whitelabel}:{account.provider}"


def after_failure(
    breaker: Breaker, cause: BreakerCause, detail: str, policy: BreakerPolicy, now_ms: int, chance: float
) -> Breaker:
    """Count a failure. Enough of one cause open the breaker; any failure after a pause starts another pause."""
    match breaker.state(now_ms):
        case BreakerState.OPEN:
            return breaker
        case BreakerState.CLOSED:
            return _counted(breaker, Failure(cause=cause, at_ms=now_ms), detail, policy, chance)
    opened = breaker.opened
    since_ms = opened.since_ms if opened else now_ms
    return _paused(breaker, breaker.pauses + 1, (cause, detail, since_ms), policy, now_ms, chance)


def after_success(breaker: Breaker, now_ms: int) -> Breaker:
    """Forget failures that have not opened the breaker, and close a breaker whose pause is over.

    Any successful reading counts, whether its worker was trying the breaker or not. During a pause it changes nothing.
    """
    match breaker.state(now_ms):
        case BreakerState.OPEN:
            return breaker
        case BreakerState.CLOSED:
            return breaker.model_copy(update={"failures": ()})
    return Breaker(scope=breaker.scope, pauses=breaker.pauses, closed_ms=now_ms)


def probed_by(breaker: Breaker, worker: str, policy: BreakerPolicy, now_ms: int) -> Breaker:
    """Give a worker the right to try a breaker; unchanged unless the breaker is half-open."""
    if breaker.opened is None or breaker.state(now_ms) is not BreakerState.HALF_OPEN:
        return breaker
    until_ms = now_ms + round(policy.probe_s * 1000)
    opened = breaker.opened.model_copy(update={"prober": worker, "probe_until_ms": until_ms})
    return breaker.model_copy(update={"opened": opened})


def _counted(breaker: Breaker, failure: Failure, detail: str, policy: BreakerPolicy, chance: float) -> Breaker:
    begin_ms = failure.at_ms - policy.window_s * 1000
    failures = (*(each for each in breaker.failures if each.at_ms > begin_ms), failure)
    times = sum(each.cause is failure.cause for each in failures)
    if times < policy.failures:
        return breaker.model_copy(update={"failures": failures})
    reason = f"{times} times in a row within {policy.window_s:g} s, last: {detail}"
    opens_again_soon = breaker.closed_ms is not None and failure.at_ms - breaker.closed_ms <= policy.max_pause_s * 1000
    pauses = breaker.pauses + 1 if opens_again_soon else 1
    return _paused(breaker, pauses, (failure.cause, reason, failure.at_ms), policy, failure.at_ms, chance)


def _paused(
    breaker: Breaker, pauses: int, why: tuple[BreakerCause, str, int], policy: BreakerPolicy, now_ms: int, chance: float
) -> Breaker:
    doubled_s = policy.pause_s * 2 ** min(pauses - 1, 30)
    pause_s = min(doubled_s, policy.max_pause_s) * (1 + policy.jitter * chance)
    cause, reason, since_ms = why
    opened = Opened(cause=cause, reason=reason, since_ms=since_ms, until_ms=now_ms + round(pause_s * 1000))
    return Breaker(scope=breaker.scope, opened=opened, pauses=pauses)
