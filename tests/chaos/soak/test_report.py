"""Each cause that makes a soak fail, by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.practice.demo.judgement import BookmakerBet, judge
from tests.chaos.soak.growth import Growth
from tests.chaos.soak.pairs import soak_pair
from tests.chaos.soak.report import Outcome, as_json, as_text

_FLAT = Growth(level_mb=100, mb_per_hour=0.4, mb_per_1000_pairs=0.2, scatter_mb=1, is_growing=False)
_STRAY = BookmakerBet("harbour", "m-1", "h1", "HB1", Decimal(10), Decimal(2), None)
FINE = Outcome(
    minutes=1,
    memory={"worker": _FLAT},
    course={},
    judgement=judge([], {}, []),
    cooldown_violations=0,
    undelivered=0,
    errors=(),
)


def test_a_soak_as_it_should_be_has_nothing_to_say() -> None:
    assert list(FINE.findings()) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"memory": {"worker": replace(_FLAT, is_growing=True)}}, "the memory of worker grows by +0.4 MB per hour"),
        ({"judgement": judge([], {}, [_STRAY])}, "harbour has a bet HB1 of nobody"),
        ({"judgement": judge([soak_pair(1, "h1", "l1")], {}, [])}, "soak-1: the pair never arrived"),
        ({"cooldown_violations": 2}, "2 bets were accepted while their account cooled down"),
        ({"undelivered": 3}, "3 events were not delivered"),
    ],
)
def test_every_fault_is_reported(wrong: dict[str, Any], says: str) -> None:
    outcome = replace(FINE, **wrong)
    assert list(outcome.findings()) == [says]
    assert list(as_text(outcome))[-1] == f"WRONG {says}"


def test_a_program_reads_figures() -> None:
    said = json.loads(as_json(FINE))["soak"]
    assert said["memory"]["worker"] == {
        "level_mb": 100,
        "mb_per_hour": 0.4,
        "mb_per_1000_pairs": 0.2,
        "scatter_mb": 1,
        "grows": False,
    }
    assert (said["truth"], said["cooldown_violations"], said["pairs"]) == ("match", 0, 0)
