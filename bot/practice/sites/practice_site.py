"""The state behind a practice site's pages: ledger, faults, settings, sessions, and subscribers to changes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from bot.practice.sites.accounts import AccountDraft
from bot.practice.sites.catalogue import EventDraft, SelectionChange
from bot.practice.sites.changes import (
    BalanceChanged,
    BetChanged,
    Changes,
    EventChanged,
    EventFinished,
    InterruptionOrdered,
    PagesChanged,
    SelectionChanged,
    SessionsEnded,
    SiteStopped,
)
from bot.practice.sites.faults import FaultKind, FaultOrder, FaultOrders
from bot.practice.sites.ledger import BetEntry, Ledger, TicketFormat
from bot.practice.sites.records import Account, Bet, BetResult, BetStatus, Event, Selection
from bot.practice.sites.sessions import Sessions
from bot.practice.sites.settings import SiteSettings, Switches, usual_positions


def _as_asked(odds: Decimal) -> Decimal:
    return odds


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """Describe a practice site: its name, its whitelabels, its ticket format, whether its bets wait for acceptance.

    `price` returns the nearest odds that its pages can show exactly. `switches` are what the control API can change
    about its pages, `languages` those that an account can choose from; the default comes first in both.
    """

    name: str
    whitelabels: tuple[str, ...]
    tickets: TicketFormat
    staged_acceptance: bool
    acceptance_delay_ms: int = 0
    currency: str = "EUR"
    refers_stakes: bool = False
    switches: Switches = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    price: Callable[[Decimal], Decimal] = _as_asked


@dataclass(slots=True)
class PracticeSite:
    """Hold the state that a site and the control API share; publish every change to the open pages at once.

    `stopping` is set when the servers stop, so that unanswered requests can end.
    """

    profile: SiteProfile
    ledger: Ledger
    settings: SiteSettings
    faults: FaultOrders = field(default_factory=FaultOrders)
    changes: Changes = field(default_factory=Changes)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self.sessions = Sessions(lambda: self.settings.session_minutes * 60)

    @classmethod
    def open(cls, profile: SiteProfile, data_dir: Path) -> PracticeSite:
        """Open the site whose ledger is `{name}.sqlite` in a folder; create the ledger if there is none."""
        return cls(
            profile=profile,
            ledger=Ledger(data_dir / f"{profile.name}.sqlite", profile.tickets),
            settings=SiteSettings(
                acceptance_delay_ms=profile.acceptance_delay_ms, switches=usual_positions(profile.switches)
            ),
        )

    def switch(self, name: str) -> str:
        """Return the position of one switch of the pages."""
        return self.settings.switches[name]

    def change_settings(self, settings: SiteSettings) -> None:
        """Replace the settings; open pages are notified if a switch has moved."""
        has_new_pages = settings.switches != self.settings.switches
        self.settings = settings
        if has_new_pages:
            self.changes.publish(PagesChanged())

    def log_in(self, username: str, password: str, whitelabel: str) -> str | None:
        """Return a new session's token, or None for wrong credentials."""
        if not self.ledger.accounts.password_matches(username, password, whitelabel):
            return None
        return self.sessions.open(username)

    def account_of(self, token: str | None) -> Account | None:
        """Return the account behind a session's token, or None when logged out."""
        username = self.sessions.username(token)
        return None if username is None else self.ledger.accounts.get(username)

    def end_sessions(self, username: str | None) -> int:
        """End sessions at the server and return how many ended; pages notice at their next request."""
        ended = self.sessions.end_all(username)
        self.changes.publish(SessionsEnded(username))
        return ended

    def take_history_fault(self, username: str) -> FaultOrder | None:
        """Consume the fault order that a request for this user's bets meets; HISTORY_LOGOUT ends the session here."""
        fault = self.faults.take_for_history(username)
        if fault is None or fault.kind is not FaultKind.HISTORY_LOGOUT:
            return fault
        self.end_sessions(username)
        return None

    def put_account(self, draft: AccountDraft) -> Account:
        """Open or reset an account."""
        account = self.ledger.accounts.put(draft)
        self.changes.publish(BalanceChanged(account.username))
        return account

    def add_event(self, draft: EventDraft) -> Event:
        """Add an event; raises RecordExists."""
        event = self.ledger.catalogue.add(draft.priced(self.profile.price))
        self.changes.publish(EventChanged(event))
        return event

    def change_score(self, event_id: str, score: str) -> Event:
        """Set an event's score; raises UnknownRecord."""
        event = self.ledger.catalogue.change_score(event_id, score)
        self.changes.publish(EventChanged(event))
        return event

    def finish_event(self, event_id: str) -> Event:
        """Remove an event from the lists; its bets and its own page stay. Raises UnknownRecord."""
        event = self.ledger.catalogue.finish(event_id)
        self.changes.publish(EventFinished(event))
        return event

    def change_selection(self, selection_id: str, change: SelectionChange) -> Selection:
        """Change odds, line, status or limits of a selection; raises UnknownRecord."""
        selection = self.ledger.catalogue.change_selection(selection_id, change.priced(self.profile.price))
        self.changes.publish(SelectionChanged(selection))
        return selection

    def record_bet(self, entry: BetEntry) -> Bet:
        """Record a bet; raises InsufficientBalance."""
        return self._announced(self.ledger.record_bet(entry))

    def accept(self, ticket: str) -> Bet:
        """Accept a waiting bet or the referred part of a bet; raises BetNotChangeable, UnknownRecord."""
        return self._announced(self.ledger.accept(ticket))

    def reject(self, ticket: str, reason: str) -> Bet:
        """Reject a waiting bet or the referred part of a bet; raises BetNotChangeable, UnknownRecord."""
        return self._announced(self.ledger.reject(ticket, reason))

    def settle(self, ticket: str, result: BetResult, payout: Decimal | None = None) -> Bet:
        """Settle a bet, or settle it again; raises BetNotChangeable, UnknownRecord, FieldError."""
        return self._announced(self.ledger.settle(ticket, result, payout))

    def settle_selection(self, selection_id: str, result: BetResult) -> list[Bet]:
        """Settle every open bet on a selection; raises UnknownRecord."""
        self.ledger.catalogue.selection(selection_id)
        return [
            self.settle(bet.ticket, result)
            for bet in self.ledger.bets(selection=selection_id)
            if bet.status is BetStatus.OPEN
        ]

    def order_fault(self, order: FaultOrder) -> FaultOrder:
        """Queue a fault; an interruption or a restriction is also published to the open pages."""
        self.faults.add(order)
        if order.kind is FaultKind.INTERRUPTION:
            self.changes.publish(InterruptionOrdered())
        if order.kind is FaultKind.RESTRICTED:
            self.changes.publish(PagesChanged())
        return order

    async def pause(self, seconds: float) -> None:
        """Wait this long, or until the servers stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)

    def stop(self) -> None:
        """End hanging requests and streams."""
        self.stopping.set()
        self.changes.publish(SiteStopped())

    def _announced(self, bet: Bet) -> Bet:
        self.changes.publish(BetChanged(bet))
        self.changes.publish(BalanceChanged(bet.account))
        return bet
