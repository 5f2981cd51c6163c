"""Reduce a list that shows every settlement of a ticket to one row per ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.placement import HistoryRow, TicketState
from bot.errors import UnreadableValue
from providers.kit.pages.selection import history_row
from providers.kit.reading.locators import REVERSED, Locators
from providers.kit.reading.parsing import Status
from providers.kit.reading.readings import Values


def standing_rows(rows: Iterable[Values], page: str, locators: Locators) -> tuple[HistoryRow, ...]:
    """Return the valid row of each ticket, in the order of the list.

    A row is superseded if its field ``revision``, or its status, says ``reversed``. A ticket with only superseded rows
    waits for a new result, so it is open again. Equal rows count once: pages of a list may overlap. Raises
    UnreadableValue for a ticket with several different valid rows.
    """
    by_ticket: dict[str, list[Values]] = {}
    for row in rows:
        by_ticket.setdefault(row.get("ticket", str), []).append(row)
    return tuple(_standing(ticket, shown, page, locators) for ticket, shown in by_ticket.items())


def _standing(ticket: str, shown: Sequence[Values], page: str, locators: Locators) -> HistoryRow:
    standing = {history_row(row, locators) for row in shown if not _is_superseded(row)}
    if len(standing) > 1:
        problem = f"ticket {ticket} has {len(standing)} valid rows: all but one must be reversed"
        raise UnreadableValue(locators.provider, page, "revision", "row revision", problem)
    if standing:
        return standing.pop()
    return replace(history_row(shown[0], locators), state=TicketState.OPEN, outcome=None, payout=None)


def _is_superseded(row: Values) -> bool:
    return REVERSED in {row.find("revision", str), row.get("status", Status).word}
