"""The visitor of a view page: brand from the path, account from the cookie, odds style from the settings."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.practice.sites.lotus.clock import format_moment, operator_now
from bot.practice.sites.lotus.odds import OddsStyle
from bot.practice.sites.lotus.pages import render
from bot.practice.sites.lotus.vocabularies import VOCABULARIES, Vocabulary
from bot.practice.sites.lotus.whitelabels import WHITELABELS, Whitelabel
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.records import Account
from bot.practice.sites.templates import html_page

BRAND_PATH = f"/{{brand:{'|'.join(WHITELABELS)}}}"


@dataclass(frozen=True, slots=True)
class Visit:
    """Hold brand, account, odds style, skin and vocabulary of one request, and render its pages."""

    brand: Whitelabel
    account: Account
    style: OddsStyle
    skin: str
    vocabulary: Vocabulary

    def page(self, template: str, tab: str, **values: object) -> web.Response:
        """Return a whole page whose menu shows `tab` as open."""
        return html_page(self.fragment(template, tab=tab, styles=list(OddsStyle), **values))

    def fragment(self, template: str, **values: object) -> str:
        """Render a part of a page."""
        now = format_moment(operator_now(), self.brand)
        return render(template, self.brand, skin=self.skin, style=self.style, now=now, **values)


def session_cookie(brand: Whitelabel) -> str:
    """Return the name of the view's cookie; shells and view share a host, so each needs its own."""
    return f"view_{brand.name}"


def brand_of(request: web.Request) -> Whitelabel:
    """Return the whitelabel that the path names."""
    return WHITELABELS[request.match_info["brand"]]


def open_visit(site: PracticeSite, request: web.Request) -> Visit:
    """Return the visit of the logged-in account.

    Raises HTTPServiceUnavailable in maintenance, HTTPUnauthorized when logged out, HTTPForbidden for an
    account that must first pass the shell's security check. Each has a page that says so.
    """
    brand = brand_of(request)
    if site.settings.maintenance:
        raise web.HTTPServiceUnavailable(
            text=_notice(brand, "maintenance", "shell.maintenance"), content_type="text/html"
        )
    account = site.account_of(request.cookies.get(session_cookie(brand)))
    if account is None or account.whitelabel != brand.name:
        raise web.HTTPUnauthorized(text=_notice(brand, "sessionEnded", "shell.session_ended"), content_type="text/html")
    if site.faults.is_challenged(account.username):
        raise web.HTTPForbidden(text=_notice(brand, "challenge", "shell.challenge_title"), content_type="text/html")
    style = OddsStyle(account.settings.get("odds_style", brand.default_style))
    return Visit(brand, account, style, site.switch("skin"), VOCABULARIES[site.switch("vocabulary")])


def _notice(brand: Whitelabel, kind: str, key: str) -> str:
    return render("view/notice.html", brand, kind=kind, text=brand.texts(key))
