"""The harness can fail: without one protection, the same histories show the harm that it prevents."""

from __future__ import annotations

from itertools import chain

import pytest

from bot.engine import proving
from tests.chaos.interleavings.conftest import Report
from tests.chaos.interleavings.histories import ORDINARY, History, Tally, drawn_faults, judged, tallied, walks
from tests.chaos.interleavings.variants import (
    WITHOUT_COOLDOWN,
    WITHOUT_FENCE,
    WITHOUT_FREEING,
    WITHOUT_INTENT,
    WITHOUT_NAKED_ALERT,
    WITHOUT_RECOVERY,
    WITHOUT_TAKEOVER,
    absence_as_proof,
)
from tests.chaos.interleavings.world import Parts, Scenario

pytestmark = pytest.mark.timeout(0)
_SEED, _DRAWN = 1, 75


def judged_without(parts: Parts, *harms: str) -> Tally:
    """Play histories until every harm was done; one that is not done in all of them is missing from the tally."""
    assert not tallied([History(Scenario())], parts).found, "it must take a fault to show the harm"
    tally = Tally()
    for history in chain(drawn_faults(_SEED, _DRAWN), walks(_SEED, _DRAWN)):
        tally.add(history, judged(history, parts))
        if all(tally.found[harm] for harm in harms):
            break
    return tally


def test_without_the_intent_bets_are_doubled(report: Report) -> None:
    tally = judged_without(WITHOUT_INTENT, "doubled", "resolved_wrongly")
    report("without the intent", tally)
    assert tally.found["doubled"] > 0
    assert tally.found["resolved_wrongly"] > 0


def test_without_lease_and_fence_two_workers_act_on_one_account(report: Report) -> None:
    tally = judged_without(WITHOUT_FENCE, "clicked_without_lease")
    report("without lease and fence", tally)
    assert tally.found["clicked_without_lease"] > 0


def test_without_the_takeover_a_positive_bet_stands_alone_until_the_lock_lapses(report: Report) -> None:
    tally = judged_without(WITHOUT_TAKEOVER, "unannounced")
    report("without the takeover", tally)
    assert tally.found["unannounced"] > 0


def test_without_the_naked_alert_a_positive_bet_stands_alone_untold(report: Report) -> None:
    tally = judged_without(WITHOUT_NAKED_ALERT, "unannounced")
    report("without the naked alert", tally)
    assert tally.found["unannounced"] > 0


def test_without_the_gate_accounts_are_bet_on_while_they_cool_down(report: Report) -> None:
    tally = tallied([History(Scenario())], WITHOUT_COOLDOWN)
    report("without the cooldown", tally)
    assert set(tally.found) == {"cooldown_violated"}


def test_without_freeing_the_stakes_of_a_pair_that_failed_count_for_ever(report: Report) -> None:
    tally = tallied(drawn_faults(_SEED, 20), WITHOUT_FREEING)
    report("without freeing", tally)
    assert set(tally.found) == {"miscounted"}


def test_without_the_recovery_gate_bets_are_forgotten(report: Report) -> None:
    tally = judged_without(WITHOUT_RECOVERY, "unwatched", "unannounced")
    report("without the recovery gate", tally)
    assert tally.found["unwatched"] > 0
    assert tally.found["unannounced"] > 0


def test_with_absence_taken_for_proof_bets_are_doubled_and_resolved_wrongly(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "absence", absence_as_proof)
    tally = judged_without(ORDINARY, "doubled", "resolved_wrongly")
    report("with absence taken for proof", tally)
    assert tally.found["doubled"] > 0
    assert tally.found["resolved_wrongly"] > 0
