"""Corner's slip: the current offer, and the reason why a bet was not taken."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from aiohttp import web

from bot.practice.sites.corner.wording import MARKETS, choice_name, line_text, odds_text, pounds
from bot.practice.sites.placement import BetRequest, Refusal, Refused
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Event, Selection, SelectionStatus

_STAKE = re.compile(r"£?(\d{1,9})(\.\d{1,2})?")
_BAD_STAKE = "bad_stake"
_MESSAGES = {
    _BAD_STAKE: "Please enter a stake in pounds, such as 2.00.",
    Refusal.SUSPENDED: "This bet is suspended.",
    Refusal.CLOSED: "This bet is closed.",
    Refusal.SCORE_CHANGED: "The score has changed.",
    Refusal.LINE_CHANGED: "The line has changed.",
    Refusal.ODDS_CHANGED: "The odds have changed.",
    Refusal.MIN_STAKE: "The least that we take on this bet is {limit}.",
    Refusal.MAX_STAKE: "The most that we take on this bet is {limit}.",
    Refusal.INSUFFICIENT_FUNDS: "Your balance does not cover this stake.",
    Refusal.RESTRICTED: "We take no bets on your account. Please ask at the counter.",
    Refusal.REJECTED: "Your bet was not accepted: {reason}.",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """Hold one selection as the pages print it; `quoted` holds the odds and line that a slip's form sends back."""

    id: str
    market: str
    choice: str
    line: str
    odds: str
    is_open: bool
    quoted: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Message:
    """Hold one of the messages that every slip contains; only the one with `shown` is visible."""

    text: str
    shown: bool


def offers(event: Event) -> list[Offer]:
    """Return the offers of a match, without closed selections."""
    selections = [selection for market in event.markets for selection in market.selections]
    return [offer(event, each) for each in selections if each.status is not SelectionStatus.CLOSED]


def offer(event: Event, selection: Selection) -> Offer:
    """Return the offer of one selection."""
    return Offer(
        id=selection.id,
        market=MARKETS[selection.kind],
        choice=choice_name(event, selection.outcome),
        line=line_text(selection.kind, selection.line),
        odds=odds_text(selection.odds),
        is_open=selection.status is SelectionStatus.OPEN,
        quoted={"odds": str(selection.odds), "line": "" if selection.line is None else str(selection.line)},
    )


def messages(selection: Selection, refused: Refused | None = None, *, bad_stake: bool = False) -> list[Message]:
    """Return all messages that a slip can show, including those that do not apply."""
    applies = _BAD_STAKE if bad_stake else _refusal(selection, refused)
    limit = pounds(Decimal(0) if refused is None or refused.limit is None else refused.limit)
    reason = (refused and refused.reason) or "no reason given"
    return [Message(text.format(limit=limit, reason=reason), shown=name == applies) for name, text in _MESSAGES.items()]


def _refusal(selection: Selection, refused: Refused | None) -> Refusal | None:
    if refused is not None:
        return refused.refusal
    barred = {SelectionStatus.SUSPENDED: Refusal.SUSPENDED, SelectionStatus.CLOSED: Refusal.CLOSED}
    return barred.get(selection.status)


def read_stake(text: str) -> Decimal | None:
    """Read an amount of whole pence as a customer writes it; None for zero and for any other text."""
    match = _STAKE.fullmatch(text.strip()) if text.isascii() or "£" in text else None
    return None if match is None else Decimal(f"{match[1]}{match[2] or ''}") or None


def bet_request(
    site: PracticeSite, username: str, selection: Selection, form: Mapping[str, object]
) -> BetRequest | None:
    """Read a slip's form; None if its stake is not an amount. Raises HTTPBadRequest for a form that is not ours."""
    stake = read_stake(str(form.get("stake", "")))
    line = str(form.get("line", ""))
    try:
        odds, quoted_line = Decimal(str(form.get("odds", ""))), Decimal(line) if line else None
    except ArithmeticError:
        raise web.HTTPBadRequest from None
    if stake is None:
        return None
    return BetRequest(
        username=username,
        selection_id=selection.id,
        odds=odds,
        stake=stake,
        line=quoted_line,
        score=site.ledger.catalogue.event(selection.event_id).score,  # Corner takes bets at any score.
        slip_id=str(form.get("slip", "")),
    )


def new_slip_id() -> str:
    """Return a random slip id; the journal records it."""
    return secrets.token_hex(6)
