"""When a ticket is looked at, and until when.

A watch goes through windows::

    before_end ─ the event should be over ─▶ fast ─ max_polls healthy looks ─▶ after_timeout
        │                                      │                                   │
        └───────────────── a result ───────────┴───────────────────────────────────┴─▶ resettlement ─▶ over

The slow windows are looked at every ``slow_interval_s``, the fast one every ``interval_s``. Only a reading that covered
the ticket is a poll, and only in the fast window; what could not be read is counted by itself, and after
``max_unhealthy`` such looks in a row the pace is slow until one succeeds.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.domain.pair import Account, LegState, Pair, Role

_LATE = datetime.max.replace(tzinfo=UTC)


class FastWindow(StrEnum):
    """When the fast window opens: at the acceptance, or where the job tells when the event starts, at its end."""

    AT_ONCE = "at_once"
    AFTER_EVENT = "after_event"


class Window(StrEnum):
    """Where a watch stands."""

    BEFORE_END = "before_end"
    FAST = "fast"
    AFTER_TIMEOUT = "after_timeout"
    RESETTLEMENT = "resettlement"


@dataclass(frozen=True, slots=True)
class WatchPolicy:
    """The windows of a watch: fast polls, then a slow watch, and another look at what has settled.

    ``slow_days`` begin when the fast window opens. ``pnl_tolerance`` is in the positive leg's currency.
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
    """A ticket under watch: which leg of which pair, since when, and how its looks went.

    ``polls`` counts the looks of the fast window that covered it, ``unhealthy`` those since the last look that did,
    ``looks`` all of them. ``window`` is that of the last look, None before the first. ``due`` is when it was to be
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
    """What a look leaves on a watch: its counts from now on, the window that it is in, and when the next is due."""

    polls: int
    unhealthy: int
    window: Window
    next_at: datetime


def opens_at(pair: Pair, since: datetime, policy: WatchPolicy) -> datetime:
    """Return when the fast window of a ticket opens that was accepted at ``since``."""
    starts = [leg.bet.event.starts_at for leg in pair.legs if leg.bet.event.starts_at is not None]
    if policy.fast_window is FastWindow.AT_ONCE or not starts:
        return since
    return max(since, _later(max(starts), policy.event_lasts_s))


def window_at(now: datetime, pair: Pair, watch: Watch, policy: WatchPolicy) -> Window:
    """Return the window that a ticket is in, from what is on record about its leg."""
    leg = pair.leg(watch.role)
    if leg.state is LegState.SETTLED:
        return Window.RESETTLEMENT
    if leg.outcome is not None:
        return Window.AFTER_TIMEOUT
    return Window.BEFORE_END if now < opens_at(pair, watch.since, policy) else Window.FAST


def polls_after(now: datetime, pair: Pair, watch: Watch, policy: WatchPolicy) -> int:
    """Return the polls used up when a look of this moment has covered the ticket."""
    return watch.polls + (1 if window_at(now, pair, watch, policy) is Window.FAST else 0)


def next_look(now: datetime, pair: Pair, watch: Watch, policy: WatchPolicy, polls: int | None) -> Look:
    """Return what a look leaves on a watch; ``pair`` is the pair after it, ``polls`` None where nothing was covered."""
    unhealthy = watch.unhealthy + 1 if polls is None else 0
    window = window_at(now, pair, watch, policy)
    is_fast = window is Window.FAST and unhealthy < policy.max_unhealthy
    next_at = _next_slot(now, policy.interval_s if is_fast else policy.slow_interval_s, watch.account)
    if window is Window.BEFORE_END:
        next_at = min(next_at, opens_at(pair, watch.since, policy))
    return Look(watch.polls if polls is None else polls, unhealthy, window, next_at)


def is_over(now: datetime, pair: Pair, watch: Watch, policy: WatchPolicy, *, stands: bool) -> bool:
    """Say whether a ticket needs no further look: settled for long enough, or beyond the slow watch.

    ``stands`` says that a reading of this moment shows what was on record: a result that was not looked at again, or
    has just changed, or was taken back, is looked at further.
    """
    is_beyond = now >= _later(opens_at(pair, watch.since, policy), policy.slow_days * 86_400)
    if pair.leg(watch.role).state is not LegState.SETTLED:
        return is_beyond
    has_settled_for_long = now >= _later(watch.settled_at or now, policy.resettlement_hours * 3600)
    return has_settled_for_long and (stands or is_beyond)


def _next_slot(now: datetime, pace_s: float, account: Account) -> datetime:
    """Return the account's next moment for looks at a pace: tickets accepted at any time are then due together."""
    phase_s = zlib.crc32(str(account).encode()) % 1000 / 1000 * pace_s
    slot = (now.timestamp() - phase_s) // pace_s + 1
    return datetime.fromtimestamp(slot * pace_s + phase_s, UTC)


def _later(moment: datetime, seconds: float) -> datetime:
    try:
        return moment + timedelta(seconds=seconds)
    except OverflowError:
        return _LATE
