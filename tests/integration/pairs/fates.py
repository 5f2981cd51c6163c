"""How bets end: with every result of a practice site at each brand, corrected later, too late, or never."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.outcome import Outcome
from bot.domain.pair import Role
from bot.practice.pairs import Market, Match, PracticePair, Price, Side, hong_kong, malay
from bot.practice.sites.brands import AMERICAN, ASIAN, EUROPEAN, VIETNAMESE, Brand
from bot.practice.sites.records import BetResult

FX_RATE = "0.9173"
"""The value of a dollar of the hedge in euros."""

Results = tuple[BetResult | None, BetResult | None]
OUTCOMES = {
    BetResult.WON: Outcome.WON,
    BetResult.LOST: Outcome.LOST,
    BetResult.VOID: Outcome.VOID,
    BetResult.DRAW: Outcome.VOID,
    BetResult.REFUND: Outcome.VOID,
    BetResult.HALF_WON: Outcome.HALF_WON,
    BetResult.HALF_LOST: Outcome.HALF_LOST,
    BetResult.CASHED_OUT: Outcome.CASHED_OUT,
    None: Outcome.TIMEOUT,
}
_LATER = "2031-05-01T18:00:00Z"
_OUTCOMES = {Role.POSITIVE: "over", Role.HEDGE: "under"}
_TERMS: Mapping[Brand, tuple[str, Price, Price, str]] = {
    EUROPEAN: ("2.10", "2.10", "2.05", "10.01"),
    AMERICAN: ("2.10", {"style": "american", "value": "+110"}, {"style": "american", "value": "+105"}, "11.03"),
    ASIAN: ("1.98", malay("0.98"), malay("0.95"), "11"),
    VIETNAMESE: ("1.98", hong_kong("0.98"), hong_kong("0.95"), "11"),
}


@dataclass(frozen=True, slots=True)
class Fate:
    """How a pair's bets end: with ``first``, then corrected to ``then``. None means never.

    ``reason`` is that of the first verdict. The match of a pair that ``is_slow`` starts in years, so no reading is a
    poll; other pairs time out.
    """

    name: str
    positive: Brand
    hedge: Brand
    first: Results
    then: Results
    reason: str | None
    is_slow: bool = True

    @property
    def at_first(self) -> tuple[Outcome, Outcome]:
        """The outcomes that are booked first."""
        return OUTCOMES[self.first[0]], OUTCOMES[self.first[1]]

    @property
    def in_the_end(self) -> tuple[Outcome, Outcome]:
        """The final outcomes."""
        (one, other), (one_then, other_then) = self.first, self.then
        return OUTCOMES[one_then or one], OUTCOMES[other_then or other]

    @property
    def brands(self) -> tuple[Brand, Brand]:
        """The brands, the positive bet's first."""
        return self.positive, self.hedge

    def brand(self, role: Role) -> Brand:
        """Return the brand of a leg."""
        return self.positive if role is Role.POSITIVE else self.hedge

    def pair(self, positive: str, hedge: str) -> PracticePair:
        """Build the pair between two accounts."""
        return FatedPair(
            pair=self.name,
            match=Match(f"Kestrel {self.name}", f"Old Mill {self.name}", "Coastal League"),
            positive=_side(self.positive, positive, Role.POSITIVE),
            hedge=_side(self.hedge, hedge, Role.HEDGE),
            is_slow=self.is_slow,
        )


@dataclass(frozen=True, kw_only=True)
class FatedPair(PracticePair):
    """A pair whose job may say when the match starts."""

    is_slow: bool

    def job(self) -> dict[str, Any]:
        """Return the pair as a job that a producer sends."""
        job = super().job()
        if self.is_slow:
            for bet in ("positiveBet", "hedgeBet"):
                job[bet]["event"]["startsAt"] = _LATER
        is_mixed = self.positive.brand.currency != self.hedge.brand.currency
        return job | ({"fxRate": FX_RATE} if is_mixed else {})


def _side(brand: Brand, username: str, role: Role) -> Side:
    odds, price, lowest, stake = _TERMS[brand]
    market = Market("total_goals", {"over": odds, "under": odds}, "2.5")
    return Side(brand, username, market, _OUTCOMES[role], price, lowest, stake)


_R = BetResult
_FIRST: Mapping[tuple[Brand, Brand], Mapping[tuple[BetResult, BetResult], str | None]] = {
    (EUROPEAN, ASIAN): {
        (_R.WON, _R.LOST): None,
        (_R.LOST, _R.WON): None,
        (_R.VOID, _R.DRAW): None,
        (_R.DRAW, _R.REFUND): None,
        (_R.REFUND, _R.VOID): None,
        (_R.HALF_WON, _R.HALF_LOST): "partial_settlement_half_won_half_lost",
        (_R.HALF_LOST, _R.HALF_WON): "partial_settlement_half_lost_half_won",
        (_R.CASHED_OUT, _R.CASHED_OUT): "unclassified_settlement",
    },
    (VIETNAMESE, AMERICAN): {
        (_R.WON, _R.WON): "both_won_unexpected",
        (_R.LOST, _R.LOST): "both_lost_unexpected",
        (_R.VOID, _R.HALF_WON): "positive_void_hedge_active",
        (_R.DRAW, _R.HALF_LOST): "positive_void_hedge_active",
        (_R.REFUND, _R.CASHED_OUT): "positive_void_hedge_active",
        (_R.HALF_WON, _R.VOID): "hedge_void_positive_active",
        (_R.HALF_LOST, _R.DRAW): "hedge_void_positive_active",
        (_R.CASHED_OUT, _R.REFUND): "hedge_void_positive_active",
    },
}


def _corrected(result: BetResult) -> BetResult:
    """Return another result: the next one in the bookmaker's list."""
    results = list(BetResult)
    return results[(results.index(result) + 1) % len(results)]


RESULTS = tuple(
    Fate(f"{one.name}-{first.value}-{second.value}", one, other, (first, second), then, reason)
    for (one, other), endings in _FIRST.items()
    for (first, second), reason in endings.items()
    for then in [(_corrected(first), _corrected(second))]
)
TIMEOUTS = (
    Fate(
        "positive-late",
        EUROPEAN,
        VIETNAMESE,
        (None, _R.LOST),
        (_R.WON, None),
        "settlement_timeout_timeout_lost",
        is_slow=False,
    ),
    Fate(
        "hedge-late",
        ASIAN,
        EUROPEAN,
        (_R.WON, None),
        (None, _R.LOST),
        "settlement_timeout_won_timeout",
        is_slow=False,
    ),
    Fate(
        "both-late",
        EUROPEAN,
        ASIAN,
        (None, None),
        (_R.LOST, _R.WON),
        "settlement_timeout_timeout_timeout",
        is_slow=False,
    ),
)
NEVER = Fate(
    "never", EUROPEAN, AMERICAN, (None, None), (None, None), "settlement_timeout_timeout_timeout", is_slow=False
)
FATES = (*RESULTS, *TIMEOUTS, NEVER)
