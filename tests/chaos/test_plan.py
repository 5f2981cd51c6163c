"""What a seed decides."""

from __future__ import annotations

from collections import Counter

from bot.domain.pair import Role
from tests.chaos.plan import Fault, Moment, moments_of, plans


def test_a_seed_gives_the_same_histories_again_and_another_seed_others() -> None:
    assert list(plans(100, 7)) == list(plans(100, 7))
    assert list(plans(100, 7)) != list(plans(100, 8))


def test_every_fault_is_met_equally_often() -> None:
    met = Counter(plan.fault for plan in plans(10 * len(Fault), 7))
    assert met == dict.fromkeys(Fault, 10)


def test_every_moment_of_a_fault_has_its_turn() -> None:
    drawn = list(plans(len(Fault) * len(Moment), 7))
    for fault in Fault:
        of_fault = {plan.moment for plan in drawn if plan.fault is fault}
        assert of_fault - {None} == set(moments_of(fault))


def test_a_bookmakers_fault_spoils_either_leg() -> None:
    legs = {plan.leg for plan in plans(100, 7, [Fault.RECORD_THEN_SILENT])}
    assert legs == set(Role)


def test_no_two_histories_share_a_pair() -> None:
    pairs = [plan.pair for plan in plans(200, 7)]
    assert len(set(pairs)) == len(pairs)
    assert all(len(pair) <= 64 for pair in pairs)
