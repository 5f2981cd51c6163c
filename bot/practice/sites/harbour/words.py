"""The status words of Harbour's bets in each language that an account can choose."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.practice.sites.ledger import BetKind
from bot.practice.sites.records import Bet, BetResult, BetStatus

USUAL = "en"

_WORDS: Mapping[str, Mapping[BetKind, str]] = MappingProxyType(
    {
        "en": {
            BetStatus.WAITING: "Pending",
            BetStatus.OPEN: "Open",
            BetStatus.REJECTED: "Rejected",
            BetResult.WON: "Won",
            BetResult.LOST: "Lost",
            BetResult.VOID: "Void",
            BetResult.DRAW: "Void",
            BetResult.REFUND: "Void",
            BetResult.HALF_WON: "Half won",
            BetResult.HALF_LOST: "Half lost",
            BetResult.CASHED_OUT: "Cashed out",
        },
        "pt": {
            BetStatus.WAITING: "pendente",
            BetStatus.OPEN: "em aberto",
            BetStatus.REJECTED: "rejeitada",
            BetResult.WON: "ganha",
            BetResult.LOST: "perdida",
            BetResult.VOID: "devolvida",
            BetResult.DRAW: "devolvida",
            BetResult.REFUND: "reembolso",
            BetResult.HALF_WON: "meio ganho",
            BetResult.HALF_LOST: "meio perdido",
            BetResult.CASHED_OUT: "encerrada",
        },
        "it": {
            BetStatus.WAITING: "In attesa",
            BetStatus.OPEN: "In corso",
            BetStatus.REJECTED: "Rifiutata",
            BetResult.WON: "Vinta",
            BetResult.LOST: "Persa",
            BetResult.VOID: "Annullata",
            BetResult.DRAW: "Annullata",
            BetResult.REFUND: "Rimborsata",
            BetResult.HALF_WON: "Mezza vinta",
            BetResult.HALF_LOST: "Mezza persa",
            BetResult.CASHED_OUT: "Chiusa in anticipo",
        },
    }
)
_TONES = {
    BetResult.WON: "good",
    BetResult.HALF_WON: "good",
    BetResult.LOST: "bad",
    BetResult.HALF_LOST: "bad",
}


def status_word(bet: Bet, language: str) -> str:
    """Return the word for the status or result of a bet."""
    return _WORDS[language][bet.outcome_result or bet.status]


def status_tone(bet: Bet) -> str:
    """Return the colour of the status word: "good", "bad" or, for all others, ""."""
    return "" if bet.outcome_result is None else _TONES.get(bet.outcome_result, "")
