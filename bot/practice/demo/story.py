"""What a story is made of: the pair that is sent, what the world does, and how it must end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.domain.pair import PairState, Role
from bot.domain.reasons import Reason
from bot.practice.pairs import (
    Market,
    Match,
    PracticePair,
    Side,
    hong_kong,
    malay,
)

__all__ = [
    "Ending",
    "Market",
    "Match",
    "OrderedRefusal",
    "PriceMove",
    "Side",
    "Story",
    "hong_kong",
    "malay",
]


@dataclass(frozen=True, slots=True)
class OrderedRefusal:
    """A leg that the bookmaker refuses at the click, so many times."""

    role: Role
    reason: str
    times: int


@dataclass(frozen=True, slots=True)
class PriceMove:
    """A price that moves while the job is on its way."""

    role: Role
    odds: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a pair must end."""

    state: PairState
    reason: Reason | None
    event: str


@dataclass(frozen=True, kw_only=True)
class Story(PracticePair):
    """One pair: sent after the pair ``after`` is out of hand, settled as ``results`` say where a bet was taken."""

    title: str
    summary: str
    ending: Ending
    results: tuple[str | None, str | None] = (None, None)
    after: str | None = None
    refusal: OrderedRefusal | None = None
    price_move: PriceMove | None = None

    def result(self, role: Role) -> str | None:
        """Return how the bookmaker settles the bet of a leg."""
        return self.results[0] if role is Role.POSITIVE else self.results[1]

    def job(self) -> dict[str, Any]:
        """Write the pair as a producer sends it."""
        return super().job() | {"meta": {"story": self.title}}
