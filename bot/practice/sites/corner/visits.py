"""The customer behind a request, and the pages that can stand in front of the site."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.practice.sites.book import Book
from bot.practice.sites.corner.pages import notice, render
from bot.practice.sites.errors import UnknownRecord
from bot.practice.sites.records import Account
from bot.practice.sites.templates import html_page

COOKIE = "corner_session"


@dataclass(frozen=True, slots=True)
class Visit:
    """Hold the customer of one request, and render pages for them."""

    book: Book
    account: Account

    def page(self, template: str, **values: object) -> web.Response:
        """Return a page, covered by an interruption if one is due."""
        overlay = self.book.faults.take_interruption(self.account.username)
        account = self.book.ledger.accounts.get(self.account.username)
        return html_page(render(template, account=account, overlay=overlay, **values))


def open_visit(book: Book, request: web.Request) -> Visit:
    """Return the visit of the logged-in customer; raises HTTPSeeOther to the login page when logged out."""
    account = book.account_of(request.cookies.get(COOKIE))
    if account is None:
        raise web.HTTPSeeOther("/login")
    return Visit(book, account)


def gates(book: Book) -> Middleware:
    """Answer with maintenance or the security check when one applies, and with a plain page for unknown addresses."""

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == "/verify":
            return await handler(request)
        if book.settings.maintenance:
            return notice("Closed for maintenance", "We will be back shortly. Your bets stand.", 503)
        if book.faults.is_challenged(book.sessions.username(request.cookies.get(COOKIE))):
            return notice("Security check", "Please show that you are a person.", 403, verify=True)
        try:
            return await handler(request)
        except UnknownRecord:
            answer = open_visit(book, request).page("missing.html")
            answer.set_status(404)
            return answer

    return gate
