"""The judge finds every kind of broken promise, each in a history that is right otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.changes import (
    EmergencyDeclared,
    LegAccepted,
    LegRejected,
    LegSubmitted,
    LegUnknown,
    PairArmed,
)
from bot.domain.outcome import Outcome
from bot.domain.pair import Pair, PairState, Role
from bot.domain.reasons import Reason
from bot.practice.sites.records import Bet, BetResult, BetStatus, JournalRow, MarketKind
from tests.builders import TICKETS, a_baseline, a_pair, a_pair_in, after, an_acceptance, euros, with_results
from tests.chaos.judge import Evidence, LegTruth, Wrong, judge
from tests.chaos.plan import plans
from tests.chaos.report import Outcome as Played
from tests.chaos.report import as_json

_STAKES = {Role.POSITIVE: ("100.00", "2.10"), Role.HEDGE: ("105.00", "2.00")}
_MOMENTS = {Role.POSITIVE: "2030-01-31T18:00:01", Role.HEDGE: "2030-01-31T18:00:02"}
_STEPS = (
    "received",
    "pair_armed",
    "positive:submitted",
    "positive:accepted",
    "hedge:submitted",
    "hedge:accepted",
    "positive:settled",
    "hedge:settled",
)


def a_bet(role: Role, result: BetResult | None = None, **changes: Any) -> Bet:
    stake, odds = _STAKES[role]
    ordinary = Bet(
        ticket=TICKETS[role],
        account="ann",
        whitelabel="harbourline",
        currency="EUR",
        selection="ev-1-total_goals-over",
        event_id="ev-1",
        event="Reds v Blues",
        market=MarketKind.TOTAL_GOALS,
        outcome="over",
        line=Decimal("2.5"),
        score=None,
        odds=Decimal(odds),
        stake=Decimal(stake),
        potential_return=Decimal("210.00"),
        requested_odds=Decimal(odds),
        requested_stake=Decimal(stake),
        status=BetStatus.SETTLED if result else BetStatus.OPEN,
        verdict=None,
        outcome_result=result,
        payout=None,
        reject_reason=None,
        placed_at=_MOMENTS[role] + ".500",
        settled_at=None,
    )
    return replace(ordinary, **changes)


def a_request(role: Role, number: int = 1, result: str = "recorded", ticket: str | None = None) -> JournalRow:
    return JournalRow(
        id=number,
        received_at=f"{_MOMENTS[role]}.{400 + number}",
        answered_at=None,
        account="ann",
        asked={},
        result=result,
        ticket=ticket or (TICKETS[role] if result == "recorded" else None),
    )


def a_truth(role: Role, result: BetResult | None = None) -> LegTruth:
    return LegTruth((a_bet(role, result),), (a_request(role),))


def an_event(kind: str, **data: Any) -> Mapping[str, Any]:
    return {"type": kind, "data": data}


def announced(*kinds: str) -> list[Mapping[str, Any]]:
    return [*(an_event("bet_executed", ticket=TICKETS[role]) for role in Role), *map(an_event, kinds)]


def a_history(**changes: Any) -> Evidence:
    """Build the history of a pair that was placed, won and lost, reconciled and announced."""
    truth = {Role.POSITIVE: a_truth(Role.POSITIVE, BetResult.WON), Role.HEDGE: a_truth(Role.HEDGE, BetResult.LOST)}
    right = Evidence(_reconciled(), truth, _STEPS, announced("pair_reconciled"))
    return replace(right, **changes)


def with_truth(evidence: Evidence, role: Role, truth: LegTruth) -> Evidence:
    return replace(evidence, truth={**evidence.truth, role: truth})


def wrongs(evidence: Evidence) -> list[Wrong]:
    return [finding.wrong for finding in judge(evidence)]


def _reconciled() -> Pair:
    settled = with_results(a_pair_in(PairState.HEDGED), Outcome.WON, Outcome.LOST)
    return settled.model_copy(update={"state": PairState.RECONCILED})


def _unknown(role: Role) -> Pair:
    pair = after(a_pair(), PairArmed(a_baseline(), a_baseline()), LegSubmitted(Role.POSITIVE))
    if role is Role.HEDGE:
        pair = after(pair, an_acceptance(pair, Role.POSITIVE), LegSubmitted(Role.HEDGE))
    return after(pair, LegUnknown(role, "no answer"))


def test_a_history_as_promised_has_no_findings() -> None:
    assert judge(a_history()) == []


def test_a_pair_that_never_clicked_has_no_findings() -> None:
    pair = a_pair_in(PairState.FAILED)
    nothing = {role: LegTruth() for role in Role}
    assert judge(Evidence(pair, nothing, ("received", "failed"), [an_event("arb_failed")])) == []


@pytest.mark.parametrize("role", Role)
def test_a_second_bet_is_doubled(role: Role) -> None:
    first = a_truth(role, BetResult.WON if role is Role.POSITIVE else BetResult.LOST)
    second = replace(first.bets[0], ticket="HB99999999")
    twice = LegTruth((*first.bets, second), (*first.requests, a_request(role, 2, ticket="HB99999999")))
    assert Wrong.DOUBLED in wrongs(with_truth(a_history(), role, twice))


@pytest.mark.parametrize("result", ["silent", "error_500", "recorded"])
def test_a_second_click_is_doubled_although_the_bookmaker_took_one_bet(result: str) -> None:
    truth = a_truth(Role.POSITIVE, BetResult.WON)
    first = a_request(Role.POSITIVE, 1, result)
    clicks = (first, a_request(Role.POSITIVE, 2, "suspended"))
    assert Wrong.DOUBLED in wrongs(with_truth(a_history(), Role.POSITIVE, replace(truth, requests=clicks)))


def test_a_click_after_a_refusal_is_a_new_attempt() -> None:
    truth = a_truth(Role.HEDGE, BetResult.LOST)
    clicks = (a_request(Role.HEDGE, 1, "odds_changed"), a_request(Role.HEDGE, 2))
    assert judge(with_truth(a_history(), Role.HEDGE, replace(truth, requests=clicks))) == []


def test_a_click_after_a_bet_that_was_turned_down_is_a_new_attempt() -> None:
    refused = a_bet(Role.HEDGE, status=BetStatus.REJECTED, ticket="111")
    truth = a_truth(Role.HEDGE, BetResult.LOST)
    clicks = (a_request(Role.HEDGE, 1, ticket="111"), a_request(Role.HEDGE, 2))
    assert judge(with_truth(a_history(), Role.HEDGE, LegTruth((refused, *truth.bets), clicks))) == []


def test_a_click_after_a_human_wrote_the_first_off_is_a_new_attempt() -> None:
    truth = a_truth(Role.HEDGE, BetResult.LOST)
    clicks = (a_request(Role.HEDGE, 1, "silent"), a_request(Role.HEDGE, 2))
    again = with_truth(a_history(), Role.HEDGE, replace(truth, requests=clicks))
    assert wrongs(again) == [Wrong.DOUBLED]
    written_off = replace(truth, requests=clicks, written_off=frozenset({1}))
    assert judge(with_truth(a_history(), Role.HEDGE, written_off)) == []


def test_a_hedge_without_a_positive_is_found() -> None:
    assert Wrong.HEDGE_WITHOUT_POSITIVE in wrongs(with_truth(a_history(), Role.POSITIVE, LegTruth()))


def test_a_hedge_beside_a_positive_that_was_turned_down_is_found() -> None:
    refused = LegTruth((a_bet(Role.POSITIVE, status=BetStatus.REJECTED),), (a_request(Role.POSITIVE),))
    assert Wrong.HEDGE_WITHOUT_POSITIVE in wrongs(with_truth(a_history(), Role.POSITIVE, refused))


def test_a_hedge_that_came_before_its_positive_is_found() -> None:
    late = LegTruth((a_bet(Role.POSITIVE, BetResult.WON, placed_at="2030-01-31T18:00:09"),), ())
    assert Wrong.HEDGE_WITHOUT_POSITIVE in wrongs(with_truth(a_history(), Role.POSITIVE, late))


@pytest.mark.parametrize(
    "steps",
    [
        ("positive:submitted", "hedge:submitted", "positive:accepted", "hedge:accepted"),
        ("positive:submitted", "positive:unknown", "hedge:submitted"),
    ],
)
def test_a_hedge_before_the_positive_was_known_to_be_accepted_is_found(steps: Sequence[str]) -> None:
    assert Wrong.HEDGE_WITHOUT_POSITIVE in wrongs(a_history(steps=steps))


@pytest.mark.parametrize("state", [PairState.HEDGED, PairState.SETTLING])
def test_a_settled_bet_that_is_not_booked_is_unwatched(state: PairState) -> None:
    assert Wrong.UNWATCHED in wrongs(a_history(pair=a_pair_in(state)))


def test_a_bet_that_stays_unknown_although_the_history_shows_it_is_unwatched() -> None:
    assert Wrong.UNWATCHED in wrongs(a_history(pair=_unknown(Role.HEDGE)))


def test_a_bet_of_a_pair_that_is_not_on_record_is_unwatched() -> None:
    assert Wrong.UNWATCHED in wrongs(a_history(pair=None))


def test_a_bet_that_the_record_says_was_refused_is_resolved_wrongly() -> None:
    refused = after(
        a_pair(),
        PairArmed(a_baseline(), a_baseline()),
        LegSubmitted(Role.POSITIVE),
        LegRejected(Role.POSITIVE, Reason.DECLINED),
    )
    assert Wrong.RESOLVED_WRONGLY in wrongs(a_history(pair=refused))


def test_an_acceptance_of_a_bet_that_does_not_exist_is_resolved_wrongly() -> None:
    assert Wrong.RESOLVED_WRONGLY in wrongs(with_truth(a_history(), Role.POSITIVE, LegTruth()))


def test_an_acceptance_under_the_ticket_of_another_bet_is_resolved_wrongly() -> None:
    other = LegTruth((a_bet(Role.POSITIVE, BetResult.WON, ticket="HB77777777"),), ())
    assert Wrong.RESOLVED_WRONGLY in wrongs(with_truth(a_history(), Role.POSITIVE, other))


@pytest.mark.parametrize("change", [{"stake": Decimal("40.00")}, {"odds": Decimal("2.05")}])
def test_an_acceptance_on_other_terms_is_resolved_wrongly(change: Mapping[str, Any]) -> None:
    differs = LegTruth((a_bet(Role.POSITIVE, BetResult.WON, **change),), (a_request(Role.POSITIVE),))
    assert wrongs(with_truth(a_history(), Role.POSITIVE, differs)) == [Wrong.RESOLVED_WRONGLY]


def test_another_result_than_the_bookmakers_is_resolved_wrongly() -> None:
    void = a_truth(Role.POSITIVE, BetResult.VOID)
    assert Wrong.RESOLVED_WRONGLY in wrongs(with_truth(a_history(), Role.POSITIVE, void))


def test_a_half_result_taken_for_a_whole_one_is_resolved_wrongly() -> None:
    half = a_truth(Role.HEDGE, BetResult.HALF_LOST)
    assert Wrong.RESOLVED_WRONGLY in wrongs(with_truth(a_history(), Role.HEDGE, half))


def test_an_accepted_bet_without_an_event_is_unannounced() -> None:
    assert wrongs(a_history(events=[an_event("pair_reconciled")])) == [Wrong.UNANNOUNCED] * 2


def test_an_unknown_bet_without_an_event_is_unannounced() -> None:
    steps = (*_STEPS[:3], "positive:unknown", *_STEPS[3:])
    assert wrongs(a_history(steps=steps)) == [Wrong.UNANNOUNCED]
    of_the_other_leg = [*announced("pair_reconciled"), an_event("placement_unknown", leg="hedge")]
    assert wrongs(a_history(steps=steps, events=of_the_other_leg)) == [Wrong.UNANNOUNCED]
    of_this_leg = [*announced("pair_reconciled"), an_event("placement_unknown", leg="positive")]
    assert judge(a_history(steps=steps, events=of_this_leg)) == []


def test_a_verdict_without_an_event_is_unannounced() -> None:
    assert wrongs(a_history(events=announced())) == [Wrong.UNANNOUNCED]


def test_two_lost_bets_without_an_alert_are_unannounced() -> None:
    lost = a_truth(Role.POSITIVE, BetResult.LOST)
    settled = with_results(a_pair_in(PairState.HEDGED), Outcome.LOST, Outcome.LOST)
    exposed = settled.model_copy(update={"state": PairState.EXPOSURE_EVENT})
    evidence = with_truth(a_history(pair=exposed, events=announced()), Role.POSITIVE, lost)
    assert set(wrongs(evidence)) == {Wrong.UNANNOUNCED}
    assert judge(replace(evidence, events=announced("exposure_alert"))) == []


def test_a_positive_that_stands_alone_must_be_announced() -> None:
    alone = {Role.POSITIVE: a_truth(Role.POSITIVE), Role.HEDGE: LegTruth()}
    pair = after(a_pair_in(PairState.PLACING_HEDGE), EmergencyDeclared(Reason.DECLINED))
    executed = an_event("bet_executed", ticket=TICKETS[Role.POSITIVE])
    evidence = Evidence(pair, alone, _STEPS[:4], [executed])
    assert set(wrongs(evidence)) == {Wrong.UNANNOUNCED}
    everything = [executed, an_event("arb_emergency"), an_event("exposure_alert")]
    assert judge(replace(evidence, events=everything)) == []


def test_a_positive_left_alone_and_open_for_ever_must_be_announced() -> None:
    alone = {Role.POSITIVE: a_truth(Role.POSITIVE), Role.HEDGE: LegTruth()}
    pair = a_pair_in(PairState.PLACING_HEDGE)
    executed = an_event("bet_executed", ticket=TICKETS[Role.POSITIVE])
    assert wrongs(Evidence(pair, alone, _STEPS[:4], [executed])) == [Wrong.UNANNOUNCED]


def test_a_bet_while_its_account_cooled_down_is_found_and_counted_in_the_report() -> None:
    found = judge(a_history(cooldown_violations={"harbourline:harbour:ann": 2}))
    assert [finding.wrong for finding in found] == [Wrong.COOLDOWN_VIOLATED]
    plan = next(plans(1, seed=7))
    played = Played(plan, "reconciled", struck=False, seconds=1, findings=tuple(found), notes=())
    figures = json.loads(as_json([played], 7))
    assert figures["chaos"]["cooldown_violated"] == 1


def test_an_unknown_bet_that_the_bookmaker_does_not_have_is_right_when_it_was_announced() -> None:
    nothing = {role: LegTruth() for role in Role}
    unknown = an_event("placement_unknown", leg="positive")
    assert judge(Evidence(_unknown(Role.POSITIVE), nothing, (*_STEPS[:3], "positive:unknown"), [unknown])) == []


def test_a_partial_acceptance_on_record_as_it_was_is_right() -> None:
    accepted = LegAccepted(Role.POSITIVE, TICKETS[Role.POSITIVE], euros("40.00"), a_pair().positive.bet.odds)
    pair = after(a_pair(), PairArmed(a_baseline(), a_baseline()), LegSubmitted(Role.POSITIVE), accepted)
    part = LegTruth((a_bet(Role.POSITIVE, stake=Decimal("40.00")),), (a_request(Role.POSITIVE),))
    told_of = [an_event("bet_executed", ticket=TICKETS[Role.POSITIVE]), an_event("arb_emergency")]
    assert judge(Evidence(pair, {Role.POSITIVE: part, Role.HEDGE: LegTruth()}, _STEPS[:4], told_of)) == []
