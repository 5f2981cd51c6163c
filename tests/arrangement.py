"""The order of tests for several processes: long ones begin, short ones end, so that all processes end together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TypeVar

T = TypeVar("T")

_LONG = (
    "chaos/test_worst_moments.py",
    "integration/pairs/test_settlement.py",
    "integration/tutorial/test_tutorial.py",
    "integration/cli/test_layout_change.py",
    "integration/cli/test_demo.py",
)
"""Files whose tests take half a minute or more, mostly waiting; the longest first."""

_BUSY = "chaos/interleavings/test_interleavings.py"
"""A file whose tests take seconds of processor time each and need not stay together."""

_SHORT = "unit/"


def arranged(tests: Sequence[T], path_of: Callable[[T], str], processes: int) -> list[T]:
    """Arrange tests for pytest-xdist, which gives each process an equal share of the list and lets it take from others.

    ``path_of`` gives a test's file, relative to the folder of all tests. Tests of one file stay in order.
    """
    long = [list(group) for _, group in groupby((t for t in tests if path_of(t) in _LONG), path_of)]
    long.sort(key=lambda group: _LONG.index(path_of(group[0])))
    busy = [[test] for test in tests if path_of(test) == _BUSY]
    short = [test for test in tests if path_of(test).startswith(_SHORT)]
    first = [*long, *busy]
    apart = {id(test) for group in [*first, short] for test in group}
    others = [test for test in tests if id(test) not in apart]
    shares = []
    for number in range(processes):
        share = [test for group in first[number::processes] for test in group]
        share += _part(others, number, processes)
        left = _end(len(tests), number, processes) - _end(len(tests), number - 1, processes) - len(share)
        shares.append([*share, *short[: max(left, 0)]])
        del short[: max(left, 0)]
    return [test for share in shares for test in share] + short


def _part(tests: Sequence[T], number: int, parts: int) -> Sequence[T]:
    return tests[_end(len(tests), number - 1, parts) : _end(len(tests), number, parts)]


def _end(count: int, number: int, parts: int) -> int:
    return count * (number + 1) // parts
