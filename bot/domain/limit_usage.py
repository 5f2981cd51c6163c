"""What a pair counts towards the limits, from its reservation until its result is booked.

A reserved pair counts both of its stakes: the stake asked for until the bet is accepted, then the stake that runs. An
unknown bet still counts; a bet that was provably not placed does not.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.money import Money
from bot.domain.pair import Account, Leg, LegState, Pair, PairState, Role
from bot.domain.reconciliation import settled_pnl

_CAME_TO_NOTHING = frozenset({PairState.BLOCKED, PairState.FAILED})
_JUDGED = frozenset({PairState.RECONCILED, PairState.EXPOSURE_EVENT, PairState.EMERGENCY})


@dataclass(frozen=True, slots=True)
class Tally:
    """What one leg counts: ``staked`` on the day of the reservation, and ``open`` as long as it has no result."""

    role: Role
    account: Account
    currency: str
    staked: Money | None
    open: Money | None

    @property
    def scopes(self) -> tuple[str, str]:
        """Where it counts: for the account, and for all accounts of the currency."""
        return str(self.account), self.currency


def tallies(pair: Pair) -> tuple[Tally, Tally]:
    """Return what each leg of a reserved pair counts."""
    return _tally(pair, pair.positive), _tally(pair, pair.hedge)


def changed_tallies(before: Pair, after: Pair) -> tuple[Tally, ...]:
    """Return the tallies that a change has altered; a pair that is only received counts from its reservation on."""
    if after.state is PairState.RECEIVED:
        return ()
    return tuple(new for old, new in zip(tallies(before), tallies(after), strict=True) if old != new)


def booked_result(pair: Pair) -> Money | None:
    """Return what a pair adds to its day's result, in the positive leg's currency; None until every bet has settled.

    A result that no page shows counts as a lost stake.
    """
    placed = [leg for leg in pair.legs if leg.stake is not None]
    if pair.state not in _JUDGED or not all(leg.state is LegState.SETTLED for leg in placed):
        return None
    return settled_pnl(pair)


def _tally(pair: Pair, leg: Leg) -> Tally:
    given_up = pair.state is PairState.EMERGENCY and leg.stake is None
    stake = None if given_up or pair.state in _CAME_TO_NOTHING else _stake(leg)
    still_open = None if leg.state is LegState.SETTLED else stake
    return Tally(leg.role, leg.bet.account, leg.bet.stake.currency, stake, still_open)


def _stake(leg: Leg) -> Money:
    if leg.stake is None:
        return leg.asked_stake or leg.bet.stake
    return leg.stake + leg.referred if leg.referred else leg.stake
