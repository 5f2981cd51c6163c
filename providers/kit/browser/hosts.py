"""The host of a session: the whitelabel's own, or the one that its login led to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from bot.domain.reasons import Reason
from bot.errors import SessionUnusable


class Landing:
    """Where a login landed. ``hosts`` is what the TOML allows in addition to the host of ``base_url``."""

    def __init__(self) -> None:
        self._origin: tuple[str, str] | None = None

    def leave(self) -> None:
        """Return to the whitelabel's own address, as before a login."""
        self._origin = None

    def settle(self, url: str, base_url: str, hosts: str | None) -> None:
        """Use this address' host for every later address; raises SessionUnusable for an unknown host."""
        require_known(url, base_url, hosts)
        scheme, host = urlsplit(url)[:2]
        self._origin = (scheme, host)

    def address(self, base_url: str) -> str:
        """Return the address that paths are appended to."""
        scheme, host, path = urlsplit(base_url)[:3]
        return urlunsplit((*(self._origin or (scheme, host)), path.rstrip("/"), "", ""))


def require_known(url: str, base_url: str, hosts: str | None) -> None:
    """Raise SessionUnusable unless an address is at the host of ``base_url``, or at one that ``hosts`` fully matches.

    The scheme must be that of ``base_url``: a session that began with https stays with https.
    """
    own, shown = urlsplit(base_url), urlsplit(url)
    if shown[:2] == own[:2]:
        return
    if hosts is None or shown.scheme != own.scheme or not re.fullmatch(hosts, shown.hostname or ""):
        detail = f"the site led to {shown.scheme}://{shown.netloc}, which is not a known host of it"
        raise SessionUnusable(Reason.ELSEWHERE, detail)
