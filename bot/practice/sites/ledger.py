"""The ground truth of one practice site: which bets it holds and what they paid."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bot.practice.sites.accounts import Accounts
from bot.practice.sites.catalogue import Catalogue
from bot.practice.sites.database import Database, decimal_or_none, text_or_none
from bot.practice.sites.errors import BetNotChangeable, FieldError, UnknownRecord
from bot.practice.sites.journal import Journal
from bot.practice.sites.payouts import payout as payout_of
from bot.practice.sites.payouts import to_cents
from bot.practice.sites.records import (
    Bet,
    BetResult,
    BetStatus,
    MarketKind,
    Referral,
    ReferralStatus,
    Settlement,
    Verdict,
    utc_now,
)
from bot.practice.sites.referrals import Referrals


@dataclass(frozen=True, slots=True)
class TicketFormat:
    """Describe a site's ticket numbers: a prefix, this many digits, and optionally a tail of the same form."""

    prefix: str
    digits: int
    tail: TicketFormat | None = None

    def draw(self) -> str:
        """Return a random ticket number; it may already be taken."""
        number = random.randrange(10 ** (self.digits - 1), 10**self.digits)
        return f"{self.prefix}{number}{'' if self.tail is None else self.tail.draw()}"


@dataclass(frozen=True, slots=True)
class BetEntry:
    """Describe a bet to record; with a verdict it waits until a trader decides it that way.

    `referred` is the part of the stake that a trader must approve; `stake` runs at once.
    """

    username: str
    selection_id: str
    odds: Decimal
    stake: Decimal
    requested_odds: Decimal
    requested_stake: Decimal
    verdict: Verdict | None = None
    reject_reason: str | None = None
    journal_row: int | None = None
    referred: Decimal | None = None


BetKind = BetResult | BetStatus
"""The state of a bet: its result once settled, its status before that."""


@dataclass(frozen=True, slots=True)
class BetPage:
    """Hold one page of bets, newest first, the total number, and the cursor of the next page (None: the last page)."""

    bets: tuple[Bet, ...]
    total: int
    next_cursor: int | None


