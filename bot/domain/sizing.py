"""The hedge that fits what was accepted of the positive bet."""

from __future__ import annotations

from fractions import Fraction

from bot.domain.money import nearest
from bot.domain.pair import Bet, Pair


def hedge_bet(pair: Pair) -> Bet:
    """Return the hedge's bet, its stake scaled when less (or other odds) of the positive bet was accepted than asked.

    The stakes keep the ratio of the positive bet's returns as well as the bet's steps allow; one step is the least.
    """
    asked, accepted, hedge = pair.positive.bet, pair.positive, pair.hedge.bet
    if accepted.stake is None or accepted.odds is None:
        return hedge
    return_asked = Fraction(asked.stake.amount) * asked.odds.decimal
    return_accepted = Fraction(accepted.stake.amount) * accepted.odds.decimal
    fitting = nearest(Fraction(hedge.stake.amount) * return_accepted / return_asked, hedge.step)
    return hedge.model_copy(update={"stake": max(fitting, hedge.step)})
