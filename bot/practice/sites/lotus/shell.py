"""A whitelabel's own site: login, header with balance, and the frame for the sports view on another origin."""

from __future__ import annotations

from aiohttp import web

from bot.practice.sites.arrivals import note_arrival
from bot.practice.sites.latency import late_responses
from bot.practice.sites.lotus.pages import STATIC_ROUTE, delayed_answers, render, set_session
from bot.practice.sites.lotus.whitelabels import WHITELABELS
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Account
from bot.practice.sites.templates import html_page


def build_shell(site: PracticeSite, whitelabel: str, view_url: str) -> web.Application:
    """Build the site of one whitelabel ("lotusquay" or "senbien") that embeds the view at `view_url`."""
    shell = _Shell(site, whitelabel, view_url)
    app = web.Application(middlewares=[note_arrival, late_responses(site), delayed_answers(site)])
    app.add_routes(
        [
            web.get("/", shell.start),
            web.get("/login", shell.login_page),
            web.post("/login", shell.log_in),
            web.post("/logout", shell.log_out),
            web.get("/home", shell.home),
            web.post("/verify", shell.verify),
            web.get("/api/me", shell.me),
            web.get("/api/view", shell.view),
            STATIC_ROUTE,
        ]
    )
    return app


class _Shell:
    def __init__(self, site: PracticeSite, whitelabel: str, view_url: str) -> None:
        self._site = site
        self._brand = WHITELABELS[whitelabel]
        self._view_url = view_url
        self._cookie = f"{whitelabel}_session"

    async def start(self, request: web.Request) -> web.Response:
        raise web.HTTPFound("/home" if self._account(request) else "/login")

    async def login_page(self, _request: web.Request) -> web.Response:
        self._refuse_when_closed(None)
        return self._login_page()

    async def log_in(self, request: web.Request) -> web.Response:
        self._refuse_when_closed(None)
        form = await request.post()
        username = str(form.get("username", "")).strip()
        token = self._site.log_in(username, str(form.get("password", "")), self._brand.name)
        if token is None:
            return self._login_page(username, self._brand.texts("shell.login_failed"))
        answer = web.Response(status=303, headers={"Location": "/home"})
        set_session(answer, self._cookie, token, "/")
        return answer

    async def log_out(self, request: web.Request) -> web.Response:
        self._site.sessions.end(request.cookies.get(self._cookie, ""))
        answer = web.Response(status=303, headers={"Location": "/login"})
        answer.del_cookie(self._cookie, path="/")
        return answer

    async def home(self, request: web.Request) -> web.Response:
        account = self._account(request)
        self._refuse_when_closed(account)
        if account is None:
            raise web.HTTPFound("/login")
        html = render(
            f"{self._brand.name}/home.html",
            self._brand,
            account=account,
            balance=_money(account),
            view_origin=self._view_url,
            has_live_frame=self._site.switch("live_frame") == "own",
            is_restricted=self._site.faults.is_restricted(account.username),
        )
        return html_page(html)

    async def verify(self, request: web.Request) -> web.Response:
        account = self._account(request)
        self._site.faults.solve_challenge(account.username if account else None)
        raise web.HTTPSeeOther("/")

    async def me(self, request: web.Request) -> web.Response:
        account = self._logged_in(request)
        # A page that is already covered says so, so that it does not consume an interruption unseen.
        spared = "covered" in request.query
        notice = None if spared else self._site.faults.take_interruption(account.username)
        overlay = None if notice is None else render("overlay.html", self._brand, kind=notice)
        restricted = self._site.faults.is_restricted(account.username)
        return web.json_response({"balance": _money(account), "overlay": overlay, "restricted": restricted})

    async def view(self, request: web.Request) -> web.Response:
        self._logged_in(request)
        one_time = self._site.sessions.issue_pass(request.cookies[self._cookie])
        page = "&live" if "live" in request.query else ""
        return web.json_response({"url": f"{self._view_url}/{self._brand.name}/enter?pass={one_time}{page}"})

    def _account(self, request: web.Request) -> Account | None:
        account = self._site.account_of(request.cookies.get(self._cookie))
        return account if account and account.whitelabel == self._brand.name else None

    def _logged_in(self, request: web.Request) -> Account:
        account = self._account(request)
        self._refuse_when_closed(account)
        if account is None:
            raise web.HTTPUnauthorized
        return account

    def _refuse_when_closed(self, account: Account | None) -> None:
        if self._site.settings.maintenance:
            raise web.HTTPServiceUnavailable(text=self._notice("maintenance"), content_type="text/html")
        if self._site.faults.is_challenged(account.username if account else None):
            raise web.HTTPForbidden(text=self._notice("challenge"), content_type="text/html")

    def _notice(self, kind: str) -> str:
        return render(f"{self._brand.name}/notice.html", self._brand, kind=kind)

    def _login_page(self, username: str = "", message: str = "") -> web.Response:
        html = render(f"{self._brand.name}/login.html", self._brand, username=username, message=message)
        return html_page(html, status=401 if message else 200)


def _money(account: Account) -> str:
    return f"{account.balance:,.2f}"
