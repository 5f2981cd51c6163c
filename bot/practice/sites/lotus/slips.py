"""The bet box: the current offer, the customer's request, and Lotus' own refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.practice.sites.catalogue import Catalogue
from bot.practice.sites.lotus.choices import format_stake, line_at_score, name_choice, show_odds
from bot.practice.sites.lotus.odds import OddsStyle, format_odds, parse_odds
from bot.practice.sites.lotus.whitelabels import Whitelabel
from bot.practice.sites.placement import BetRequest, Refusal, Refused
from bot.practice.sites.records import Account, Selection, SelectionStatus

INCORRECT_STAKE = 101
NOT_ACCEPTED = 302
FORCED_LOGOUT = 305

# Reasons of a `reject` fault for which this platform has its own code.
_REASONS = {
    "updating_odds": (205, "updating_odds"),
    "account": (301, "account_issue"),
    "over_budget": (303, "over_budget"),
    "match_limit": (304, "match_limit"),
    "forced_logout": (FORCED_LOGOUT, "forced_logout"),
    "reversed": (306, "reversed"),
}
_CODES = {
    Refusal.MIN_STAKE: (102, "below_minimum"),
    Refusal.MAX_STAKE: (103, "max_bet_exceeded"),
    Refusal.INSUFFICIENT_FUNDS: (104, "insufficient_credit"),
    Refusal.SUSPENDED: (201, "odds_closed"),
    Refusal.CLOSED: (201, "odds_closed"),
    Refusal.ODDS_CHANGED: (202, "odds_changed"),
    Refusal.LINE_CHANGED: (203, "handicap_changed"),
    Refusal.SCORE_CHANGED: (204, "score_changed"),
    Refusal.RESTRICTED: (301, "account_issue"),
}


@dataclass(frozen=True, slots=True)
class Slip:
    """Hold an offer as the bet box prints it; `rate` is the payout per unit staked, "" while it takes no bets."""

    selection: str
    market: str
    choice: str
    line: str
    raw_line: str
    score: str
    market_name: str
    event: str
    league: str
    odds: str
    negative: bool
    rate: str
    minimum: str
    maximum: str
    stake: str
    moved: bool


class SlipDesk:
    """Write slips and read bet requests of one account, in its brand's words and its odds style."""

    def __init__(self, catalogue: Catalogue, brand: Whitelabel, account: Account, style: OddsStyle) -> None:
        self._catalogue = catalogue
        self._brand = brand
        self._account = account
        self._style = style

    def slip(self, selection_id: str, *, stake: str = "", moved: bool = False) -> Slip:
        """Return a slip with the current offer of a selection; raises UnknownRecord."""
        selection = self._catalogue.selection(selection_id)
        event = self._catalogue.event(selection.event_id)
        words = name_choice(event, selection.kind, selection.outcome, selection.line, self._brand.texts)
        odds, negative = self._offered(selection)
        return Slip(
            selection=selection.id,
            market=selection.market_id,
            choice=words.choice,
            line=words.line,
            raw_line="" if selection.line is None else str(selection.line),
            score=event.score or "",
            market_name=words.market_name,
            event=words.event,
            league=words.league,
            odds=odds,
            negative=negative,
            rate=str(selection.odds) if odds else "",
            minimum=format_stake(selection.min_stake),
            maximum="" if selection.max_stake is None else format_stake(selection.max_stake),
            stake=stake,
            moved=moved,
        )

    def read_request(self, asked: Mapping[str, str]) -> BetRequest | None:
        """Read a bet request of the page; None if the stake is not a whole number.

        Raises KeyError and ArithmeticError for a request that our pages do not send, UnknownRecord for an
        unknown selection.
        """
        selection = self._catalogue.selection(asked["selection"])
        if not (asked["stake"].isascii() and asked["stake"].isdigit()):
            return None
        return BetRequest(
            username=self._account.username,
            selection_id=selection.id,
            odds=self._odds_asked(asked["odds"], selection),
            stake=Decimal(asked["stake"]),
            line=Decimal(asked["line"]) if asked["line"] else None,
            score=asked["score"] or None,
        )

    def refusal(self, refused: Refused, request: BetRequest) -> tuple[int, str]:
        """Return Lotus' code and message for a refused request."""
        if refused.refusal is Refusal.REJECTED:
            return self._plain_refusal(refused.reason or "")
        code, key = _CODES[refused.refusal]
        return code, self._brand.texts(f"error.{key}", **self._details(refused, request))

    def incorrect_stake(self) -> tuple[int, str]:
        """Return Lotus' code and message for a stake that is not a whole number."""
        return INCORRECT_STAKE, self._brand.texts("error.incorrect_stake")

    def _offered(self, selection: Selection) -> tuple[str, bool]:
        if selection.status is not SelectionStatus.OPEN:
            return "", False
        return show_odds(selection.odds, self._style)

    def _odds_asked(self, shown: str, selection: Selection) -> Decimal:
        # Shown odds are rounded: a text equal to that of the current odds means exactly the current odds.
        if shown == format_odds(selection.odds, self._style):
            return selection.odds
        return round(parse_odds(shown, self._style), 4)

    def _plain_refusal(self, reason: str) -> tuple[int, str]:
        if reason in _REASONS:
            code, key = _REASONS[reason]
            return code, self._brand.texts(f"error.{key}")
        return NOT_ACCEPTED, self._brand.texts("error.not_accepted", reason=reason)

    def _details(self, refused: Refused, request: BetRequest) -> dict[str, str]:
        now = refused.selection
        match refused.refusal:
            case Refusal.ODDS_CHANGED:
                return {
                    "old": format_odds(request.odds, self._style),
                    "new": format_odds(now.odds, self._style),
                }
            case Refusal.LINE_CHANGED:
                return {
                    "old": line_at_score(now.kind, request.line, None),
                    "new": line_at_score(now.kind, now.line, None),
                }
            case Refusal.SCORE_CHANGED:
                score = self._catalogue.event(now.event_id).score
                return {"old": request.score or "-", "new": score or "-"}
            case _:
                return {"amount": "" if refused.limit is None else format_stake(refused.limit)}
