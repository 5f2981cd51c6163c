"""What a bet history proves about a bet whose placement is unknown."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.domain.changes import LegAccepted, LegChange, LegNotFound, LegRejected, LegUnknown, LegWaiting
from bot.domain.money import Money
from bot.domain.pair import Leg
from bot.domain.placement import HistoryReading, HistoryRow, TicketState
from bot.domain.reasons import Reason

LOOKS_BEFORE_PROPOSAL = 3
SPAN_BEFORE_PROPOSAL = timedelta(seconds=60)
_CLOCKS_DIFFER_BY = timedelta(minutes=2)


def proof(leg: Leg, reading: HistoryReading, claimed: Collection[str]) -> LegChange | None:
    """Return what a reading proves about a submitted leg, or None when it proves nothing.

    If the leg's ticket is known, that ticket's row is the proof. Otherwise exactly one row must be new since the
    baseline, match what was asked, and belong to no other bet (``claimed``). Two such rows prove nothing, and neither
    does absence.
    """
    row = reading.row(leg.ticket) if leg.ticket else _only_match(leg, reading, claimed)
    return _change_from(leg, row) if row else None


def absence(leg: Leg, reading: HistoryReading, balance: Money | None) -> LegNotFound | None:
    """Return what it means that a reading does not show an unknown leg: nothing, one more look, or a proposal.

    Absence counts only in a complete reading. After three looks over a minute a human is asked to confirm that the bet
    was not placed. The leg stays unknown until then, and further looks are not counted.
    """
    if not reading.complete or leg.proposal is not None:
        return None
    missed_for = reading.as_of - (leg.missed_since or reading.as_of)
    proposes = leg.looks + 1 >= LOOKS_BEFORE_PROPOSAL and missed_for >= SPAN_BEFORE_PROPOSAL
    return LegNotFound(leg.role, reading.as_of, balance, proposes)


def vanished(leg: Leg, reading: HistoryReading) -> LegUnknown | None:
    """Return unknown for a bet under review that a complete history does not show a minute after its baseline."""
    if not reading.complete or leg.baseline is None:
        return None
    if reading.as_of - leg.baseline.taken_at < SPAN_BEFORE_PROPOSAL:
        return None
    return LegUnknown(leg.role, "under review, but the history does not show it")


def _only_match(leg: Leg, reading: HistoryReading, claimed: Collection[str]) -> HistoryRow | None:
    if leg.baseline is None:
        return None
    since = leg.baseline.taken_at - _CLOCKS_DIFFER_BY
    known = {*leg.baseline.tickets, *claimed}
    matches = [row for row in reading.rows if row.ticket not in known and _is_what_was_asked(leg, row, since)]
    return matches[0] if len(matches) == 1 else None


def _is_what_was_asked(leg: Leg, row: HistoryRow, since: datetime) -> bool:
    bet, asked_stake = leg.bet, leg.asked_stake or leg.bet.stake
    return (
        row.event == bet.event.name
        and (row.placed_at is None or row.placed_at >= since)
        and row.selection == bet.selection
        and row.line == bet.line
        and row.stake.currency == asked_stake.currency
        and row.stake <= asked_stake
    )


def _change_from(leg: Leg, row: HistoryRow) -> LegChange:
    match row.state:
        case TicketState.WAITING:
            return LegWaiting(leg.role, row.ticket)
        case TicketState.REJECTED:
            return LegRejected(leg.role, Reason.DECLINED, f"ticket {row.ticket}")
        case TicketState.OPEN | TicketState.SETTLED:
            return LegAccepted(leg.role, row.ticket, row.stake, row.odds)
