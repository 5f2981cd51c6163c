"""Rounding of a pair's stakes to the minimum stakes and stake steps of its bookmakers."""

from __future__ import annotations

from fractions import Fraction

from bot.domain.changes import StakesRounded
from bot.domain.limits import ControlRefusal, Limits
from bot.domain.money import Money, nearest
from bot.domain.pair import Pair, Role
from bot.domain.reasons import Reason
from bot.domain.reconciliation import guaranteed_pnl


def with_steps(pair: Pair, limits: Limits) -> Pair:
    """Set the stake step of each bet's bookmaker on the bet, so that every later stake keeps to it."""
    for leg in pair.legs:
        bet = leg.bet.model_copy(update={"stake_step": limits.of(leg.bet.account).stake_step})
        pair = pair.with_leg(leg.model_copy(update={"bet": bet}))
    return pair


def rounded_stakes(pair: Pair, limits: Limits) -> StakesRounded | ControlRefusal | None:
    """Return the rounded stakes, a refusal if none are possible, or None if the stakes asked for need no rounding.

    No stake is raised, and the stakes keep their ratio as well as the steps allow. Rounding must not turn a gain into
    a loss, nor make a loss that was asked for larger.
    """
    candidates = [_led_by(role, pair) for role in Role]
    refusals = [_below_minimum(candidate, limits) for candidate in candidates]
    placeable = [pair for pair, refusal in zip(candidates, refusals, strict=True) if refusal is None]
    if not placeable:
        return refusals[0]
    best = max(placeable, key=lambda candidate: guaranteed_pnl(candidate).amount)
    if best == pair:
        return None
    return _unbalanced(pair, best) or StakesRounded(best.positive.bet.stake, best.hedge.bet.stake)


def _led_by(role: Role, pair: Pair) -> Pair:
    """Round one stake down to its step, and the other to the step that best keeps the ratio."""
    asked, other = pair.leg(role).bet, pair.leg(role.other).bet
    leading = asked.stake.down_to(asked.step)
    ratio = Fraction(leading.amount) / Fraction(asked.stake.amount)
    fitting = nearest(Fraction(other.stake.amount) * ratio, other.step)
    return _staking(_staking(pair, role, leading), role.other, min(fitting, other.stake.down_to(other.step)))


def _below_minimum(pair: Pair, limits: Limits) -> ControlRefusal | None:
    for leg in pair.legs:
        minimum = limits.of(leg.bet.account).minimum_stake
        least = leg.bet.step if minimum is None else max(minimum, leg.bet.step)
        if leg.bet.stake < least:
            return ControlRefusal(Reason.MINIMUM_STAKE, str(least), str(leg.bet.stake), subject=leg.role.value)
    return None


def _unbalanced(asked: Pair, best: Pair) -> ControlRefusal | None:
    worst, least = guaranteed_pnl(best), guaranteed_pnl(asked)
    least = min(least, least - least)
    if worst >= least:
        return None
    return ControlRefusal(Reason.STAKE_STEP, str(least), str(worst), subject="worst case after rounding,")


def _staking(pair: Pair, role: Role, stake: Money) -> Pair:
    leg = pair.leg(role)
    return pair.with_leg(leg.model_copy(update={"bet": leg.bet.model_copy(update={"stake": stake})}))
