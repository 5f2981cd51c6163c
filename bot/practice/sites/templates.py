"""What the sites share in making pages: templates that miss no value, and answers that no cache keeps."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined


def open_templates(*folders: Path) -> Environment:
    """Return the templates of some folders, the first that has one wins; a value that is missing is an error."""
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def html_page(html: str, status: int = 200) -> web.Response:
    """Answer with a page that no cache may keep."""
    return web.Response(text=html, status=status, content_type="text/html", headers={"Cache-Control": "no-store"})
