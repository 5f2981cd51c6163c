"""What a look at a watched ticket changes: nothing, its leg, or the leg and the verdict on its pair."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce

from bot.domain.changes import (
    Change,
    LegChange,
    LegResettled,
    LegRestaked,
    LegSettled,
    LegTimedOut,
    PairExposed,
    PairJudged,
)
from bot.domain.lifecycle import HEDGE_PROVABLY_NOT_PLACED, apply
from bot.domain.money import Money
from bot.domain.outcome import Outcome, classified
from bot.domain.pair import Leg, LegState, Pair, PairState, Role
from bot.domain.placement import HistoryRow, TicketState
from bot.domain.reasons import Reason
from bot.domain.reconciliation import has_all_outcomes, reconcile, reconcile_again
from bot.domain.watch import WatchPolicy

_RUNNING = frozenset({TicketState.OPEN, TicketState.SETTLED})
_JUDGEABLE = frozenset({PairState.SETTLING, PairState.EMERGENCY})


def changes_seen(pair: Pair, role: Role, row: HistoryRow | None, polls: int, policy: WatchPolicy) -> tuple[Change, ...]:
    """Return what a look at a watched ticket changes: nothing, the leg, or the leg and the verdict on its pair.

    ``polls`` counts this look. ``row`` is None when the reading shows no such ticket, which alone proves nothing.
    """
    restaked = _restaked(pair, role, row)
    pair = reduce(apply, restaked, pair)
    change = _change_of_leg(pair.leg(role), row, polls, policy)
    if change is None:
        return restaked
    after = apply(pair, change)
    if isinstance(change, LegResettled) and _can_be_judged(after):
        again = PairJudged(reconcile_again(after, change.previous, change.outcome, policy.pnl_tolerance))
        return *restaked, change, again
    return *restaked, change, *(judgement(after, policy.pnl_tolerance) or _naked(after, role))


def judgement(pair: Pair, tolerance: Decimal) -> tuple[PairJudged, ...]:
    """Return the verdict on a pair once every placed leg has an outcome and no hedge is being placed."""
    return (PairJudged(reconcile(pair, tolerance)),) if _can_be_judged(pair) else ()


def _restaked(pair: Pair, role: Role, row: HistoryRow | None) -> tuple[Change, ...]:
    """Return the changes for a stake other than the accepted one: an exposure, unless the hedge can still be fitted."""
    leg = pair.leg(role)
    if row is None or row.state not in _RUNNING or leg.state is not LegState.ACCEPTED or row.stake == leg.stake:
        return ()
    restaked = LegRestaked(role, row.stake)
    if pair.state is PairState.PLACING_HEDGE and pair.hedge.state in HEDGE_PROVABLY_NOT_PLACED:
        return (restaked,)
    is_positive = role is Role.POSITIVE
    return restaked, PairExposed(Reason.STAKE_CHANGED_POSITIVE if is_positive else Reason.STAKE_CHANGED_HEDGE)


def _naked(pair: Pair, role: Role) -> tuple[PairExposed, ...]:
    """Return an exposure if this leg is void while the other bet still runs."""
    if pair.leg(role).outcome is not Outcome.VOID or not pair.leg(role.other).is_open:
        return ()
    return (PairExposed(Reason.POSITIVE_VOID if role is Role.POSITIVE else Reason.HEDGE_VOID),)


def _can_be_judged(pair: Pair) -> bool:
    return pair.state in _JUDGEABLE and has_all_outcomes(pair)


def _change_of_leg(leg: Leg, row: HistoryRow | None, polls: int, policy: WatchPolicy) -> LegChange | None:
    if row is not None and row.state is TicketState.SETTLED:
        return _result(leg, row)
    if row is not None and row.state is TicketState.REJECTED and leg.state is LegState.ACCEPTED:
        return LegSettled(leg.role, Outcome.VOID, leg.stake)  # revoked by the bookmaker after the acceptance
    if leg.state is LegState.ACCEPTED and leg.outcome is None and polls >= policy.max_polls:
        return LegTimedOut(leg.role)
    return None


def _result(leg: Leg, row: HistoryRow) -> LegChange | None:
    stake, odds = leg.stake or row.stake, leg.odds or row.odds
    outcome = classified(row.outcome or Outcome.SETTLED, stake, odds, row.payout)
    if leg.state is LegState.ACCEPTED:
        return LegSettled(leg.role, outcome, row.payout)
    if leg.state is LegState.SETTLED and leg.outcome is not None and _differs(leg, outcome, row.payout):
        return LegResettled(leg.role, outcome, row.payout, leg.outcome)
    return None


def _differs(leg: Leg, outcome: Outcome, payout: Money | None) -> bool:
    paid_otherwise = payout is not None and leg.payout is not None and payout != leg.payout
    return outcome is not leg.outcome or paid_otherwise
