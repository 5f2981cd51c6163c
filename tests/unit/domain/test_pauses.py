"""Which pauses are due after how much trouble."""

from __future__ import annotations

import pytest

from bot.domain.halt import HaltCause
from bot.domain.pauses import Troubles, pauses
from bot.domain.policies import PausePolicy


@pytest.mark.parametrize(
    ("emergencies", "in_a_row", "causes"),
    [
        (0, 0, []),
        (2, 2, []),
        (3, 2, [HaltCause.EMERGENCIES_PER_HOUR]),
        (2, 3, [HaltCause.EXPOSURES_IN_A_ROW]),
        (4, 5, [HaltCause.EMERGENCIES_PER_HOUR, HaltCause.EXPOSURES_IN_A_ROW]),
    ],
)
def test_a_pause_is_due_when_its_number_is_reached(emergencies: int, in_a_row: int, causes: list[HaltCause]) -> None:
    due = list(pauses(Troubles(emergencies, in_a_row), PausePolicy(emergencies_per_hour=3, exposures_in_a_row=3)))
    assert [pause.cause for pause in due] == causes
    assert all(pause.scope == "all" and pause.cause.lets_hedges_pass for pause in due)
