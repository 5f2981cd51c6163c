"""The practice bookmakers as commands use them: accounts, control API, a configuration for them."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.errors import PartMissing
from bot.practice.sites.brands import BRANDS, Brand
from bot.practice.sites.servers import Addresses, Sandbox

_TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class Login:
    """A practice account. Its password is made up anew at each start and opens nothing but the practice sites."""

    whitelabel: str
    username: str
    password: SecretStr

    @property
    def book(self) -> str:
        """The bookmaker whose ledger has the account."""
        return self.brand.book

    @property
    def brand(self) -> Brand:
        """The brand at which it is."""
        return BRANDS[self.whitelabel]

    @property
    def variable(self) -> str:
        """The environment variable in which Pairguard looks for the password."""
        return f"PAIRGUARD_PASSWORD_{self.whitelabel}_{self.username}".upper()


def made_up_logins(accounts: Sequence[tuple[str, str]]) -> tuple[Login, ...]:
    """Make up a password for each ``(whitelabel, username)``."""
    return tuple(Login(brand, username, SecretStr(f"try-{secrets.token_hex(4)}")) for brand, username in accounts)


def forget_own_configuration() -> None:
    """Take ``PAIRGUARD_…`` out of this process' environment, so that nothing can lead to somebody's real ledger."""
    for name in [name for name in os.environ if name.startswith("PAIRGUARD_")]:
        del os.environ[name]


@asynccontextmanager
async def open_sandbox(data_dir: Path, port: int = 0) -> AsyncIterator[Sandbox]:
    """Run the practice sites, on free ports or on seven from ``port`` on; raises PartMissing when they are taken."""
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    try:
        sandbox = await Sandbox.start(data_dir, base_port=port)
    except OSError as error:
        raise PartMissing(f"the practice sites cannot listen on ports {port} to {port + 6}: {error.strerror}") from None
    try:
        yield sandbox
    finally:
        await sandbox.stop()


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
        await self._send("POST", f"/{login.book}/accounts", account | {"whitelabel": login.whitelabel})

    async def add_event(self, book: str, offer: Mapping[str, Any]) -> None:
        """Offer an event with its markets."""
        await self._send("POST", f"/{book}/events", offer)

    async def finish_event(self, book: str, event: str) -> None:
        """Take a finished event off the lists of events; its bets stay."""
        await self._send("DELETE", f"/{book}/events/{event}", None)

    async def move_odds(self, book: str, selection: str, odds: str) -> None:
        """Move a price; open pages follow at once."""
        await self._send("PATCH", f"/{book}/selections/{selection}", {"odds": odds})

    async def order_fault(self, book: str, order: Mapping[str, Any]) -> None:
        """Order a fault for the next matching request."""
        await self._send("POST", f"/{book}/faults", order)

    async def clear_faults(self, book: str) -> None:
        """Forget the faults that no request has met."""
        await self._send("DELETE", f"/{book}/faults", None)

    async def change_settings(self, book: str, settings: Mapping[str, Any]) -> None:
        """Change how a bookmaker's site behaves."""
        await self._send("PATCH", f"/{book}/settings", settings)

    async def settle(self, book: str, selection: str, outcome: str) -> None:
        """Settle every open bet on a selection."""
        await self._send("POST", f"/{book}/selections/{selection}/settle", {"outcome": outcome})

    async def settle_bet(self, book: str, ticket: str, outcome: str, payout: str | None = None) -> None:
        """Settle one bet, or settle it again; a cash-out needs its payout."""
        terms = {"outcome": outcome} | ({"payout": payout} if payout else {})
        await self._send("POST", f"/{book}/bets/{ticket}/settle", terms)

    async def bets(self, book: str) -> list[dict[str, Any]]:
        """Return every bet in a bookmaker's ledger, oldest first."""
        found: list[dict[str, Any]] = await self._send("GET", f"/{book}/bets", None)
        return found

    async def journal(self, book: str) -> list[dict[str, Any]]:
        """Return every bet request that a bookmaker has received, oldest first."""
        found: list[dict[str, Any]] = await self._send("GET", f"/{book}/journal", None)
        return found

    async def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        async with self._session.request(method, path, json=body) as answer:
            return await answer.json()


def configuration(addresses: Addresses, logins: Sequence[Login], settings: str) -> str:
    """Write a ``pairguard.toml`` for these logins; ``settings`` is what comes before brands and accounts."""
    used = {login.whitelabel: login.brand for login in logins}
    brands = "\n".join(_brand(brand, brand.address(addresses)) for brand in used.values())
    return "\n".join([settings.strip(), "", brands, *map(_account, logins)])


def _brand(brand: Brand, address: str) -> str:
    traits = {
        "base_url": address,
        "provider": brand.book,
        "language": brand.language,
        "odds_style": brand.odds_style,
        "time_zone": brand.time_zone,
    }
    return f"[whitelabels.{brand.name}]\n" + "".join(f'{key} = "{value}"\n' for key, value in traits.items())


def _account(login: Login) -> str:
    return (
        f'[[accounts]]\nwhitelabel = "{login.whitelabel}"\nid = "{login.username}"\n'
        f'username = "{login.username}"\ncurrency = "{login.brand.currency}"\n'
    )
