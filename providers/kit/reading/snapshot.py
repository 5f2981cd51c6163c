"""Snapshots for kept pages and recordings: one HTML text that reads like the live page."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

from playwright.async_api import ElementHandle, Error, Frame, Page
from pydantic import SecretStr

from bot.ports.bookmaker import PageSnapshot
from providers.kit.reading.readings import script

_PATIENCE_S = 10.0
_SNAPSHOT = script("snapshot", "snapshot.js")
_POSITION = script("positionOf", "snapshot.js")


async def take_snapshot(
    page: Page, *secrets: SecretStr, holders: Mapping[Frame, ElementHandle] | None = None
) -> PageSnapshot:
    """Save a page with its live input values, frames and open shadow roots.

    Scripts, links to other files, the content of password inputs (wherever it occurs), hidden inputs with more than a
    short word, and all occurrences of ``secrets`` are left out. The address loses its query, which may hold tokens.
    ``holders`` are the known nodes of frames. Raises TimeoutError for a page that does not answer.
    """
    async with asyncio.timeout(_PATIENCE_S):
        markup = await _markup(page.main_frame, holders or {})
    for secret in secrets:
        markup = markup.replace(secret.get_secret_value(), "")
    return PageSnapshot(url=_without_query(page.url), html=markup, taken_at=datetime.now(UTC))


async def _markup(frame: Frame, holders: Mapping[Frame, ElementHandle]) -> str:
    within = [_placed(child, holders) for child in frame.child_frames]
    outer, *inner = await asyncio.gather(frame.evaluate(_SNAPSHOT), *within)
    markup: str = outer
    for position, text in filter(None, inner):
        markup = markup.replace(f'srcdoc="pairguard-frame-{position}"', f'srcdoc="{html.escape(text)}"')
    return markup


async def _placed(child: Frame, holders: Mapping[Frame, ElementHandle]) -> tuple[int, str] | None:
    """Return the index of a frame in the document around it, and its markup; None if it is gone."""
    try:
        node = holders.get(child) or await child.frame_element()
        position, markup = await asyncio.gather(node.evaluate(_POSITION), _markup(child, holders))
    except Error:
        return None
    return position, markup


def _without_query(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(query=""))
