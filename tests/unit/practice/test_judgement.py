from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest

from bot.cli.render.demo_report import as_json
from bot.domain.changes import (
    Change,
    LegAccepted,
    LegSettled,
    LegSubmitted,
    PairArmed,
    PairBlocked,
    PairJudged,
)
from bot.domain.job import read_job
from bot.domain.lifecycle import apply
from bot.domain.money import Money
from bot.domain.outcome import Outcome
from bot.domain.pair import Baseline, Pair, Role
from bot.domain.reasons import Reason
from bot.domain.reconciliation import reconcile
from bot.practice.demo.judgement import BookmakerBet, Judgement, judge, read_bets
from bot.practice.demo.scenario import SIDES, STORIES
from bot.practice.demo.story import Story

PROFIT = next(story for story in STORIES if story.pair == "1-profit")
COOLDOWN = next(story for story in STORIES if story.pair == "4-cooldown")
TICKETS = {Role.POSITIVE: "HB10000001", Role.HEDGE: "2000000001"}
PAID = {Role.POSITIVE: "105.00", Role.HEDGE: "0.00"}


def received(story: Story) -> Pair:
    return read_job(story.job(), {side.account: "EUR" for side in SIDES})


def accepted(pair: Pair, role: Role) -> Change:
    bet = pair.leg(role).bet
    return LegAccepted(role, TICKETS[role], bet.stake, bet.odds)


def ended(story: Story) -> Pair:
    pair = received(story)
    nothing = Baseline(taken_at=datetime(2030, 1, 31, tzinfo=UTC), tickets=(), balance=None)
    steps: list[Change] = [PairArmed(nothing, nothing)]
    for role in Role:
        steps += [LegSubmitted(role), accepted(pair, role)]
    for role, outcome in ((Role.POSITIVE, Outcome.WON), (Role.HEDGE, Outcome.LOST)):
        steps.append(LegSettled(role, outcome, Money(Decimal(PAID[role]), "EUR")))
    settled = reduce(apply, steps, pair)
    return apply(settled, PairJudged(reconcile(settled, Decimal("0.05"))))


def row(role: Role, **changes: Any) -> dict[str, Any]:
    """Return one bet as a bookmaker's control API lists it."""
    side = PROFIT.side(role)
    return {
        "event_id": PROFIT.event_id(role),
        "account": side.username,
        "ticket": TICKETS[role],
        "stake": side.stake,
        "odds": side.market.odds[side.outcome],
        "status": "settled",
        "payout": PAID[role],
    } | changes


def ledgers(**changes: Any) -> list[BookmakerBet]:
    """Return both ledgers as expected, with changes to the positive leg's bet."""
    return [*read_bets("harbour", [row(Role.POSITIVE, **changes)]), *read_bets("lotus", [row(Role.HEDGE)])]


def judged(bets: list[BookmakerBet], pair: Pair | None = None) -> Judgement:
    return judge([PROFIT], {PROFIT.pair: pair or ended(PROFIT)}, bets)


def test_ledgers_that_say_the_same_match() -> None:
    judgement = judged(ledgers())
    assert judgement.truth_matches
    assert judgement.as_expected
    assert [str(pair.actual_pnl) for pair in judgement.pairs] == ["2.00 EUR"]


@pytest.mark.parametrize(
    ("bets", "difference"),
    [
        (ledgers(ticket="HB10000009"), "has taken a positive bet HB10000009 that is not on record"),
        (ledgers(stake="49.00"), "HB10000001 is 49.00 at 2.10"),
        (ledgers(odds="2.12"), "HB10000001 is 50.00 at 2.12"),
        (ledgers(account="ben"), "HB10000001 is a bet of ben"),
        (ledgers(payout="105.01"), "the bookmakers paid +2.01, on record 2.00 EUR"),
        (ledgers(status="open", payout=None), "HB10000001 is still open at the bookmaker"),
        (ledgers(status="rejected"), "HB10000001 on record is not in the bookmaker's ledger"),
        ([*ledgers(), *read_bets("harbour", [row(Role.POSITIVE, ticket="HB2")])], "HB2 that is not on record"),
        (ledgers()[:1], "2000000001 on record is not in the bookmaker's ledger"),
    ],
    ids=["ticket", "stake", "odds", "account", "payout", "open", "refused", "doubled", "missing"],
)
def test_any_difference_from_the_ledgers_is_found(bets: list[BookmakerBet], difference: str) -> None:
    judgement = judged(bets)
    assert not judgement.truth_matches
    assert any(difference in found for found in judgement.pairs[0].differences), judgement.pairs[0].differences


def test_a_bet_without_an_owner_is_a_difference() -> None:
    stray = replace(ledgers()[0], event_id="elsewhere", ticket="HB3")
    assert judged([*ledgers(), stray]).strays == ("harbour has a bet HB3 of nobody",)


def test_a_pair_without_bets_has_neither_lost_nor_gained() -> None:
    blocked = apply(received(COOLDOWN), PairBlocked(Reason.COOLDOWN))
    judgement = judge([COOLDOWN], {COOLDOWN.pair: blocked}, [])
    assert judgement.truth_matches
    assert judgement.as_expected
    assert str(judgement.pairs[0].actual_pnl) == "0 EUR"


def test_a_pair_that_does_not_end_as_described_is_found() -> None:
    failed = apply(received(PROFIT), PairBlocked(Reason.HALTED))
    judgement = judged([], failed)
    assert judgement.truth_matches
    assert judgement.pairs[0].surprises == ("is blocked, should be reconciled", "reason is halted, should be None")


def test_a_pair_that_never_arrived_is_found_and_so_are_its_bets() -> None:
    judgement = judge([PROFIT], {}, ledgers())
    assert not judgement.as_expected
    assert len(judgement.pairs[0].differences) == 2


def test_the_result_for_a_program_has_the_agreed_form() -> None:
    assert as_json(judged(ledgers()), 41.27) == {
        "demo": {
            "pairs": [
                {
                    "pair": "1-profit",
                    "verdict": "reconciled",
                    "reason": None,
                    "expected_pnl": 2.0,
                    "actual_pnl": 2.0,
                    "positive_ticket": "HB10000001",
                    "hedge_ticket": "2000000001",
                }
            ],
            "truth": "match",
            "seconds": 41.3,
        }
    }


def test_the_result_for_a_program_says_when_the_truth_differs() -> None:
    assert as_json(judged(ledgers(payout="0.00")), 1)["demo"]["truth"] == "differs"
