"""Alternative words for the statuses of bets, as used by similar platforms.

A status that a vocabulary leaves out keeps the brand's own word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.practice.sites.ledger import BetKind
from bot.practice.sites.records import Bet, BetResult, BetStatus


@dataclass(frozen=True)
class Vocabulary:
    """Hold the words for statuses and results; `in_play` takes precedence for running bets placed in play."""

    words: Mapping[BetKind, str] = field(default_factory=dict)
    in_play: str | None = None

    def word(self, bet: Bet) -> str | None:
        """Return the word for a bet, or None to use the brand's own."""
        if self.in_play and bet.score and bet.status is BetStatus.OPEN:
            return self.in_play
        return self.words.get(bet.outcome_result or bet.status)


HOUSE = Vocabulary()
# A half-won bet is also "Won" here: only its money shows the difference.
_TRADING = Vocabulary(
    {
        BetStatus.WAITING: "Waiting",
        BetStatus.OPEN: "Running",
        BetStatus.REJECTED: "Waiting Rejected",
        BetResult.WON: "Won",
        BetResult.HALF_WON: "Won",
        BetResult.LOST: "Lose",
        BetResult.HALF_LOST: "Lose",
        BetResult.DRAW: "Draw",
        BetResult.VOID: "Void",
        BetResult.REFUND: "Refund",
    }
)
_CAPITALS = Vocabulary(
    {
        BetStatus.WAITING: "WAITING",
        BetStatus.OPEN: "RUNING",
        BetStatus.REJECTED: "REJECT",
        BetResult.WON: "WON",
        BetResult.HALF_WON: "HALF WON",
        BetResult.LOST: "LOSE",
        BetResult.HALF_LOST: "HALF LOSE",
        BetResult.DRAW: "DRAW",
        BetResult.VOID: "VOID",
        BetResult.REFUND: "REFUND",
    }
)
_CODES = Vocabulary(
    {
        BetStatus.WAITING: "WAITING",
        BetStatus.OPEN: "OPEN",
        BetStatus.REJECTED: "REJECTED",
        BetResult.WON: "WON",
        BetResult.HALF_WON: "HALF_WON_HALF_PUSHED",
        BetResult.LOST: "LOST",
        BetResult.HALF_LOST: "HALF_LOST_HALF_PUSHED",
        BetResult.DRAW: "PUSHED",
        BetResult.VOID: "VOIDED",
        BetResult.REFUND: "CANCELLED",
        BetResult.CASHED_OUT: "CASHED_OUT",
    }
)
_CLEARING = Vocabulary(
    {
        BetStatus.WAITING: "PENDING_ACCEPTANCE",
        BetStatus.OPEN: "pending",
        BetStatus.REJECTED: "rejected",
        BetResult.WON: "won",
        BetResult.LOST: "lost",
        BetResult.DRAW: "push",
        BetResult.VOID: "cancelled",
        BetResult.REFUND: "refunded",
    },
    in_play="unsettled",
)
VOCABULARIES = {
    "house": HOUSE,
    "trading": _TRADING,
    "capitals": _CAPITALS,
    "codes": _CODES,
    "clearing": _CLEARING,
}
