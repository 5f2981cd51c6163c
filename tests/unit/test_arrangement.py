from __future__ import annotations

import pytest

from tests.arrangement import arranged

TESTS = [
    *(f"chaos/interleavings/test_interleavings.py {n}" for n in range(5)),
    *(f"chaos/test_worst_moments.py {n}" for n in range(17)),
    *(f"unit/domain/test_money.py {n}" for n in range(60)),
    *(f"integration/engine/test_placing.py {n}" for n in range(30)),
    *(f"integration/tutorial/test_tutorial.py {n}" for n in range(2)),
]


def file_of(test: str) -> str:
    return test.split(maxsplit=1)[0]


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 7, 200])
def test_no_test_is_lost_or_repeated(processes: int) -> None:
    assert sorted(arranged(TESTS, file_of, processes)) == sorted(TESTS)


def test_each_process_begins_with_long_tests_and_ends_with_short_ones() -> None:
    order = arranged(TESTS, file_of, 2)
    one, other = order[: len(TESTS) // 2], order[len(TESTS) // 2 :]
    assert [file_of(share[0]) for share in (one, other)] == [
        "chaos/test_worst_moments.py",
        "integration/tutorial/test_tutorial.py",
    ]
    assert all(file_of(share[-1]).startswith("unit/") for share in (one, other))


def test_the_tests_of_a_long_file_stay_together_in_order() -> None:
    order = arranged(TESTS, file_of, 3)
    first = order.index("chaos/test_worst_moments.py 0")
    assert order[first : first + 17] == [f"chaos/test_worst_moments.py {n}" for n in range(17)]
