"""Risk controls: named, pure checks, applied before a pair is armed and to its armed slips.

A control is a function in one of the tuples below. ``CLICK_CONTROLS`` apply to every click: they check that the slip is
the one asked for. The others enforce the owner's limits and apply to new pairs only: once the positive bet is accepted,
no limit prevents its hedge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from bot.domain.limits import ControlRefusal, Limits
from bot.domain.money import Money
from bot.domain.pair import Leg, Pair
from bot.domain.placement import ArmedSlip
from bot.domain.reasons import Reason
from bot.domain.reconciliation import guaranteed_pnl, in_positive_currency

_SHOWN = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class ArmedLeg:
    """A leg, its armed slip and the account's balance, if the page shows one."""

    leg: Leg
    slip: ArmedSlip
    balance: Money | None


@dataclass(frozen=True, slots=True)
class ArmedPair:
    """A new pair whose slips are both armed."""

    pair: Pair
    positive: ArmedLeg
    hedge: ArmedLeg

    @property
    def as_armed(self) -> Pair:
        """The pair as if it had asked for the odds and stakes of its slips."""
        return self.pair.with_leg(_as_armed(self.positive)).with_leg(_as_armed(self.hedge))


def _as_armed(armed: ArmedLeg) -> Leg:
    terms = {"odds": armed.slip.odds, "stake": armed.slip.stake}
    return armed.leg.model_copy(update={"bet": armed.leg.bet.model_copy(update=terms)})


def _minimum_odds(armed: ArmedLeg) -> ControlRefusal | None:
    if armed.slip.odds >= armed.leg.bet.min_odds:
        return None
    return ControlRefusal(Reason.MINIMUM_ODDS, str(armed.leg.bet.min_odds), str(armed.slip.odds))


def _stake_as_asked(armed: ArmedLeg) -> ControlRefusal | None:
    if armed.slip.stake == armed.leg.bet.stake:
        return None
    return ControlRefusal(Reason.STAKE_AS_ASKED, str(armed.leg.bet.stake), str(armed.slip.stake))


def _line_as_asked(armed: ArmedLeg) -> ControlRefusal | None:
    if armed.slip.line == armed.leg.bet.line:
        return None
    return ControlRefusal(Reason.LINE_AS_ASKED, str(armed.leg.bet.line), str(armed.slip.line))


def _balance_covers_stake(armed: ArmedLeg) -> ControlRefusal | None:
    if armed.balance is None or armed.slip.stake <= armed.balance:
        return None
    return ControlRefusal(Reason.BALANCE_COVERS_STAKE, str(armed.balance), str(armed.slip.stake))


def _stake_per_bet(armed: ArmedLeg, limits: Limits) -> ControlRefusal | None:
    limit = limits.of(armed.leg.bet.account).stake_per_bet
    if limit is None or armed.slip.stake <= limit:
        return None
    return ControlRefusal(Reason.STAKE_PER_BET, str(limit), str(armed.slip.stake))


def _max_slippage(armed: ArmedLeg, limits: Limits) -> ControlRefusal | None:
    asked, limit = armed.leg.bet.odds.decimal, limits.max_slippage
    slippage = (asked - armed.slip.odds.decimal) / asked
    if limit is None or slippage <= Fraction(limit):
        return None
    return ControlRefusal(Reason.MAX_SLIPPAGE, str(limit), _shown(slippage, ROUND_CEILING))


def _min_margin(armed: ArmedPair, limits: Limits) -> ControlRefusal | None:
    margin = margin_of(armed.as_armed)
    if limits.min_margin is None or margin >= Fraction(limits.min_margin):
        return None
    return ControlRefusal(Reason.MIN_MARGIN, str(limits.min_margin), _shown(margin, ROUND_FLOOR))


CLICK_CONTROLS: tuple[Callable[[ArmedLeg], ControlRefusal | None], ...] = (
    _minimum_odds,
    _stake_as_asked,
    _line_as_asked,
    _balance_covers_stake,
)
LEG_CONTROLS: tuple[Callable[[ArmedLeg, Limits], ControlRefusal | None], ...] = (_stake_per_bet, _max_slippage)
PAIR_CONTROLS: tuple[Callable[[ArmedPair, Limits], ControlRefusal | None], ...] = (_min_margin,)


def refusal_of(armed: ArmedLeg) -> ControlRefusal | None:
    """Return the first refusal by the controls of every click, or None. Limits are not checked."""
    return next((refusal for control in CLICK_CONTROLS if (refusal := control(armed))), None)


def refusal_of_new(armed: ArmedPair, limits: Limits) -> ControlRefusal | None:
    """Return the first refusal of a pair whose slips are armed and not yet clicked, or None."""
    for leg in (armed.positive, armed.hedge):
        of_leg = (refusal for control in LEG_CONTROLS if (refusal := control(leg, limits)))
        refusal = refusal_of(leg) or next(of_leg, None)
        if refusal is not None:
            return replace(refusal, subject=leg.leg.role.value)
    return next((refusal for control in PAIR_CONTROLS if (refusal := control(armed, limits))), None)


def refusal_of_age(pair: Pair, now: datetime) -> ControlRefusal | None:
    """Refuse a pair whose ``expiresAt`` has passed."""
    if pair.expires_at is None or now < pair.expires_at:
        return None
    return ControlRefusal(Reason.EXPIRES_AT, pair.expires_at.isoformat(), now.isoformat())


def refusal_of_stale(pair: Pair, limits: Limits, now: datetime) -> ControlRefusal | None:
    """Refuse a new pair that has expired, or was found longer ago than the limit.

    A pair of unknown age is refused, and so is one that was found further in the future than the limit, since a clock
    must be wrong.
    """
    if expired := refusal_of_age(pair, now):
        return expired
    if limits.max_age_s is None:
        return None
    if pair.found_at is None:
        return ControlRefusal(Reason.MAX_AGE, f"{limits.max_age_s} s", "unknown")
    age_s = (now - pair.found_at).total_seconds()
    if abs(age_s) <= limits.max_age_s:
        return None
    return ControlRefusal(Reason.MAX_AGE, f"{limits.max_age_s} s", f"{age_s} s")


def margin_of(pair: Pair) -> Fraction:
    """Return a pair's PnL in the worse of its two intended results, as a fraction of both stakes."""
    first, second = (Fraction(in_positive_currency(pair, leg.bet.stake).amount) for leg in pair.legs)
    return Fraction(guaranteed_pnl(pair).amount) / (first + second)


def _shown(fraction: Fraction, rounding: str) -> str:
    return str((Decimal(fraction.numerator) / Decimal(fraction.denominator)).quantize(_SHOWN, rounding))
