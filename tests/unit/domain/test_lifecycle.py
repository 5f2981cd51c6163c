"""Every step of a pair's life, legal or not.

The tables below are written by hand from the promises, not derived from the code: a step that is added to the code or
removed from it fails here until somebody adds it to the table.
"""

from __future__ import annotations

import pytest

from bot.domain.changes import (
    EmergencyDeclared,
    LegAccepted,
    LegEvent,
    LegRejected,
    LegSettled,
    LegSubmitted,
    LegTimedOut,
    LegWaiting,
    PairArmed,
    PairBlocked,
    PairEvent,
    PairFailed,
    PairJudged,
    PairReviewed,
)
from bot.domain.lifecycle import apply
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import LegState, Pair, PairState, Role
from bot.domain.reasons import Reason
from bot.errors import IllegalTransition
from tests.builders import a_baseline, a_leg_change, a_pair_change, a_pair_in, a_verdict, after, an_acceptance, euros

POSITIVE, HEDGE = Role.POSITIVE, Role.HEDGE

LEG_LIFE = """
            armed  submitted   waiting  accepted  restaked  rejected  unknown  not_found  settled  timed_out  resettled
planned     armed  -           -        -         -         -         -        -          -        -          -
armed       armed  submitting  -        -         -         -         -        -          -        -          -
submitting  -      -           waiting  accepted  -         rejected  unknown  -          -        -          -
waiting     -      -           -        accepted  -         rejected  unknown  -          -        -          -
accepted    -      -           -        -         accepted  -         -        -          settled  accepted   -
rejected    armed  -           -        -         -         -         -        -          -        -          -
unknown     -      -           waiting  accepted  -         rejected  -        unknown    -        -          -
settled     -      -           -        -         -         -         -        -          -        -          settled
"""

PAIR_LIFE = """
received          stakes_rounded      > received
received          pair_armed          > armed
received          blocked             > blocked
received          failed              > failed
armed             pair_armed          > armed
armed             blocked             > blocked
armed             failed              > failed
armed             positive:submitted  > placing_positive
placing_positive  positive:waiting    > placing_positive
placing_positive  positive:unknown    > placing_positive
placing_positive  positive:not_found  > placing_positive
placing_positive  positive:rejected   > failed
placing_positive  positive:accepted   > placing_hedge
placing_hedge     hedge:armed         > placing_hedge
placing_hedge     hedge:submitted     > placing_hedge
placing_hedge     hedge:waiting       > placing_hedge
placing_hedge     hedge:unknown       > placing_hedge
placing_hedge     hedge:not_found     > placing_hedge
placing_hedge     hedge:rejected      > placing_hedge
placing_hedge     hedge:accepted      > hedged
placing_hedge     emergency_declared  > EMERGENCY
placing_hedge     positive:settled    > placing_hedge
placing_hedge     positive:timed_out  > placing_hedge
placing_hedge     positive:resettled  > placing_hedge
hedged            positive:settled    > settling
hedged            positive:timed_out  > settling
hedged            positive:resettled  > settling
hedged            hedge:settled       > settling
hedged            hedge:timed_out     > settling
hedged            hedge:resettled     > settling
settling          positive:settled    > settling
settling          positive:timed_out  > settling
settling          positive:resettled  > settling
settling          hedge:settled       > settling
settling          hedge:timed_out     > settling
settling          hedge:resettled     > settling
settling          judged_as_expected  > reconciled
settling          judged_as_exposed   > EXPOSURE_EVENT
reconciled        positive:settled    > settling
reconciled        positive:timed_out  > settling
reconciled        positive:resettled  > settling
reconciled        hedge:settled       > settling
reconciled        hedge:timed_out     > settling
reconciled        hedge:resettled     > settling
EXPOSURE_EVENT    positive:settled    > settling
EXPOSURE_EVENT    positive:timed_out  > settling
EXPOSURE_EVENT    positive:resettled  > settling
EXPOSURE_EVENT    hedge:settled       > settling
EXPOSURE_EVENT    hedge:timed_out     > settling
EXPOSURE_EVENT    hedge:resettled     > settling
EMERGENCY         positive:settled    > EMERGENCY
EMERGENCY         positive:timed_out  > EMERGENCY
EMERGENCY         positive:resettled  > EMERGENCY
EMERGENCY         judged_as_exposed   > EMERGENCY
placing_hedge     positive:restaked   > placing_hedge
placing_hedge     exposed             > placing_hedge
hedged            positive:restaked   > hedged
hedged            hedge:restaked      > hedged
hedged            exposed             > EXPOSURE_EVENT
settling          positive:restaked   > settling
settling          hedge:restaked      > settling
settling          exposed             > EXPOSURE_EVENT
reconciled        positive:restaked   > reconciled
reconciled        hedge:restaked      > reconciled
reconciled        exposed             > EXPOSURE_EVENT
EXPOSURE_EVENT    positive:restaked   > EXPOSURE_EVENT
EXPOSURE_EVENT    hedge:restaked      > EXPOSURE_EVENT
EXPOSURE_EVENT    exposed             > EXPOSURE_EVENT
EMERGENCY         positive:restaked   > EMERGENCY
EMERGENCY         exposed             > EMERGENCY
"""


