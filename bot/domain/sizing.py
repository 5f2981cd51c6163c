"""The hedge that fits what was accepted of the positive bet."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from bot.domain.money import Money, minor_unit
from bot.domain.pair import Bet, Pair


def hedge_bet(pair: Pair) -> Bet:
    """Return the hedge's bet, its stake scaled when less (or other odds) of the positive bet was accepted than asked.

    The stakes keep the ratio of the positive bet's returns. A whole stake stays whole.
    """
    asked, accepted = pair.positive.bet, pair.positive
    if accepted.stake is None or accepted.odds is None:
        return pair.hedge.bet
    return_asked = Fraction(asked.stake.amount) * asked.odds.decimal
    return_accepted = Fraction(accepted.stake.amount) * accepted.odds.decimal
    stake = _in_steps(pair.hedge.bet.stake, return_accepted / return_asked)
    return pair.hedge.bet.model_copy(update={"stake": stake})


def _in_steps(stake: Money, factor: Fraction) -> Money:
    is_whole = stake.amount == stake.amount.to_integral_value()
    step = Decimal(1) if is_whole else minor_unit(stake.currency)
    steps = Fraction(stake.amount) * factor / Fraction(step)
    return Money(
        (Decimal(steps.numerator) / Decimal(steps.denominator)).quantize(Decimal(1), ROUND_HALF_UP) * step,
        stake.currency,
    )
