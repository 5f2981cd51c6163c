"""The list of site behaviours and the ids that tests name."""

from __future__ import annotations

import re
from itertools import pairwise

from bot.practice.sites.behaviours import BEHAVIOURS


def test_every_behaviour_has_an_id_of_its_own_in_order() -> None:
    ids = [behaviour.id for behaviour in BEHAVIOURS]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"UI-\d\d[a-z]", each) for each in ids)


def test_every_behaviour_is_shown_by_a_practice_bookmaker() -> None:
    for behaviour in BEHAVIOURS:
        assert behaviour.shown_by, behaviour.id
        assert set(behaviour.shown_by) <= {"harbour", "lotus", "frontier"}, behaviour.id


def test_no_number_and_no_letter_is_left_out() -> None:
    ids = [behaviour.id for behaviour in BEHAVIOURS]
    assert {int(each[3:5]) for each in ids} == set(range(1, 23))
    for before, each in pairwise(ids):
        assert each[5] == ("a" if each[3:5] != before[3:5] else chr(ord(before[5]) + 1))
