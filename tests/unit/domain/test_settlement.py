"""What a reading of a watched ticket changes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.changes import (
    EmergencyDeclared,
    LegResettled,
    LegRestaked,
    LegSettled,
    LegTimedOut,
    PairExposed,
    PairJudged,
)
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import LegState, Pair, PairState, Role
from bot.domain.placement import HistoryRow, TicketState
from bot.domain.reasons import Reason
from bot.domain.reconciliation import leg_result
from bot.domain.settlement import changes_seen, judgement
from bot.domain.sizing import hedge_bet
from bot.domain.watch import WatchPolicy
from tests.builders import TICKETS, a_pair_in, after, euros, with_results

POSITIVE, HEDGE = Role.POSITIVE, Role.HEDGE
WON, LOST, VOID = Outcome.WON, Outcome.LOST, Outcome.VOID
POLICY = WatchPolicy()


def a_row(
    state: TicketState, outcome: Outcome | None = None, payout: str | None = None, stake: str = "100.00"
) -> HistoryRow:
    return HistoryRow(
        ticket=TICKETS[POSITIVE],
        state=state,
        event="Reds v Blues",
        selection="over",
        line=Decimal("2.5"),
        odds=Odds.parse("2.10"),
        stake=euros(stake),
        outcome=outcome,
        payout=euros(payout) if payout is not None else None,
    )


def settled_as(outcome: Outcome, payout: str | None = None) -> HistoryRow:
    return a_row(TicketState.SETTLED, outcome, payout)


def hedged() -> Pair:
    return a_pair_in(PairState.HEDGED)


def reconciled() -> Pair:
    pair = with_results(hedged(), WON, LOST, positive_payout="210.00")
    return after(pair, *judgement(pair, POLICY.pnl_tolerance))


@pytest.mark.parametrize("row", [None, a_row(TicketState.OPEN), a_row(TicketState.WAITING)])
def test_a_ticket_without_a_result_changes_nothing_before_the_last_poll(row: HistoryRow | None) -> None:
    assert changes_seen(hedged(), POSITIVE, row, 1, POLICY) == ()
    assert changes_seen(hedged(), POSITIVE, row, 119, POLICY) == ()
    assert changes_seen(hedged(), POSITIVE, row, 120, POLICY) == (LegTimedOut(POSITIVE),)


def test_a_ticket_times_out_once_and_settles_all_the_same() -> None:
    pair = after(hedged(), LegTimedOut(POSITIVE))
    assert changes_seen(pair, POSITIVE, a_row(TicketState.OPEN), 121, POLICY) == ()
    assert changes_seen(pair, POSITIVE, settled_as(WON, "210.00"), 500, POLICY) == (
        LegSettled(POSITIVE, WON, euros("210.00")),
    )


def test_a_result_at_the_last_poll_is_a_result() -> None:
    (change,) = changes_seen(hedged(), POSITIVE, settled_as(LOST), 120, POLICY)
    assert change == LegSettled(POSITIVE, LOST, None)


def test_a_bare_settled_row_is_named_by_its_payout() -> None:
    (change,) = changes_seen(hedged(), POSITIVE, settled_as(Outcome.SETTLED, "155.00"), 1, POLICY)
    assert change == LegSettled(POSITIVE, Outcome.HALF_WON, euros("155.00"))
    (unnamed,) = changes_seen(hedged(), POSITIVE, settled_as(Outcome.SETTLED, "130.00"), 1, POLICY)
    assert unnamed == LegSettled(POSITIVE, Outcome.SETTLED, euros("130.00"))


def test_the_second_result_brings_the_verdict_with_it() -> None:
    pair = after(hedged(), LegSettled(HEDGE, LOST, None))
    settled, judged = changes_seen(pair, POSITIVE, settled_as(WON), 3, POLICY)
    assert settled == LegSettled(POSITIVE, WON, None)
    assert isinstance(judged, PairJudged)
    assert not judged.verdict.exposure
    assert after(pair, settled, judged).state is PairState.RECONCILED


@pytest.mark.parametrize(("role", "reason"), [(POSITIVE, Reason.POSITIVE_VOID), (HEDGE, Reason.HEDGE_VOID)])
def test_a_void_is_an_exposure_at_once_while_the_other_bet_runs(role: Role, reason: Reason) -> None:
    pair = hedged()
    row = replace(settled_as(VOID), stake=pair.leg(role).bet.stake)
    changes = changes_seen(pair, role, row, 1, POLICY)
    assert changes == (LegSettled(role, VOID, None), PairExposed(reason))
    exposed = after(pair, *changes)
    assert (exposed.state, exposed.reason, exposed.needs_review) == (PairState.EXPOSURE_EVENT, reason, True)
    assert changes_seen(exposed, role, row, 2, POLICY) == ()


def test_a_void_on_both_sides_is_as_expected_and_still_wants_its_review() -> None:
    exposed = after(hedged(), *changes_seen(hedged(), POSITIVE, settled_as(VOID), 1, POLICY))
    hedge = replace(settled_as(VOID), stake=exposed.hedge.bet.stake)
    judged = after(exposed, *changes_seen(exposed, HEDGE, hedge, 1, POLICY))
    assert (judged.state, judged.reason, judged.needs_review) == (PairState.RECONCILED, None, True)


def test_a_result_that_becomes_void_is_an_exposure_at_once_while_the_other_bet_runs() -> None:
    pair = after(hedged(), LegSettled(POSITIVE, WON, None))
    assert changes_seen(pair, POSITIVE, settled_as(VOID), 1, POLICY)[-1] == PairExposed(Reason.POSITIVE_VOID)


def test_a_timeout_after_the_other_result_is_an_exposure_until_the_real_result() -> None:
    pair = after(hedged(), LegSettled(HEDGE, LOST, None))
    exposed = after(pair, *changes_seen(pair, POSITIVE, None, 120, POLICY))
    assert (exposed.state, exposed.reason) == (PairState.EXPOSURE_EVENT, "settlement_timeout_timeout_lost")
    booked = after(exposed, *changes_seen(exposed, POSITIVE, settled_as(WON), 300, POLICY))
    assert (booked.state, booked.reason, booked.needs_review) == (PairState.RECONCILED, None, True)


@pytest.mark.parametrize("row", [settled_as(WON, "210.00"), a_row(TicketState.OPEN), None])
def test_a_settled_ticket_that_still_says_the_same_changes_nothing(row: HistoryRow | None) -> None:
    assert changes_seen(reconciled(), POSITIVE, row, 130, POLICY) == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (settled_as(VOID, "100.00"), "resettled_won_void"),
        (settled_as(LOST, "0.00"), "resettled_won_lost"),
        (settled_as(WON, "150.00"), "resettled_won_won"),
    ],
)
def test_a_settled_ticket_that_changes_brings_a_new_verdict(row: HistoryRow, reason: str) -> None:
    pair = reconciled()
    changes = changes_seen(pair, POSITIVE, row, 130, POLICY)
    assert isinstance(changes[0], LegResettled)
    again = after(pair, *changes)
    assert (again.state, again.reason, again.needs_review) == (PairState.EXPOSURE_EVENT, reason, True)


def test_a_positive_that_settles_while_its_hedge_is_being_placed_waits_for_the_verdict() -> None:
    placing = a_pair_in(PairState.PLACING_HEDGE)
    changes = changes_seen(placing, POSITIVE, settled_as(WON), 5, POLICY)
    assert changes == (LegSettled(POSITIVE, WON, None),)
    changed_again = changes_seen(after(placing, *changes), POSITIVE, settled_as(VOID), 6, POLICY)
    assert changed_again == (LegResettled(POSITIVE, VOID, None, WON),)
    pair = after(placing, *changes, *changed_again)
    assert pair.state is PairState.PLACING_HEDGE
    assert judgement(after(pair, EmergencyDeclared(Reason.HEDGE_TOO_LATE)), POLICY.pnl_tolerance)


@pytest.mark.parametrize("state", [PairState.RECEIVED, PairState.ARMED, PairState.PLACING_POSITIVE, PairState.HEDGED])
def test_a_pair_is_not_judged_before_its_results(state: PairState) -> None:
    assert judgement(a_pair_in(state), POLICY.pnl_tolerance) == ()


def test_an_emergency_is_judged_on_the_positive_alone() -> None:
    (judged,) = judgement(with_results(a_pair_in(PairState.EMERGENCY), WON), POLICY.pnl_tolerance)
    assert (judged.verdict.exposure, judged.verdict.actual_pnl) == (True, euros("110.00"))


def test_a_bet_that_the_bookmaker_takes_back_after_accepting_it_is_void() -> None:
    assert changes_seen(hedged(), POSITIVE, a_row(TicketState.REJECTED), 1, POLICY) == (
        LegSettled(POSITIVE, VOID, euros("100.00")),
        PairExposed(Reason.POSITIVE_VOID),
    )


@pytest.mark.parametrize(("before", "now"), [("210.00", None), (None, "210.00")])
def test_a_payout_that_only_appears_or_disappears_is_no_new_result(before: str | None, now: str | None) -> None:
    pair = with_results(hedged(), WON, positive_payout=before)
    assert changes_seen(pair, POSITIVE, settled_as(WON, now), 1, POLICY) == ()


@pytest.mark.parametrize("stake", ["140.00", "60.00"], ids=["a trader took the rest", "a part was given back"])
@pytest.mark.parametrize("state", [PairState.HEDGED, PairState.SETTLING, PairState.EMERGENCY])
def test_another_stake_on_a_running_ticket_is_an_exposure_at_once(state: PairState, stake: str) -> None:
    pair = a_pair_in(state)
    if pair.positive.state is not LegState.ACCEPTED:
        pair = pair.with_leg(pair.positive.model_copy(update={"state": LegState.ACCEPTED, "outcome": None}))
    changes = changes_seen(pair, POSITIVE, a_row(TicketState.OPEN, stake=stake), 1, POLICY)
    assert changes == (LegRestaked(POSITIVE, euros(stake)), PairExposed(Reason.STAKE_CHANGED_POSITIVE))
    exposed = after(pair, *changes)
    assert (exposed.positive.stake, exposed.needs_review) == (euros(stake), True)
    assert changes_seen(exposed, POSITIVE, a_row(TicketState.OPEN, stake=stake), 2, POLICY) == ()


def test_a_hedge_that_is_still_to_be_placed_fits_the_stake_that_runs_now() -> None:
    pair = a_pair_in(PairState.PLACING_HEDGE)
    changes = changes_seen(pair, POSITIVE, a_row(TicketState.OPEN, stake="40.00"), 1, POLICY)
    assert changes == (LegRestaked(POSITIVE, euros("40.00")),)
    assert hedge_bet(after(pair, *changes)).stake == euros("42.00")


def test_a_result_counts_for_the_stake_that_it_was_paid_on() -> None:
    seen = a_row(TicketState.SETTLED, WON, "294.00", stake="140.00")
    pair = after(hedged(), *changes_seen(hedged(), POSITIVE, seen, 1, POLICY))
    assert (pair.positive.stake, pair.positive.payout) == (euros("140.00"), euros("294.00"))
    assert leg_result(pair.positive).pnl == euros("154.00")
    assert pair.needs_review
