"""The content of slip and confirmation page: the current offer, the risk, and what went wrong."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from aiohttp import web

from bot.practice.sites.frontier.odds import format_american, parse_american
from bot.practice.sites.frontier.wording import ChoiceWords, dollars, name_choice, show_offer, show_price
from bot.practice.sites.payouts import payout
from bot.practice.sites.placement import BetRequest, OddsChanges, Refusal, Refused
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Account, BetResult, BetStatus, Selection, SelectionStatus

HOUSE_MINIMUM = Decimal("1.00")
ACCOUNT_REASON = "account"
_RISK = re.compile(r"\$?(\d{1,9}|\d{1,3}(,\d{3}){1,2})(\.\d{1,2})?")
_RESTRICTED = "Your account is restricted. Please contact customer service."
_MESSAGES = {
    Refusal.SUSPENDED: "This selection is off the board. Please choose another one.",
    Refusal.CLOSED: "This selection is closed. Please choose another one.",
    Refusal.INSUFFICIENT_FUNDS: "You do not have sufficient funds to place this bet.",
    Refusal.SCORE_CHANGED: "The score has changed. Please review your bet.",
    Refusal.RESTRICTED: _RESTRICTED,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold the fields of a slip's form: a selection, the offer that its page showed, and the risk."""

    selection: Selection
    odds: Decimal
    line: Decimal | None
    risk: Decimal | None
    risk_text: str


@dataclass(frozen=True, slots=True)
class Slip:
    """Hold an offer as the pages print it; the form sends back `odds` and `line`."""

    selection: str
    words: ChoiceWords
    price: str
    odds: str
    line: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Trouble:
    """Hold the reason for a refusal, whether the bet can be confirmed again, and a stake that would be taken."""

    message: str
    may_confirm: bool = False
    stake: Decimal | None = None


class SlipDesk:
    """Write the slips of one account and read their forms."""

    def __init__(self, site: PracticeSite, account: Account, acceptance: OddsChanges) -> None:
        self._site = site
        self._account = account
        self._acceptance = acceptance

    def slip(self, selection_id: str) -> Slip:
        """Return a slip with the current offer of a selection; raises UnknownRecord."""
        selection = self._site.ledger.catalogue.selection(selection_id)
        event = self._site.ledger.catalogue.event(selection.event_id)
        return Slip(
            selection=selection.id,
            words=name_choice(event, selection.kind, selection.outcome, selection.line),
            price=show_price(selection),
            odds=format_american(selection.odds),
            line="" if selection.line is None else str(selection.line),
            is_open=selection.status is SelectionStatus.OPEN,
        )

    def read(self, form: Mapping[str, object]) -> Asked:
        """Read a form; raises HTTPBadRequest for a form that is not ours, UnknownRecord."""
        selection = self._site.ledger.catalogue.selection(str(form.get("sel", "")))
        line, risk = str(form.get("line", "")), str(form.get("risk", "")).strip()
        try:
            odds = parse_american(str(form.get("odds", "")))
            shown_line = Decimal(line) if line else None
        except (ValueError, ArithmeticError):
            raise web.HTTPBadRequest from None
        return Asked(selection, odds, shown_line, read_risk(risk), risk)

    def request(self, asked: Asked, risk: Decimal, slip_id: str) -> BetRequest:
        """Return the bet request of a confirmed page."""
        return BetRequest(
            username=self._account.username,
            selection_id=asked.selection.id,
            odds=asked.odds,
            stake=risk,
            line=asked.line,
            # Bets on Frontier do not depend on the score at the time of betting.
            score=self._site.ledger.catalogue.event(asked.selection.event_id).score,
            odds_changes=self._acceptance,
            slip_id=slip_id,
        )

    def has_bet_on_event(self, selection: Selection) -> bool:
        """Return whether the account already has a running bet on the selection's event."""
        bets = self._site.ledger.bets(account=self._account.username)
        return any(bet.event_id == selection.event_id and bet.status is BetStatus.OPEN for bet in bets)

    def moved(self, asked: Asked) -> Trouble | None:
        """Return a change since the page was shown that the account does not accept without being asked, or None."""
        now = asked.selection
        if now.status is not SelectionStatus.OPEN:
            return Trouble(_MESSAGES[Refusal.SUSPENDED])
        accepted = self._acceptance is OddsChanges.ANY or (
            self._acceptance is OddsChanges.BETTER and now.odds > asked.odds
        )
        if now.line == asked.line and (now.odds == asked.odds or accepted):
            return None
        return Trouble(_change(asked, now), may_confirm=True)

    def trouble(self, refused: Refused, asked: Asked) -> Trouble:
        """Return the message for a refused bet request."""
        match refused.refusal:
            case Refusal.ODDS_CHANGED | Refusal.LINE_CHANGED:
                return Trouble(_change(asked, refused.selection), may_confirm=True)
            case Refusal.MAX_STAKE if refused.limit is not None:
                return Trouble(f"Max stake {dollars(refused.limit)}", stake=refused.limit)
            case Refusal.MIN_STAKE if refused.limit is not None:
                return Trouble(f"The minimum allowed stake is {dollars(refused.limit)}.")
            case Refusal.REJECTED if refused.reason == ACCOUNT_REASON:
                return Trouble(_RESTRICTED)
            case Refusal.REJECTED:
                return Trouble(f"Your bet was declined: {refused.reason}.")
            case other:
                return Trouble(_MESSAGES[other], may_confirm=other is Refusal.SCORE_CHANGED)


def read_risk(text: str) -> Decimal | None:
    """Read an amount of whole cents as a customer writes it; None for zero and for any other text."""
    if not (text.isascii() and _RISK.fullmatch(text)):
        return None
    return Decimal(text.replace("$", "").replace(",", "")) or None


def to_win(stake: Decimal, odds: Decimal) -> Decimal:
    """Return the profit of a winning bet."""
    return payout(BetResult.WON, stake, odds) - stake


def new_slip_id() -> str:
    """Return a random id for a confirmation page; the journal records it."""
    return secrets.token_hex(6).upper()


def _change(asked: Asked, now: Selection) -> str:
    if now.line == asked.line:
        return f"The line has changed from {format_american(asked.odds)} to {format_american(now.odds)}"
    before, after = show_offer(now.kind, asked.line, asked.odds), show_offer(now.kind, now.line, now.odds)
    return f"The line has changed from {before} to {after}"