class Ledger:
    """Keep one practice site's records in one SQLite file: `accounts`, `catalogue`, `journal`, and its bets."""

    def __init__(self, path: Path, tickets: TicketFormat) -> None:
        self._database = Database(path)
        self._tickets = tickets
        self.accounts = Accounts(self._database)
        self.catalogue = Catalogue(self._database)
        self.journal = Journal(self._database)
        self._referrals = Referrals(self._database, self.accounts)

    def record_bet(self, entry: BetEntry) -> Bet:
        """Record a bet, deduct its stake and write its ticket to the journal, all or nothing.

        Raises InsufficientBalance and UnknownRecord.
        """
        with self._database.transaction():
            self.accounts.take_stake(entry.username, entry.stake + (entry.referred or Decimal(0)))
            ticket = self._free_ticket()
            self._database.insert("bets", self._columns(entry, ticket))
            if entry.referred is not None:
                self._referrals.open(ticket, entry.referred)
            if entry.journal_row is not None:
                self.journal.note_result(entry.journal_row, "recorded", ticket)
        return self.bet(ticket)

    def bet(self, ticket: str) -> Bet:
        """Return a bet; raises UnknownRecord."""
        row = self._database.row("SELECT * FROM bets WHERE ticket = ?", (ticket,))
        if row is None:
            raise UnknownRecord(f"there is no bet {ticket!r}", field="ticket")
        return self._bet(row)

    def bets(self, *, account: str | None = None, selection: str | None = None) -> list[Bet]:
        """Return all bets, or only those of an account or on a selection, oldest first."""
        rows = self._database.rows(
            "SELECT * FROM bets WHERE account = coalesce(?, account) AND selection = coalesce(?, selection)"
            " ORDER BY number",
            (account, selection),
        )
        return [self._bet(row) for row in rows]

    def settlements(self, ticket: str) -> list[Settlement]:
        """Return every settlement of a bet, oldest first; only the last one counts."""
        rows = self._database.rows("SELECT * FROM settlements WHERE ticket = ? ORDER BY number", (ticket,))
        return [
            Settlement(row["ticket"], BetResult(row["result"]), Decimal(row["payout"]), row["settled_at"])
            for row in rows
        ]

    def page_of_bets(self, account: str, kinds: Collection[BetKind], *, cursor: int | None, limit: int) -> BetPage:
        """Return up to `limit` bets of an account of these kinds, newest first, from a cursor (None: the start)."""
        where = f"account = ? AND coalesce(outcome_result, status) IN ({', '.join('?' for _ in kinds)})"
        total = self._database.row(f"SELECT count(*) AS n FROM bets WHERE {where}", (account, *kinds))  # noqa: S608
        rows = self._database.rows(
            f"SELECT * FROM bets WHERE {where} AND number < ? ORDER BY number DESC LIMIT ?",  # noqa: S608
            (account, *kinds, cursor if cursor is not None else 2**62, limit + 1),
        )
        shown = rows[:limit]
        return BetPage(
            bets=tuple(self._bet(row) for row in shown),
            total=0 if total is None else total["n"],
            next_cursor=shown[-1]["number"] if shown and len(rows) > limit else None,
        )

    def settle(self, ticket: str, result: BetResult, payout: Decimal | None = None) -> Bet:
        """Settle a bet, or settle it again; the balance changes by the difference to the earlier payout.

        A given payout wins over the formula; a cash-out needs one. A referred part that is still pending is declined.
        Raises BetNotChangeable for a waiting or rejected bet, FieldError for a cash-out without payout, UnknownRecord.
        """
        with self._database.transaction():
            bet = self.bet(ticket)
            if bet.status not in {BetStatus.OPEN, BetStatus.SETTLED}:
                raise BetNotChangeable(f"bet {ticket} is {bet.status}", field="ticket")
            if _is_referred(bet):
                self._referrals.decline(bet)
            paid = _payout(bet, result, payout)
            self.accounts.add(bet.account, paid - (bet.payout or Decimal(0)))
            now = utc_now()
            self._database.run(
                "UPDATE bets SET status = ?, outcome_result = ?, payout = ?, settled_at = ? WHERE ticket = ?",
                (BetStatus.SETTLED, result, str(paid), now, ticket),
            )
            settlement = {"ticket": ticket, "result": result, "payout": str(paid), "settled_at": now}
            self._database.insert("settlements", settlement)
        return self.bet(ticket)

    def accept(self, ticket: str) -> Bet:
        """Accept a waiting bet, or the referred part of a running one; raises BetNotChangeable, UnknownRecord."""
        with self._database.transaction():
            bet = self.bet(ticket)
            if _is_referred(bet):
                self._referrals.approve(bet)
            else:
                self._waiting(ticket)
                self._database.run("UPDATE bets SET status = ? WHERE ticket = ?", (BetStatus.OPEN, ticket))
        return self.bet(ticket)

    def reject(self, ticket: str, reason: str) -> Bet:
        """Reject a waiting bet, or the referred part of a running one, and return that stake.

        Raises BetNotChangeable, UnknownRecord.
        """
        with self._database.transaction():
            if _is_referred(self.bet(ticket)):
                self._referrals.decline(self.bet(ticket))
                return self.bet(ticket)
            bet = self._waiting(ticket)
            self.accounts.add(bet.account, bet.stake)
            self._database.run(
                "UPDATE bets SET status = ?, reject_reason = ?, settled_at = ? WHERE ticket = ?",
                (BetStatus.REJECTED, reason, utc_now(), ticket),
            )
        return self.bet(ticket)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _waiting(self, ticket: str) -> Bet:
        bet = self.bet(ticket)
        if bet.status is not BetStatus.WAITING:
            raise BetNotChangeable(f"bet {ticket} is {bet.status}, not waiting", field="ticket")
        return bet

    def _bet(self, row: sqlite3.Row) -> Bet:
        return _bet(row, self._referrals.find(row["ticket"]))

    def _free_ticket(self) -> str:
        while True:
            ticket = self._tickets.draw()
            if self._database.row("SELECT 1 FROM bets WHERE ticket = ?", (ticket,)) is None:
                return ticket

    def _columns(self, entry: BetEntry, ticket: str) -> dict[str, object]:
        account = self.accounts.get(entry.username)
        selection = self.catalogue.selection(entry.selection_id)
        event = self.catalogue.event(selection.event_id)
        return {
            "ticket": ticket,
            "account": account.username,
            "whitelabel": account.whitelabel,
            "currency": account.currency,
            "selection": selection.id,
            "event_id": event.id,
            "event": event.name,
            "market": selection.kind,
            "outcome": selection.outcome,
            "line": text_or_none(selection.line),
            "score": event.score,
            "odds": str(entry.odds),
            "stake": str(entry.stake),
            "potential_return": str(to_cents(entry.stake * entry.odds)),
            "requested_odds": str(entry.requested_odds),
            "requested_stake": str(entry.requested_stake),
            "status": BetStatus.OPEN if entry.verdict is None else BetStatus.WAITING,
            "verdict": entry.verdict,
            "reject_reason": entry.reject_reason,
            "placed_at": utc_now(),
        }


def _payout(bet: Bet, result: BetResult, given: Decimal | None) -> Decimal:
    if given is not None:
        return to_cents(given)
    if result is BetResult.CASHED_OUT:
        raise FieldError("a cash-out needs a payout", field="payout")
    return payout_of(result, bet.stake, bet.odds)


def _is_referred(bet: Bet) -> bool:
    return bet.referral is not None and bet.referral.status is ReferralStatus.PENDING


def _bet(row: sqlite3.Row, referral: Referral | None) -> Bet:
    return Bet(
        ticket=row["ticket"],
        account=row["account"],
        whitelabel=row["whitelabel"],
        currency=row["currency"],
        selection=row["selection"],
        event_id=row["event_id"],
        event=row["event"],
        market=MarketKind(row["market"]),
        outcome=row["outcome"],
        line=decimal_or_none(row["line"]),
        score=row["score"],
        odds=Decimal(row["odds"]),
        stake=Decimal(row["stake"]),
        potential_return=Decimal(row["potential_return"]),
        requested_odds=Decimal(row["requested_odds"]),
        requested_stake=Decimal(row["requested_stake"]),
        status=BetStatus(row["status"]),
        verdict=None if row["verdict"] is None else Verdict(row["verdict"]),
        outcome_result=None if row["outcome_result"] is None else BetResult(row["outcome_result"]),
        payout=decimal_or_none(row["payout"]),
        reject_reason=row["reject_reason"],
        placed_at=row["placed_at"],
        settled_at=row["settled_at"],
        referral=referral,
    )
