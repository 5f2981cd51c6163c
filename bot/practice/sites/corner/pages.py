"""Corner's templates, and the responses made from them."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.practice.sites.corner.wording import pounds
from bot.practice.sites.templates import html_page, open_templates

_TEMPLATES = open_templates(Path(__file__).parent / "templates")
_TEMPLATES.filters["pounds"] = pounds


def render(template: str, **values: object) -> str:
    """Render a template."""
    return _TEMPLATES.get_template(template).render(**values)


def notice(title: str, text: str, status: int, *, verify: bool = False) -> web.Response:
    """Return a page that replaces the site; `verify` adds the security check."""
    return html_page(render("notice.html", title=title, text=text, verify=verify), status)


def see_other(address: str) -> web.Response:
    """Redirect the browser to another page, which it loads by GET."""
    return web.Response(status=303, headers={"Location": address})
