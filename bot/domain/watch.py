"""When a watched ticket is looked at, and for how long.

A watch goes through windows::

    before_end ─ the match should be over ─▶ fast ─ max_polls healthy looks ─▶ after_timeout
        │                                      │                                   │
        └───────────────── a result ───────────┴───────────────────────────────────┴─▶ resettlement ─▶ over

In the fast window a ticket is looked at every ``interval_s``, in the other windows every ``slow_interval_s``. A look
counts as a poll only in the fast window, and only if its reading covered the ticket. Looks that failed to read it are
counted separately: after ``max_unhealthy`` of them in a row the slow interval applies until one succeeds.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.domain.pair import Account, LegState, Pair, Role

LATE_S = 30
"""A look that is later than this is reported as late."""

_LATE = datetime.max.replace(tzinfo=UTC)


class FastWindow(StrEnum):
    """When the fast window opens: at the acceptance, or at the match's expected end if the job says when it starts."""

    AT_ONCE = "at_once"
    AFTER_EVENT = "after_event"


class Window(StrEnum):
    """The window that a watch is in."""

    BEFORE_END = "before_end"
    FAST = "fast"
    AFTER_TIMEOUT = "after_timeout"
    RESETTLEMENT = "resettlement"


@dataclass(frozen=True, slots=True)
class WatchPolicy:
    """The windows of a watch: fast polls, then a slow watch, and further looks at settled tickets.

    ``slow_days`` count from the opening of the fast window. ``pnl_tolerance`` is in the positive leg's currency.
    """

    interval_s: float = 5
    max_polls: int = 120
    max_unhealthy: int = 24
    slow_interval_s: float = 600
    slow_days: float = 14
    resettlement_hours: float = 24
    fast_window: FastWindow = FastWindow.AFTER_EVENT
    event_lasts_s: float = 7200
    pnl_tolerance: Decimal = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Watch:
    """A watched ticket: its leg and pair, since when it is watched, and how its looks went.

    ``polls`` counts the looks in the fast window that covered it, ``unhealthy`` the failed looks since the last that
    did, ``looks`` all of them. ``window`` is that of the last look, None before the first. ``due`` is when it is to be
    looked at.
    """

    account: Account
    bet_pair_id: str
    role: Role
    ticket: str
    polls: int
    since: datetime
    settled_at: datetime | None
    due: datetime
    unhealthy: int = 0
    looks: int = 0
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """State of a watch after a look: its counts, its window, and when the next look is due."""

    polls: int
    unhealthy: int
    window: Window
    next_at: datetime


def opens_at(pair: Pair, since: datetime, policy: WatchPolicy) -> datetime:
    """Return when the fast window opens for a ticket that was accepted at ``since``."""
    starts = [leg.bet.event.starts_at for leg in pair.legs if leg.bet.event.starts_at is not None]
    if policy.fast_window is FastWindow.AT_ONCE or not starts:
        return since
    return max(since, _later(max(starts), policy.event_lasts_s))


def window_at(now: datetime, pair: Pair, watch: Watch, policy: WatchPolicy) -> Window:
    """Return the window that a ticket is in, derived from the record of its leg."""
    leg = pair.leg(watch.role)
    if leg.state is LegState.SETTLED:
        return Window.RESETTLEMENT
    if leg.outcome is not None:
        return Window.AFTER_TIMEOUT
    return Window.BEFORE_END if now < opens_at(pair, watch.since, policy) else Window.FAST


def polls_after(now: datetime, pair: Pair, watch: Watch, policy: WatchPolicy) -> int:
    """Return the number of polls after a look at ``now`` that covered the ticket."""
    return watch.polls + (1 if window_at(now, pair, watch, policy) is Window.FAST else 0)


def next_look(now: datetime, pair: Pair, watch: Watch, policy: WatchPolicy, polls: int | None) -> Look:
    """Return a watch's state after a look; ``pair`` is the pair after it, ``polls`` None if it covered nothing."""
    unhealthy = watch.unhealthy + 1 if polls is None else 0
    window = window_at(now, pair, watch, policy)
    is_fast = window is Window.FAST and unhealthy < policy.max_unhealthy
    next_at = _next_slot(now, policy.interval_s if is_fast else policy.slow_interval_s, watch.account)
    if window is Window.BEFORE_END:
        next_at = min(next_at, opens_at(pair, watch.since, policy))
    return Look(watch.polls if polls is None else polls, unhealthy, window, next_at)


def is_over(now: datetime, pair: Pair, watch: Watch, policy: WatchPolicy, *, stands: bool) -> bool:
    """Say whether a ticket needs no further look: settled for long enough, or past the slow watch.

    ``stands`` means that a reading at ``now`` confirms the recorded result. A result that was not read again, has just
    changed or was taken back needs further looks.
    """
    is_beyond = now >= _later(opens_at(pair, watch.since, policy), policy.slow_days * 86_400)
    if pair.leg(watch.role).state is not LegState.SETTLED:
        return is_beyond
    has_settled_for_long = now >= _later(watch.settled_at or now, policy.resettlement_hours * 3600)
    return has_settled_for_long and (stands or is_beyond)


def _next_slot(now: datetime, pace_s: float, account: Account) -> datetime:
    """Return the account's next slot at a pace, so that all its tickets are due together."""
    phase_s = zlib.crc32(str(account).encode()) % 1000 / 1000 * pace_s
    slot = (now.timestamp() - phase_s) // pace_s + 1
    return datetime.fromtimestamp(slot * pace_s + phase_s, UTC)


def _later(moment: datetime, seconds: float) -> datetime:
    try:
        return moment + timedelta(seconds=seconds)
    except OverflowError:
        return _LATE
