"""Corner's web site: login, matches, a slip on a page of its own, receipts and My bets."""

from __future__ import annotations

from aiohttp import web

from bot.practice.sites.arrivals import note_arrival
from bot.practice.sites.corner.pages import notice, render, see_other
from bot.practice.sites.corner.profile import CORNER
from bot.practice.sites.corner.slips import Message, bet_request, messages, new_slip_id, offer, offers
from bot.practice.sites.corner.visits import COOKIE, Visit, gates, open_visit
from bot.practice.sites.corner.wording import MARKETS, choice_name, line_text, odds_text, status_word, time_text
from bot.practice.sites.errors import UnknownRecord
from bot.practice.sites.faults import FaultKind
from bot.practice.sites.placement import BetDesk, Delivery, Placement, Refused
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Bet, Event, Selection
from bot.practice.sites.templates import html_page


def build_corner(site: PracticeSite) -> web.Application:
    """Build the Corner site."""
    handlers = _Site(site)
    app = web.Application(middlewares=[note_arrival, gates(site)])
    app.add_routes(
        [
            web.get("/login", handlers.login_page),
            web.post("/login", handlers.log_in),
            web.post("/logout", handlers.log_out),
            web.post("/verify", handlers.verify),
            web.get("/", handlers.matches),
            web.get("/event/{event}", handlers.event),
            web.get("/slip/{selection}", handlers.slip),
            web.post("/slip/{selection}", handlers.place),
            web.get("/receipt", handlers.receipt_without_reference),
            web.get("/receipt/{ticket}", handlers.receipt),
            web.get("/bets", handlers.bets),
        ]
    )
    return app


class _Site:
    def __init__(self, site: PracticeSite) -> None:
        self._site = site
        self._desk = BetDesk(site)

    async def login_page(self, _request: web.Request) -> web.Response:
        return html_page(render("login.html", username="", refused=False))

    async def log_in(self, request: web.Request) -> web.Response:
        form = await request.post()
        username = str(form.get("username", "")).strip()
        token = self._site.log_in(username, str(form.get("password", "")), CORNER.whitelabels[0])
        if token is None:
            return html_page(render("login.html", username=username, refused=True), status=401)
        answer = see_other("/")
        answer.set_cookie(COOKIE, token, path="/", httponly=True, samesite="Lax")
        return answer

    async def log_out(self, request: web.Request) -> web.Response:
        self._site.sessions.end(request.cookies.get(COOKIE, ""))
        answer = see_other("/login")
        answer.del_cookie(COOKIE, path="/")
        return answer

    async def verify(self, request: web.Request) -> web.Response:
        self._site.faults.solve_challenge(self._site.sessions.username(request.cookies.get(COOKIE)))
        return see_other("/")

    async def matches(self, request: web.Request) -> web.Response:
        events = self._site.ledger.catalogue.events()
        return open_visit(self._site, request).page("matches.html", matches=[(each, _when(each)) for each in events])

    async def event(self, request: web.Request) -> web.Response:
        visit = open_visit(self._site, request)
        event = self._site.ledger.catalogue.event(request.match_info["event"])
        return visit.page("event.html", event=event, when=_when(event), offers=offers(event))

    async def slip(self, request: web.Request) -> web.Response:
        visit, selection = open_visit(self._site, request), self._selection(request)
        return self._slip_page(visit, selection, messages(selection), request.query.get("stake", ""))

    async def place(self, request: web.Request) -> web.Response:
        visit, selection = open_visit(self._site, request), self._selection(request)
        form = await request.post()
        typed = str(form.get("stake", ""))
        asked = bet_request(self._site, visit.account.username, selection, form)
        if asked is None:
            return self._slip_page(visit, selection, messages(selection, bad_stake=True), typed)
        placement = await self._desk.place(asked)
        if placement.delivery is Delivery.SILENT:
            await self._site.stopping.wait()
            return web.Response(status=503)
        if isinstance(placement.result, Refused):
            refused = placement.result
            answer = self._slip_page(visit, refused.selection, messages(refused.selection, refused), typed)
        else:
            answer = _answer(placement)
        self._desk.note_answer(placement)
        return answer

    async def receipt(self, request: web.Request) -> web.Response:
        visit = open_visit(self._site, request)
        bet = self._site.ledger.bet(request.match_info["ticket"])
        if bet.account != visit.account.username:
            raise UnknownRecord("this receipt belongs to another account", field="ticket")
        return visit.page("receipt.html", bet=self._row(bet))

    async def receipt_without_reference(self, request: web.Request) -> web.Response:
        return open_visit(self._site, request).page("receipt.html", bet=None)

    async def bets(self, request: web.Request) -> web.Response:
        visit = open_visit(self._site, request)
        rows = [self._row(bet) for bet in reversed(self._site.ledger.bets(account=visit.account.username))]
        fault = self._site.take_history_fault(visit.account.username)
        if fault is None:
            return visit.page("bets.html", rows=rows, total=len(rows))
        if fault.kind is FaultKind.HISTORY_ERROR:
            return notice("Something went wrong", "Your bets cannot be shown now.", 500)
        if fault.kind is FaultKind.HISTORY_EMPTY:
            return visit.page("bets.html", rows=[], total=None)
        return visit.page("bets.html", rows=rows[: fault.rows], total=len(rows))

    def _slip_page(self, visit: Visit, selection: Selection, all_messages: list[Message], stake: str) -> web.Response:
        event = self._site.ledger.catalogue.event(selection.event_id)
        written = offer(event, self._site.ledger.catalogue.selection(selection.id))
        return visit.page(
            "slip.html", event=event, offer=written, messages=all_messages, stake=stake, slip_id=new_slip_id()
        )

    def _selection(self, request: web.Request) -> Selection:
        return self._site.ledger.catalogue.selection(request.match_info["selection"])

    def _row(self, bet: Bet) -> dict[str, object]:
        return {
            "record": bet,
            "placed": time_text(bet.placed_at),
            "market": MARKETS[bet.market],
            "choice": choice_name(self._site.ledger.catalogue.event(bet.event_id), bet.outcome),
            "line": line_text(bet.market, bet.line),
            "odds": odds_text(bet.odds),
            "status": status_word(bet),
        }


def _answer(placement: Placement) -> web.Response:
    match placement.delivery:
        case Delivery.LOGOUT:
            return see_other("/login")
        case Delivery.REDIRECT:
            return see_other("/")
        case Delivery.WITHOUT_TICKET:
            return see_other("/receipt")
        case Delivery.PLAIN if isinstance(placement.result, Bet):
            return see_other(f"/receipt/{placement.result.ticket}")
        case _:
            return notice("Something went wrong", "Please look at My bets before you bet again.", 500)


def _when(event: Event) -> str:
    if event.score is not None:
        return f"In play {event.score}"
    return time_text(event.starts_at)[:-3] if event.starts_at else ""
