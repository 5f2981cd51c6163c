"""The pairs of a soak: which brands meet, how their bets end, and the expected results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.domain.pair import PairState, Role
from bot.domain.reasons import Reason, partial_settlement
from bot.practice.demo.story import Ending, Market, Match, OrderedRefusal, Side, Story, hong_kong, malay
from bot.practice.pairs import Price
from bot.practice.sites.brands import AMERICAN, ASIAN, EUROPEAN, VIETNAMESE, Brand

_RECONCILED = Ending(PairState.RECONCILED, None, "pair_reconciled")
_DECLINED = Ending(PairState.FAILED, Reason.DECLINED, "arb_failed")
_REFUSAL = OrderedRefusal(Role.POSITIVE, "Declined by the trading team", times=1)
_REFUSED_EVERY = 11  # shares no factor with the endings and the meetings, so that all combinations occur
_OUTCOMES = {Role.POSITIVE: "over", Role.HEDGE: "under"}


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a brand offers and accepts; at odds of 1.98 and 2.10 no combination of two brands loses money."""

    odds: str
    price: Price
    lowest: Price
    stake: str


_TERMS = {
    EUROPEAN: _Terms("2.10", "2.10", "2.05", "10.00"),
    AMERICAN: _Terms("2.10", {"style": "american", "value": "+110"}, {"style": "american", "value": "+105"}, "10.00"),
    ASIAN: _Terms("1.98", malay("0.98"), malay("0.95"), "11"),
    VIETNAMESE: _Terms("1.98", hong_kong("0.98"), hong_kong("0.95"), "11"),
}
BRANDS = tuple(_TERMS)
_MEETINGS = (
    (EUROPEAN, ASIAN),
    (VIETNAMESE, AMERICAN),
    (AMERICAN, EUROPEAN),
    (ASIAN, AMERICAN),
    (EUROPEAN, VIETNAMESE),
    (ASIAN, EUROPEAN),
    (VIETNAMESE, EUROPEAN),
    (AMERICAN, ASIAN),
)
_ENDINGS = (
    (("won", "lost"), _RECONCILED),
    (("lost", "won"), _RECONCILED),
    (("void", "void"), _RECONCILED),
    (("half_won", "half_lost"), Ending(PairState.EXPOSURE_EVENT, partial_settlement("half_won", "half_lost"), "")),
    (("half_lost", "half_won"), Ending(PairState.EXPOSURE_EVENT, partial_settlement("half_lost", "half_won"), "")),
)


@dataclass(frozen=True, kw_only=True)
class SoakPair(Story):
    """One of very many pairs. Currencies have equal value, so that payouts can be added up."""

    def job(self) -> dict[str, Any]:
        """Return the pair as a job that a producer sends."""
        is_mixed = self.positive.brand.currency != self.hedge.brand.currency
        return super().job() | ({"fxRate": "1"} if is_mixed else {})


def meeting(number: int) -> tuple[Brand, Brand]:
    """Return the brands of the positive bet and the hedge of a pair."""
    return _MEETINGS[number % len(_MEETINGS)]


def soak_pair(number: int, positive: str, hedge: str) -> SoakPair:
    """Build a pair between two accounts; one in eleven is refused at the first click."""
    results, ending = _ENDINGS[number % len(_ENDINGS)]
    brands = meeting(number)
    pair = SoakPair(
        pair=f"soak-{number}",
        title=f"Pair {number}",
        summary="",
        match=Match(f"Port Amber {number}", f"Windmere {number}", "Coastal League"),
        positive=_side(brands[0], positive, Role.POSITIVE),
        hedge=_side(brands[1], hedge, Role.HEDGE),
        results=results,
        ending=ending,
    )
    return pair if number % _REFUSED_EVERY else replace(pair, refusal=_REFUSAL, results=(None, None), ending=_DECLINED)


def _side(brand: Brand, username: str, role: Role) -> Side:
    terms = _TERMS[brand]
    market = Market("total_goals", {"over": terms.odds, "under": terms.odds}, "2.5")
    return Side(brand, username, market, _OUTCOMES[role], terms.price, terms.lowest, terms.stake)
