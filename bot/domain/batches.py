"""Long sequences in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

_T = TypeVar("_T")


def batches(members: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """Yield consecutive batches of at most ``size`` members; none for an empty sequence."""
    return (members[first : first + size] for first in range(0, len(members), size))
