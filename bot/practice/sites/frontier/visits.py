"""The customer behind a request, and the pages that can stand in front of the site."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.practice.sites.errors import UnknownRecord
from bot.practice.sites.frontier.pages import notice, render
from bot.practice.sites.placement import OddsChanges
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Account
from bot.practice.sites.templates import html_page

COOKIE = "fsb_session"
_ALWAYS_OPEN = ("/static/", "/verify")


@dataclass(frozen=True, slots=True)
class Visit:
    """Hold the customer of one request, and render pages for them."""

    site: PracticeSite
    account: Account

    @property
    def acceptance(self) -> OddsChanges:
        """Return the odds changes that the account accepts without being asked."""
        return OddsChanges(self.account.settings.get("odds_changes", OddsChanges.NEVER))

    def page(self, template: str, **values: object) -> web.Response:
        """Return a whole page, covered by an interruption if one is due."""
        html = render(
            template,
            skin=self.site.switch("skin"),
            account=self.account,
            balance=self.site.ledger.accounts.get(self.account.username).balance,
            overlay=self.site.faults.take_interruption(self.account.username),
            restricted=self.site.faults.is_restricted(self.account.username),
            **values,
        )
        return html_page(html)


def open_visit(site: PracticeSite, request: web.Request) -> Visit:
    """Return the visit of the logged-in customer; raises HTTPSeeOther to the login page when logged out."""
    account = site.account_of(request.cookies.get(COOKIE))
    if account is None:
        raise web.HTTPSeeOther("/login?expired=yes" if COOKIE in request.cookies else "/login")
    return Visit(site, account)


def gates(site: PracticeSite) -> Middleware:
    """Answer with maintenance or the security check when one applies, and with a plain page for unknown addresses."""

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(_ALWAYS_OPEN):
            return await handler(request)
        if site.settings.maintenance:
            return notice("Scheduled Maintenance", "We will be back shortly. Open bets are not affected.", 503)
        if site.faults.is_challenged(site.sessions.username(request.cookies.get(COOKIE))):
            return notice("Security Check", "Please confirm that you are not a robot.", 403, verify=True)
        try:
            return await handler(request)
        except UnknownRecord:
            return notice("Page Not Found", "There is nothing at this address.", 404)

    return gate
