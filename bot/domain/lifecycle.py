"""The life of a pair: one transition table for legs, one for pairs, and ``apply``, the only way to change a state.

A pair's life, leg events written ``role:kind``::

    received ─ stakes rounded ─▶ received
       │     ─ blocked | failed
       │ pair armed
    armed ─ blocked | failed
       │ positive:submitted                      (the click's intent is durable)
    placing_positive ─ positive:rejected ─▶ failed
       │ positive:accepted
    placing_hedge ─ emergency declared ─▶ EMERGENCY
       │ hedge:accepted
    hedged ─▶ settling ─ judged ─▶ reconciled | EXPOSURE_EVENT
       │ exposed, while bets still run
    EXPOSURE_EVENT ─▶ settling …
"""

from __future__ import annotations

from bot.domain.changes import Change, LegChange, LegEvent, PairChange, PairEvent
from bot.domain.pair import LegState, Pair, PairState, Role
from bot.errors import IllegalTransition

_L, _E = LegState, LegEvent

LEG_TRANSITIONS: dict[tuple[LegState, LegEvent], LegState] = {
    (_L.PLANNED, _E.ARMED): _L.ARMED,
    (_L.ARMED, _E.ARMED): _L.ARMED,
    (_L.ARMED, _E.SUBMITTED): _L.SUBMITTING,
    (_L.SUBMITTING, _E.WAITING): _L.WAITING,
    (_L.SUBMITTING, _E.ACCEPTED): _L.ACCEPTED,
    (_L.SUBMITTING, _E.REJECTED): _L.REJECTED,
    (_L.SUBMITTING, _E.UNKNOWN): _L.UNKNOWN,
    (_L.WAITING, _E.ACCEPTED): _L.ACCEPTED,
    (_L.WAITING, _E.REJECTED): _L.REJECTED,
    (_L.WAITING, _E.UNKNOWN): _L.UNKNOWN,
    (_L.UNKNOWN, _E.NOT_FOUND): _L.UNKNOWN,
    (_L.UNKNOWN, _E.WAITING): _L.WAITING,
    (_L.UNKNOWN, _E.ACCEPTED): _L.ACCEPTED,
    (_L.UNKNOWN, _E.REJECTED): _L.REJECTED,
    (_L.REJECTED, _E.ARMED): _L.ARMED,
    (_L.ACCEPTED, _E.RESTAKED): _L.ACCEPTED,
    (_L.ACCEPTED, _E.SETTLED): _L.SETTLED,
    (_L.ACCEPTED, _E.TIMED_OUT): _L.ACCEPTED,
    (_L.SETTLED, _E.RESETTLED): _L.SETTLED,
}

_P, _PE, _POS, _HED = PairState, PairEvent, Role.POSITIVE, Role.HEDGE
_HISTORY_EVENTS = (_E.SETTLED, _E.TIMED_OUT, _E.RESETTLED)

PairStep = PairEvent | tuple[Role, LegEvent]

