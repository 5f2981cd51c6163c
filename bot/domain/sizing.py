"""The hedge that fits the accepted stake and odds of the positive bet.

The job sets the ratio of the hedge's return to the positive bet's return. Most jobs ask for equal returns, so that both
results pay the same. For any accepted terms and any odds of the hedge, its stake keeps that ratio as well as the
bookmaker's steps allow. The minimum is one step.
"""

from __future__ import annotations

from fractions import Fraction

from bot.domain.money import Money, nearest
from bot.domain.odds import Odds
from bot.domain.pair import Bet, Pair


def hedge_bet(pair: Pair) -> Bet:
    """Return the hedge's bet at the odds asked for, scaled to the accepted stake and odds of the positive bet."""
    return hedge_bet_at(pair, pair.hedge.bet.odds)


def hedge_bet_at(pair: Pair, odds: Odds) -> Bet:
    """Return the hedge's bet with the stake that hedges in full at ``odds``."""
    asked, accepted, hedge = pair.positive.bet, pair.positive, pair.hedge.bet
    if accepted.stake is None or accepted.odds is None:
        return hedge
    return_asked = Fraction(asked.stake.amount) * asked.odds.decimal
    return_accepted = Fraction(accepted.stake.amount) * accepted.odds.decimal
    factor = return_accepted / return_asked * hedge.odds.decimal / odds.decimal
    fitting = nearest(Fraction(hedge.stake.amount) * factor, hedge.step)
    return hedge.model_copy(update={"stake": max(fitting, hedge.step)})


def limited(pair: Pair, bet: Bet, limit: Money | None) -> Bet | None:
    """Return the bet with its stake reduced to the limit, in steps; None if the limit allows less than one step."""
    if limit is None or bet.stake <= limit:
        return bet
    allowed = limit.down_to(pair.hedge.bet.step)
    return bet.model_copy(update={"stake": allowed}) if allowed.amount > 0 else None
