"""Server-side sessions that expire, and one-time passes into an embedded view."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Session:
    """Bind a cookie's token to a user; a session opened by a pass ends with its parent."""

    token: str
    username: str
    parent: str | None
    used_at: float


class Sessions:
    """Keep the sessions of one practice site in memory; they end `lifetime_s()` seconds after their last use."""

    def __init__(self, lifetime_s: Callable[[], float]) -> None:
        self._lifetime_s = lifetime_s
        self._sessions: dict[str, Session] = {}
        self._passes: dict[str, str] = {}

    def open(self, username: str, *, parent: str | None = None) -> str:
        """Open a session and return its token, for an HttpOnly cookie."""
        token = secrets.token_urlsafe(24)
        self._sessions[token] = Session(token, username, parent, time.monotonic())
        return token

    def username(self, token: str | None) -> str | None:
        """Return the user of a token and count this as use; None without a live session."""
        session = self._sessions.get(token or "")
        if session is None:
            return None
        if time.monotonic() - session.used_at > self._lifetime_s():
            self.end(session.token)
            return None
        session.used_at = time.monotonic()
        return session.username

    def issue_pass(self, token: str) -> str | None:
        """Return a one-time pass that opens a session of the same user at another origin; None if logged out."""
        if self.username(token) is None:
            return None
        one_time = secrets.token_urlsafe(24)
        self._passes[one_time] = token
        return one_time

    def redeem_pass(self, one_time: str) -> str | None:
        """Open a session that ends with the pass's own session and return its token; None for an invalid pass."""
        parent = self._passes.pop(one_time, None)
        username = self.username(parent)
        return None if username is None else self.open(username, parent=parent)

    def end(self, token: str) -> None:
        """End a session and its children; an unknown token is ignored."""
        self._sessions.pop(token, None)
        for child in [each.token for each in self._sessions.values() if each.parent == token]:
            self.end(child)

    def end_all(self, username: str | None) -> int:
        """End every session, or every session of a user, and return how many ended."""
        ended = [each for each in self._sessions.values() if username in {None, each.username}]
        for session in ended:
            self._sessions.pop(session.token, None)
        return len(ended)
