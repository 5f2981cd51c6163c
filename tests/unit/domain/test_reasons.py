"""The reasons themselves: a sentence for each, no code that is missing, and the predicates that decide."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from itertools import product

import pytest

from bot.domain.breaker import BreakerCause
from bot.domain.halt import HaltCause
from bot.domain.outcome import Outcome
from bot.domain.pair import Pair, PairState, Role
from bot.domain.placement import SessionState
from bot.domain.reasons import (
    FAMILIES,
    Family,
    Reason,
    Where,
    known,
    page_unusable,
    partial_settlement,
    resettled,
    settlement_timeout,
)
from bot.domain.reconciliation import reconcile, reconcile_again
from bot.errors import CannotArm
from tests.builders import a_pair_in, with_results

MAKERS = {
    "partial_settlement_{positive}_{hedge}": partial_settlement,
    "settlement_timeout_{positive}_{hedge}": settlement_timeout,
    "resettled_{old}_{new}": resettled,
}
RESULTS = [outcome for outcome in Outcome if outcome is not Outcome.TIMEOUT]


def which(where: Where) -> set[str]:
    return {reason.value for reason in Reason if where in reason.where}


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_has_a_code_a_sentence_and_a_place(reason: Reason) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", reason.value)
    assert re.fullmatch(r"[A-Z].*[^.]\.", reason.sentence)
    assert reason.where


def test_a_reason_is_its_code_wherever_it_is_written() -> None:
    assert (str(Reason.COOLDOWN), f"{Reason.COOLDOWN}", json.dumps({"reason": Reason.COOLDOWN})) == (
        "cooldown",
        "cooldown",
        '{"reason": "cooldown"}',
    )
    assert {"cooldown": 1}[Reason.COOLDOWN] == 1


def test_every_verdict_has_a_reason_and_every_reason_of_two_results_a_verdict() -> None:
    hedged = a_pair_in(PairState.HEDGED)
    settled = [with_results(hedged, *both) for both in product(Outcome, repeat=2)]
    verdicts = {verdict.reason for pair in settled if (verdict := reconcile(pair, Decimal(0))).exposure}
    again = {reconcile_again(settled[0], old, new, Decimal(0)).reason for old, new in product(RESULTS, repeat=2)}
    assert all(isinstance(reason, Reason) for reason in verdicts | again)
    in_families = {code for family in FAMILIES for code in family.codes}
    of_two_results = {each for each in verdicts | again if str(each).startswith(("partial", "settlement", "resettled"))}
    assert of_two_results == in_families


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.pattern)
def test_a_reason_of_two_results_is_made_from_them_and_from_no_others(family: Family) -> None:
    make = MAKERS[family.pattern]
    assert {make(*results) for results in family.results} == {*family.codes}
    with pytest.raises(ValueError, match="never_heard_of"):
        make("never_heard_of", "won")


def test_halts_breakers_and_sessions_are_in_the_table() -> None:
    assert which(Where.HALT) == {*HaltCause}
    assert which(Where.BREAKER) == {*BreakerCause}
    assert which(Where.SESSION) > {*SessionState} - {SessionState.LOGGED_IN}


@pytest.mark.parametrize("role", Role)
def test_an_unusable_page_is_that_of_a_leg(role: Role) -> None:
    assert page_unusable(role).value == f"{role.value}_page_unusable"


def test_the_predicates_hold_for_these_reasons_only() -> None:
    assert {reason for reason in Reason if reason.is_final} == {
        "account_restricted",
        "click_not_allowed",
        "insufficient_funds",
    }
    assert {reason for reason in Reason if reason.forbids_hedge} == {"halted"}
    assert {reason for reason in Reason if reason.price_is_gone} == {"line_as_asked", "max_loss", "minimum_odds"}
    assert {reason for reason in Reason if reason.is_not_for_sale} == {
        "closed",
        "event_not_found",
        "line_as_asked",
        "line_changed",
        "line_not_found",
        "market_not_found",
        "score_changed",
        "selection_not_found",
        "selection_suspended",
        "suspended",
    }


@pytest.mark.parametrize("code", ["cooldown", "resettled_won_won", "a_code_of_another_release", None])
def test_a_pair_on_record_loads_whatever_its_reason_and_is_written_as_it_was(code: str | None) -> None:
    written = json.loads(a_pair_in(PairState.BLOCKED).model_dump_json()) | {"reason": code}
    pair = Pair.model_validate_json(json.dumps(written))
    assert (pair.reason, type(pair.reason)) == (code, type(known(code) or code))
    assert json.loads(pair.model_dump_json()) == written


def test_a_slip_that_a_provider_refuses_for_a_text_of_its_own_is_unlisted_and_says_why() -> None:
    refused = CannotArm("a_text_of_its_own", "the slip is upside down")
    assert (refused.reason, str(refused)) == (Reason.UNLISTED, "a_text_of_its_own: the slip is upside down")
    assert CannotArm("slip_gone").reason is Reason.SLIP_GONE
