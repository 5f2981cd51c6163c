"""The result of a ticket, and what it pays."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction

from bot.domain.money import Money, rounded
from bot.domain.odds import Odds


class Outcome(StrEnum):
    """A ticket's result. ``SETTLED``: the page does not name the result. ``TIMEOUT``: no result was seen in time."""

    WON = "won"
    LOST = "lost"
    VOID = "void"
    HALF_WON = "half_won"
    HALF_LOST = "half_lost"
    CASHED_OUT = "cashed_out"
    SETTLED = "settled"
    TIMEOUT = "timeout"


# The profit of a unit stake at profit p per unit (p = decimal odds - 1).
_PROFIT_PER_UNIT: dict[Outcome, Callable[[Fraction], Fraction]] = {
    Outcome.WON: lambda p: p,
    Outcome.LOST: lambda _: Fraction(-1),
    Outcome.VOID: lambda _: Fraction(0),
    Outcome.HALF_WON: lambda p: p / 2,
    Outcome.HALF_LOST: lambda _: Fraction(-1, 2),
}

CLASSIFIABLE = tuple(_PROFIT_PER_UNIT)


def formula_pnl(outcome: Outcome, stake: Money, odds: Odds) -> Money:
    """Compute the profit or loss of a bet from its outcome: won s(d-1), lost -s, void 0, halves of won and lost.

    The payout is rounded, as bookmakers do: when half of 33.33 is lost, 16.67 is paid back.
    Raises ValueError for an outcome that has no formula (cashed out, bare settled, timeout).
    """
    if outcome not in _PROFIT_PER_UNIT:
        raise ValueError(f"outcome {outcome.value} has no formula; its payout is needed")
    paid = Fraction(stake.amount) * (1 + _PROFIT_PER_UNIT[outcome](odds.profit))
    return rounded(paid, stake.currency) - stake


def classified(outcome: Outcome, stake: Money, odds: Odds, payout: Money | None) -> Outcome:
    """Derive the result of a bare ``settled`` from its payout; any other outcome is returned unchanged."""
    if outcome is not Outcome.SETTLED or payout is None:
        return outcome
    fitting = [o for o in CLASSIFIABLE if formula_pnl(o, stake, odds) == payout - stake]
    return fitting[0] if len(fitting) == 1 else outcome
