"""The story of a pair for people: each change in words, who acted, and how an unknown bet was resolved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.cli.render import audit
from bot.cli.render.audit import sentences
from bot.domain.audit import AuditEntry
from bot.domain.changes import (
    Change,
    EmergencyDeclared,
    LegAccepted,
    LegArmed,
    LegEvent,
    LegNotFound,
    LegRejected,
    LegResettled,
    LegRestaked,
    LegSettled,
    LegUnknown,
    LegWaiting,
    PairBlocked,
    PairEvent,
    PairExposed,
    PairFailed,
    PairJudged,
    PairTimed,
)
from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import Role, Timeline, Verdict
from bot.domain.reasons import Reason
from bot.engine.pair_book import _audit_line
from tests.builders import a_baseline, a_timeline

NOW = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
STAKE = Money(Decimal("10.00"), "EUR")
ACCEPTED = LegAccepted(Role.POSITIVE, "HB1", STAKE, Odds.parse("2.10"))
UNKNOWN = LegUnknown(Role.POSITIVE, "no answer within 15 s")
SUBMITTED = ("positive:submitted", {"attempt": 1, "asked": {"stake": "10.00 EUR", "min_odds": "2.05"}})


def entry(what: str, facts: Mapping[str, Any], worker: str = "night-1") -> AuditEntry:
    return AuditEntry("1-0", NOW, "pair-1", worker, "op", what, "placing_positive", facts)


def of(*changes: Change, worker: str = "night-1") -> AuditEntry:
    """Return the audit entry of changes, as the engine writes it."""
    note = _audit_line(changes)
    return entry(note.what, note.facts, worker)


def words(*entries: AuditEntry) -> list[str]:
    return [f"{line.leg}: {line.words}" if line.leg else line.words for line in sentences(entries)]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (UNKNOWN, "positive: UNKNOWN whether it was taken: no answer within 15 s; only evidence will tell"),
        (
            LegAccepted(Role.HEDGE, "T2", STAKE, Odds.parse("1.95"), referred=STAKE),
            (
                "hedge: accepted: ticket T2, 10.00 EUR at 1.95; "
                "a trader decides about 10.00 EUR more, as the bet history shows"
            ),
        ),
        (LegRestaked(Role.HEDGE, STAKE), "hedge: the ticket now shows a stake of 10.00 EUR"),
        (PairExposed(Reason.STAKE_CHANGED_HEDGE), "EXPOSURE, while bets still run: stake_changed_hedge"),
        (LegSettled(Role.HEDGE, Outcome.HALF_WON, STAKE), "hedge: settled half won, paid 10.00 EUR"),
        (LegSettled(Role.HEDGE, Outcome.LOST, None), "hedge: settled lost, paid not shown"),
        (
            LegResettled(Role.HEDGE, Outcome.VOID, STAKE, Outcome.LOST),
            "hedge: settled void, paid 10.00 EUR, after it had been lost",
        ),
        (
            LegNotFound(Role.HEDGE, NOW, STAKE, proposes=False),
            "hedge: a complete history does not show it, balance 10.00 EUR",
        ),
        (
            LegNotFound(Role.HEDGE, NOW, None, proposes=True),
            "hedge: a complete history does not show it, balance not read; a human is asked whether it was placed",
        ),
        (PairBlocked(Reason.COOLDOWN, "ann cools down", 12), "blocked before any click: cooldown (ann cools down)"),
        (PairFailed(Reason.DECLINED), "came to nothing, no bet of it stands: declined"),
        (
            PairTimed(a_timeline(accepted_hedge=None)),
            (
                "since the job was picked up: positive armed after 110.0 ms, hedge armed after 150.0 ms, "
                "positive clicked after 161.5 ms, positive accepted after 180.0 ms, hedge clicked after 188.0 ms; "
                "8.0 ms between the legs"
            ),
        ),
        (PairTimed(Timeline(armed_hedge=90.0)), "since the job was picked up: hedge armed after 90.0 ms"),
        (EmergencyDeclared(Reason.ODDS_CHANGED), "EMERGENCY, the hedge will not be placed: odds_changed"),
        (
            EmergencyDeclared(Reason.MAX_LOSS, "limit 0.00 EUR, is -7.00 EUR", STAKE, None),
            (
                "EMERGENCY, the hedge will not be placed: max_loss (limit 0.00 EUR, is -7.00 EUR); "
                "the positive bet can be cashed out for 10.00 EUR"
            ),
        ),
        (
            LegRejected(Role.HEDGE, Reason.STAKE_ABOVE_MAXIMUM, "", STAKE),
            "hedge: not taken: stake_above_maximum; the bookmaker would take 10.00 EUR, as the bet history shows",
        ),
        (
            LegArmed(Role.HEDGE, a_baseline(), STAKE),
            (
                "hedge: slip ready again; the account before the click: 1 bet, balance 1000.00 EUR; "
                "10.00 EUR would hedge in full"
            ),
        ),
    ],
)
def test_a_change_is_described_in_words(change: Change, sentence: str) -> None:
    assert words(of(change)) == [sentence]


def test_every_event_has_a_sentence() -> None:
    assert {*LegEvent, *PairEvent} <= set(audit._SENTENCES)


def test_changes_at_the_same_time_are_described_in_order() -> None:
    verdict = Verdict(
        exposure=True,
        reason="both_lost_unexpected",
        expected_pnl=STAKE,
        actual_pnl=Money(Decimal("-21.00"), "EUR"),
        expected_outcome="won/lost",
        actual_outcome="lost/lost",
    )
    assert words(of(LegSettled(Role.HEDGE, Outcome.LOST, None), PairJudged(verdict))) == [
        "hedge: settled lost, paid not shown",
        "EXPOSURE both_lost_unexpected: lost/lost, -21.00 EUR where 10.00 EUR was expected",
    ]


def test_the_answer_to_the_click_needs_no_source() -> None:
    assert words(entry(*SUBMITTED), of(ACCEPTED))[1] == "positive: accepted: ticket HB1, 10.00 EUR at 2.10"


@pytest.mark.parametrize("doubt", [UNKNOWN, LegWaiting(Role.POSITIVE, None)])
def test_proof_from_the_history_is_named_as_such(doubt: Change) -> None:
    assert words(entry(*SUBMITTED), of(doubt), of(ACCEPTED))[2].endswith(", as the bet history shows")


def test_what_a_human_found_out_is_named_as_such() -> None:
    decision = entry("positive:resolved_by_human", {"reason": "I phoned them"})
    not_placed = LegRejected(Role.POSITIVE, Reason.NOT_PLACED, "I phoned them")
    assert words(entry(*SUBMITTED), of(UNKNOWN), decision, of(not_placed))[2:] == [
        "positive: a human decides: I phoned them",
        "positive: not taken: not_placed (I phoned them), as a human found out",
    ]


def test_a_page_kept_between_click_and_answer_does_not_hide_the_click() -> None:
    kept = entry("positive:evidence", {"label": "slip", "where": "/data/evidence/1-positive-slip.html"})
    assert words(entry(*SUBMITTED), kept, of(ACCEPTED))[1:] == [
        "positive: page kept: 1-positive-slip.html",
        "positive: accepted: ticket HB1, 10.00 EUR at 2.10",
    ]


def test_a_line_tells_when_another_worker_goes_on() -> None:
    assert words(entry(*SUBMITTED), of(UNKNOWN, worker="night-2"))[1] == "from here on it is night-2 that acts"
