"""Server push: one stream of messages per open page, written as soon as something changes."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from aiohttp import web

from bot.practice.sites.changes import (
    BalanceChanged,
    Change,
    EventChanged,
    EventFinished,
    InterruptionOrdered,
    PagesChanged,
    SelectionChanged,
    SessionsEnded,
    SiteStopped,
)
from bot.practice.sites.harbour.views import Json, event_view, selection_view
from bot.practice.sites.practice_site import PracticeSite

_KEEP_ALIVE_S = 15.0
_RECONNECT_AFTER_MS = 500
_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(frozen=True, slots=True)
class _Page:
    request: web.Request
    response: web.StreamResponse

    def has_left(self) -> bool:
        """Return whether the page closed its stream; a closed stream must not consume an interruption unseen."""
        return self.request.transport is None or self.request.transport.is_closing()


class PushStreams:
    """Serve `text/event-stream`: hello, selection, event, balance, notice and release."""

    def __init__(self, site: PracticeSite) -> None:
        self._site = site

    async def serve(self, request: web.Request, username: str | None) -> web.StreamResponse:
        """Stream until the page closes, its session ends at the server, or the servers stop."""
        response = web.StreamResponse(headers=_HEADERS)
        with self._site.changes.subscription() as changes:
            try:
                await response.prepare(request)
                await response.write(f"retry: {_RECONNECT_AFTER_MS}\n\n".encode())
                await response.write(_message("hello", {"name": username}))
                await response.write(self._interruption(username))  # may have been ordered while no stream was open
                await self._forward(changes, _Page(request, response), username)
            except ConnectionError:
                return response
        return response

    async def _forward(self, changes: asyncio.Queue[Change], page: _Page, username: str | None) -> None:
        while not self._site.stopping.is_set():
            try:
                change = await asyncio.wait_for(changes.get(), _KEEP_ALIVE_S)
            except TimeoutError:
                await page.response.write(b": still here\n\n")
                continue
            if page.has_left() or _ends_stream(change, username):
                return
            message = self._message_of(change, username)
            await page.response.write(message)

    def _interruption(self, username: str | None) -> bytes:
        notice = self._site.faults.take_interruption(username)
        return b"" if notice is None else _message("notice", {"notice": notice})

    def _message_of(self, change: Change, username: str | None) -> bytes:
        match change:
            case SelectionChanged(selection):
                event = self._site.ledger.catalogue.event(selection.event_id)
                return _message("selection", selection_view(event, selection))
            case EventChanged(event):
                return _message("event", event_view(event))
            case EventFinished(event):
                return _message("finished", {"id": event.id})
            case BalanceChanged(name) if name == username:
                return _message("balance", {"balance": str(self._site.ledger.accounts.get(name).balance)})
            case InterruptionOrdered():
                return self._interruption(username)
            case PagesChanged():
                return _message("release", {})
            case _:
                return b""


def _ends_stream(change: Change, username: str | None) -> bool:
    if isinstance(change, SessionsEnded):
        return username is not None and change.username in {None, username}
    return isinstance(change, SiteStopped)


def _message(name: str, content: Json) -> bytes:
    return f"event: {name}\ndata: {json.dumps(content)}\n\n".encode()
