"""How a practice site takes a bet: check it, apply an ordered fault, record it, and choose the form of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from aiohttp import web

from bot.practice.sites.catalogue import SelectionChange
from bot.practice.sites.faults import FaultKind, FaultOrder
from bot.practice.sites.ledger import BetEntry
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Bet, BetStatus, Selection, SelectionStatus, Verdict


class OddsChanges(StrEnum):
    """Name the odds changes that an account accepts without being asked."""

    NEVER = "never"
    BETTER = "better"
    ANY = "any"


class Refusal(StrEnum):
    """Name the reason for which a bet was not taken."""

    SUSPENDED = "suspended"
    CLOSED = "closed"
    SCORE_CHANGED = "score_changed"
    LINE_CHANGED = "line_changed"
    ODDS_CHANGED = "odds_changed"
    MIN_STAKE = "min_stake"
    MAX_STAKE = "max_stake"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    RESTRICTED = "restricted"
    REJECTED = "rejected"


class Delivery(StrEnum):
    """Name the form of the site's answer, independent of the bet's result."""

    PLAIN = "plain"
    SILENT = "silent"
    ERROR_500 = "error_500"
    LOGOUT = "logout"
    REDIRECT = "redirect"
    WITHOUT_TICKET = "without_ticket"


@dataclass(frozen=True, slots=True)
class BetRequest:
    """Describe a requested bet as the page showed it; `slip_id` is only written to the journal."""

    username: str
    selection_id: str
    odds: Decimal
    stake: Decimal
    line: Decimal | None = None
    score: str | None = None
    odds_changes: OddsChanges = OddsChanges.NEVER
    slip_id: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Describe a refusal; `limit` is the violated stake limit, `selection` the current offer."""

    refusal: Refusal
    selection: Selection
    limit: Decimal | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Hold the result of a request (None: lost before it was decided) and the form of its answer."""

    result: Bet | Refused | None
    delivery: Delivery
    journal_row: int


_DELIVERIES = {
    FaultKind.RECORD_THEN_SILENT: Delivery.SILENT,
    FaultKind.RECORD_THEN_500: Delivery.ERROR_500,
    FaultKind.RECORD_THEN_LOGOUT: Delivery.LOGOUT,
    FaultKind.RECORD_THEN_REDIRECT: Delivery.REDIRECT,
    FaultKind.RECORD_WITHOUT_TICKET: Delivery.WITHOUT_TICKET,
}
_LOST_REQUESTS = {
    FaultKind.SILENT: Delivery.SILENT,
    FaultKind.ERROR_500: Delivery.ERROR_500,
    FaultKind.LOGOUT: Delivery.LOGOUT,
}


class BetDesk:
    """Take the bets of one practice site; with staged acceptance, decide its waiting bets as its traders would."""

    def __init__(self, site: PracticeSite) -> None:
        self._site = site
        self._decisions: set[asyncio.Task[None]] = set()

    async def place(self, request: BetRequest) -> Placement:
        """Decide a bet request.

        A request that the market itself refuses consumes no fault. `response_delay_ms` and `latency_ms` delay the
        answer, not the decision. On sites without staged acceptance, `acceptance_delay_ms` delays the decision in play.
        The caller answers as `delivery` says and calls `note_answer` when the answer is sent. With LOGOUT, the session
        has already ended.
        """
        row = self._site.ledger.journal.receive(request.username, _asked(request))
        await self._hold_in_play(request)
        placement = self._decided(request, row)
        delay_ms = self._site.settings.response_delay_ms + self._site.settings.latency_ms
        if delay_ms:
            await self._site.pause(delay_ms / 1000)
        return placement

    def note_answer(self, placement: Placement) -> None:
        """Record in the journal that the answer is sent now."""
        self._site.ledger.journal.note_answer(placement.journal_row)

    async def running(self, _app: web.Application) -> AsyncIterator[None]:
        """Decide waiting bets, including those of an earlier run, while a site runs; use it as a `cleanup_ctx`."""
        for bet in self._site.ledger.bets():
            if bet.status is BetStatus.WAITING:
                self._schedule_decision(bet)
        yield
        for task in self._decisions:
            task.cancel()
        await asyncio.gather(*self._decisions, return_exceptions=True)

    async def _hold_in_play(self, request: BetRequest) -> None:
        delay_ms = self._site.settings.acceptance_delay_ms
        if delay_ms and request.score and not self._site.profile.staged_acceptance:
            await self._site.pause(delay_ms / 1000)

    def _decided(self, request: BetRequest, journal_row: int) -> Placement:
        refused = self._refused_by_market(request)
        if refused is not None:
            return self._refuse(refused, journal_row)
        fault = self._site.faults.take_for_bet(request.username, request.selection_id)
        if fault is None:
            return self._record(request, None, journal_row)
        if fault.kind in _LOST_REQUESTS:
            return self._lose(request, fault, journal_row)
        refused = self._refused_by_fault(request, fault)
        if refused is not None:
            return self._refuse(refused, journal_row)
        return self._record(request, fault, journal_row)

    def _lose(self, request: BetRequest, fault: FaultOrder, journal_row: int) -> Placement:
        self._site.ledger.journal.note_result(journal_row, fault.kind)
        if fault.kind is FaultKind.LOGOUT:
            self._site.end_sessions(request.username)
        return Placement(None, _LOST_REQUESTS[fault.kind], journal_row)

    def _refuse(self, refused: Refused, journal_row: int) -> Placement:
        self._site.ledger.journal.note_result(journal_row, refused.refusal)
        return Placement(refused, Delivery.PLAIN, journal_row)

    def _refused_by_market(self, request: BetRequest) -> Refused | None:
        selection = self._site.ledger.catalogue.selection(request.selection_id)
        if self._site.faults.is_restricted(request.username):
            return Refused(Refusal.RESTRICTED, selection)
        refusal = self._market_refusal(request, selection)
        if refusal is not None:
            return Refused(refusal, selection)
        return self._refused_stake(request, selection)

    def _market_refusal(self, request: BetRequest, selection: Selection) -> Refusal | None:
        if selection.status is not SelectionStatus.OPEN:
            return Refusal.CLOSED if selection.status is SelectionStatus.CLOSED else Refusal.SUSPENDED
        if self._site.ledger.catalogue.event(selection.event_id).score != request.score:
            return Refusal.SCORE_CHANGED
        if selection.line != request.line:
            return Refusal.LINE_CHANGED
        if not _takes_odds(request, selection.odds):
            return Refusal.ODDS_CHANGED
        return None

    def _refused_stake(self, request: BetRequest, selection: Selection) -> Refused | None:
        if request.stake < selection.min_stake:
            return Refused(Refusal.MIN_STAKE, selection, limit=selection.min_stake)
        if selection.max_stake is not None and request.stake > selection.max_stake:
            return Refused(Refusal.MAX_STAKE, selection, limit=selection.max_stake)
        if request.stake > self._site.ledger.accounts.get(request.username).balance:
            return Refused(Refusal.INSUFFICIENT_FUNDS, selection)
        return None

    def _refused_by_fault(self, request: BetRequest, fault: FaultOrder) -> Refused | None:
        if fault.kind is FaultKind.PRICE_CHANGE:
            self._site.change_selection(request.selection_id, SelectionChange(odds=fault.odds))
            return self._refused_by_market(request)
        if fault.kind is FaultKind.SUSPEND:
            self._site.change_selection(request.selection_id, SelectionChange(status=SelectionStatus.SUSPENDED))
            return self._refused_by_market(request)
        selection = self._site.ledger.catalogue.selection(request.selection_id)
        if fault.kind is FaultKind.MAX_STAKE:
            return Refused(Refusal.MAX_STAKE, selection, limit=fault.amount)
        if fault.kind is FaultKind.INSUFFICIENT_FUNDS:
            return Refused(Refusal.INSUFFICIENT_FUNDS, selection)
        if fault.kind is FaultKind.REJECT:
            return Refused(Refusal.REJECTED, selection, reason=fault.reason)
        return None

    def _record(self, request: BetRequest, fault: FaultOrder | None, journal_row: int) -> Placement:
        bet = self._site.record_bet(
            BetEntry(
                username=request.username,
                selection_id=request.selection_id,
                odds=self._site.ledger.catalogue.selection(request.selection_id).odds,
                stake=_accepted_stake(request, fault),
                referred=_referred_stake(request, fault),
                requested_odds=request.odds,
                requested_stake=request.stake,
                verdict=self._verdict(fault),
                reject_reason=None if fault is None else fault.reason,
                journal_row=journal_row,
            )
        )
        self._schedule_decision(bet)
        delivery = Delivery.PLAIN if fault is None else _DELIVERIES.get(fault.kind, Delivery.PLAIN)
        if delivery is Delivery.LOGOUT:
            self._site.end_sessions(request.username)
        return Placement(bet, delivery, journal_row)

    def _verdict(self, fault: FaultOrder | None) -> Verdict | None:
        if not self._site.profile.staged_acceptance:
            return None
        if fault is None:
            return Verdict.ACCEPT
        verdicts = {FaultKind.STAY_WAITING: Verdict.HOLD, FaultKind.REJECT_AFTER_WAITING: Verdict.REJECT}
        return verdicts.get(fault.kind, Verdict.ACCEPT)

    def _schedule_decision(self, bet: Bet) -> None:
        if bet.verdict in {None, Verdict.HOLD}:
            return
        task = asyncio.create_task(self._decide(bet), name=f"decide {bet.ticket}")
        self._decisions.add(task)
        task.add_done_callback(self._decisions.discard)

    async def _decide(self, bet: Bet) -> None:
        await asyncio.sleep(self._site.settings.acceptance_delay_ms / 1000)
        if self._site.ledger.bet(bet.ticket).status is not BetStatus.WAITING:
            return
        if bet.verdict is Verdict.REJECT:
            self._site.reject(bet.ticket, bet.reject_reason or "Rejected by trader")
        else:
            self._site.accept(bet.ticket)


def _takes_odds(request: BetRequest, odds: Decimal) -> bool:
    if odds == request.odds or request.odds_changes is OddsChanges.ANY:
        return True
    return request.odds_changes is OddsChanges.BETTER and odds > request.odds


def _accepted_stake(request: BetRequest, fault: FaultOrder | None) -> Decimal:
    takes_a_part = fault is not None and fault.kind in {FaultKind.PARTIAL, FaultKind.REFER_TO_TRADER}
    if fault is None or not takes_a_part or fault.amount is None:
        return request.stake
    return min(fault.amount, request.stake)


def _referred_stake(request: BetRequest, fault: FaultOrder | None) -> Decimal | None:
    if fault is None or fault.kind is not FaultKind.REFER_TO_TRADER:
        return None
    return request.stake - _accepted_stake(request, fault) or None


def _asked(request: BetRequest) -> dict[str, object]:
    return {
        "selection": request.selection_id,
        "odds": request.odds,
        "stake": request.stake,
        "line": request.line,
        "score": request.score,
        "odds_changes": request.odds_changes,
        "slip_id": request.slip_id,
    }
