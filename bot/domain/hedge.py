"""The hedge of an accepted positive bet: which price is acceptable, and which stake stays unhedged."""

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
    """Refuse odds below the bet's minimum at which the fully hedged pair would lose more than is allowed.

    At the minimum or above, the job itself allows the hedge at any PnL. Below it, the worse of both results with
    ``whole_stake`` decides: a limited stake costs the same in proportion, and its unhedged part is reported.
    ``max_loss`` is a fraction of the positive bet's accepted stake; the job's own limit takes precedence.
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
    """Return the bet with its minimum lowered to ``odds``, once that price was found acceptable."""
    return bet.model_copy(update={"min_odds": min(bet.min_odds, odds)})


def residual(hedge: Leg) -> Money | None:
    """Return the stake that a hedge is short of a full hedge; None if nothing is missing, or it is not accepted.

    The remainder of rounding to the bookmaker's steps is not missing: no stake would be nearer.
    """
    if hedge.stake is None:
        return None
    missing = (hedge.whole_stake or hedge.asked.stake) - hedge.stake
    return missing if missing.amount > 0 else None


def missing_stake(pair: Pair) -> Money | None:
    """Return the stake that an accepted hedge is short of a full hedge now; None if nothing is missing.

    A positive bet whose stake has grown since needs a larger hedge than was asked for.
    """
    hedge = pair.hedge
    if pair.reason != Reason.STAKE_CHANGED_POSITIVE or hedge.stake is None or hedge.odds is None:
        return residual(hedge)
    missing = hedge_bet_at(pair, hedge.odds).stake - hedge.stake
    return missing if missing.amount > 0 else None


def with_exposure(pair: Pair, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Add the exposure if an accepted hedge covers only a part, or if the positive bet is already void."""
    exposed: list[Change] = []
    for change in changes:
        exposed.append(change)
        if isinstance(change, LegAccepted) and change.role is Role.HEDGE:
            exposed += _alone(pair.positive) or _left_open(pair.hedge.model_copy(update={"stake": change.stake}))
    return tuple(exposed)


def _alone(positive: Leg) -> tuple[PairExposed, ...]:
    """Return an exposure if the positive bet was voided before the hedge was accepted."""
    return (PairExposed(Reason.POSITIVE_VOID),) if positive.outcome is Outcome.VOID else ()


def _left_open(hedge: Leg) -> tuple[PairExposed, ...]:
    if residual(hedge) is None or hedge.stake is None:
        return ()
    is_part = hedge.stake < hedge.asked.stake
    return (PairExposed(Reason.HEDGE_PARTLY_ACCEPTED if is_part else Reason.HEDGE_LIMITED),)
