"""Harbour's web site: the single page, its files, and the pages that can stand in front of them."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.practice.sites.arrivals import note_arrival
from bot.practice.sites.errors import SandboxError
from bot.practice.sites.harbour.api import COOKIE, HarbourApi
from bot.practice.sites.harbour.classes import Stylesheet
from bot.practice.sites.harbour.skins import SKINS
from bot.practice.sites.latency import late_responses
from bot.practice.sites.placement import BetDesk
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.templates import html_page, open_templates

_FOLDER = Path(__file__).parent
_ALWAYS_OPEN = ("/static/", "/assets/", "/push", "/verify")


def build_site(site: PracticeSite) -> web.Application:
    """Build the Harbourline site."""
    desk = BetDesk(site)
    pages = _Pages(site)
    app = web.Application(middlewares=[note_arrival, late_responses(site), pages.gate, _errors_as_json])
    app.add_routes(HarbourApi(site, desk).routes())
    app.add_routes(
        [
            web.get("/", pages.index),
            web.get("/offer", pages.offer),
            web.post("/verify", pages.verify),
            web.get("/assets/style.css", pages.stylesheet),
            web.static("/static", _FOLDER / "static"),
        ]
    )
    app.cleanup_ctx.append(desk.running)
    return app


class _Pages:
    def __init__(self, site: PracticeSite) -> None:
        self._site = site
        self._stylesheet = Stylesheet((_FOLDER / "templates" / "style.css").read_text(encoding="utf-8"))
        self._modules = sorted(module.name for module in (_FOLDER / "static").glob("*.js"))
        self._templates = open_templates(_FOLDER / "templates")

    async def index(self, _request: web.Request) -> web.Response:
        skin = SKINS[self._site.switch("skin")]
        settings = self._site.settings
        site = {
            "test_words": dict(skin.words),
            "switches": settings.switches,
            "acceptance_delay_ms": settings.acceptance_delay_ms,
        }
        return self._page("index.html", modules=self._modules, skin=skin.name, test=skin.test_id, site=site)

    async def offer(self, request: web.Request) -> web.Response:
        return self._page("offer.html", account=self._site.account_of(request.cookies.get(COOKIE)))

    async def verify(self, request: web.Request) -> web.Response:
        self._site.faults.solve_challenge(self._username(request))
        raise web.HTTPSeeOther("/")

    async def stylesheet(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._stylesheet.text, content_type="text/css", headers=_NOT_STORED)

    @web.middleware
    async def gate(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer with the maintenance or verification page when one applies."""
        if request.path.startswith(_ALWAYS_OPEN):
            return await handler(request)
        if self._site.settings.maintenance:
            return self._closed(request, "maintenance", 503)
        if self._site.faults.is_challenged(self._username(request)):
            return self._closed(request, "challenge", 403)
        return await handler(request)

    def _closed(self, request: web.Request, why: str, status: int) -> web.Response:
        if request.path.startswith("/api/"):
            return web.json_response({"error": why}, status=status)
        return self._page(f"{why}.html", status=status)

    def _page(self, template: str, status: int = 200, **values: object) -> web.Response:
        return html_page(self._templates.get_template(template).render(c=self._stylesheet.names, **values), status)

    def _username(self, request: web.Request) -> str | None:
        return self._site.sessions.username(request.cookies.get(COOKIE))


_NOT_STORED = {"Cache-Control": "no-store"}


@web.middleware
async def _errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except SandboxError as error:
        return web.json_response({"error": error.message, "field": error.field}, status=400)
