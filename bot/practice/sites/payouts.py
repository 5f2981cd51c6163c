"""The practice sites' own payout arithmetic: exact decimals, rounded half up to 0.01."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from bot.practice.sites.records import BetResult

_CENT = Decimal("0.01")
_HALF = Decimal("0.5")

# For each unit staked: the share that wins at the odds, and the share that is returned.
_SHARES = {
    BetResult.WON: (Decimal(1), Decimal(0)),
    BetResult.LOST: (Decimal(0), Decimal(0)),
    BetResult.VOID: (Decimal(0), Decimal(1)),
    BetResult.DRAW: (Decimal(0), Decimal(1)),
    BetResult.REFUND: (Decimal(0), Decimal(1)),
    BetResult.HALF_WON: (_HALF, _HALF),
    BetResult.HALF_LOST: (Decimal(0), _HALF),
}


def to_cents(amount: Decimal) -> Decimal:
    """Round an amount half up to 0.01."""
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def payout(result: BetResult, stake: Decimal, odds: Decimal) -> Decimal:
    """Return the payout of a result, stake included.

    Raises ValueError for a cash-out, which has no formula.
    """
    if result is BetResult.CASHED_OUT:
        raise ValueError("a cash-out needs an explicit payout")
    winning, returned = _SHARES[result]
    return to_cents(stake * winning * odds + stake * returned)