def _read_leg_life() -> dict[tuple[LegState, LegEvent], LegState]:
    header, *rows = LEG_LIFE.strip().splitlines()
    cells = (line.split() for line in rows)
    return {
        (LegState(state), LegEvent(event)): LegState(target)
        for state, *targets in cells
        for event, target in zip(header.split(), targets, strict=True)
        if target != "-"
    }


def _read_pair_life() -> dict[tuple[PairState, str], PairState]:
    steps = (line.replace(">", " ").split() for line in PAIR_LIFE.strip().splitlines())
    return {(PairState(state), step): PairState(target) for state, step, target in steps}


LEG_TABLE, PAIR_TABLE = _read_leg_life(), _read_pair_life()
# A human may look at a pair at any time, which changes no state.
PAIR_TABLE |= {(state, event): state for state in PairState for event in ("reviewed", "timed")}


def _in_leg_state(pair: Pair, role: Role, state: LegState) -> Pair:
    return pair.with_leg(pair.leg(role).model_copy(update={"state": state}))


def _refuses(pair: Pair, change: object) -> bool:
    before = pair.model_dump_json()
    with pytest.raises(IllegalTransition):
        apply(pair, change)  # type: ignore[arg-type]
    return pair.model_dump_json() == before


@pytest.mark.parametrize("event", LegEvent)
@pytest.mark.parametrize("state", LegState)
def test_a_leg_moves_as_its_table_says_and_in_no_other_way(state: LegState, event: LegEvent) -> None:
    follows_history = event in {LegEvent.RESTAKED, LegEvent.SETTLED, LegEvent.TIMED_OUT, LegEvent.RESETTLED}
    willing = a_pair_in(PairState.HEDGED if follows_history else PairState.PLACING_HEDGE)
    pair, change = _in_leg_state(willing, HEDGE, state), a_leg_change(HEDGE, event)
    target = LEG_TABLE.get((state, event))
    if target is None:
        assert _refuses(pair, change)
    else:
        assert apply(pair, change).hedge.state is target


@pytest.mark.parametrize("event", LegEvent)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", PairState)
def test_a_pair_moves_with_its_legs_as_its_table_says_and_in_no_other_way(
    state: PairState, role: Role, event: LegEvent
) -> None:
    target, change = PAIR_TABLE.get((state, f"{role}:{event}")), a_leg_change(role, event)
    for leg_state in LegState:
        pair = _in_leg_state(a_pair_in(state), role, leg_state)
        if target is None or (leg_state, event) not in LEG_TABLE:
            assert _refuses(pair, change)
        else:
            moved = apply(pair, change)
            assert moved.state is target
            assert moved.leg(role.other) == pair.leg(role.other)


@pytest.mark.parametrize("event", PairEvent)
@pytest.mark.parametrize("state", PairState)
def test_a_pair_moves_as_a_whole_as_its_table_says_and_in_no_other_way(state: PairState, event: PairEvent) -> None:
    pair, change = a_pair_in(state), a_pair_change(event)
    target = PAIR_TABLE.get((state, event.value))
    if target is None:
        assert _refuses(pair, change)
    else:
        assert apply(pair, change).state is target


@pytest.mark.parametrize("hedge", LegState)
def test_an_emergency_needs_a_hedge_that_is_known_not_to_stand(hedge: LegState) -> None:
    pair = _in_leg_state(a_pair_in(PairState.PLACING_HEDGE), HEDGE, hedge)
    if hedge in {LegState.PLANNED, LegState.ARMED, LegState.REJECTED}:
        assert apply(pair, EmergencyDeclared(Reason.HEDGE_TOO_LATE)).state is PairState.EMERGENCY
    else:
        assert _refuses(pair, EmergencyDeclared(Reason.HEDGE_TOO_LATE))


def test_a_refused_step_names_pair_state_and_step() -> None:
    with pytest.raises(IllegalTransition, match="pair pair-1: hedge:accepted is not possible in state placing_pos"):
        apply(_in_leg_state(a_pair_in(PairState.PLACING_POSITIVE), HEDGE, LegState.UNKNOWN), _hedge_accepted())
    with pytest.raises(IllegalTransition, match="pair pair-1 hedge: accepted is not possible in state rejected"):
        apply(_in_leg_state(a_pair_in(PairState.PLACING_HEDGE), HEDGE, LegState.REJECTED), _hedge_accepted())


def _hedge_accepted() -> LegAccepted:
    return an_acceptance(a_pair_in(PairState.RECEIVED), HEDGE)


def test_arming_a_pair_arms_both_legs_and_keeps_what_was_there_before() -> None:
    positive, hedge = a_baseline(), a_baseline().model_copy(update={"tickets": ()})
    pair = apply(a_pair_in(PairState.RECEIVED), PairArmed(positive, hedge))
    assert [(leg.state, leg.baseline) for leg in pair.legs] == [(LegState.ARMED, positive), (LegState.ARMED, hedge)]


