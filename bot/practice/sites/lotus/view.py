"""The sports view that both shells embed: odds table, bet box, bet list, statement.

Every path begins with the whitelabel, and so does the path of its session cookie.
"""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.practice.sites.arrivals import note_arrival
from bot.practice.sites.errors import UnknownRecord
from bot.practice.sites.faults import FaultKind
from bot.practice.sites.latency import late_responses
from bot.practice.sites.lotus.betting import Betting
from bot.practice.sites.lotus.board import build_board, shape_of
from bot.practice.sites.lotus.clock import format_day, operator_now
from bot.practice.sites.lotus.history import BetWriter, Listing, current_bets, end_of, ended_bets
from bot.practice.sites.lotus.live import LiveBetting
from bot.practice.sites.lotus.odds import OddsStyle
from bot.practice.sites.lotus.pages import STATIC_ROUTE, delayed_answers, render, set_session
from bot.practice.sites.lotus.visits import BRAND_PATH, Visit, brand_of, open_visit, session_cookie
from bot.practice.sites.placement import BetDesk
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Bet
from bot.practice.sites.templates import html_page

_Entry = TypeVar("_Entry")


def build_view(site: PracticeSite) -> web.Application:
    """Build the view of all whitelabels; it also runs the traders who decide waiting bets."""
    view = _View(site)
    desk = BetDesk(site)
    app = web.Application(middlewares=[note_arrival, late_responses(site), delayed_answers(site), _unknown_as_404])
    app.add_routes(
        [
            web.get(f"{BRAND_PATH}/enter", view.enter),
            web.get(f"{BRAND_PATH}/sports", view.sports),
            web.get(f"{BRAND_PATH}/match/{{event}}", view.match),
            web.get(f"{BRAND_PATH}/table", view.table),
            web.get(f"{BRAND_PATH}/bets", view.bet_list),
            web.get(f"{BRAND_PATH}/statement", view.statement),
            web.post(f"{BRAND_PATH}/style", view.change_style),
            *Betting(site, desk).routes(),
            *LiveBetting(site).routes(),
            STATIC_ROUTE,
        ]
    )
    app.cleanup_ctx.append(desk.running)
    return app


class _View:
    def __init__(self, site: PracticeSite) -> None:
        self._site = site

    async def enter(self, request: web.Request) -> web.Response:
        brand = brand_of(request)
        token = self._site.sessions.redeem_pass(request.query.get("pass", ""))
        page = "live" if "live" in request.query else "sports"
        answer = web.Response(status=302, headers={"Location": f"/{brand.name}/{page}"})
        if token is not None:
            set_session(answer, session_cookie(brand), token, f"/{brand.name}")
        return answer

    async def sports(self, request: web.Request) -> web.Response:
        visit = open_visit(self._site, request)
        return visit.page("view/odds.html", "odds", match_id="", **self._board(visit, None))

    async def match(self, request: web.Request) -> web.Response:
        visit = open_visit(self._site, request)
        event_id = request.match_info["event"]
        return visit.page("view/odds.html", "odds", match_id=event_id, **self._board(visit, event_id))

    async def table(self, request: web.Request) -> web.Response:
        visit = open_visit(self._site, request)
        return html_page(visit.fragment("view/odds_rows.html", **self._board(visit, request.query.get("match"))))

    async def bet_list(self, request: web.Request) -> web.Response:
        visit = open_visit(self._site, request)
        listing = self._listing(visit, current_bets(self._bets(visit), operator_now().date()))
        page = self._writer(visit).page(listing, _page_number(request))
        return visit.page("view/bets.html", "bets", page=page, address="?")

    async def statement(self, request: web.Request) -> web.Response:
        visit = open_visit(self._site, request)
        bets = ended_bets(self._bets(visit), operator_now().date())
        if "date" in request.query:
            return self._statement_of(visit, _day(request), bets, _page_number(request))
        days = self._listing(visit, self._writer(visit).days(bets))
        return visit.page("view/statement_days.html", "statement", days=days)

    async def change_style(self, request: web.Request) -> web.Response:
        visit = open_visit(self._site, request)
        style = str((await request.post()).get("style", ""))
        if style not in set(OddsStyle):
            raise web.HTTPBadRequest
        self._site.ledger.accounts.change_settings(visit.account.username, {"odds_style": style})
        raise web.HTTPSeeOther(request.headers.get("Referer", f"/{visit.brand.name}/sports"))

    def _board(self, visit: Visit, event_id: str | None) -> dict[str, object]:
        catalogue = self._site.ledger.catalogue
        events = catalogue.events() if event_id is None else [catalogue.event(event_id)]
        if self._site.switch("live_frame") == "own":
            events = [event for event in events if event.score is None]
        board = build_board(events, visit.brand, visit.style)
        return {"leagues": board, "shape": shape_of(board)}

    def _statement_of(self, visit: Visit, day: date, bets: list[Bet], number: int) -> web.Response:
        chosen = [bet for bet in bets if end_of(bet).date() == day]
        writer = self._writer(visit)
        page = writer.page(self._listing(visit, chosen), number)
        return visit.page(
            "view/statement.html",
            "statement",
            page=page,
            totals=writer.totals(chosen),
            day=day.isoformat(),
            date=format_day(day, visit.brand),
            address=f"?date={day.isoformat()}&",
        )

    def _bets(self, visit: Visit) -> list[Bet]:
        return self._site.ledger.bets(account=visit.account.username)

    def _writer(self, visit: Visit) -> BetWriter:
        return BetWriter(self._site.ledger.catalogue, visit.brand, visit.style, visit.vocabulary)

    def _listing(self, visit: Visit, entries: list[_Entry]) -> Listing[_Entry]:
        """Return the entries as a listing, changed by the history fault that the request meets."""
        fault = self._site.take_history_fault(visit.account.username)
        if fault is None:
            return Listing(entries, len(entries))
        if fault.kind is FaultKind.HISTORY_ERROR:
            html = render("view/notice.html", visit.brand, kind="error", text=visit.brand.texts("error.system"))
            raise web.HTTPInternalServerError(text=html, content_type="text/html")
        if fault.kind is FaultKind.HISTORY_EMPTY:
            return Listing([], None)
        return Listing(entries[: fault.rows], len(entries))


def _page_number(request: web.Request) -> int:
    text = request.query.get("page", "1")
    if not (text.isascii() and text.isdigit()):
        raise web.HTTPBadRequest
    return int(text)


def _day(request: web.Request) -> date:
    try:
        return date.fromisoformat(request.query["date"])
    except ValueError:
        raise web.HTTPBadRequest from None


@web.middleware
async def _unknown_as_404(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except UnknownRecord:
        raise web.HTTPNotFound from None
