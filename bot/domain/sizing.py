"""The hedge that fits what was accepted of the positive bet.

The job says how the hedge's return relates to that of the positive bet; most ask for the same, so that it does not
matter who wins. Whatever is accepted, and at whatever odds the hedge is then had, its stake keeps that relation as well
as the bookmaker's steps allow; one step is the least.
"""

from __future__ import annotations

from fractions import Fraction

from bot.domain.money import Money, nearest
from bot.domain.odds import Odds
from bot.domain.pair import Bet, Pair


def hedge_bet(pair: Pair) -> Bet:
    """Return the hedge's bet at the odds asked for, scaled when less (or other odds) of the positive was accepted."""
    return hedge_bet_at(pair, pair.hedge.bet.odds)


def hedge_bet_at(pair: Pair, odds: Odds) -> Bet:
    """Return the hedge's bet with the stake that hedges in full at other odds than asked."""
    asked, accepted, hedge = pair.positive.bet, pair.positive, pair.hedge.bet
    if accepted.stake is None or accepted.odds is None:
        return hedge
    return_asked = Fraction(asked.stake.amount) * asked.odds.decimal
    return_accepted = Fraction(accepted.stake.amount) * accepted.odds.decimal
    factor = return_accepted / return_asked * hedge.odds.decimal / odds.decimal
    fitting = nearest(Fraction(hedge.stake.amount) * factor, hedge.step)
    return hedge.model_copy(update={"stake": max(fitting, hedge.step)})


def limited(pair: Pair, bet: Bet, limit: Money | None) -> Bet | None:
    """Return the bet with as much of its stake as the limit allows, in steps; None when that is nothing."""
    if limit is None or bet.stake <= limit:
        return bet
    allowed = limit.down_to(pair.hedge.bet.step)
    return bet.model_copy(update={"stake": allowed}) if allowed.amount > 0 else None
