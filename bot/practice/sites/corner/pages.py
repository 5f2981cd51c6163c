"""Corner's templates, and the answers made of them."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.practice.sites.corner.wording import pounds
from bot.practice.sites.templates import html_page, open_templates

_TEMPLATES = open_templates(Path(__file__).parent / "templates")
_TEMPLATES.filters["pounds"] = pounds


def render(template: str, **values: object) -> str:
    """Fill in a template."""
    return _TEMPLATES.get_template(template).render(**values)


def notice(title: str, text: str, status: int, *, verify: bool = False) -> web.Response:
    """Answer with a page that stands in for the site; `verify` puts the security check on it."""
    return html_page(render("notice.html", title=title, text=text, verify=verify), status)


def see_other(address: str) -> web.Response:
    """Send the browser on to another page by GET."""
    return web.Response(status=303, headers={"Location": address})
