"""The verdict on a pair from the outcomes of its legs.

First match wins:

=========================================  =====================================================
positive / hedge                           verdict
=========================================  =====================================================
void / not void                            exposure ``positive_void_hedge_active``
not void / void                            exposure ``hedge_void_positive_active``
void / void                                as expected, PnL 0; ``pnl_mismatch`` beyond the tolerance
half_won or half_lost on either side       exposure ``partial_settlement_{positive}_{hedge}``
lost / lost                                exposure ``both_lost_unexpected``
won / won                                  exposure ``both_won_unexpected``
won / lost, lost / won                     as expected; ``pnl_mismatch`` beyond the tolerance
timeout on either side                     exposure ``settlement_timeout_{positive}_{hedge}``
anything else (cashed out, bare settled)   exposure ``unclassified_settlement``
=========================================  =====================================================

A settled ticket that changes later gets a new verdict and is an exposure ``resettled_{old}_{new}``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.outcome import CLASSIFIABLE, Outcome, formula_pnl
from bot.domain.pair import Leg, Pair, Role, Verdict
from bot.domain.reasons import Reason, partial_settlement, resettled, settlement_timeout

INTENDED_OUTCOME = "won/lost or lost/won"
OPPOSITE = {
    Outcome.WON: Outcome.LOST,
    Outcome.LOST: Outcome.WON,
    Outcome.VOID: Outcome.VOID,
    Outcome.HALF_WON: Outcome.HALF_LOST,
    Outcome.HALF_LOST: Outcome.HALF_WON,
}
_NOT_PLACED = "not_placed"


@dataclass(frozen=True, slots=True)
class LegResult:
    """Result of one accepted bet. ``payout`` is the amount returned, stake included; None if the page shows none."""

    outcome: Outcome
    stake: Money
    odds: Odds
    payout: Money | None

    @property
    def formula(self) -> Money | None:
        """PnL by the outcome's formula, or None for an outcome without one."""
        return formula_pnl(self.outcome, self.stake, self.odds) if self.outcome in CLASSIFIABLE else None

    @property
    def pnl(self) -> Money | None:
        """PnL by the payout shown, otherwise by the formula; None if there is neither."""
        return self.payout - self.stake if self.payout is not None else self.formula


def reconcile(pair: Pair, tolerance: Decimal) -> Verdict:
    """Judge a pair whose legs all have an outcome (the hedge may never have been placed).

    ``tolerance`` and the amounts in the verdict are in the positive leg's currency.
    Raises ValueError when a placed leg has no outcome yet.
    """
    positive = leg_result(pair.positive)
    if pair.hedge.stake is None:
        return _unhedged_verdict(pair, positive)
    hedge = leg_result(pair.hedge)
    expected, actual = _expected_pnl(pair, positive, hedge), _total(pair, positive.pnl, hedge.pnl)
    reason = _exposure_reason(positive.outcome, hedge.outcome)
    if reason is None and actual is not None and abs((actual - expected).amount) > tolerance:
        reason = Reason.PNL_MISMATCH
    return Verdict(
        exposure=reason is not None,
        reason=reason,
        expected_pnl=expected,
        actual_pnl=actual,
        expected_outcome=INTENDED_OUTCOME,
        actual_outcome=f"{positive.outcome.value}/{hedge.outcome.value}",
        differences=tuple(d for d in (_difference(Role.POSITIVE, positive), _difference(Role.HEDGE, hedge)) if d),
    )


def reconcile_again(pair: Pair, old: Outcome, new: Outcome, tolerance: Decimal) -> Verdict:
    """Judge a pair after one settled ticket has changed from ``old`` to ``new``: always an exposure."""
    verdict = reconcile(pair, tolerance)
    return verdict.model_copy(update={"exposure": True, "reason": resettled(old, new)})


def leg_result(leg: Leg) -> LegResult:
    """Return a leg's result; raises ValueError when it has no outcome yet."""
    if leg.outcome is None or leg.stake is None or leg.odds is None:
        raise ValueError(f"the {leg.role.value} leg of bet {leg.bet.bet_id} has no outcome yet")
    return LegResult(leg.outcome, leg.stake, leg.odds, leg.payout)


def guaranteed_pnl(pair: Pair) -> Money:
    """Return the smaller PnL of "positive wins, hedge loses" and the reverse, at accepted or asked terms."""
    return min(_scenarios(pair), key=lambda money: money.amount)


def holding_pnl(leg: Leg) -> dict[str, Money]:
    """Return the PnL of an accepted bet alone in each classifiable outcome."""
    stake, odds = _terms(leg)
    return {outcome.value: formula_pnl(outcome, stake, odds) for outcome in CLASSIFIABLE}


