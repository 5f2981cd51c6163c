"""What the shells and the view share: templates, static files, session cookies and delayed answers."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.practice.sites.lotus.whitelabels import Whitelabel
from bot.practice.sites.practice_site import PracticeSite
from bot.practice.sites.templates import open_templates

_HERE = Path(__file__).parent
CLASSIC = "classic"
_TEMPLATES = {
    CLASSIC: open_templates(_HERE / "templates"),
    "lagoon": open_templates(_HERE / "skins" / "lagoon", _HERE / "templates"),
}
STATIC_ROUTE = web.static("/static", _HERE / "static")


def render(template: str, brand: Whitelabel, *, skin: str = CLASSIC, **values: object) -> str:
    """Render a template of a skin; it always receives `brand` and the brand's texts as `t`."""
    return _TEMPLATES[skin].get_template(template).render(brand=brand, t=brand.texts, **values)


def set_session(answer: web.Response, cookie: str, token: str, path: str) -> None:
    """Set a session's token as a cookie that scripts cannot read."""
    answer.set_cookie(cookie, token, path=path, httponly=True, samesite="Lax")


def delayed_answers(site: PracticeSite) -> Middleware:
    """Delay every answer by `response_delay_ms`, except files and answers to bets, which the bet desk delays itself."""

    @web.middleware
    async def delay(request: web.Request, handler: Handler) -> web.StreamResponse:
        is_bet = request.method == "POST" and request.path.endswith("/bets")
        if site.settings.response_delay_ms and not is_bet and not request.path.startswith("/static/"):
            await site.pause(site.settings.response_delay_ms / 1000)
        return await handler(request)

    return delay
