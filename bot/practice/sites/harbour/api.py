"""The JSON API that Harbour's single page uses."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.practice.sites.errors import FieldError, UnknownRecord
from bot.practice.sites.faults import FaultKind, FaultOrder
from bot.practice.sites.fields import Fields
from bot.practice.sites.harbour.push import PushStreams
from bot.practice.sites.harbour.views import (
    Cursor,
    Json,
    account_view,
    bet_details,
    bet_summary,
    bet_view,
    cash_out_offer,
    event_view,
    language_of,
    selection_view,
)
from bot.practice.sites.ledger import BetKind
from bot.practice.sites.payouts import to_cents
from bot.practice.sites.placement import BetDesk, BetRequest, Delivery, OddsChanges, Placement, Refusal, Refused
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Account, Bet, BetResult, BetStatus

COOKIE: Final = "hl_session"
WHITELABEL: Final = "harbourline"
_ROWS_A_PAGE = 20
_TABS: Final[dict[str, frozenset[BetKind]]] = {
    "open": frozenset({BetStatus.OPEN, BetStatus.WAITING}),
    "settled": frozenset(BetResult),
    "cashed_out": frozenset({BetResult.CASHED_OUT}),
}


class HarbourApi:
    """Answer the page's requests: session, settings, events, placing a bet, My bets, and the push stream."""

    def __init__(self, site: PracticeSite, desk: BetDesk) -> None:
        self._site = site
        self._desk = desk
        self._streams = PushStreams(site)

    def routes(self) -> list[web.RouteDef]:
        """Return the API's routes."""
        return [
            web.get("/api/session", self.session),
            web.post("/api/login", self.log_in),
            web.post("/api/logout", self.log_out),
            web.put("/api/settings", self.change_settings),
            web.get("/api/events", self.events),
            web.post("/api/bets", self.place),
            web.get("/api/bets", self.bets),
            web.get("/api/bets/{reference}", self.details),
            web.get("/push", self.push),
        ]

    async def session(self, request: web.Request) -> web.Response:
        account = self._account(request)
        return web.json_response(
            {
                "account": None if account is None else account_view(self._site, account),
                "notice": self._site.faults.take_interruption(None if account is None else account.username),
            }
        )

    async def log_in(self, request: web.Request) -> web.Response:
        fields = (await Fields.of(request)).only("username", "password")
        token = self._site.log_in(fields.text("username"), fields.text("password"), WHITELABEL)
        if token is None:
            return web.json_response({"error": "wrong_credentials"}, status=401)
        response = web.json_response({})
        response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", path="/")
        return response

    async def log_out(self, request: web.Request) -> web.Response:
        self._site.sessions.end(request.cookies.get(COOKIE, ""))
        response = web.json_response({})
        response.del_cookie(COOKIE, path="/")
        return response

    async def change_settings(self, request: web.Request) -> web.Response:
        account = self._customer(request)
        fields = (await Fields.of(request)).only("odds_changes")
        changed = self._site.ledger.accounts.change_settings(
            account.username, {"odds_changes": fields.word("odds_changes", OddsChanges)}
        )
        return web.json_response(account_view(self._site, changed))

    async def events(self, _request: web.Request) -> web.Response:
        return web.json_response([event_view(event) for event in self._site.ledger.catalogue.events()])

    async def place(self, request: web.Request) -> web.StreamResponse:
        account = self._customer(request)
        placement = await self._desk.place(self._bet_request(account, await Fields.of(request)))
        if placement.delivery is Delivery.SILENT:
            await self._site.stopping.wait()
            return web.Response(status=503)
        response = self._answer(placement)
        self._desk.note_answer(placement)
        return response

    async def bets(self, request: web.Request) -> web.Response:
        account = self._customer(request)
        tab = request.query.get("state", "open")
        if tab not in _TABS:
            raise FieldError(f"must be one of {', '.join(_TABS)}", field="state")
        cursor = Cursor.read(request.query.get("cursor"))
        fault = self._site.take_history_fault(account.username)
        if fault is not None and fault.kind is FaultKind.HISTORY_ERROR:
            return web.json_response({"error": "unavailable"}, status=500)
        if fault is not None and fault.kind is FaultKind.HISTORY_EMPTY:
            return web.json_response({"bets": [], "total": 0, "cursor": None})
        return web.json_response(self._bets(account, tab, cursor, fault))

    async def details(self, request: web.Request) -> web.Response:
        account = self._customer(request)
        bet = self._site.ledger.bet(request.match_info["reference"])
        if bet.account != account.username:
            raise UnknownRecord("this bet belongs to another account", field="reference")
        return web.json_response(bet_details(self._site, bet))

    async def push(self, request: web.Request) -> web.StreamResponse:
        account = self._account(request)
        return await self._streams.serve(request, None if account is None else account.username)

    def _bets(self, account: Account, tab: str, cursor: Cursor, fault: FaultOrder | None) -> Json:
        allowed = None if fault is None or fault.rows is None else max(0, fault.rows - cursor.shown)
        limit = _ROWS_A_PAGE if allowed is None else min(_ROWS_A_PAGE, allowed)
        page = self._site.ledger.page_of_bets(account.username, self._kinds(tab), cursor=cursor.below, limit=limit)
        shown = cursor.shown + len(page.bets)
        goes_on = page.next_cursor is not None and (allowed is None or allowed > limit)
        return {
            "bets": [self._listed(bet, language_of(account)) for bet in page.bets],
            "total": page.total,
            "cursor": str(Cursor(page.next_cursor, shown)) if goes_on else None,
        }

    def _kinds(self, tab: str) -> frozenset[BetKind]:
        if tab == "settled" and self._site.switch("cash_out_tab") == "shown":
            return _TABS["settled"] - _TABS["cashed_out"]
        return _TABS[tab]

    def _listed(self, bet: Bet, language: str) -> Json:
        offer = {"cash_out": cash_out_offer(self._site, bet)}
        if self._site.switch("bet_details") == "on_request":
            return bet_summary(bet, language) | offer
        return bet_view(self._site, bet, language) | offer

    def _bet_request(self, account: Account, fields: Fields) -> BetRequest:
        fields.only("slip_id", "selection", "odds", "line", "stake")
        selection = self._site.ledger.catalogue.selection(fields.text("selection"))
        event = self._site.ledger.catalogue.event(selection.event_id)
        stake = fields.amount("stake")
        if stake != to_cents(stake):
            raise fields.error("stake", "must be whole cents")
        return BetRequest(
            username=account.username,
            selection_id=selection.id,
            odds=fields.odds("odds"),
            stake=stake,
            line=fields.optional_line("line"),
            # Bets on Harbour do not depend on the score at the time of betting.
            score=event.score,
            odds_changes=OddsChanges(account.settings.get("odds_changes", OddsChanges.NEVER)),
            slip_id=fields.id("slip_id"),
        )

    def _answer(self, placement: Placement) -> web.Response:
        match placement.delivery:
            case Delivery.ERROR_500:
                return web.json_response({"error": "internal"}, status=500)
            case Delivery.LOGOUT:
                return web.json_response({"error": "session_ended"}, status=401)
            case Delivery.REDIRECT:
                return web.json_response({"redirect": "/offer"})
            case Delivery.WITHOUT_TICKET:
                return web.json_response({"bet": None})
            case _:
                return self._plain_answer(placement.result)

    def _plain_answer(self, result: Bet | Refused | None) -> web.Response:
        if isinstance(result, Bet):
            account = self._site.ledger.accounts.get(result.account)
            return web.json_response({"bet": bet_view(self._site, result, language_of(account))})
        if isinstance(result, Refused):
            return web.json_response(self._refusal(result), status=409)
        return web.json_response({"error": "internal"}, status=500)

    def _refusal(self, refused: Refused) -> Json:
        event = self._site.ledger.catalogue.event(refused.selection.event_id)
        return {
            "error": refused.refusal,
            "amount": None if refused.limit is None else str(to_cents(refused.limit)),
            "reason": refused.reason,
            "limits": self._limits(refused),
            "selection": selection_view(event, refused.selection),
        }

    def _limits(self, refused: Refused) -> list[str] | None:
        maximum = refused.limit if refused.refusal is Refusal.MAX_STAKE else refused.selection.max_stake
        if self._site.switch("limit_wording") == "one" or maximum is None:
            return None
        return [str(to_cents(refused.selection.min_stake)), str(to_cents(maximum))]

    def _account(self, request: web.Request) -> Account | None:
        return self._site.account_of(request.cookies.get(COOKIE))

    def _customer(self, request: web.Request) -> Account:
        account = self._account(request)
        if account is None:
            raise web.HTTPUnauthorized(text='{"error": "session_ended"}', content_type="application/json")
        return account
