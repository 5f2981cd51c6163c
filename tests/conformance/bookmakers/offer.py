"""The match that every case bets on, at odds that every style writes exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

HOME, AWAY = "Northgate Rovers", "Castle Albion"
LEAST_ODDS = "1.01"


@dataclass(frozen=True, slots=True)
class Choice:
    """A selection of the match: the bet's words for it, its id at the site after the event's, and its odds."""

    market: str
    outcome: str
    line: str | None
    id: str
    odds: str

    @property
    def signed_line(self) -> Decimal | None:
        return None if self.line is None else Decimal(self.line)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.market, self.outcome, self.line)))


CHOICES = (
    Choice("1x2", "home", None, "1x2-home", "2.25"),
    Choice("1x2", "draw", None, "1x2-draw", "3.00"),
    Choice("1x2", "away", None, "1x2-away", "2.60"),
    Choice("total_goals", "over", "2.5", "total_goals-over", "1.80"),
    Choice("total_goals", "under", "2.5", "total_goals-under", "2.00"),
    Choice("asian_handicap", "home", "-0.25", "asian_handicap-home", "1.80"),
    Choice("asian_handicap", "away", "0.25", "asian_handicap-away", "2.00"),
)
HOME_WINS, DRAW, AWAY_WINS, OVER, UNDER, HOME_GIVES, AWAY_TAKES = CHOICES


def described(event: str, score: str | None = None) -> dict[str, Any]:
    """Return the match as the control API expects it."""
    markets: dict[str, dict[str, Any]] = {}
    for choice in CHOICES:
        market = markets.setdefault(choice.market, {"kind": choice.market, "selections": []})
        market["selections"].append(_selection(choice))
    in_play = {} if score is None else {"score": score}
    return {"id": event, "home": HOME, "away": AWAY, "markets": list(markets.values())} | in_play


def _selection(choice: Choice) -> dict[str, str]:
    line = {} if choice.line is None else {"line": choice.line}
    return {"outcome": choice.outcome, "odds": choice.odds} | line