PAIR_TRANSITIONS: dict[tuple[PairState, PairStep], PairState] = {
    (_P.RECEIVED, _PE.STAKES_ROUNDED): _P.RECEIVED,
    (_P.RECEIVED, _PE.BLOCKED): _P.BLOCKED,
    (_P.RECEIVED, _PE.FAILED): _P.FAILED,
    (_P.RECEIVED, _PE.ARMED): _P.ARMED,
    (_P.ARMED, _PE.ARMED): _P.ARMED,
    (_P.ARMED, _PE.BLOCKED): _P.BLOCKED,
    (_P.ARMED, _PE.FAILED): _P.FAILED,
    (_P.ARMED, (_POS, _E.SUBMITTED)): _P.PLACING_POSITIVE,
    (_P.PLACING_POSITIVE, (_POS, _E.WAITING)): _P.PLACING_POSITIVE,
    (_P.PLACING_POSITIVE, (_POS, _E.UNKNOWN)): _P.PLACING_POSITIVE,
    (_P.PLACING_POSITIVE, (_POS, _E.NOT_FOUND)): _P.PLACING_POSITIVE,
    (_P.PLACING_POSITIVE, (_POS, _E.REJECTED)): _P.FAILED,
    (_P.PLACING_POSITIVE, (_POS, _E.ACCEPTED)): _P.PLACING_HEDGE,
    (_P.PLACING_HEDGE, (_HED, _E.ARMED)): _P.PLACING_HEDGE,
    (_P.PLACING_HEDGE, (_HED, _E.SUBMITTED)): _P.PLACING_HEDGE,
    (_P.PLACING_HEDGE, (_HED, _E.WAITING)): _P.PLACING_HEDGE,
    (_P.PLACING_HEDGE, (_HED, _E.UNKNOWN)): _P.PLACING_HEDGE,
    (_P.PLACING_HEDGE, (_HED, _E.NOT_FOUND)): _P.PLACING_HEDGE,
    (_P.PLACING_HEDGE, (_HED, _E.REJECTED)): _P.PLACING_HEDGE,
    (_P.PLACING_HEDGE, (_HED, _E.ACCEPTED)): _P.HEDGED,
    (_P.PLACING_HEDGE, _PE.EMERGENCY_DECLARED): _P.EMERGENCY,
    (_P.PLACING_HEDGE, _PE.EXPOSED): _P.PLACING_HEDGE,
    (_P.EMERGENCY, _PE.EXPOSED): _P.EMERGENCY,
    **{(state, _PE.EXPOSED): _P.EXPOSURE_EVENT for state in (_P.HEDGED, _P.SETTLING, _P.RECONCILED, _P.EXPOSURE_EVENT)},
    **{
        (state, (role, _E.RESTAKED)): state
        for state in (_P.HEDGED, _P.SETTLING, _P.RECONCILED, _P.EXPOSURE_EVENT)
        for role in Role
    },
    **{(state, (_POS, _E.RESTAKED)): state for state in (_P.PLACING_HEDGE, _P.EMERGENCY)},
    **{(_P.PLACING_HEDGE, (_POS, e)): _P.PLACING_HEDGE for e in _HISTORY_EVENTS},
    **{(_P.EMERGENCY, (_POS, e)): _P.EMERGENCY for e in _HISTORY_EVENTS},
    **{
        (state, (role, e)): _P.SETTLING
        for state in (_P.HEDGED, _P.SETTLING, _P.RECONCILED, _P.EXPOSURE_EVENT)
        for role in Role
        for e in _HISTORY_EVENTS
    },
    (_P.SETTLING, _PE.JUDGED_AS_EXPECTED): _P.RECONCILED,
    (_P.SETTLING, _PE.JUDGED_AS_EXPOSED): _P.EXPOSURE_EVENT,
    (_P.EMERGENCY, _PE.JUDGED_AS_EXPOSED): _P.EMERGENCY,
    **{(state, event): state for state in PairState for event in (_PE.REVIEWED, _PE.TIMED)},
}

# An emergency means that there is no hedge. While the hedge may have been placed, proof has to come first.
HEDGE_PROVABLY_NOT_PLACED = frozenset({_L.PLANNED, _L.ARMED, _L.REJECTED})

# The answer to the click proves nothing yet: the bet history decides, or a human.
UNDECIDED = frozenset({_L.WAITING, _L.UNKNOWN})
# The bet may exist although no ticket is on record, so its account takes no other bet.
HOLDS_ACCOUNT = UNDECIDED | {_L.SUBMITTING}

# The positive bet runs, or its bookmaker decides about it, and no hedge has been accepted.
_STANDS = frozenset({_L.WAITING, _L.ACCEPTED})

NOT_SUBMITTED = frozenset({_P.RECEIVED, _P.ARMED})
PLACING = frozenset({_P.PLACING_POSITIVE, _P.PLACING_HEDGE})
UNPLACED = NOT_SUBMITTED | PLACING
OPEN = UNPLACED | {_P.HEDGED, _P.SETTLING}


def is_naked(pair: Pair) -> bool:
    """Say whether the positive bet stands alone while its hedge is still to be placed or proven."""
    return pair.state in PLACING and pair.positive.state in _STANDS


def apply(pair: Pair, change: Change) -> Pair:
    """Return the pair after a change.

    Raises IllegalTransition if the tables have no such step.
    """
    return _apply_to_leg(pair, change) if isinstance(change, LegChange) else _apply_to_pair(pair, change)


def _apply_to_leg(pair: Pair, change: LegChange) -> Pair:
    leg, subject = pair.leg(change.role), f"pair {pair.bet_pair_id}"
    leg_state = LEG_TRANSITIONS.get((leg.state, change.event))
    if leg_state is None:
        raise IllegalTransition(f"{subject} {change.role.value}", leg.state.value, change.event.value)
    pair_state = PAIR_TRANSITIONS.get((pair.state, (change.role, change.event)))
    if pair_state is None:
        raise IllegalTransition(subject, pair.state.value, f"{change.role.value}:{change.event.value}")
    moved = leg.model_copy(update={**change.facts(leg), "state": leg_state})
    reason = moved.reason if pair_state is PairState.FAILED else pair.reason
    return pair.with_leg(moved).model_copy(update={"state": pair_state, "reason": reason})


def _apply_to_pair(pair: Pair, change: PairChange) -> Pair:
    state, subject = PAIR_TRANSITIONS.get((pair.state, change.event)), f"pair {pair.bet_pair_id}"
    if state is None:
        raise IllegalTransition(subject, pair.state.value, change.event.value)
    if change.event is PairEvent.EMERGENCY_DECLARED and pair.hedge.state not in HEDGE_PROVABLY_NOT_PLACED:
        raise IllegalTransition(f"{subject} hedge", pair.hedge.state.value, change.event.value)
    return pair.model_copy(update={**change.facts(pair), "state": state})
