"""What a reading of the history proves about a bet whose placement is unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.changes import LegAccepted, LegEvent, LegNotFound, LegRejected, LegSubmitted, LegUnknown, LegWaiting
from bot.domain.lifecycle import apply
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import Leg, LegState, PairState, Role
from bot.domain.placement import HistoryReading, HistoryRow, TicketState
from bot.domain.proof import absence, proof
from bot.domain.reasons import Reason
from tests.builders import BEFORE_THE_CLICK, a_leg_change, a_pair_in, after, euros

POSITIVE, HEDGE = Role.POSITIVE, Role.HEDGE
NOTHING_CLAIMED: frozenset[str] = frozenset()


def an_unknown_positive() -> Leg:
    return apply(a_pair_in(PairState.PLACING_POSITIVE), LegUnknown(POSITIVE, "no answer")).positive


A_ROW = HistoryRow(
    ticket="HB10000001",
    state=TicketState.OPEN,
    event="Reds v Blues",
    selection="over",
    line=Decimal("2.5"),
    odds=Odds.parse("2.08"),
    stake=euros("100.00"),
)


def a_reading(*rows: HistoryRow, complete: bool = True) -> HistoryReading:
    return HistoryReading(rows, complete, BEFORE_THE_CLICK)


def test_one_new_row_that_is_what_was_asked_proves_acceptance_at_the_terms_it_shows() -> None:
    accepted = LegAccepted(POSITIVE, "HB10000001", euros("100.00"), Odds.parse("2.08"))
    assert proof(an_unknown_positive(), a_reading(A_ROW), NOTHING_CLAIMED) == accepted


def test_a_row_that_has_already_settled_proves_acceptance_too() -> None:
    row = replace(A_ROW, state=TicketState.SETTLED, outcome=Outcome.WON)
    assert isinstance(proof(an_unknown_positive(), a_reading(row), NOTHING_CLAIMED), LegAccepted)


def test_a_partly_accepted_stake_is_accepted_at_that_stake() -> None:
    change = proof(an_unknown_positive(), a_reading(replace(A_ROW, stake=euros("40.00"))), NOTHING_CLAIMED)
    assert isinstance(change, LegAccepted)
    assert change.stake == euros("40.00")


def test_a_row_under_review_proves_only_that() -> None:
    row = replace(A_ROW, state=TicketState.WAITING)
    assert proof(an_unknown_positive(), a_reading(row), NOTHING_CLAIMED) == LegWaiting(POSITIVE, "HB10000001")


def test_a_row_that_says_rejected_proves_rejection() -> None:
    row = replace(A_ROW, state=TicketState.REJECTED)
    assert isinstance(proof(an_unknown_positive(), a_reading(row), NOTHING_CLAIMED), LegRejected)


@pytest.mark.parametrize("complete", [True, False])
def test_absence_never_proves_anything(complete: bool) -> None:
    assert proof(an_unknown_positive(), a_reading(complete=complete), NOTHING_CLAIMED) is None


@pytest.mark.parametrize(
    "row",
    [
        replace(A_ROW, ticket="HB10000000"),
        replace(A_ROW, event="Reds v Greens"),
        replace(A_ROW, selection="under"),
        replace(A_ROW, line=Decimal("2.75")),
        replace(A_ROW, line=None),
        replace(A_ROW, stake=euros("100.01")),
        replace(A_ROW, stake=replace(euros("100.00"), currency="USD")),
    ],
)
def test_a_row_of_another_bet_proves_nothing(row: HistoryRow) -> None:
    assert proof(an_unknown_positive(), a_reading(row), NOTHING_CLAIMED) is None


def test_a_row_that_another_bet_has_claimed_proves_nothing() -> None:
    assert proof(an_unknown_positive(), a_reading(A_ROW), {"HB10000001"}) is None


def test_two_rows_that_fit_prove_nothing() -> None:
    twin = replace(A_ROW, ticket="HB10000002")
    assert proof(an_unknown_positive(), a_reading(A_ROW, twin), NOTHING_CLAIMED) is None
    assert proof(an_unknown_positive(), a_reading(A_ROW, twin), {"HB10000002"}) is not None


def test_without_knowing_what_was_there_before_a_row_proves_nothing() -> None:
    leg = an_unknown_positive().model_copy(update={"baseline": None})
    assert proof(leg, a_reading(A_ROW), NOTHING_CLAIMED) is None


def test_a_known_ticket_is_proved_by_its_own_row_and_no_other() -> None:
    waiting = apply(a_pair_in(PairState.PLACING_POSITIVE), LegWaiting(POSITIVE, "HB10000007")).positive
    assert proof(waiting, a_reading(A_ROW), NOTHING_CLAIMED) is None
    own = replace(A_ROW, ticket="HB10000007", state=TicketState.REJECTED)
    assert isinstance(proof(waiting, a_reading(A_ROW, own), NOTHING_CLAIMED), LegRejected)


def test_the_rejected_ticket_of_an_earlier_attempt_does_not_prove_the_next_one_rejected() -> None:
    hedge = after(
        a_pair_in(PairState.PLACING_HEDGE),
        LegSubmitted(HEDGE),
        LegWaiting(HEDGE, "2000000007"),
        LegRejected(HEDGE, Reason.DECLINED),
        a_leg_change(HEDGE, LegEvent.ARMED),
        LegSubmitted(HEDGE),
        LegUnknown(HEDGE, "no answer"),
    ).hedge
    old = HistoryRow(
        ticket="2000000007",
        state=TicketState.REJECTED,
        event="Reds vs Blues",
        selection="under",
        line=Decimal("2.5"),
        odds=Odds.parse("2.00"),
        stake=euros("105.00"),
    )
    assert proof(hedge, a_reading(old), NOTHING_CLAIMED) is None
    new = replace(old, ticket="2000000008", state=TicketState.OPEN)
    assert isinstance(proof(hedge, a_reading(old, new), NOTHING_CLAIMED), LegAccepted)


class TestAbsence:
    """Absence from the history proves nothing; after long enough it is proposed to a human."""

    def looked(self, leg: Leg, seconds: float, *, complete: bool = True) -> LegNotFound | None:
        reading = HistoryReading((), complete, BEFORE_THE_CLICK + timedelta(seconds=seconds))
        return absence(leg, reading, euros("1000.00"))

    def after_looks(self, *at_s: float) -> Leg:
        pair = apply(a_pair_in(PairState.PLACING_POSITIVE), LegUnknown(POSITIVE, "no answer"))
        for seconds in at_s:
            change = self.looked(pair.positive, seconds)
            assert change is not None
            pair = apply(pair, change)
        return pair.positive

    def test_a_reading_that_is_not_complete_is_no_look(self) -> None:
        assert self.looked(an_unknown_positive(), 0, complete=False) is None

    @pytest.mark.parametrize(
        ("at_s", "proposes"),
        [
            ([0], False),
            ([0, 30], False),
            ([0, 60], False),
            ([0, 30, 59], False),
            ([0, 30, 60], True),
            ([0, 1, 2, 60], True),
        ],
    )
    def test_three_looks_over_a_minute_make_a_proposal(self, at_s: list[float], proposes: bool) -> None:
        leg = self.after_looks(*at_s)
        assert (leg.proposal == "not_placed") is proposes
        assert leg.state is LegState.UNKNOWN
        assert leg.looks == len(at_s)

    def test_a_proposal_is_made_once(self) -> None:
        assert self.looked(self.after_looks(0, 30, 60), 90) is None

    def test_a_bet_that_appears_after_the_proposal_is_still_believed(self) -> None:
        assert isinstance(proof(self.after_looks(0, 30, 60), a_reading(A_ROW), NOTHING_CLAIMED), LegAccepted)


def test_a_row_from_before_the_click_is_another_bet() -> None:
    old = replace(A_ROW, placed_at=BEFORE_THE_CLICK - timedelta(minutes=3))
    just_before = replace(A_ROW, placed_at=BEFORE_THE_CLICK - timedelta(minutes=1))
    assert proof(an_unknown_positive(), a_reading(old), NOTHING_CLAIMED) is None
    assert proof(an_unknown_positive(), a_reading(just_before), NOTHING_CLAIMED) is not None


def test_a_hedge_that_was_submitted_at_a_larger_stake_is_proved_at_that_stake() -> None:
    armed = after(
        a_pair_in(PairState.PLACING_HEDGE), LegSubmitted(HEDGE, euros("110.00")), LegUnknown(HEDGE, "silence")
    )
    row = replace(A_ROW, ticket="2000000009", selection="under", event="Reds vs Blues", stake=euros("110.00"))
    assert isinstance(proof(armed.hedge, a_reading(row), NOTHING_CLAIMED), LegAccepted)
    too_large = replace(row, stake=euros("110.01"))
    assert proof(armed.hedge, a_reading(too_large), NOTHING_CLAIMED) is None