def test_each_submission_is_a_new_attempt() -> None:
    pair = a_pair_in(PairState.PLACING_HEDGE)
    again = (LegSubmitted(HEDGE), LegRejected(HEDGE, Reason.ODDS_CHANGED), a_leg_change(HEDGE, LegEvent.ARMED))
    assert [after(pair, *again * times).hedge.attempt for times in range(4)] == [0, 1, 2, 3]


def test_acceptance_keeps_the_ticket_and_the_terms_accepted_beside_those_asked() -> None:
    accepted = LegAccepted(POSITIVE, "HB10000007", euros("40.00"), Odds.parse("2.15"))
    leg = apply(a_pair_in(PairState.PLACING_POSITIVE), accepted).positive
    assert (leg.ticket, leg.stake, leg.odds) == ("HB10000007", euros("40.00"), Odds.parse("2.15"))
    assert (leg.bet.stake, leg.bet.odds) == (euros("100.00"), Odds.parse("2.10"))


def test_a_waiting_ticket_is_kept_even_when_a_later_look_shows_none() -> None:
    pair = apply(a_pair_in(PairState.PLACING_POSITIVE), LegWaiting(POSITIVE, "HB10000007"))
    pair = after(pair, a_leg_change(POSITIVE, LegEvent.UNKNOWN), LegWaiting(POSITIVE, None))
    assert pair.positive.ticket == "HB10000007"


def test_the_ticket_of_a_rejected_attempt_says_nothing_about_the_next() -> None:
    pair = after(
        a_pair_in(PairState.PLACING_HEDGE),
        LegSubmitted(HEDGE),
        LegWaiting(HEDGE, "2000000007"),
        LegRejected(HEDGE, Reason.DECLINED),
    )
    assert (pair.hedge.ticket, pair.hedge.reason) == ("2000000007", "declined")
    rearmed = apply(pair, a_leg_change(HEDGE, LegEvent.ARMED))
    assert (rearmed.hedge.ticket, rearmed.hedge.reason) == (None, None)
    assert rearmed.hedge.baseline is not None
    assert set(rearmed.hedge.baseline.tickets) == {*a_baseline().tickets, "2000000007"}


def test_a_rejected_positive_fails_the_pair_with_its_reason() -> None:
    pair = apply(a_pair_in(PairState.PLACING_POSITIVE), LegRejected(POSITIVE, Reason.STAKE_ABOVE_MAXIMUM))
    assert (pair.state, pair.reason, pair.positive.reason) == (PairState.FAILED, *["stake_above_maximum"] * 2)


def test_a_rejected_hedge_leaves_the_pair_to_be_hedged() -> None:
    pair = after(a_pair_in(PairState.PLACING_HEDGE), LegSubmitted(HEDGE), LegRejected(HEDGE, Reason.SUSPENDED))
    assert (pair.state, pair.reason, pair.hedge.reason) == (PairState.PLACING_HEDGE, None, "suspended")


@pytest.mark.parametrize(
    "change", [PairBlocked(Reason.COOLDOWN, "for 42 s", 42), PairFailed(Reason.COOLDOWN, "at arming")]
)
def test_a_pair_that_is_not_placed_keeps_why(change: PairBlocked | PairFailed) -> None:
    assert apply(a_pair_in(PairState.ARMED), change).reason == "cooldown"


def test_a_timeout_is_only_the_outcome_so_far() -> None:
    pair = apply(a_pair_in(PairState.HEDGED), LegTimedOut(HEDGE))
    assert (pair.hedge.state, pair.hedge.outcome) == (LegState.ACCEPTED, Outcome.TIMEOUT)
    settled = apply(pair, LegSettled(HEDGE, Outcome.WON, euros("210.00"))).hedge
    assert (settled.state, settled.outcome, settled.payout) == (LegState.SETTLED, Outcome.WON, euros("210.00"))


def test_a_second_result_replaces_the_first() -> None:
    leg = apply(a_pair_in(PairState.RECONCILED), a_leg_change(POSITIVE, LegEvent.RESETTLED)).positive
    assert (leg.state, leg.outcome, leg.payout) == (LegState.SETTLED, Outcome.VOID, euros("100.00"))


def test_an_emergency_asks_for_a_human() -> None:
    pair = a_pair_in(PairState.EMERGENCY)
    assert (pair.needs_review, pair.reason) == (True, "declined")


@pytest.mark.parametrize("exposure", [True, False])
def test_a_verdict_is_kept_and_asks_for_a_human_only_when_it_is_an_exposure(exposure: bool) -> None:
    verdict = a_verdict(exposure=exposure)
    pair = apply(a_pair_in(PairState.SETTLING), PairJudged(verdict))
    assert (pair.verdict, pair.reason, pair.needs_review) == (verdict, verdict.reason, exposure)


def test_a_good_second_verdict_does_not_end_the_review_that_the_first_asked_for() -> None:
    pair = apply(a_pair_in(PairState.EXPOSURE_EVENT), a_leg_change(POSITIVE, LegEvent.RESETTLED))
    judged = apply(pair, PairJudged(a_verdict(exposure=False)))
    assert (judged.state, judged.needs_review) == (PairState.RECONCILED, True)
    assert apply(judged, PairReviewed("the bookmaker corrected it")).needs_review is False
