"""Page rendering that the sites share: strict templates, and answers that no cache stores."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined


def open_templates(*folders: Path) -> Environment:
    """Return the templates of these folders; the first folder that has a name wins, and a missing value raises."""
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def html_page(html: str, status: int = 200) -> web.Response:
    """Return a page as a response that no cache may store."""
    return web.Response(text=html, status=status, content_type="text/html", headers={"Cache-Control": "no-store"})
