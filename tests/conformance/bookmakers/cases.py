"""The mark that makes a test a case of the suite: its id, the abilities it needs of a site, and its brands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import pytest

from tests.conformance.bookmakers.harness import Ability, Brand, Harness

MARK = "bx"


def case(number: str, *needs: Ability, every_brand: bool = False) -> pytest.MarkDecorator:
    """Make a test a case, such as ``BX-07``, run at every harness that has the abilities it needs.

    The test's name is the case's sentence. ``every_brand`` is for what depends on a brand's language, odds style or
    currency; other cases run at a harness's first brand only.
    """
    return pytest.mark.bx(Case(number, "", frozenset(needs), every_brand))


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that every provider must do."""

    id: str
    sentence: str
    needs: frozenset[Ability]
    every_brand: bool

    @classmethod
    def of(cls, function: pytest.Function) -> Self | None:
        """Return the case that a test is, or None."""
        mark = function.get_closest_marker(MARK)
        if mark is None:
            return None
        case_: Case = mark.args[0]
        name: str = function.originalname
        sentence = name.removeprefix("test_").replace("_", " ")
        return cls(case_.id, sentence, case_.needs, case_.every_brand)

    def applies_to(self, harness: Harness) -> bool:
        """Return whether a harness declares everything that the case needs."""
        return self.needs <= harness.abilities

    def brands_of(self, harness: Harness) -> tuple[Brand, ...]:
        """Return the brands of a harness at which the case runs."""
        return harness.brands if self.every_brand else harness.brands[:1]
