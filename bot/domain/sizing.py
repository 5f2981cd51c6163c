"""The hedge that fits what was accepted of the positive bet."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from bot.domain.money import Money, minor_unit, nearest
from bot.domain.pair import Bet, Pair


def hedge_bet(pair: Pair, step: Money | None = None) -> Bet:
    """Return the hedge's bet, its stake scaled when less (or other odds) of the positive bet was accepted than asked.

    The stakes keep the ratio of the positive bet's returns, in steps of the bookmaker or else in natural ones, and
    never below one step.
    """
    asked, accepted, hedge = pair.positive.bet, pair.positive, pair.hedge.bet
    if accepted.stake is None or accepted.odds is None:
        return hedge
    return_asked = Fraction(asked.stake.amount) * asked.odds.decimal
    return_accepted = Fraction(accepted.stake.amount) * accepted.odds.decimal
    step = step or natural_step(hedge.stake)
    fitting = nearest(Fraction(hedge.stake.amount) * return_accepted / return_asked, step)
    return hedge.model_copy(update={"stake": max(fitting, step)})


def natural_step(stake: Money) -> Money:
    """Return the step of a stake whose bookmaker names none: a whole stake stays whole."""
    is_whole = stake.amount == stake.amount.to_integral_value()
    return Money(Decimal(1) if is_whole else minor_unit(stake.currency), stake.currency)
