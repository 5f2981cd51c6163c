"""Corner's templates and files, and the answers made of them."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.sandbox.corner.wording import pounds

_TEMPLATES = Path(__file__).parent / "templates"
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["pounds"] = pounds


def render(template: str, **values: object) -> str:
    """Fill in a template."""
    return _ENVIRONMENT.get_template(template).render(**values)


def html_page(html: str, status: int = 200) -> web.Response:
    """Answer with a page that no cache may keep."""
    return web.Response(text=html, status=status, content_type="text/html", headers={"Cache-Control": "no-store"})


def notice(title: str, text: str, status: int, *, verify: bool = False) -> web.Response:
    """Answer with a page that stands in for the site; `verify` puts the security check on it."""
    return html_page(render("notice.html", title=title, text=text, verify=verify), status)


def see_other(address: str) -> web.Response:
    """Send the browser on to another page by GET."""
    return web.Response(status=303, headers={"Location": address})
