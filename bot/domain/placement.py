"""What the bookmakers' pages say about a bet: an armed slip, a placement, a row of the history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.odds import Odds
from bot.domain.outcome import Outcome
from bot.domain.reasons import Reason
from bot.errors import BookmakerError


class SessionState(StrEnum):
    """State of an account's session, read from positive markers on the page."""

    LOGGED_IN = "logged_in"
    LOGGED_OUT = "logged_out"
    CHALLENGE = "challenge"
    MAINTENANCE = "maintenance"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class ArmedSlip:
    """A slip that one click submits, as read back from the page after everything was entered.

    ``handle`` belongs to the provider; the engine passes it back unchanged.
    """

    odds: Odds
    stake: Money
    line: Decimal | None
    potential_return: Money | None
    handle: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The bookmaker accepted the bet. ``ticket`` is None if its page names none.

    ``stake`` is what runs now, possibly less than was asked. ``referred`` is the part of the stake that a trader still
    decides on: it may be added to the same ticket later, or never.
    """

    ticket: str | None
    stake: Money
    odds: Odds
    referred: Money | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The bookmaker is reviewing the bet and may still accept or reject it. A ticket is not an acceptance."""

    ticket: str | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """The bookmaker provably did not accept the bet. ``limit`` is the stake that it would accept, if known."""

    reason: Reason
    detail: str = ""
    limit: Money | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """After the click there was no proof either way. ``trouble`` is the error of the page that answered, if known."""

    detail: str
    trouble: BookmakerError | None = None


Placement = Accepted | Waiting | Rejected | Unknown


class TicketState(StrEnum):
    """Where a ticket stands in the bookmaker's history."""

    WAITING = "waiting"
    OPEN = "open"
    REJECTED = "rejected"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One bet as the bookmaker's history shows it. ``outcome`` is set exactly when ``state`` is ``SETTLED``.

    ``cash_out`` is the bookmaker's offer for an open bet, if its list shows one. It changes from one look to the next,
    so comparisons ignore it.

    If a site shows results as money only, ``outcome`` is ``Outcome.SETTLED`` and ``payout`` decides. A bet whose
    settlement was taken back is ``OPEN`` again. A bet that was settled again has its new result and no row for the old.
    """

    ticket: str
    state: TicketState
    event: str
    selection: str
    line: Decimal | None
    odds: Odds
    stake: Money
    outcome: Outcome | None = None
    payout: Money | None = None
    placed_at: datetime | None = None
    cash_out: Money | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if (self.outcome is not None) != (self.state is TicketState.SETTLED):
            raise ValueError(f"ticket {self.ticket}: state {self.state.value} does not fit outcome {self.outcome}")


@dataclass(frozen=True, slots=True)
class HistoryReading:
    """One reading of an account's bet history, taken while provably logged in. No two rows have the same ticket.

    ``complete`` means that every bet of the requested span is among ``rows``; only then does absence mean anything. It
    is False if a list ended early, failed, or did not add up to the total that it names.
    """

    rows: tuple[HistoryRow, ...]
    complete: bool
    as_of: datetime

    def row(self, ticket: str) -> HistoryRow | None:
        """Return the row of a ticket, or None when the reading has none."""
        return next((row for row in self.rows if row.ticket == ticket), None)
