"""Risk controls: named, pure checks of what the armed slips say, applied just before the first click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.money import Money
from bot.domain.pair import Leg, Pair
from bot.domain.placement import ArmedSlip


@dataclass(frozen=True, slots=True)
class ArmedLeg:
    """A leg, its armed slip and the account's balance where the page shows one."""

    leg: Leg
    slip: ArmedSlip
    balance: Money | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a pair must not be placed: the control's name, its limit and the value that broke it."""

    control: str
    limit: str
    value: str
    price_is_gone: bool = False

    def __str__(self) -> str:
        return f"{self.control}: limit {self.limit}, is {self.value}"


def _minimum_odds(armed: ArmedLeg) -> Refusal | None:
    if armed.slip.odds >= armed.leg.bet.min_odds:
        return None
    return Refusal("minimum_odds", str(armed.leg.bet.min_odds), str(armed.slip.odds), price_is_gone=True)


def _stake_as_asked(armed: ArmedLeg) -> Refusal | None:
    if armed.slip.stake == armed.leg.bet.stake:
        return None
    return Refusal("stake_as_asked", str(armed.leg.bet.stake), str(armed.slip.stake))


def _line_as_asked(armed: ArmedLeg) -> Refusal | None:
    if armed.slip.line == armed.leg.bet.line:
        return None
    return Refusal("line_as_asked", str(armed.leg.bet.line), str(armed.slip.line), price_is_gone=True)


def _balance_covers_stake(armed: ArmedLeg) -> Refusal | None:
    if armed.balance is None or armed.slip.stake <= armed.balance:
        return None
    return Refusal("balance_covers_stake", str(armed.balance), str(armed.slip.stake))


LEG_CONTROLS: tuple[Callable[[ArmedLeg], Refusal | None], ...] = (
    _minimum_odds,
    _stake_as_asked,
    _line_as_asked,
    _balance_covers_stake,
)


def refusal_of(armed: ArmedLeg) -> Refusal | None:
    """Return the first refusal of one armed leg, or None when every control lets it pass."""
    return next((refusal for control in LEG_CONTROLS if (refusal := control(armed))), None)


def refusal_of_age(pair: Pair, now: datetime) -> Refusal | None:
    """Refuse a pair whose ``expiresAt`` has passed."""
    if pair.expires_at is None or now < pair.expires_at:
        return None
    return Refusal("expires_at", pair.expires_at.isoformat(), now.isoformat())
