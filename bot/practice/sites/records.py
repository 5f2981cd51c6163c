"""The records of a practice site: accounts, events, markets, selections, bets and the journal of bet requests."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class MarketKind(StrEnum):
    """Name a kind of market; each kind has its own fixed outcomes."""

    MATCH_RESULT = "1x2"
    TOTAL_GOALS = "total_goals"
    ASIAN_HANDICAP = "asian_handicap"

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Return the outcomes in the order in which pages show them."""
        return _OUTCOMES[self]

    @property
    def has_line(self) -> bool:
        """Return whether selections of this kind carry a line."""
        return self is not MarketKind.MATCH_RESULT


_OUTCOMES = {
    MarketKind.MATCH_RESULT: ("home", "draw", "away"),
    MarketKind.TOTAL_GOALS: ("over", "under"),
    MarketKind.ASIAN_HANDICAP: ("home", "away"),
}


class SelectionStatus(StrEnum):
    """Say whether a selection takes bets now (open), later (suspended) or never again (closed)."""

    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class BetStatus(StrEnum):
    """Name the status of a recorded bet."""

    WAITING = "waiting"
    OPEN = "open"
    REJECTED = "rejected"
    SETTLED = "settled"


class BetResult(StrEnum):
    """Name the result of a settled bet."""

    WON = "won"
    LOST = "lost"
    VOID = "void"
    DRAW = "draw"
    REFUND = "refund"
    HALF_WON = "half_won"
    HALF_LOST = "half_lost"
    CASHED_OUT = "cashed_out"


class Verdict(StrEnum):
    """Name what a trader will decide about a waiting bet; `hold` waits for the control API."""

    ACCEPT = "accept"
    REJECT = "reject"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Account:
    """Describe a customer; the password is kept only as a salted hash, inside the database."""

    username: str
    whitelabel: str
    currency: str
    balance: Decimal
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Selection:
    """Describe one betting outcome with its decimal odds and limits."""

    id: str
    market_id: str
    event_id: str
    kind: MarketKind
    outcome: str
    line: Decimal | None
    odds: Decimal
    status: SelectionStatus
    max_stake: Decimal | None
    min_stake: Decimal


@dataclass(frozen=True, slots=True)
class Market:
    """Describe a market and its selections in page order."""

    id: str
    kind: MarketKind
    line: Decimal | None
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Describe a match; a match with a score, such as "1-0", is in play."""

    id: str
    home: str
    away: str
    league: str
    sport: str
    starts_at: str | None
    score: str | None
    markets: tuple[Market, ...]

    @property
    def name(self) -> str:
        """Return the match as pages write it."""
        return f"{self.home} v {self.away}"


class ReferralStatus(StrEnum):
    """Name the status of the part of a stake that a trader must approve."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Referral:
    """Describe the part of a stake that was referred to a trader; once approved, the bet's stake includes it."""

    stake: Decimal
    status: ReferralStatus


@dataclass(frozen=True, slots=True)
class Settlement:
    """Describe one settlement of a bet; only the last settlement of a bet counts."""

    ticket: str
    result: BetResult
    payout: Decimal
    settled_at: str


@dataclass(frozen=True, slots=True)
class Bet:
    """Describe a recorded bet; `odds` and `stake` are the accepted ones."""

    ticket: str
    account: str
    whitelabel: str
    currency: str
    selection: str
    event_id: str
    event: str
    market: MarketKind
    outcome: str
    line: Decimal | None
    score: str | None
    odds: Decimal
    stake: Decimal
    potential_return: Decimal
    requested_odds: Decimal
    requested_stake: Decimal
    status: BetStatus
    verdict: Verdict | None
    outcome_result: BetResult | None
    payout: Decimal | None
    reject_reason: str | None
    placed_at: str
    settled_at: str | None
    referral: Referral | None = None


@dataclass(frozen=True, slots=True)
class JournalRow:
    """Describe one bet request: when it arrived, what it asked, what was answered and when.

    The times in `_ms` are of the machine's monotonic clock; they are None for requests of an earlier run.
    """

    id: int
    received_at: str
    answered_at: str | None
    account: str
    asked: dict[str, Any]
    result: str | None
    ticket: str | None
    received_ms: float | None = None
    answered_ms: float | None = None


def utc_now() -> str:
    """Return the current time as UTC ISO 8601 with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def as_json(value: Any) -> Any:
    """Turn a record into JSON values; amounts, odds and lines become strings."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: as_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [as_json(each) for each in value]
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    return value
