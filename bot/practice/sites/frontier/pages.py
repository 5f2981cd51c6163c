"""Frontier's templates and static files, and the responses made from them."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.practice.sites.frontier.wording import dollars
from bot.practice.sites.templates import html_page, open_templates

_HERE = Path(__file__).parent
_TEMPLATES = {
    "classic": open_templates(_HERE / "templates"),
    "prairie": open_templates(_HERE / "skins" / "prairie", _HERE / "templates"),
}
for _environment in _TEMPLATES.values():
    _environment.filters["dollars"] = dollars
STATIC_ROUTE = web.static("/static", _HERE / "static")


def render(template: str, *, skin: str = "classic", **values: object) -> str:
    """Render a template of a skin."""
    return _TEMPLATES[skin].get_template(template).render(**values)


def notice(title: str, text: str, status: int, *, verify: bool = False) -> web.Response:
    """Return a page that replaces the site; `verify` adds the security check."""
    return html_page(render("notice.html", title=title, text=text, verify=verify), status)


def see_other(address: str) -> web.Response:
    """Redirect the browser to another page, which it loads by GET."""
    return web.Response(status=303, headers={"Location": address})
