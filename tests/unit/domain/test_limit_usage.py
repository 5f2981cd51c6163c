"""What a pair counts towards the limits, in each of its states."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from bot.domain.changes import (
    EmergencyDeclared,
    LegAccepted,
    LegArmed,
    LegRejected,
    LegRestaked,
    LegSettled,
    LegSubmitted,
    LegUnknown,
    LegWaiting,
    PairBlocked,
    PairFailed,
    StakesRounded,
)
from bot.domain.lifecycle import apply
from bot.domain.limit_usage import booked_result, changed_tallies, tallies
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import Pair, PairState, Role
from bot.domain.reasons import Reason
from bot.domain.settlement import judgement
from tests.builders import a_baseline, a_pair, a_pair_in, after, euros, with_results

POSITIVE, HEDGE = Role
PLACING_POSITIVE, PLACING_HEDGE = a_pair_in(PairState.PLACING_POSITIVE), a_pair_in(PairState.PLACING_HEDGE)
HEDGE_SUBMITTED = apply(PLACING_HEDGE, LegSubmitted(HEDGE))
ODDS = Odds.parse("2.10")


def staked(pair: Pair) -> list[str | None]:
    return [str(tally.staked.amount) if tally.staked else None for tally in tallies(pair)]


def still_open(pair: Pair) -> list[str | None]:
    return [str(tally.open.amount) if tally.open else None for tally in tallies(pair)]


def partly(stake: str, referred: str | None = None) -> LegAccepted:
    return LegAccepted(POSITIVE, "HB10000001", euros(stake), ODDS, euros(referred) if referred else None)


@pytest.mark.parametrize(
    ("pair", "stakes"),
    [
        (a_pair(), ["100.00", "105.00"]),
        (a_pair_in(PairState.ARMED), ["100.00", "105.00"]),
        (apply(a_pair_in(PairState.ARMED), LegSubmitted(POSITIVE, euros("99.00"))), ["99.00", "105.00"]),
        (apply(PLACING_POSITIVE, LegUnknown(POSITIVE, "no answer")), ["100.00", "105.00"]),
        (apply(PLACING_POSITIVE, LegWaiting(POSITIVE, None)), ["100.00", "105.00"]),
        (apply(PLACING_POSITIVE, partly("40.00")), ["40.00", "105.00"]),
        (apply(PLACING_POSITIVE, partly("40.00", referred="60.00")), ["100.00", "105.00"]),
        (after(PLACING_POSITIVE, partly("40.00", "60.00"), LegRestaked(POSITIVE, euros("70.00"))), ["70.00", "105.00"]),
        (apply(HEDGE_SUBMITTED, LegRejected(HEDGE, Reason.DECLINED)), ["100.00", "105.00"]),
        (apply(HEDGE_SUBMITTED, LegUnknown(HEDGE, "no answer")), ["100.00", "105.00"]),
        (apply(HEDGE_SUBMITTED, LegAccepted(HEDGE, "20000", euros("50.00"), ODDS)), ["100.00", "50.00"]),
        (apply(PLACING_HEDGE, EmergencyDeclared(Reason.HEDGE_TOO_LATE)), ["100.00", None]),
        (apply(PLACING_POSITIVE, LegRejected(POSITIVE, Reason.DECLINED)), [None, None]),
        (apply(a_pair(), PairBlocked(Reason.COOLDOWN)), [None, None]),
        (apply(a_pair(), PairFailed(Reason.INTERRUPTED)), [None, None]),
        (apply(a_pair_in(PairState.ARMED), PairFailed(Reason.MINIMUM_ODDS)), [None, None]),
    ],
)
def test_a_leg_counts_what_was_asked_for_then_what_runs_and_nothing_once_it_is_known_not_to_stand(
    pair: Pair, stakes: list[str | None]
) -> None:
    assert staked(pair) == still_open(pair) == stakes


def test_a_settled_leg_was_staked_on_its_day_and_is_no_longer_open() -> None:
    pair = apply(a_pair_in(PairState.HEDGED), LegSettled(POSITIVE, Outcome.WON, None))
    assert (staked(pair), still_open(pair)) == (["100.00", "105.00"], [None, "105.00"])


def test_a_leg_counts_for_its_account_and_for_its_currency() -> None:
    assert [tally.scopes for tally in tallies(a_pair())] == [
        ("harbourline:harbour:ann", "EUR"),
        ("senbien:lotus:binh", "EUR"),
    ]


def test_only_what_changed_is_written_and_nothing_before_the_reservation() -> None:
    assert changed_tallies(a_pair(), apply(a_pair(), StakesRounded(euros("99"), euros("104")))) == ()
    assert changed_tallies(a_pair(), a_pair_in(PairState.ARMED)) == ()
    [changed] = changed_tallies(PLACING_POSITIVE, apply(PLACING_POSITIVE, partly("40.00")))
    assert (changed.role, changed.staked) == (POSITIVE, euros("40.00"))
    assert len(changed_tallies(a_pair(), apply(a_pair(), PairFailed(Reason.INTERRUPTED)))) == 2


def settled(positive: Outcome, hedge: Outcome | None, **payouts: Any) -> Pair:
    state = PairState.HEDGED if hedge else PairState.EMERGENCY
    pair = with_results(a_pair_in(state), positive, hedge, **payouts)
    return after(pair, *judgement(pair, Decimal("0.05")))


@pytest.mark.parametrize(
    ("pair", "result"),
    [
        (settled(Outcome.WON, Outcome.LOST), "5.00"),
        (settled(Outcome.LOST, Outcome.LOST), "-205.00"),
        (settled(Outcome.LOST, None), "-100.00"),
        (settled(Outcome.LOST, Outcome.WON, hedge_payout="200.00"), "-5.00"),
        (settled(Outcome.LOST, Outcome.CASHED_OUT), "-205.00"),
        (settled(Outcome.LOST, Outcome.TIMEOUT), None),
        (a_pair_in(PairState.SETTLING), None),
        (a_pair_in(PairState.HEDGED), None),
        (a_pair_in(PairState.EMERGENCY), None),
        (a_pair_in(PairState.FAILED), None),
    ],
)
def test_a_result_is_booked_once_every_bet_has_settled_and_what_nobody_has_seen_was_not_won(
    pair: Pair, result: str | None
) -> None:
    assert booked_result(pair) == (euros(result) if result else None)


def test_a_result_is_booked_in_the_currency_of_the_positive_leg() -> None:
    pair = a_pair_in(PairState.HEDGED, hedgeBet={"stake": "131.25", "currency": "USD"}, fxRate="0.8")
    pair = with_results(pair, Outcome.LOST, Outcome.LOST)
    assert booked_result(after(pair, *judgement(pair, Decimal("0.05")))) == euros("-205.00")


def test_a_hedge_that_is_tried_again_goes_on_counting() -> None:
    pair = after(HEDGE_SUBMITTED, LegRejected(HEDGE, Reason.DECLINED), LegArmed(HEDGE, a_baseline()))
    assert staked(pair) == ["100.00", "105.00"]
