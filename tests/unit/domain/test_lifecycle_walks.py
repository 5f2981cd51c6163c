"""Invariants of a pair's life, checked on random walks through every legal step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.changes import (
    Change,
    LegChange,
    LegEvent,
    LegRejected,
    LegRestaked,
    LegSubmitted,
    PairEvent,
    PairReviewed,
)
from bot.domain.lifecycle import apply
from bot.domain.pair import LegState, Pair, PairState, Role
from bot.errors import IllegalTransition
from tests.builders import a_leg_change, a_pair, a_pair_change

POSITIVE, HEDGE = Role.POSITIVE, Role.HEDGE
EVERY_CHANGE: tuple[Change, ...] = (
    *(a_pair_change(event) for event in PairEvent),
    *(a_leg_change(role, event) for role in Role for event in LegEvent),
)
LARGE_PRIME = 10_007
STANDING = frozenset({LegState.ACCEPTED, LegState.SETTLED})
COME_TO_NOTHING = frozenset({PairState.BLOCKED, PairState.FAILED})
PERHAPS_PLACED = frozenset({LegState.SUBMITTING, LegState.WAITING, LegState.UNKNOWN, *STANDING})


@dataclass(frozen=True)
class Step:
    before: Pair
    change: Change
    after: Pair


def _possible(pair: Pair, changes: Iterable[Change] = EVERY_CHANGE) -> Iterator[Step]:
    for change in changes:
        try:
            yield Step(pair, change, apply(pair, change))
        except IllegalTransition:
            continue


def _walk(choices: list[int]) -> list[Step]:
    pair, steps = a_pair(), list[Step]()
    for choice in choices:
        steps.append(_step(pair, choice))
        pair = steps[-1].after
    return steps


def _step(pair: Pair, choice: int) -> Step:
    """Take the first possible step in the order that a choice stands for; this spares trying all of them."""
    order = sorted(range(len(EVERY_CHANGE)), key=lambda number: choice * (number + 1) % LARGE_PRIME)
    possible = _possible(pair, [EVERY_CHANGE[number] for number in order])
    first = next(possible)
    if choice % 8 == 0 or _leads_on(first):
        return first
    # Without this preference most walks would soon reach a dead end.
    return next((step for step in possible if _leads_on(step)), first)


def _leads_on(step: Step) -> bool:
    return step.after.state not in COME_TO_NOTHING and not isinstance(step.change, PairReviewed)


WALKS = st.lists(st.integers(min_value=1, max_value=10_000), min_size=20, max_size=40).map(_walk)


@given(WALKS)
def test_the_hedge_is_submitted_only_when_the_positive_is_known_to_be_accepted(walk: list[Step]) -> None:
    for step in walk:
        if step.change == LegSubmitted(HEDGE):
            assert step.before.positive.state in STANDING
            assert step.before.positive.ticket is not None


@given(WALKS)
def test_a_leg_is_never_submitted_twice_without_a_known_rejection_between(walk: list[Step]) -> None:
    for role in Role:
        may_submit = True
        for change in (step.change for step in walk):
            if change == LegSubmitted(role):
                assert may_submit
                may_submit = False
            may_submit = may_submit or (isinstance(change, LegRejected) and change.role is role)


@given(WALKS)
def test_a_leg_counts_its_submissions(walk: list[Step]) -> None:
    for role in Role:
        submissions = sum(step.change == LegSubmitted(role) for step in walk)
        assert not walk or walk[-1].after.leg(role).attempt == submissions


@given(WALKS)
def test_a_review_once_asked_for_ends_only_by_a_human(walk: list[Step]) -> None:
    for step in walk:
        if step.before.needs_review and not step.after.needs_review:
            assert isinstance(step.change, PairReviewed)


@given(WALKS)
def test_an_accepted_bet_stays_on_record_with_its_ticket_and_terms(walk: list[Step]) -> None:
    for step in walk:
        for before, later in zip(step.before.legs, step.after.legs, strict=True):
            if before.state in STANDING:
                assert later.state in STANDING
                assert (later.ticket, later.odds) == (before.ticket, before.odds)
                assert later.stake == before.stake or isinstance(step.change, LegRestaked)


@given(WALKS)
def test_unknown_ends_only_by_proof(walk: list[Step]) -> None:
    proof = {LegEvent.WAITING, LegEvent.ACCEPTED, LegEvent.REJECTED}
    for step in walk:
        for role in Role:
            was_unknown = step.before.leg(role).state is LegState.UNKNOWN
            if was_unknown and step.after.leg(role).state is not LegState.UNKNOWN:
                assert isinstance(step.change, LegChange)
                assert step.change.role is role
                assert step.change.event in proof


@given(WALKS)
def test_a_pair_that_came_to_nothing_has_no_bet_that_may_stand(walk: list[Step]) -> None:
    for step in walk:
        if step.after.state in COME_TO_NOTHING:
            assert not any(leg.state in PERHAPS_PLACED for leg in step.after.legs)


@given(WALKS)
def test_every_decision_that_may_still_come_about_a_bet_can_be_recorded(walk: list[Step]) -> None:
    for step in walk:
        possible = {s.change.event for s in _possible(step.after) if isinstance(s.change, LegChange)}
        if any(leg.state in PERHAPS_PLACED - STANDING for leg in step.after.legs):
            assert {LegEvent.ACCEPTED, LegEvent.REJECTED} <= possible
        if any(leg.state is LegState.ACCEPTED for leg in step.after.legs):
            assert {LegEvent.SETTLED, LegEvent.TIMED_OUT} <= possible


@given(WALKS)
def test_a_positive_alone_is_either_being_hedged_or_an_emergency(walk: list[Step]) -> None:
    for step in walk:
        if step.after.positive.state in STANDING and step.after.hedge.state not in STANDING:
            assert step.after.state in {PairState.PLACING_HEDGE, PairState.EMERGENCY}


@given(WALKS)
def test_a_pair_on_record_reads_back_as_it_was_written(walk: list[Step]) -> None:
    for step in walk[-1:]:
        assert Pair.model_validate_json(step.after.model_dump_json()) == step.after


def test_every_state_can_be_reached() -> None:
    frontier, seen = [a_pair()], {_place(a_pair())}
    while frontier:
        for step in _possible(frontier.pop()):
            if _place(step.after) not in seen:
                seen.add(_place(step.after))
                frontier.append(step.after)
    assert {state for state, _, _ in seen} == set(PairState)
    assert {leg for _, positive, hedge in seen for leg in (positive, hedge)} == set(LegState)


def _place(pair: Pair) -> tuple[PairState, LegState, LegState]:
    return pair.state, pair.positive.state, pair.hedge.state