def outcome_pnl(pair: Pair) -> dict[str, Money]:
    """Return a pair's PnL in each outcome of its positive bet, with a hedge that ends the opposite way."""
    return {
        outcome.value: _pnl(pair, Role.POSITIVE, outcome) + _pnl(pair, Role.HEDGE, OPPOSITE[outcome])
        for outcome in CLASSIFIABLE
    }


def settled_pnl(pair: Pair) -> Money:
    """Return the PnL of a pair's settled bets, in the positive leg's currency.

    An unknown result counts as a lost stake. Raises ValueError when a placed leg has no outcome yet.
    """
    results = [leg_result(leg) for leg in pair.legs if leg.stake is not None]
    amounts = [in_positive_currency(pair, -result.stake if result.pnl is None else result.pnl) for result in results]
    return sum(amounts, Money(Decimal(0), pair.positive.bet.stake.currency))


def has_all_outcomes(pair: Pair) -> bool:
    """Say whether every placed leg has an outcome, so that the pair can be judged."""
    placed = [leg for leg in pair.legs if leg.stake is not None]
    return bool(placed) and all(leg.outcome is not None for leg in placed)


def _exposure_reason(positive: Outcome, hedge: Outcome) -> Reason | None:
    both = (positive, hedge)
    if both == (Outcome.VOID, Outcome.VOID):
        return None
    if positive is Outcome.VOID:
        return Reason.POSITIVE_VOID
    if hedge is Outcome.VOID:
        return Reason.HEDGE_VOID
    if Outcome.HALF_WON in both or Outcome.HALF_LOST in both:
        return partial_settlement(positive, hedge)
    if both == (Outcome.LOST, Outcome.LOST):
        return Reason.BOTH_LOST
    if both == (Outcome.WON, Outcome.WON):
        return Reason.BOTH_WON
    if set(both) == {Outcome.WON, Outcome.LOST}:
        return None
    return settlement_timeout(positive, hedge) if Outcome.TIMEOUT in both else Reason.UNCLASSIFIED_SETTLEMENT


def _expected_pnl(pair: Pair, positive: LegResult, hedge: LegResult) -> Money:
    positive_wins, hedge_wins = _scenarios(pair)
    match positive.outcome, hedge.outcome:
        case Outcome.WON, Outcome.LOST:
            return positive_wins
        case Outcome.LOST, Outcome.WON:
            return hedge_wins
        case Outcome.VOID, Outcome.VOID:
            return Money(Decimal(0), positive.stake.currency)
        case _:
            return guaranteed_pnl(pair)


def _scenarios(pair: Pair) -> tuple[Money, Money]:
    return (
        _pnl(pair, Role.POSITIVE, Outcome.WON) + _pnl(pair, Role.HEDGE, Outcome.LOST),
        _pnl(pair, Role.POSITIVE, Outcome.LOST) + _pnl(pair, Role.HEDGE, Outcome.WON),
    )


def _pnl(pair: Pair, role: Role, outcome: Outcome) -> Money:
    return in_positive_currency(pair, formula_pnl(outcome, *_terms(pair.leg(role))))


def _terms(leg: Leg) -> tuple[Money, Odds]:
    return leg.stake or leg.bet.stake, leg.odds or leg.bet.odds


def _total(pair: Pair, positive: Money | None, hedge: Money | None) -> Money | None:
    if positive is None or hedge is None:
        return None
    return positive + in_positive_currency(pair, hedge)


def in_positive_currency(pair: Pair, amount: Money) -> Money:
    """Convert an amount of either leg by the pair's ``fxRate``; raises ValueError when it is needed and missing."""
    currency = pair.positive.bet.stake.currency
    if amount.currency == currency:
        return amount
    if pair.fx_rate is None:
        raise ValueError(f"pair {pair.bet_pair_id} is in two currencies and has no fxRate")
    return amount.converted(pair.fx_rate, currency)


def _unhedged_verdict(pair: Pair, positive: LegResult) -> Verdict:
    difference = _difference(Role.POSITIVE, positive)
    return Verdict(
        exposure=True,
        reason=pair.reason or Reason.HEDGE_NOT_PLACED,
        expected_pnl=guaranteed_pnl(pair),
        actual_pnl=positive.pnl,
        expected_outcome=INTENDED_OUTCOME,
        actual_outcome=f"{positive.outcome.value}/{_NOT_PLACED}",
        differences=(difference,) if difference else (),
    )


def _difference(role: Role, result: LegResult) -> str | None:
    formula, shown = result.formula, result.pnl
    if formula is None or shown is None or formula == shown:
        return None
    return f"{role.value}: page shows {shown}, {result.outcome.value} at {result.odds} would be {formula}"
