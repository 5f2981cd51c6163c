"""Frontier's web site: login, matches, My Bets, and the betting pages."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from aiohttp import web

from bot.practice.sites.arrivals import note_arrival
from bot.practice.sites.faults import FaultKind
from bot.practice.sites.frontier.betting import Betting
from bot.practice.sites.frontier.board import build_board, build_match
from bot.practice.sites.frontier.clock import format_day, operator_today, parse_day
from bot.practice.sites.frontier.history import BetWriter, Page, page_of
from bot.practice.sites.frontier.pages import STATIC_ROUTE, notice, render, see_other
from bot.practice.sites.frontier.profile import FRONTIER
from bot.practice.sites.frontier.visits import COOKIE, Visit, gates, open_visit
from bot.practice.sites.placement import BetDesk
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.templates import html_page

_HISTORY_HOST = "bets"
_DAYS_SHOWN_UNASKED = timedelta(days=7)
_Row = TypeVar("_Row")


def build_frontier(site: PracticeSite) -> web.Application:
    """Build the Frontier site."""
    desk = BetDesk(site)
    handlers = _Site(site)
    app = web.Application(middlewares=[note_arrival, gates(site)])
    app.add_routes(
        [
            web.get("/", handlers.start),
            web.get("/login", handlers.login_page),
            web.post("/login", handlers.log_in),
            web.post("/logout", handlers.log_out),
            web.get("/enter", handlers.enter),
            web.post("/verify", handlers.verify),
            web.get("/sports", handlers.sports),
            web.get("/event/{event}", handlers.event),
            web.get("/mybets", handlers.my_bets),
            *Betting(site, desk).routes(),
            STATIC_ROUTE,
        ]
    )
    app.cleanup_ctx.append(desk.running)
    return app


class _Site:
    def __init__(self, site: PracticeSite) -> None:
        self._site = site

    async def start(self, request: web.Request) -> web.Response:
        return see_other("/sports" if self._site.account_of(request.cookies.get(COOKIE)) else "/login")

    async def login_page(self, request: web.Request) -> web.Response:
        expired = "Your session has expired. Please log in again."
        return _login_page("", expired if "expired" in request.query else "")

    async def log_in(self, request: web.Request) -> web.Response:
        form = await request.post()
        username = str(form.get("username", "")).strip()
        token = self._site.log_in(username, str(form.get("password", "")), FRONTIER.whitelabels[0])
        if token is None:
            return _login_page(username, "Invalid customer ID or password.", status=401)
        if self._site.switch("login_host") == "own":
            return see_other(self._address_on(f"w{random.randint(1, 99)}", request, token))
        return _logged_in("/sports", token)

    async def enter(self, request: web.Request) -> web.Response:
        """Open a session on this host for a customer with a pass from another host of the site."""
        asked = dict(request.query)
        token = self._site.sessions.redeem_pass(asked.pop("pass", ""))
        if token is None:
            return see_other("/login")
        return _logged_in(f"/mybets?{urlencode(asked)}" if "tab" in asked else "/sports", token)

    async def log_out(self, request: web.Request) -> web.Response:
        self._site.sessions.end(request.cookies.get(COOKIE, ""))
        answer = see_other("/login")
        answer.del_cookie(COOKIE, path="/")
        return answer

    async def verify(self, request: web.Request) -> web.Response:
        self._site.faults.solve_challenge(self._site.sessions.username(request.cookies.get(COOKIE)))
        return see_other("/")

    async def sports(self, request: web.Request) -> web.Response:
        visit = open_visit(self._site, request)
        return visit.page("sports.html", tab="sports", leagues=build_board(self._site.ledger.catalogue.events()))

    async def event(self, request: web.Request) -> web.Response:
        visit = open_visit(self._site, request)
        match = build_match(self._site.ledger.catalogue.event(request.match_info["event"]))
        return visit.page("event.html", tab="sports", match=match)

    async def my_bets(self, request: web.Request) -> web.Response:
        visit = open_visit(self._site, request)
        if self._site.switch("history_host") == "own" and not request.host.startswith(_HISTORY_HOST):
            asked = {"tab": "open"} | dict(request.query)
            return see_other(self._address_on(_HISTORY_HOST, request, request.cookies[COOKIE], **asked))
        if request.query.get("tab", "open") == "settled":
            return self._settled(visit, request)
        rows = self._writer().open_rows(self._site.ledger.bets(account=visit.account.username))
        page = self._page(visit, rows, request)
        return page if isinstance(page, web.Response) else visit.page("open.html", tab="bets", page=page, address="?")

    def _settled(self, visit: Visit, request: web.Request) -> web.Response:
        first, last = _range(request)
        rows = self._writer().settled_rows(self._site.ledger.bets(account=visit.account.username), first, last)
        page = self._page(visit, rows, request)
        if isinstance(page, web.Response):
            return page
        days = {"from": format_day(first), "to": format_day(last)}
        address = f"?{urlencode({'tab': 'settled'} | days)}&"
        result_shown = self._site.switch("result_shown")
        return visit.page("settled.html", tab="bets", page=page, address=address, days=days, result_shown=result_shown)

    def _page(self, visit: Visit, rows: Sequence[_Row], request: web.Request) -> Page[_Row] | web.Response:
        """Return the requested page, changed by the history fault that the request meets."""
        number = _page_number(request)
        fault = self._site.take_history_fault(visit.account.username)
        if fault is None:
            return page_of(rows, number, len(rows))
        if fault.kind is FaultKind.HISTORY_ERROR:
            return notice("Server Error", "My Bets is not available at this time.", 500)
        if fault.kind is FaultKind.HISTORY_EMPTY:
            return page_of(rows[:0], number, None)
        return page_of(rows[: fault.rows], number, len(rows))

    def _address_on(self, host: str, request: web.Request, token: str, **asked: str) -> str:
        """Return an address that opens a session of the same customer on another host of this site."""
        query = urlencode({"pass": self._site.sessions.issue_pass(token) or ""} | asked)
        return f"http://{host}.localhost:{request.url.port}/enter?{query}"

    def _writer(self) -> BetWriter:
        return BetWriter(self._site.ledger)


def _logged_in(address: str, token: str) -> web.Response:
    answer = see_other(address)
    answer.set_cookie(COOKIE, token, path="/", httponly=True, samesite="Lax")
    return answer


def _login_page(username: str, message: str, status: int = 200) -> web.Response:
    return html_page(render("login.html", username=username, message=message), status)


def _page_number(request: web.Request) -> int:
    text = request.query.get("page", "1")
    if not (text.isascii() and text.isdigit()):
        raise web.HTTPBadRequest
    return int(text)


def _range(request: web.Request) -> tuple[date, date]:
    today = operator_today()
    try:
        first = parse_day(request.query["from"]) if "from" in request.query else today - _DAYS_SHOWN_UNASKED
        last = parse_day(request.query["to"]) if "to" in request.query else today
    except ValueError:
        raise web.HTTPBadRequest(text="Dates are MM/DD/YYYY.") from None
    return first, last
