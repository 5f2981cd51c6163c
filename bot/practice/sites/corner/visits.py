"""The customer behind a request, and the pages that can stand in front of the site."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.practice.sites.corner.pages import notice, render
from bot.practice.sites.errors import UnknownRecord
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Account
from bot.practice.sites.templates import html_page

COOKIE = "corner_session"


@dataclass(frozen=True, slots=True)
class Visit:
    """Hold the customer of one request, and render pages for them."""

    site: PracticeSite
    account: Account

    def page(self, template: str, **values: object) -> web.Response:
        """Return a page, covered by an interruption if one is due."""
        overlay = self.site.faults.take_interruption(self.account.username)
        account = self.site.ledger.accounts.get(self.account.username)
        return html_page(render(template, account=account, overlay=overlay, **values))


def open_visit(site: PracticeSite, request: web.Request) -> Visit:
    """Return the visit of the logged-in customer; raises HTTPSeeOther to the login page when logged out."""
    account = site.account_of(request.cookies.get(COOKIE))
    if account is None:
        raise web.HTTPSeeOther("/login")
    return Visit(site, account)


def gates(site: PracticeSite) -> Middleware:
    """Answer with maintenance or the security check when one applies, and with a plain page for unknown addresses."""

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == "/verify":
            return await handler(request)
        if site.settings.maintenance:
            return notice("Closed for maintenance", "We will be back shortly. Your bets stand.", 503)
        if site.faults.is_challenged(site.sessions.username(request.cookies.get(COOKIE))):
            return notice("Security check", "Please show that you are a person.", 403, verify=True)
        try:
            return await handler(request)
        except UnknownRecord:
            answer = open_visit(site, request).page("missing.html")
            answer.set_status(404)
            return answer

    return gate
