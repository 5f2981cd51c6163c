"""The hedge that fits what was accepted of the positive bet.

The job says how the hedge's return relates to that of the positive bet; most ask for the same, so that it does not
matter who wins. Whatever is accepted, and at whatever odds the hedge is then had, its stake keeps that relation.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from bot.domain.money import Money, minor_unit
from bot.domain.odds import Odds
from bot.domain.pair import Bet, Pair


def hedge_bet(pair: Pair) -> Bet:
    """Return the hedge's bet at the odds asked for, scaled when less (or other odds) of the positive was accepted."""
    return hedge_bet_at(pair, pair.hedge.bet.odds)


def hedge_bet_at(pair: Pair, odds: Odds) -> Bet:
    """Return the hedge's bet with the stake that hedges in full at other odds than asked. A whole stake stays whole."""
    asked, accepted, hedge = pair.positive.bet, pair.positive, pair.hedge.bet
    if accepted.stake is None or accepted.odds is None:
        return hedge
    return_asked = Fraction(asked.stake.amount) * asked.odds.decimal
    return_accepted = Fraction(accepted.stake.amount) * accepted.odds.decimal
    factor = return_accepted / return_asked * hedge.odds.decimal / odds.decimal
    return _staking(hedge, _in_steps(Fraction(hedge.stake.amount) * factor, _step(hedge), ROUND_HALF_UP))


def limited(pair: Pair, bet: Bet, limit: Money | None) -> Bet | None:
    """Return the bet with as much of its stake as the limit allows, in steps; None when that is nothing."""
    if limit is None or bet.stake <= limit:
        return bet
    allowed = _in_steps(Fraction(limit.amount), _step(pair.hedge.bet), ROUND_DOWN)
    return _staking(bet, allowed) if allowed > 0 else None


def _step(bet: Bet) -> Decimal:
    is_whole = bet.stake.amount == bet.stake.amount.to_integral_value()
    return Decimal(1) if is_whole else minor_unit(bet.stake.currency)


def _in_steps(amount: Fraction, step: Decimal, rounding: str) -> Decimal:
    steps = amount / Fraction(step)
    return (Decimal(steps.numerator) / Decimal(steps.denominator)).quantize(Decimal(1), rounding) * step


def _staking(bet: Bet, amount: Decimal) -> Bet:
    currency = bet.stake.currency
    return bet.model_copy(update={"stake": Money(amount.quantize(minor_unit(currency)), currency)})
