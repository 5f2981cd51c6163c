"""A page as a person saw it, in one piece of markup that reads like the live page: for evidence and recordings."""

from __future__ import annotations

import asyncio
import html
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

from playwright.async_api import Error, Frame, Page
from pydantic import SecretStr

from bot.ports import PageSnapshot
from providers.reading import script

_PATIENCE_S = 10.0
_SNAPSHOT = script("snapshot", "snapshot.js")
_POSITION = script("positionOf", "snapshot.js")


async def take_snapshot(page: Page, *secrets: SecretStr) -> PageSnapshot:
    """Save a page with its live input values, frames and open shadow roots.

    Scripts, links to other files, password inputs and whatever was typed into these are left out, hidden inputs that
    hold more than a short word too, and so are the secrets given, wherever they stand. The address loses its query,
    which may hold tokens. Raises TimeoutError for a page that does not answer.
    """
    async with asyncio.timeout(_PATIENCE_S):
        markup = await _markup(page.main_frame)
    for secret in secrets:
        markup = markup.replace(secret.get_secret_value(), "")
    return PageSnapshot(url=_without_query(page.url), html=markup, taken_at=datetime.now(UTC))


async def _markup(frame: Frame) -> str:
    markup: str = await frame.evaluate(_SNAPSHOT)
    for child in frame.child_frames:
        try:
            position = await (await child.frame_element()).evaluate(_POSITION)
            inner = await _markup(child)
        except Error:
            continue
        markup = markup.replace(f'srcdoc="pairguard-frame-{position}"', f'srcdoc="{html.escape(inner)}"')
    return markup


def _without_query(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(query=""))
