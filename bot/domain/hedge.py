"""The hedge of an accepted positive bet: at which price it is still worth having, and what it leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from bot.domain.changes import Change, LegAccepted, PairExposed
from bot.domain.limits import ControlRefusal
from bot.domain.money import Money, rounded
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.pair import Bet, Leg, Pair, Role
from bot.domain.reasons import Reason
from bot.domain.reconciliation import guaranteed_pnl
from bot.domain.sizing import hedge_bet_at


def refusal_of_price(pair: Pair, whole_stake: Money, odds: Odds, max_loss: Decimal) -> ControlRefusal | None:
    """Refuse odds below the bet's minimum at which the pair, hedged in full, would lose more than is allowed.

    At the minimum or above, the job itself allows the hedge, whatever it comes to. Below, what counts is the worse of
    both results with ``whole_stake``; of a stake that is limited, each part costs the same in proportion, and what
    stays open is reported. ``max_loss`` is a fraction of the positive bet's accepted stake; the job's own wins.
    """
    if odds >= pair.hedge.bet.min_odds:
        return None
    stake = pair.positive.stake or pair.positive.bet.stake
    allowed = Fraction(stake.amount) * Fraction(max_loss if pair.max_loss is None else pair.max_loss)
    worst = guaranteed_pnl(with_hedge(pair, whole_stake, odds))
    if Fraction(worst.amount) >= -allowed:
        return None
    return ControlRefusal(Reason.MAX_LOSS, str(-rounded(allowed, stake.currency)), str(worst))


def with_hedge(pair: Pair, stake: Money, odds: Odds) -> Pair:
    """Return the pair as if its hedge were accepted at these terms."""
    return pair.with_leg(pair.hedge.model_copy(update={"stake": stake, "odds": odds}))


def taken_at(bet: Bet, odds: Odds) -> Bet:
    """Return a bet that allows odds below its minimum, once their price was found worth having."""
    return bet.model_copy(update={"min_odds": min(bet.min_odds, odds)})


def residual(hedge: Leg) -> Money | None:
    """Return what a hedge lacks of the stake that would hedge in full; None when it lacks nothing, or is not accepted.

    What rounding to the bookmaker's steps leaves is no residual: no stake would be nearer.
    """
    if hedge.stake is None:
        return None
    missing = (hedge.whole_stake or hedge.asked.stake) - hedge.stake
    return missing if missing.amount > 0 else None


def missing_stake(pair: Pair) -> Money | None:
    """Return what an accepted hedge lacks of the stake that would hedge in full; None when it lacks nothing.

    A positive bet whose stake has grown since needs more than the hedge was meant for.
    """
    hedge = pair.hedge
    if pair.reason != Reason.STAKE_CHANGED_POSITIVE or hedge.stake is None or hedge.odds is None:
        return residual(hedge)
    missing = hedge_bet_at(pair, hedge.odds).stake - hedge.stake
    return missing if missing.amount > 0 else None


def with_exposure(pair: Pair, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Let a hedge that is accepted for less than the whole, or against a void bet, expose the pair in the same step."""
    exposed: list[Change] = []
    for change in changes:
        exposed.append(change)
        if isinstance(change, LegAccepted) and change.role is Role.HEDGE:
            exposed += _alone(pair.positive) or _left_open(pair.hedge.model_copy(update={"stake": change.stake}))
    return tuple(exposed)


def _alone(positive: Leg) -> tuple[PairExposed, ...]:
    """Return the exposure that a hedge is whose positive bet has become void meanwhile."""
    return (PairExposed(Reason.POSITIVE_VOID),) if positive.outcome is Outcome.VOID else ()


def _left_open(hedge: Leg) -> tuple[PairExposed, ...]:
    if residual(hedge) is None or hedge.stake is None:
        return ()
    is_part = hedge.stake < hedge.asked.stake
    return (PairExposed(Reason.HEDGE_PARTLY_ACCEPTED if is_part else Reason.HEDGE_LIMITED),)
