"""A client of the practice sites' control API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.practice.logins import Login

_TIMEOUT_S = 10


class Control:
    """Drives the practice bookmakers over their control API; ``book`` is the name of one."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    @classmethod
    @asynccontextmanager
    async def connected(cls, address: str) -> AsyncIterator[Control]:
        """Speak to the control API at an address."""
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with aiohttp.ClientSession(address, timeout=timeout, raise_for_status=True) as session:
            yield cls(session)

    async def open_account(self, login: Login) -> None:
        """Open an account with 1000.00 on it, or set it back to that."""
        account = {"username": login.username, "password": login.password.get_secret_value()}
        await self._send("POST", f"/{login.site}/accounts", account | {"whitelabel": login.whitelabel})

    async def add_event(self, site: str, offer: Mapping[str, Any]) -> None:
        """Offer an event with its markets."""
        await self._send("POST", f"/{site}/events", offer)

    async def finish_event(self, site: str, event: str) -> None:
        """Take a finished event off the lists of events; its bets stay."""
        await self._send("DELETE", f"/{site}/events/{event}", None)

    async def move_odds(self, site: str, selection: str, odds: str) -> None:
        """Move a price; open pages follow at once."""
        await self._send("PATCH", f"/{site}/selections/{selection}", {"odds": odds})

    async def order_fault(self, site: str, order: Mapping[str, Any]) -> None:
        """Order a fault for the next matching request."""
        await self._send("POST", f"/{site}/faults", order)

    async def clear_faults(self, site: str) -> None:
        """Forget the faults that no request has met."""
        await self._send("DELETE", f"/{site}/faults", None)

    async def change_settings(self, site: str, settings: Mapping[str, Any]) -> None:
        """Change how a bookmaker's site behaves."""
        await self._send("PATCH", f"/{site}/settings", settings)

    async def settle(self, site: str, selection: str, outcome: str) -> None:
        """Settle every open bet on a selection."""
        await self._send("POST", f"/{site}/selections/{selection}/settle", {"outcome": outcome})

    async def bets(self, site: str) -> list[dict[str, Any]]:
        """Return every bet in a bookmaker's ledger, oldest first."""
        found: list[dict[str, Any]] = await self._send("GET", f"/{site}/bets", None)
        return found

    async def journal(self, site: str) -> list[dict[str, Any]]:
        """Return every bet request that a bookmaker has received, oldest first."""
        found: list[dict[str, Any]] = await self._send("GET", f"/{site}/journal", None)
        return found

    async def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        async with self._session.request(method, path, json=body) as answer:
            return await answer.json()
