"""A slow connection: every response of a site is delayed."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.practice.sites.practice_site import PracticeSite

_FILES = ("/static/", "/assets/")  # not delayed: a browser loads them once and caches them


def late_responses(site: PracticeSite) -> Middleware:
    """Delay every response by `latency_ms`, except files and answers to bets, which the bet desk delays itself."""

    @web.middleware
    async def come_late(request: web.Request, handler: Handler) -> web.StreamResponse:
        is_bet = request.method == "POST" and request.path.endswith("/bets")
        if site.settings.latency_ms and not is_bet and not request.path.startswith(_FILES):
            await site.pause(site.settings.latency_ms / 1000)
        return await handler(request)

    return come_late
