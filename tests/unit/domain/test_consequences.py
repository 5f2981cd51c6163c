"""The consequences of each change: the events announced, the account that cools down, the ticket to watch."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bot.domain.changes import (
    Change,
    EmergencyDeclared,
    LegAccepted,
    LegEvent,
    LegNotFound,
    LegRejected,
    LegSettled,
    LegSubmitted,
    LegTimedOut,
    LegUnknown,
    LegWaiting,
    PairBlocked,
    PairEvent,
    PairFailed,
    PairJudged,
)
from bot.domain.consequences import Consequences, consequences
from bot.domain.events import leg_data
from bot.domain.lifecycle import apply
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import Pair, PairState, Role
from bot.domain.reasons import Reason
from tests.builders import (
    BEFORE_THE_CLICK,
    HEDGE_ACCOUNT,
    POSITIVE_ACCOUNT,
    TICKETS,
    a_leg_change,
    a_pair_change,
    a_pair_in,
    a_verdict,
    after,
    an_acceptance,
    euros,
)
from tests.event_fit import misfits

POSITIVE, HEDGE = Role.POSITIVE, Role.HEDGE
IDS = {"arbId": "arb-1", "betPairId": "pair-1"}
HEDGE_SUBMITTED = after(a_pair_in(PairState.PLACING_HEDGE), LegSubmitted(HEDGE))
PLACING_POSITIVE, HEDGED = a_pair_in(PairState.PLACING_POSITIVE), a_pair_in(PairState.HEDGED)

UNKNOWN = after(PLACING_POSITIVE, LegUnknown(POSITIVE, "no answer"))


def of_pair(state: PairState, event: PairEvent) -> tuple[Pair, Change]:
    return a_pair_in(state), a_pair_change(event)


def of_leg(before: Pair, role: Role, event: LegEvent) -> tuple[Pair, Change]:
    return before, a_leg_change(role, event)


ANNOUNCED = [
    (of_pair(PairState.RECEIVED, PairEvent.STAKES_ROUNDED), []),
    (of_pair(PairState.RECEIVED, PairEvent.ARMED), []),
    (of_pair(PairState.RECEIVED, PairEvent.BLOCKED), ["arb_blocked"]),
    (of_pair(PairState.ARMED, PairEvent.BLOCKED), ["arb_blocked"]),
    (of_pair(PairState.RECEIVED, PairEvent.FAILED), ["arb_failed"]),
    (of_pair(PairState.ARMED, PairEvent.FAILED), ["arb_failed"]),
    (of_pair(PairState.PLACING_HEDGE, PairEvent.EMERGENCY_DECLARED), ["arb_emergency", "exposure_alert"]),
    (of_pair(PairState.HEDGED, PairEvent.EXPOSED), ["exposure_alert"]),
    (of_pair(PairState.SETTLING, PairEvent.JUDGED_AS_EXPECTED), ["pair_reconciled"]),
    (of_pair(PairState.SETTLING, PairEvent.JUDGED_AS_EXPOSED), ["exposure_alert"]),
    (of_pair(PairState.EMERGENCY, PairEvent.JUDGED_AS_EXPOSED), ["exposure_alert"]),
    (of_pair(PairState.EXPOSURE_EVENT, PairEvent.REVIEWED), []),
    (of_pair(PairState.HEDGED, PairEvent.TIMED), []),
    (of_leg(a_pair_in(PairState.ARMED), POSITIVE, LegEvent.SUBMITTED), []),
    (of_leg(PLACING_POSITIVE, POSITIVE, LegEvent.WAITING), []),
    (of_leg(PLACING_POSITIVE, POSITIVE, LegEvent.ACCEPTED), ["bet_executed"]),
    (of_leg(PLACING_POSITIVE, POSITIVE, LegEvent.REJECTED), ["bet_failed", "arb_failed"]),
    (of_leg(PLACING_POSITIVE, POSITIVE, LegEvent.UNKNOWN), ["placement_unknown"]),
    (of_leg(UNKNOWN, POSITIVE, LegEvent.NOT_FOUND), []),
    ((UNKNOWN, LegNotFound(POSITIVE, BEFORE_THE_CLICK, euros("1000.00"), proposes=True)), ["placement_unknown"]),
    (of_leg(a_pair_in(PairState.PLACING_HEDGE), HEDGE, LegEvent.ARMED), []),
    (of_leg(a_pair_in(PairState.PLACING_HEDGE), HEDGE, LegEvent.SUBMITTED), []),
    (of_leg(HEDGE_SUBMITTED, HEDGE, LegEvent.WAITING), []),
    (of_leg(HEDGE_SUBMITTED, HEDGE, LegEvent.ACCEPTED), ["bet_executed", "arb_success"]),
    (of_leg(HEDGE_SUBMITTED, HEDGE, LegEvent.REJECTED), ["bet_failed"]),
    (of_leg(HEDGE_SUBMITTED, HEDGE, LegEvent.UNKNOWN), ["placement_unknown"]),
    (of_leg(HEDGED, POSITIVE, LegEvent.RESTAKED), []),
    (of_leg(HEDGED, POSITIVE, LegEvent.SETTLED), []),
    (of_leg(HEDGED, HEDGE, LegEvent.TIMED_OUT), ["settlement_timeout"]),
    (of_leg(a_pair_in(PairState.RECONCILED), HEDGE, LegEvent.RESETTLED), ["bet_resettled"]),
]
CASES = [step for step, _ in ANNOUNCED]


def entailed(before: Pair, change: Change) -> Consequences:
    return consequences(apply(before, change), change)


def announced(before: Pair, change: Change, position: int = 0) -> dict[str, Any]:
    return entailed(before, change).announcements[position].data


@pytest.mark.parametrize(("step", "types"), ANNOUNCED)
def test_each_change_announces_its_events_and_no_others(step: tuple[Pair, Change], types: list[str]) -> None:
    assert [announcement.type.value for announcement in entailed(*step).announcements] == types


@pytest.mark.parametrize("state", PairState)
def test_a_pair_counts_in_the_histograms_when_it_is_hedged(state: PairState) -> None:
    counts = (("leg_gap_ms", "10"), ("job_to_click_ms", "200"))
    assert entailed(*of_pair(state, PairEvent.TIMED)).counted == (counts if state is PairState.HEDGED else ())


def test_the_table_above_has_every_kind_of_change() -> None:
    assert {change.event for _, change in CASES} == {*LegEvent, *PairEvent}


def _keys(data: Any) -> set[str]:
    if isinstance(data, list):
        return {key for item in data for key in _keys(item)}
    if not isinstance(data, dict):
        return set()
    # The keys below these are outcomes, written as everywhere else.
    by_outcome = {"holdingPnl", "outcomePnl", "pnl"}
    return {*data, *(key for field, value in data.items() if field not in by_outcome for key in _keys(value))}


def _values(data: Any) -> list[Any]:
    if isinstance(data, dict | list):
        parts = data.values() if isinstance(data, dict) else data
        return [value for part in parts for value in _values(part)]
    return [data]


@pytest.mark.parametrize("step", CASES)
def test_event_data_is_camel_case_json_without_a_float(step: tuple[Pair, Change]) -> None:
    for announcement in entailed(*step).announcements:
        assert json.loads(json.dumps(announcement.data, allow_nan=False)) == announcement.data
        assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]*)*", key) for key in _keys(announcement.data))
        assert {type(value) for value in _values(announcement.data)} <= {str, int, bool, type(None)}
        assert announcement.data.items() >= IDS.items()
        assert misfits(announcement.type, announcement.data) == []


def test_a_block_says_why_and_for_how_long() -> None:
    change = PairBlocked(Reason.COOLDOWN, "harbourline:harbour:ann", remaining_s=42)
    expected = {**IDS, "reason": "cooldown", "detail": "harbourline:harbour:ann", "remainingS": 42}
    assert announced(a_pair_in(PairState.RECEIVED), change) == expected
    assert announced(a_pair_in(PairState.RECEIVED), PairBlocked(Reason.REVIEW_PENDING))["remainingS"] is None


def test_a_failure_says_why() -> None:
    change = PairFailed(Reason.MINIMUM_ODDS, "limit 2.05, is 1.90")
    expected = {**IDS, "reason": "minimum_odds", "detail": "limit 2.05, is 1.90"}
    assert announced(a_pair_in(PairState.ARMED), change) == expected


def test_an_executed_bet_shows_ticket_and_accepted_terms() -> None:
    change = LegAccepted(POSITIVE, "HB10000007", euros("40.00"), Odds.parse("2.15"))
    data = announced(PLACING_POSITIVE, change)
    assert data == {**IDS, "leg": "positive", **leg_data(apply(PLACING_POSITIVE, change).positive)}
    assert (data["ticket"], data["stake"], data["odds"]) == ("HB10000007", "40.00 EUR", "2.15")


def test_success_shows_both_legs_and_what_is_guaranteed() -> None:
    hedged = apply(HEDGE_SUBMITTED, an_acceptance(HEDGE_SUBMITTED, HEDGE))
    data = announced(HEDGE_SUBMITTED, an_acceptance(HEDGE_SUBMITTED, HEDGE), 1)
    legs = {"positive": leg_data(hedged.positive), "hedge": leg_data(hedged.hedge)}
    pnl = {"won": "5.00 EUR", "lost": "5.00 EUR", "void": "0.00 EUR", "half_won": "2.50 EUR", "half_lost": "2.50 EUR"}
    assert data == {**IDS, **legs, "expectedPnl": "5.00 EUR", "outcomePnl": pnl}
    assert [legs[role]["ticket"] for role in ("positive", "hedge")] == list(TICKETS.values())


def test_a_rejected_positive_is_announced_as_failed_bet_and_failed_pair() -> None:
    change = LegRejected(POSITIVE, Reason.STAKE_ABOVE_MAXIMUM, "Maximum stake is €11.25", euros("11.25"))
    why = {"reason": "stake_above_maximum", "detail": "Maximum stake is €11.25", "limit": "11.25 EUR"}
    failed = leg_data(apply(PLACING_POSITIVE, change).positive)
    assert announced(PLACING_POSITIVE, change) == {**IDS, "leg": "positive", **failed, **why}
    assert announced(PLACING_POSITIVE, change, 1) == {**IDS, "leg": "positive", **why}


def test_an_unknown_placement_shows_what_was_seen_before_to_compare_with() -> None:
    data = announced(HEDGE_SUBMITTED, LegUnknown(HEDGE, "no answer within 30 s"))
    assert (data["leg"], data["status"], data["reason"]) == ("hedge", "unknown", "no answer within 30 s")
    assert data["baseline"].items() >= {"tickets": ["HB10000000"], "balance": "1000.00 EUR"}.items()


def test_a_timeout_and_a_second_result_name_the_ticket_and_the_status() -> None:
    timeout = announced(HEDGED, LegTimedOut(HEDGE))
    assert (timeout["leg"], timeout["ticket"], timeout["status"]) == ("hedge", TICKETS[HEDGE], "timeout")
    again = announced(a_pair_in(PairState.RECONCILED), a_leg_change(POSITIVE, LegEvent.RESETTLED))
    assert (again["ticket"], again["status"], again["payout"]) == (TICKETS[POSITIVE], "void", "100.00 EUR")


def test_a_reconciled_pair_shows_both_legs_and_both_amounts() -> None:
    settled = after(a_pair_in(PairState.SETTLING), LegSettled(HEDGE, Outcome.LOST, euros("0.00")))
    data = announced(settled, PairJudged(a_verdict(exposure=False)))
    legs = {"positive": leg_data(settled.positive), "hedge": leg_data(settled.hedge)}
    assert data == {**IDS, **legs, "expectedPnl": "5.00 EUR", "actualPnl": "5.00 EUR", "differences": []}
    assert (legs["positive"]["status"], legs["hedge"]["status"]) == ("won", "lost")


@pytest.mark.parametrize(
    ("before", "role", "account"),
    [(PLACING_POSITIVE, POSITIVE, POSITIVE_ACCOUNT), (HEDGE_SUBMITTED, HEDGE, HEDGE_ACCOUNT)],
)
def test_an_acceptance_cools_its_account_and_puts_its_ticket_under_watch(
    before: Pair, role: Role, account: object
) -> None:
    follow_up = entailed(before, an_acceptance(before, role))
    assert (follow_up.cooled, follow_up.accepted) == (account, role)


@pytest.mark.parametrize("waiting_first", [False, True])
def test_a_late_acceptance_entails_the_same_as_a_prompt_one(waiting_first: bool) -> None:
    delay = LegWaiting(HEDGE, None) if waiting_first else LegUnknown(HEDGE, "no answer")
    late, prompt = apply(HEDGE_SUBMITTED, delay), HEDGE_SUBMITTED
    assert entailed(late, an_acceptance(late, HEDGE)).accepted is HEDGE
    assert entailed(late, an_acceptance(late, HEDGE)).cooled == entailed(prompt, an_acceptance(prompt, HEDGE)).cooled


@pytest.mark.parametrize("step", [step for step in CASES if step[1].event is not LegEvent.ACCEPTED])
def test_nothing_but_an_acceptance_cools_an_account_or_starts_a_watch(step: tuple[Pair, Change]) -> None:
    assert (entailed(*step).cooled, entailed(*step).accepted) == (None, None)


@pytest.mark.parametrize("step", CASES)
def test_only_a_result_counts_as_settled(step: tuple[Pair, Change]) -> None:
    is_result = step[1].event in {LegEvent.SETTLED, LegEvent.RESETTLED}
    assert (entailed(*step).settled is not None) is is_result


@pytest.mark.parametrize("step", CASES)
def test_an_exposure_is_never_recorded_without_being_announced_nor_the_other_way_round(
    step: tuple[Pair, Change],
) -> None:
    alerted = any(announcement.type == "exposure_alert" for announcement in entailed(*step).announcements)
    assert (entailed(*step).exposure is not None) is alerted
    assert not alerted or apply(*step).needs_review


def test_consequences_of_changes_written_together_add_up() -> None:
    lost, judged = LegSettled(HEDGE, Outcome.LOST, None), PairJudged(a_verdict(exposure=True))
    settling = a_pair_in(PairState.SETTLING)
    first = entailed(settling, lost)
    second = entailed(apply(settling, lost), judged)
    together = first + second
    assert together.announcements == first.announcements + second.announcements
    assert (together.settled, together.exposure) == (HEDGE, second.exposure)
    assert (Consequences() + together) == (together + Consequences()) == together


def test_an_emergency_written_with_its_verdict_keeps_the_later_record() -> None:
    declared = EmergencyDeclared(Reason.DECLINED)
    before = after(a_pair_in(PairState.PLACING_HEDGE), LegSettled(POSITIVE, Outcome.LOST, None))
    emergency = apply(before, declared)
    judged = PairJudged(a_verdict(exposure=True))
    together = consequences(emergency, declared) + consequences(apply(emergency, judged), judged)
    types = [announcement.type.value for announcement in together.announcements]
    assert types == ["arb_emergency", "exposure_alert", "exposure_alert"]
    assert together.exposure is not None
    assert together.exposure["actual_pnl"] == "-205.00 EUR"
